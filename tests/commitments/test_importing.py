"""A ledger meets a branch: matched by name, applied by a job, twice changes nothing."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import jobs, services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.services import ledgers
from brickwall.kernel import clock
from brickwall.kernel.imports import Import, ImportState
from brickwall.kernel.jobs import Job, run_pending_jobs
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from tests.factories.commitments import Village, actor_for, make_account_row
from tests.factories.organisations import make_member, make_organisation
from tests.factories.workbooks import csv_file

S = CommitmentState
HEAD = ["姓名", "承诺内容", "完成时限", "次数", "所在党小组"]


@pytest.fixture
def secretary(session: Session, village: Village) -> Actor:
    """Return the secretary with an account's row, for jobs belong to accounts."""
    return actor_for(Role.SECRETARY, village.branch, account_id=make_account_row(session).id)


def ledger(*rows: list[object]) -> bytes:
    return csv_file([HEAD, *rows])


def preview(session: Session, actor: Actor, village: Village, data: bytes) -> Import:
    batch = ledgers.preview_ledger(session, actor, village.branch, ledgers.open_ledger(data), "承诺表.csv")
    session.commit()
    return batch


def apply(session: Session, actor: Actor, batch: Import, *, publish: bool = False) -> Job:
    job = ledgers.confirm_ledger(session, actor, batch, publish=publish)
    session.commit()
    assert run_pending_jobs() == 1
    session.refresh(job)
    session.refresh(batch)
    return job


def titles(session: Session) -> list[tuple[str, CommitmentState]]:
    session.rollback()
    rows = session.scalars(select(Commitment).order_by(Commitment.id))
    return [(row.title, row.state) for row in rows]


GOOD = ledger(
    ["林秀峰", "修好排水沟", "年底", "", ""],
    ["周大勇", "全年夜巡", "", "12次", ""],
    ["支部", "打井 13 眼", "", "", ""],
)


def test_the_preview_changes_nothing_and_says_what_would_happen(
    session: Session, village: Village, secretary: Actor
) -> None:
    batch = preview(session, secretary, village, GOOD)
    assert titles(session) == []
    assert batch.summary["counts"] == {"new": 3, "same": 0, "other_words": 0, "refused": 0}
    assert [item["name"] for item in batch.summary["items"]] == ["林秀峰", "周大勇", "支部"]


def test_applying_proposes_and_twice_changes_nothing(
    session: Session, village: Village, secretary: Actor
) -> None:
    job = apply(session, secretary, preview(session, secretary, village, GOOD))
    assert job.result is not None
    assert job.result["sentence"] == "承诺表导入好了：新增 3 件。"
    before = titles(session)
    assert before == [("修好排水沟", S.SUBMITTED), ("全年夜巡", S.SUBMITTED), ("打井 13 眼", S.SUBMITTED)]
    again = preview(session, secretary, village, GOOD)
    assert again.summary["counts"] == {"new": 0, "same": 3, "other_words": 0, "refused": 0}
    apply(session, secretary, again)
    assert titles(session) == before


def test_publishing_at_once_leaves_the_branchs_own_to_the_upper_organisation(
    session: Session, village: Village, secretary: Actor
) -> None:
    batch = preview(session, secretary, village, GOOD)
    apply(session, secretary, batch, publish=True)
    assert titles(session) == [
        ("修好排水沟", S.PUBLISHED),
        ("全年夜巡", S.PUBLISHED),
        ("打井 13 眼", S.SUBMITTED),
    ]
    assert batch.summary["done"] == {"created": 3, "published": 2, "skipped": 0}
    assert batch.state is ImportState.APPLIED


def test_a_clerk_cannot_publish_by_importing(session: Session, village: Village) -> None:
    clerk = actor_for(Role.CLERK, village.branch, account_id=make_account_row(session).id)
    batch = preview(session, clerk, village, GOOD)
    with pytest.raises(Forbidden):
        ledgers.confirm_ledger(session, clerk, batch, publish=True)
    assert ledgers.confirm_ledger(session, clerk, batch).name == ledgers.APPLY_JOB


