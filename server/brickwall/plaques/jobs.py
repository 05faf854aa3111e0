"""Printing as a job: progress while it runs, then files in the work folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import Job, job, report_progress
from brickwall.kernel.permissions import Actor, Grant, Permission
from brickwall.plaques.printouts import FOLDER, PrintOrder, Printout, list_path, print_plaques, render_list
from brickwall.plaques.services import PRINT_JOB
from brickwall.printing.plaque_templates import Template
from brickwall.printing.press import current

KEPT_DAYS = 7

STEPS = 10
"""Progress is written so many times a job: enough for a bar, quiet for the database."""


@job(PRINT_JOB)
def print_job(row: Job) -> dict[str, Any]:
    """Print what `row.args` orders (see `services.order_print`) and keep PDF and job sheet."""
    args = row.args
    allowed = frozenset({Permission.PLAQUE_PRINT})
    actor = Actor(args["label"], row.account_id, grants=(Grant(args["path"], allowed),))
    codes = None if args["codes"] is None else tuple(args["codes"])
    order = PrintOrder(args["organisation"], args["template"], codes, args["blank"], args["skip"])
    shown = 0

    def progress(done: int, total: int) -> None:
        nonlocal shown
        step = STEPS * done // total
        if step > shown:
            shown = step
            report_progress(row.id, 5 + 90 * done // total)

    report_progress(row.id, 5)
    printout = print_plaques(actor, settings(), order, current(), progress=progress)
    return _keep(settings(), row.public_id, printout, render_list(printout, current(), actor.label))


def _keep(where: Settings, public_id: str, printout: Printout, listing: bytes) -> dict[str, Any]:
    """Write the two files and describe them for the job's page."""
    folder = where.work_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    (folder / f"{public_id}.pdf").write_bytes(printout.sheet.pdf)
    list_path(where, public_id).write_bytes(listing)
    count, template = len(printout.plan.faces), printout.template
    return {
        "sentence": f"{count} 块铭牌排好了，每一块都试读过，两种识码程序都读得出",
        "lines": [
            f"{template.title}，共 {printout.sheet.pages} 页，批次 {printout.sheet.fingerprint}。",
            _advice(template),
        ],
        "file": f"{FOLDER}/{public_id}.pdf",
        "file_name": f"{printout.plan.branch} {template.title} {count} 块.pdf",
        "list_name": f"{printout.plan.branch} 打印清单.pdf",
        "url": f"/console/plaques/printed/{public_id}",
    }


def _sweep(folder: Path) -> None:
    """Take away files nobody fetched for a week: they carry names, and printing again is quick."""
    oldest = clock.now().timestamp() - KEPT_DAYS * 24 * 3600
    for path in folder.glob("*.pdf"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _advice(template: Template) -> str:
    """What to mind at the printer."""
    if template.marks == "crop":
        return "交给做铭牌的店：按裁切线裁，红边要印到边外 3 毫米。"
    return "打印时选“实际大小”，不要选“适合页面”。先用普通纸试一张。"
