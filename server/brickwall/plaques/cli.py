"""`brickwall plaques`: print, proof, blank."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import settings
from brickwall.kernel.ids import group_code
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import Unavailable
from brickwall.organisations.queries import get_organisation
from brickwall.plaques import printouts, queries, services
from brickwall.plaques.constants import LABELS
from brickwall.plaques.printouts import PrintOrder, ProofLine
from brickwall.printing.budget import describe_host
from brickwall.printing.plaque_templates import list_templates
from brickwall.printing.press_direct import DIRECT

TEMPLATES = "、".join(template.name for template in list_templates())


@click.group("plaques")
def plaques() -> None:
    """铭牌：打印、试读、编空白砖。"""


@plaques.command("print")
@click.option("--organisation", "code", required=True, help="党支部代码")
@click.option("--template", required=True, help=f"版式：{TEMPLATES}")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="PDF 文件")
@click.option(
    "--list", "listing", type=click.Path(dir_okay=False, path_type=Path), help="打印清单的 PDF 文件"
)
@click.option("--code", "codes", multiple=True, help="只印这一块，可以写几次")
@click.option("--blank", is_flag=True, help="印空白砖")
@click.option("--skip", type=click.IntRange(0, 200), default=0, help="第一张标签纸上已用掉的格数")
def print_command(
    code: str, template: str, out: Path, listing: Path | None, codes: tuple[str, ...], blank: bool, skip: int
) -> None:
    """打印一个党支部的铭牌；没有编号的先编号，印好的每一块都试读过才交出文件。"""
    if codes:
        with new_session() as session:
            codes = tuple(queries.get_plaque(session, typed).code for typed in codes)
    order = PrintOrder(code, template, codes or None, blank, skip)
    printout = printouts.print_plaques(SYSTEM, settings(), order, DIRECT)
    _write(out, printout.sheet.pdf)
    if listing is not None:
        _write(listing, printouts.render_list(printout, DIRECT, SYSTEM.label))
    click.echo(describe_host(settings().base_url).sentence)
    click.echo(
        f"{len(printout.plan.faces)} 块，{printout.sheet.pages} 页，全部试读通过，"
        f"批次 {printout.sheet.fingerprint}，已写入 {out}"
    )


def _write(path: Path, body: bytes) -> None:
    """Write a finished file.

    Raises:
        Unavailable: the folder is missing or full; the plaques are numbered all the same.
    """
    try:
        path.write_bytes(body)
    except OSError as error:
        raise Unavailable(f"文件 {path} 写不进去（{error.strerror}）。请换一个文件夹，再印一次。") from error


@plaques.command("proof")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def proof_command(file: Path) -> None:
    """读回一份 PDF 里的每个码，列出它指向谁；有一个读不好就以 1 退出。"""
    with new_session() as session:
        lines = printouts.proof_pdf(session, DIRECT, file.read_bytes())
    for line in lines:
        click.echo(_describe(line))
    good = sum(line.good for line in lines)
    click.echo(f"共 {len(lines)} 个码，{good} 个两种识码程序都读得出并且在用")
    if good < len(lines) or not lines:
        sys.exit(1)


def _describe(line: ProofLine) -> str:
    """One line of the proof's list."""
    state = LABELS[line.state] if line.state else "不是本系统的码"
    readers = "、".join(line.decoders)
    return f"第 {line.page} 页  {group_code(line.code)}  {line.holder or line.text}  {state}  {readers}"


@plaques.command("blank")
@click.option("--organisation", "code", required=True, help="党支部代码")
@click.option("--count", type=int, required=True, help="几块")
def blank_command(code: str, count: int) -> None:
    """编一批空白砖，以后扫码配给党员。"""
    with transaction() as session:
        organisation = get_organisation(session, code)
        made = services.issue_blank_stock(session, SYSTEM, organisation, count)
    for plaque in made:
        click.echo(f"{plaque.serial}\t{group_code(plaque.code)}")
    click.echo(f"给 {organisation.name} 编了 {len(made)} 块空白砖")


COMMANDS = (plaques,)
