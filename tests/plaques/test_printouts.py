"""Printing from the record: command, job, proof, and nothing noted when anything fails."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.cli import brickwall
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import Invalid, NotFound, Refused, Unavailable
from brickwall.organisations.models import Organisation
from brickwall.plaques import cli, jobs, printouts, services
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.plaques.printouts import PrintOrder
from brickwall.printing.press_direct import DIRECT
from tests.factories.organisations import make_member, make_organisation
from tests.printing.faces import HARD_NAMES


@pytest.fixture
def branch(session: Session) -> Organisation:
    made = make_organisation(session)
    for place, name in enumerate(HARD_NAMES, start=1):
        make_member(session, made, name, wall_position=place, post="村民代表")
    session.commit()
    return made


def states(session: Session) -> set[PlaqueState]:
    """Return the states that any plaque is in now."""
    session.rollback()
    session.expire_all()
    return set(session.scalars(select(Plaque.state)))


def test_command_prints_and_proof_reads_everybody(
    session: Session, branch: Organisation, tmp_path: Path
) -> None:
    file, listing, runner = tmp_path / "wall.pdf", tmp_path / "list.pdf", CliRunner()
    command = [
        "print",
        "--organisation",
        "liuhe",
        "--template",
        "sheet-2x5",
        "--out",
        str(file),
        "--list",
        str(listing),
    ]
    printed = runner.invoke(cli.plaques, command)
    assert printed.exit_code == 0, printed.output
    assert "11 块，2 页，全部试读通过" in printed.output
    assert listing.read_bytes().startswith(b"%PDF")
    assert states(session) == {PlaqueState.PRINTED}
    read = runner.invoke(cli.plaques, ["proof", str(file)])
    assert read.exit_code == 0, read.output
    assert all(name in read.output for name in HARD_NAMES)
    assert "共 11 个码，11 个" in read.output


def test_proof_fails_for_codes_of_another_house(
    session: Session, branch: Organisation, tmp_path: Path
) -> None:
    file, runner = tmp_path / "wall.pdf", CliRunner()
    runner.invoke(
        cli.plaques, ["print", "--organisation", "liuhe", "--template", "brick-240x53", "--out", str(file)]
    )
    for plaque in session.scalars(select(Plaque)).all()[:2]:
        services.retire_plaque(session, SYSTEM, plaque, "试一试")
    session.commit()
    read = runner.invoke(cli.plaques, ["proof", str(file)])
    assert read.exit_code == 1
    assert "已停用" in read.output
    assert "共 11 个码，9 个" in read.output


def test_blank_command_lists_codes(session: Session, branch: Organisation) -> None:
    made = CliRunner().invoke(cli.plaques, ["blank", "--organisation", "liuhe", "--count", "3"])
    assert made.exit_code == 0
    assert "3 块空白砖" in made.output
    assert states(session) == {PlaqueState.BLANK}


def test_commands_are_plugged_in() -> None:
    assert cli.plaques.name in brickwall.commands


def test_only_the_chosen_ones_are_reprinted(
    session: Session, branch: Organisation, settings: Settings
) -> None:
    first = printouts.print_plaques(SYSTEM, settings, PrintOrder("liuhe", "sheet-2x5"), DIRECT)
    code = first.plan.faces[3].code
    again = printouts.print_plaques(
        SYSTEM, settings, PrintOrder("liuhe", "brick-240x53", codes=(code,)), DIRECT
    )
    assert [face.code for face in again.plan.faces] == [code]
    assert again.sheet.pages == 1


def test_faces_say_what_the_rows_say(session: Session, branch: Organisation, settings: Settings) -> None:
    plan = printouts.prepare_print(session, SYSTEM, settings, PrintOrder("liuhe", "sheet-2x5"))
    face = plan.faces[3]
    assert (face.name, face.post, face.branch, face.brick_number) == ("陈𠅤明", "村民代表", "柳河村党支部", 4)
    assert face.url == f"http://localhost/q/{face.code}"
    assert face.host_words == "localhost"
    own = plan.faces[-1]
    assert (own.name, own.post, own.brick_number) == ("柳河村党支部", "", None)


def test_blank_stock_prints_without_a_name(
    session: Session, branch: Organisation, settings: Settings
) -> None:
    services.issue_blank_stock(session, SYSTEM, branch, 2)
    session.commit()
    printout = printouts.print_plaques(
        SYSTEM, settings, PrintOrder("liuhe", "brick-240x53", blank=True), DIRECT
    )
    assert [face.name for face in printout.plan.faces] == ["", ""]
    assert states(session) == {PlaqueState.BLANK}


@pytest.mark.parametrize(
    ("order", "problem", "words"),
    [
        (PrintOrder("liuhe", "nothing"), Invalid, "sheet-2x5"),
        (PrintOrder("nowhere", "sheet-2x5"), NotFound, "党组织"),
        (PrintOrder("liuhe", "sheet-2x5", codes=("zzzzzzzz",)), NotFound, "zzzz zzzz"),
        (PrintOrder("liuhe", "sheet-2x5", blank=True), Refused, "没有可以打印"),
    ],
)
def test_orders_that_cannot_be_met(
    branch: Organisation, settings: Settings, order: PrintOrder, problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        printouts.print_plaques(SYSTEM, settings, order, DIRECT)


def test_name_no_font_has_refuses_the_job_and_notes_nothing(
    session: Session, branch: Organisation, settings: Settings
) -> None:
    make_member(session, branch, "王\U000323b0")
    session.commit()
    with pytest.raises(Refused, match=r"U\+323B0"):
        printouts.print_plaques(SYSTEM, settings, PrintOrder("liuhe", "sheet-2x5"), DIRECT)
    assert states(session) == {PlaqueState.ISSUED}


def test_too_long_an_address_is_refused(branch: Organisation, settings: Settings) -> None:
    far = replace(settings, base_url="https://" + "x" * 60 + ".example")
    with pytest.raises(Refused, match="短域名"):
        printouts.print_plaques(SYSTEM, far, PrintOrder("liuhe", "sheet-2x5"), DIRECT)


def test_other_file_is_refused_in_plain_words(session: Session, app: Application) -> None:
    with pytest.raises(Invalid, match="PDF"):
        printouts.proof_pdf(session, DIRECT, b"GIF89a")


def test_job_keeps_both_files_and_reports_progress(
    session: Session, branch: Organisation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(jobs, "current", lambda: DIRECT)
    monkeypatch.setattr(jobs, "report_progress", lambda job_id, percent: seen.append(percent))
    row = services.order_print(session, SYSTEM, branch, "sheet-2x5")
    session.commit()
    assert run_pending_jobs() == 1
    session.expire_all()
    done = session.get_one(Job, row.id)
    assert done.state is JobState.DONE, done.result
    assert done.result is not None
    assert (settings.work_dir / done.result["file"]).read_bytes().startswith(b"%PDF")
    assert printouts.list_path(settings, row.public_id).read_bytes().startswith(b"%PDF")
    assert seen[0] == 5
    assert seen[-1] == 95


def test_files_nobody_fetched_go_after_a_week(
    session: Session, branch: Organisation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "current", lambda: DIRECT)
    folder = settings.work_dir / printouts.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, days in (("old.pdf", 8), ("young.pdf", 6)):
        (folder / name).write_bytes(b"%PDF")
        then = clock.now().timestamp() - days * 24 * 3600
        os.utime(folder / name, (then, then))
    services.order_print(session, SYSTEM, branch, "brick-240x53")
    session.commit()
    run_pending_jobs()
    assert not (folder / "old.pdf").exists()
    assert (folder / "young.pdf").exists()


def test_folder_that_is_missing_is_a_plain_refusal(branch: Organisation, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "wall.pdf"
    command = ["print", "--organisation", "liuhe", "--template", "sheet-2x5", "--out", str(out)]
    refused = CliRunner().invoke(cli.plaques, command)
    assert isinstance(refused.exception, Unavailable)
    assert "换一个文件夹" in refused.exception.title


def test_job_that_is_refused_says_why(session: Session, branch: Organisation) -> None:
    row = services.order_print(session, SYSTEM, branch, "nothing")
    session.commit()
    run_pending_jobs()
    session.expire_all()
    done = session.get_one(Job, row.id)
    assert done.state is JobState.FAILED
    assert done.result is not None
    assert "没有叫“nothing”的版式" in done.result["title"]
