"""What dates and states mean."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules, services
from brickwall.commitments.constants import CommitmentKind, CommitmentState, Step
from brickwall.commitments.models import Commitment
from brickwall.commitments.rules import Timing
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from tests.factories.commitments import REACHABLE, Village, make_commitment

S = CommitmentState
TODAY = date(2026, 11, 21)


def commitment(state: CommitmentState = S.PUBLISHED, due: int | None = 0, **values: object) -> Commitment:
    """Return a commitment that is in no database; ``due`` is days from TODAY."""
    due_on = None if due is None else TODAY + timedelta(days=due)
    published = None if state in rules.UNPUBLISHED else clock.now()
    made = Commitment(
        state=state, due_on=due_on, published_at=published, kind=CommitmentKind.ONE_OFF, done_amount=0
    )
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (12, "还有 12 天"),
        (1, "还有 1 天"),
        (0, "今天到期"),
        (-1, "晚了 1 天"),
        (-5, "晚了 5 天"),
        (None, "没写期限"),
    ],
)
def test_deadlines_are_said_in_words(due: int | None, words: str) -> None:
    assert rules.due_words(commitment(due=due), TODAY) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.CLOSED_OUT, "办成了"),
        (S.DONE_CLAIMED, "自报办成，等待核实"),
        (S.WITHDRAWN, "已撤回"),
        (S.CARRIED_OVER, "转入再承诺"),
        (S.DRAFT, "期限已过 5 天"),
        (S.SENT_BACK, "晚了 5 天"),
        (S.RECTIFYING, "晚了 5 天"),
    ],
)
def test_what_no_longer_counts_is_said_instead(state: CommitmentState, words: str) -> None:
    assert rules.due_words(commitment(state, -5), TODAY) == words


@pytest.mark.parametrize(
    ("due", "timing"),
    [
        (-1, Timing.OVERDUE),
        (0, Timing.DUE_SOON),
        (14, Timing.DUE_SOON),
        (15, Timing.ON_TIME),
        (None, Timing.NO_DATE),
    ],
)
def test_timing_of_what_is_worked_on(due: int | None, timing: Timing) -> None:
    assert rules.timing_of(commitment(due=due), TODAY) is timing


@pytest.mark.parametrize("state", sorted(set(S) - rules.WORKING))
def test_only_what_is_worked_on_can_be_late(state: CommitmentState) -> None:
    made = commitment(state, -30)
    assert not rules.is_overdue(made, TODAY)
    assert rules.days_late(made, TODAY) == 0


def test_days_late_are_counted() -> None:
    assert rules.days_late(commitment(due=-19), TODAY) == 19


@pytest.mark.parametrize(
    ("state", "entry", "step"),
    [
        (S.DRAFT, False, Step.STUDY),
        (S.SUBMITTED, False, Step.SETTLE),
        (S.RETURNED, False, Step.SETTLE),
        (S.APPROVED, False, Step.SETTLE),
        (S.PUBLISHED, False, Step.PUBLISH),
        (S.PUBLISHED, True, Step.FULFIL),
        (S.SENT_BACK, True, Step.FULFIL),
        (S.DONE_CLAIMED, True, Step.SUPERVISE),
        (S.RECTIFYING, True, Step.SUPERVISE),
        (S.CLOSED_OUT, True, Step.APPLY),
        (S.CARRIED_OVER, True, Step.APPLY),
        (S.WITHDRAWN, True, Step.FULFIL),
    ],
)
def test_six_steps(state: CommitmentState, entry: bool, step: Step) -> None:
    made = commitment(state, last_entry_at=clock.now() if entry else None)
    assert rules.step_of(made) is step


def test_nothing_heard_for_sixty_days_is_stalled() -> None:
    now = clock.now()
    today = clock.local(now).date()
    assert rules.is_stalled(commitment(published_at=now - timedelta(days=62)), today)
    assert not rules.is_stalled(commitment(published_at=now - timedelta(days=59)), today)
    fresh = commitment(published_at=now - timedelta(days=200), last_entry_at=now - timedelta(days=3))
    assert not rules.is_stalled(fresh, today)
    assert not rules.is_stalled(commitment(S.CLOSED_OUT, published_at=now - timedelta(days=200)), today)


def test_counts_are_said_with_their_whole() -> None:
    made = commitment(kind=CommitmentKind.COUNTED, target_amount=12, done_amount=9, unit="次")
    assert rules.progress_words(made) == "做了 9 次，共 12 次"
    assert rules.progress_percent(made) == 75
    made.done_amount = 30
    assert rules.progress_percent(made) == 100
    assert rules.progress_percent(commitment()) is None


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("修好村东头排水沟 120 米", "修好村东头的排水沟 80 米", True),
        ("全年义务夜巡 12 次", "义务夜巡全年 24 次", True),
        ("全年义务夜巡 12 次", "给敬老户安装扶手 6 户", False),
        ("12", "12", True),
        ("12", "13", False),
    ],
)
def test_titles_that_mean_the_same(one: str, other: str, close: bool) -> None:
    assert rules.titles_are_close(one, other) is close


def test_hints_for_vetting(session: Session, village: Village) -> None:
    bare = make_commitment(session, village, S.SUBMITTED, due_on=None)
    assert rules.vetting_hints(bare) == ["没写谁受益", "没写完成时限", "没写措施"]
    full = make_commitment(session, village, beneficiary="村东 32 户", measures="自家出机械", title="栽树")
    assert rules.vetting_hints(full) == []
    village.member.exemption_reason = "年老多病"
    assert rules.vetting_hints(full) == ["这位党员已经免诺，是自愿承诺"]


@pytest.mark.parametrize("timing", list(Timing))
def test_timing_in_sql_says_the_same(session: Session, village: Village, timing: Timing) -> None:
    """Every state and every distance is judged alike by Python and by the database."""
    for state in REACHABLE:
        for days in (-400, -1, 0, 14, 15, None):
            made = make_commitment(session, village, state, title=f"{state.value} {days}")
            made.due_on = None if days is None else clock.today() + timedelta(days=days)
    session.flush()
    rows = session.scalars(select(Commitment)).all()
    by_sql = set(session.scalars(select(Commitment.id).where(queries.timing_condition(timing))))
    assert by_sql == {row.id for row in rows if rules.timing_of(row) is timing}
    assert by_sql or timing is Timing.NO_DATE


def test_a_photo_is_public_only_while_its_entry_stands_in_public(session: Session, village: Village) -> None:
    made = make_commitment(session, village, S.PUBLISHED)
    entry = services.record_entry(session, village.owner, made, EntryInput("挖好了"))
    assert rules.entry_is_public(entry)
    services.supersede_entry(session, village.owner, entry, EntryInput("挖了一半"), "记错了")
    assert not rules.entry_is_public(entry)
