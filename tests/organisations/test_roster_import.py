"""A roster on its way into the database: preview, confirm, apply, twice, and while others write."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.cli import brickwall
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.imports import Import, ImportState
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import PublishedPage
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.cli import roster as roster_command
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.roster.rows import Roster, read_roster
from brickwall.organisations.services import imports, rosters
from brickwall.organisations.services.members import open_phone
from tests.factories.organisations import make_member, make_organisation
from tests.factories.workbooks import Rows, xlsx

ACTOR = Actor(label="陈书记", account_id=1)
FILE: Rows = [
    ["柳河村党员名册"],
    ["姓名", "性别", "入党时间", "手机", "党内职务", "所在党小组", "免诺", "身份证号"],
    ["王䶮", "男", "1978年7月", 13812345678, "书记", "一组", None, "411123195805011234"],
    ["李 四", "女", 1990.5, "138-0000-0000", None, "二组", "年老", None],
    ["合计", "2人"],
]


@pytest.fixture
def box(settings: Settings) -> PhoneBox:
    return PhoneBox(settings.keys_dir)


@pytest.fixture
def branch(session: Session) -> Organisation:
    made = make_organisation(session)
    session.commit()
    return made


def read(box: PhoneBox, rows: Rows = FILE) -> Roster:
    roster = read_roster(xlsx(("名册", rows)), today=clock.today())
    rosters.seal_phones(box, roster.rows)
    return roster


def preview(
    session: Session, box: PhoneBox, settings: Settings, to: Organisation, rows: Rows = FILE
) -> Import:
    roster = read(box, rows)
    plan = rosters.plan_roster(session, to, roster)
    batch = imports.keep_preview(session, ACTOR, settings, to, roster, plan, "名册.xlsx")
    session.commit()
    return batch


def confirm(session: Session, batch: Import) -> Job:
    job = imports.confirm_import(session, ACTOR, batch)
    session.commit()
    assert run_pending_jobs() == 1
    session.expire_all()
    assert job.state is JobState.DONE, job.result
    return job


def everybody(session: Session) -> list[Member]:
    return list(session.scalars(select(Member).order_by(Member.wall_position, Member.id)))


def test_a_roster_becomes_members(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    batch = preview(session, box, settings, branch)
    assert batch.summary["counts"] == {
        "new": 2, "changed": 0, "unchanged": 0, "set_aside": 0, "missing": 0, "issues": 1,
    }  # fmt: skip
    assert everybody(session) == []
    job = confirm(session, batch)
    first, second = everybody(session)
    assert (first.name, first.joined_on, first.post, first.wall_position) == ("王䶮", "1978-07", "书记", 1)
    assert open_phone(first, box) == "13812345678"
    assert (second.name, second.joined_on, second.exemption_reason) == ("李四", "1990-05", "年老")
    assert second.exempt_since == clock.today()
    groups = queries.list_groups(session, branch)
    assert [group.name for group in groups] == ["一组", "二组"]
    assert (first.group_id, groups[0].path) == (groups[0].id, f"{branch.path}{groups[0].id}/")
    assert batch.state is ImportState.APPLIED
    assert job.result is not None
    assert "新增 2 人" in job.result["sentence"]
    entry = session.scalars(select(AuditEntry)).one()
    assert sentence(entry) == "导入了名册“名册.xlsx”：新增 2 人，修改 0 人"


def test_importing_twice_changes_nothing(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    confirm(session, preview(session, box, settings, branch))
    before = [(each.id, each.updated_at, each.phone_sealed) for each in everybody(session)]
    again = preview(session, box, settings, branch)
    assert again.summary["counts"]["unchanged"] == 2
    confirm(session, again)
    assert [(each.id, each.updated_at, each.phone_sealed) for each in everybody(session)] == before


def test_neither_phones_nor_national_ids_are_kept_in_the_clear(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    batch = preview(session, box, settings, branch)
    kept = settings.work_dir / "rosters" / batch.stored_as
    assert kept.stat().st_mode & 0o077 == 0
    roster, _ = imports.read_kept(settings, batch)
    everything = repr(roster) + json.dumps(batch.summary, ensure_ascii=False)
    assert "13812345678" not in everything
    assert "411123195805011234" not in everything
    confirm(session, batch)
    assert not kept.exists()


def test_members_missing_from_the_file_are_told_and_left_alone(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    old = make_member(session, branch, "老党员")
    batch = preview(session, box, settings, branch)
    assert batch.summary["missing"] == ["老党员"]
    confirm(session, batch)
    assert session.get_one(Member, old.id).status is MemberStatus.ACTIVE


def test_changes_write_only_what_the_roster_tells_and_mark_the_pages(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    old = make_member(session, branch, "王䶮", post="委员", born_on="1958", wall_position=9)
    subjects = [f"member:{old.id}", f"organisation:{branch.id}", "organisation:999"]
    session.add_all(
        PublishedPage(
            path=f"/{s}", subject=s, body=b"", etag="", fresh_until=clock.now(), built_at=clock.now()
        )
        for s in subjects
    )
    batch = preview(session, box, settings, branch)
    (changed,) = batch.summary["changed"]
    assert {each["field"]: (each["old"], each["new"]) for each in changed["changes"]} == {
        "性别": (None, "男"),
        "入党时间": (None, "1978-07"),
        "党内职务": ("委员", "书记"),
        "党小组": (None, "一组"),
        "联系电话": (None, "新号码"),
    }
    confirm(session, batch)
    member = session.get_one(Member, old.id)
    assert (member.post, member.born_on, member.wall_position) == ("书记", "1958", 9)
    assert open_phone(member, box) == "13812345678"
    stale = set(session.scalars(select(PublishedPage.subject).where(PublishedPage.stale)))
    assert stale == set(subjects[:2])


def test_what_another_clerk_did_since_the_preview_is_not_overwritten(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    old = make_member(session, branch, "王䶮", post="委员")
    batch = preview(session, box, settings, branch)
    old.post = "副书记"
    make_member(session, branch, "李四", sex=None, joined_on="1966")
    session.commit()
    job = confirm(session, batch)
    assert [(each.name, each.post, each.joined_on) for each in everybody(session)] == [
        ("王䶮", "副书记", None),
        ("李四", "", "1966"),
    ]
    assert batch.summary["applied"] == {"created": 0, "changed": 0, "overtaken": 2}
    assert job.result is not None
    assert "2 行在预览之后" in job.result["lines"][0]


def test_two_clerks_importing_the_same_file_make_nobody_twice(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    one, two = (preview(session, box, settings, branch) for _ in range(2))
    confirm(session, one)
    confirm(session, two)
    assert len(everybody(session)) == 2
    assert two.summary["applied"]["created"] == 0


def test_a_worker_that_dies_halfway_starts_again_without_doubling(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_organisation(session, code="xinhe", name="新河村党支部")
    town = make_organisation(session, code="zhen", name="镇党委", kind=OrganisationKind.COMMITTEE)
    for each in (branch, other):
        each.parent_id, each.path = town.id, f"{town.path}{each.id}/"
    monkeypatch.setattr(rosters, "STEP_ROWS", 1)
    rows = [["姓名", "所在支部"], ["甲某", "柳河村支部"], ["乙某", "新河村"]]
    batch = preview(session, box, settings, town, rows)
    real, calls = rosters.apply_step, []

    def dying(*args: object) -> rosters.Applied:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rosters, "apply_step", dying)
    job = imports.confirm_import(session, ACTOR, batch)
    session.commit()
    run_pending_jobs()
    session.expire_all()
    assert (job.state, [each.name for each in everybody(session)]) == (JobState.WAITING, ["甲某"])
    job.run_at = clock.now()
    session.commit()
    run_pending_jobs()
    session.expire_all()
    assert job.state is JobState.DONE
    assert sorted(each.name for each in everybody(session)) == ["乙某", "甲某"]
    assert batch.summary["applied"]["created"] == 2


def test_lines_are_placed_by_branch_column_sheet_name_or_refused(session: Session, box: PhoneBox) -> None:
    town = make_organisation(session, code="zhen", name="镇党委", kind=OrganisationKind.COMMITTEE)
    one = make_organisation(session, code="liuhe", name="中共柳河村支部委员会", parent=town)
    two = make_organisation(session, code="xinhe", name="新河村党支部", short_name="新河", parent=town)
    data = xlsx(
        ("新河村", [["姓名"], ["按表名"]]),
        (
            "总表",
            [["姓名", "所在党支部"], ["甲", "柳河村党支部"], ["乙", "xinhe"], ["丙", "没有村"], ["丁", None]],
        ),
    )
    plan = rosters.plan_roster(session, town, read_roster(data, today=clock.today()))
    placed = {branch.organisation_id: [item.row.name for item in branch.items] for branch in plan.branches}
    assert placed == {two.id: ["按表名", "乙"], one.id: ["甲"]}
    assert [(issue.who, issue.reason[:6]) for issue in plan.issues] == [
        ("丙", "没有叫“没有"),
        ("丁", "没写所在党支"),
    ]


def test_a_branch_takes_no_lines_of_another(session: Session, box: PhoneBox, branch: Organisation) -> None:
    plan = rosters.plan_roster(session, branch, read(box, [["姓名", "支部"], ["甲某", "新河村党支部"]]))
    assert plan.branches == []
    assert "不是“柳河村党支部”" in plan.issues[0].reason


def test_groups_and_empty_trees_cannot_be_filled(
    session: Session, box: PhoneBox, branch: Organisation
) -> None:
    group = make_organisation(session, code="g1", name="一组", kind=OrganisationKind.GROUP, parent=branch)
    town = make_organisation(session, code="zhen", name="镇党委", kind=OrganisationKind.COMMITTEE)
    for place in (group, town):
        with pytest.raises(Invalid):
            rosters.plan_roster(session, place, read(box))


def test_an_import_is_confirmed_or_discarded_once(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    batch = preview(session, box, settings, branch)
    imports.discard_import(session, settings, batch)
    assert batch.state is ImportState.DISCARDED
    with pytest.raises(Refused):
        imports.confirm_import(session, ACTOR, batch)
    with pytest.raises(Refused):
        imports.discard_import(session, settings, batch)
    with pytest.raises(Refused):
        imports.read_kept(settings, batch)


def test_rows_of_previews_nobody_confirmed_are_swept_away(
    session: Session, box: PhoneBox, settings: Settings, branch: Organisation
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=31)):
        old = preview(session, box, settings, branch)
    kept = settings.work_dir / "rosters" / old.stored_as
    past = (clock.now() - timedelta(days=31)).timestamp()
    os.utime(kept, (past, past))
    new = preview(session, box, settings, branch)
    assert not kept.exists()
    assert imports.read_kept(settings, new)[0].rows
    with pytest.raises(Refused, match="再传一次"):
        imports.read_kept(settings, old)


# ---------------------------------------------------------------- command line


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(roster_command, ["import", *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_line_imports_and_a_dry_run_does_not(
    session: Session, branch: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx(("名册", FILE)))
    assert "roster" in brickwall.commands
    code, output = run(str(file), "--organisation", "liuhe", "--dry-run")
    assert (code, "会新增 2 人" in output, everybody(session)) == (0, True, [])
    session.rollback()
    code, output = run(str(file), "--organisation", "liuhe")
    session.rollback()
    assert (code, "新增 2 人" in output, len(everybody(session))) == (0, True, 2)
    code, output = run(str(file), "--organisation", "liuhe", "--json")
    told = json.loads(output)
    assert (code, told["counts"]["unchanged"], told["applied"]) == (0, 2, {"created": 0, "changed": 0})


def test_the_command_line_says_by_exit_code_what_happened(
    session: Session, branch: Organisation, tmp_path: Path
) -> None:
    doubtful, broken = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    doubtful.write_bytes(xlsx([["姓名", "手机"], ["张三", "123"]]))
    broken.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    code, output = run(str(doubtful), "--organisation", "liuhe")
    assert code == 3
    assert "[存疑] Sheet1 第 2 行（张三）" in output
    code, output = run(str(broken), "--organisation", "liuhe", "--json")
    assert (code, json.loads(output)["code"]) == (1, "spreadsheets.file_not_table")
    code, output = run(str(doubtful), "--organisation", "nowhere")
    assert (code, "没有找到这个党组织" in output) == (1, True)