def test_what_somebody_wrote_meanwhile_is_not_written_again(
    session: Session, village: Village, secretary: Actor
) -> None:
    batch = preview(session, secretary, village, GOOD)
    rows = ledgers.kept_rows(batch)
    services.propose_commitment(
        session, secretary, rows[0].text, organisation=village.branch, member=village.member
    )
    apply(session, secretary, batch)
    assert session.scalar(select(func.count(Commitment.id))) == 3
    assert batch.summary["done"]["skipped"] == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["查无此人", "修路"], "名册里没有这个人"),
        (["转出的", "修路"], "已转出"),
        (["王芳", "修路"], "同名的党员"),
        (["王芳", "修路", "", "", "第九党小组"], "同名的党员"),
    ],
)
def test_who_cannot_be_found_is_refused_with_the_line(
    session: Session, village: Village, secretary: Actor, row: list[object], said: str
) -> None:
    make_member(session, village.branch, "转出的", status=MemberStatus.MOVED)
    for _ in range(2):
        make_member(session, village.branch, "王芳")
    batch = preview(session, secretary, village, ledger(row))
    issue = batch.summary["issues"][0]
    assert said in issue["reason"]
    assert (issue["line"], issue["severity"]) == (2, "refused")
    assert batch.summary["counts"]["new"] == 0


def test_two_of_one_name_are_told_apart_by_their_groups(
    session: Session, village: Village, secretary: Actor
) -> None:
    groups = [
        make_organisation(
            session,
            code=f"g{n}",
            name=f"第{n}党小组",
            short_name=f"{n}组",
            kind=OrganisationKind.GROUP,
            parent=village.branch,
        )
        for n in ("一", "二")
    ]
    members = [make_member(session, village.branch, "王芳", group_id=group.id) for group in groups]
    apply(
        session,
        secretary,
        preview(session, secretary, village, ledger(["王 芳", "修路", "", "", "第二党小组"])),
    )
    session.rollback()
    assert session.scalars(select(Commitment.member_id)).all() == [members[1].id]


def test_the_same_line_twice_counts_once_and_other_words_are_left(
    session: Session, village: Village, secretary: Actor
) -> None:
    apply(session, secretary, preview(session, secretary, village, GOOD))
    other = ledger(["林秀峰", "修好排水沟", "2027-01-31", "", ""], ["林秀峰", "修路"], ["林秀峰", "修路。"])
    batch = preview(session, secretary, village, other)
    assert batch.summary["counts"] == {"new": 1, "same": 0, "other_words": 1, "refused": 1}
    reasons = " ".join(issue["reason"] for issue in batch.summary["issues"])
    assert "已经有同名的承诺" in reasons
    assert "和第 3 行是同一件" in reasons


def test_a_preview_is_used_once(session: Session, village: Village, secretary: Actor) -> None:
    batch = preview(session, secretary, village, GOOD)
    apply(session, secretary, batch)
    with pytest.raises(Refused):
        ledgers.confirm_ledger(session, secretary, batch)
    with pytest.raises(Refused):
        ledgers.discard_ledger(session, secretary, batch)


def test_another_branchs_import_is_not_there(session: Session, village: Village, secretary: Actor) -> None:
    batch = preview(session, secretary, village, GOOD)
    with pytest.raises(NotFound):
        ledgers.get_ledger(session, village.stranger, batch.public_id)
    assert ledgers.list_ledgers(session, village.stranger) == []
    assert ledgers.list_ledgers(session, secretary) == [batch]


def test_a_ledger_goes_into_a_branch_only(session: Session, village: Village) -> None:
    clerk = actor_for(Role.CLERK, village.township)
    with pytest.raises(Invalid, match="先选支部"):
        ledgers.preview_ledger(session, clerk, village.township, ledgers.open_ledger(GOOD), "x.csv")


def test_the_template_reads_back(session: Session, village: Village, secretary: Actor) -> None:
    batch = preview(session, secretary, village, ledgers.template_workbook())
    assert batch.summary["counts"]["new"] == 2
    assert batch.summary["issues"] == []


def test_the_sweep_asks_for_the_next_one(session: Session, village: Village) -> None:
    jobs.schedule_sweep(session)
    jobs.schedule_sweep(session)
    session.commit()
    assert run_pending_jobs() == 1
    session.rollback()
    waiting = session.scalars(select(Job).where(Job.name == jobs.SWEEP_JOB, Job.finished_at.is_(None))).all()
    assert [row.run_at > clock.now() for row in waiting] == [True]
