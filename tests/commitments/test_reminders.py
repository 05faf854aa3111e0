"""Reminders of deadlines: once each, from the dates alone, never a nag."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.models import Account
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.jobs import REMIND_JOB, next_morning, schedule_reminders
from brickwall.commitments.models import Commitment
from brickwall.commitments.reminders import letter, stage
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.jobs import Job, JobState, enqueue, run_pending_jobs
from brickwall.messages.constants import MessageKind
from brickwall.messages.models import Message
from brickwall.organisations.constants import MemberStatus
from tests.factories.commitments import Village, make_account_row, make_commitment

DUE = date(2026, 12, 31)
S = CommitmentState


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (15, None),
        (14, "14"),
        (12, "14"),
        (11, None),
        (4, None),
        (3, "3"),
        (0, "3"),
        (-1, "late0"),
        (-7, "late0"),
        (-8, "late1"),
        (-22, "late3"),
        (-28, "late3"),
        (-29, None),
        (-400, None),
    ],
)
def test_the_day_decides(days: int, expected: str | None) -> None:
    assert stage(DUE, DUE - timedelta(days=days)) == expected


def test_a_deadline_speaks_at_most_six_times_whatever_happens() -> None:
    said = {stage(DUE, DUE + timedelta(days=days)) for days in range(-400, 400)} - {None}
    assert said == {"14", "3", "late0", "late1", "late2", "late3"}


@pytest.mark.parametrize(
    ("days", "title", "rest"),
    [
        (14, "12 月 31 日到期", "”还有 14 天。"),
        (0, "12 月 31 日到期", "”今天到期。"),
        (-1, "12 月 31 日已经到期", "”晚了 1 天。"),
    ],
)
def test_the_words_name_the_day_and_what_to_do(
    session: Session, village: Village, days: int, title: str, rest: str
) -> None:
    promise = make_commitment(session, village, S.PUBLISHED, due_on=DUE)
    made = letter(promise, DUE, DUE - timedelta(days=days))
    assert made is not None
    assert (made.title, made.kind) == (title, MessageKind.DUE)
    assert rest in made.text
    assert "记一条" in made.text
    assert made.page == f"/my/commitments/{promise.public_id}"


@pytest.fixture
def day() -> Iterator[time_machine.Traveller]:
    """The morning two weeks before the deadline, in China."""
    with time_machine.travel(datetime(2026, 12, 17, 1, tzinfo=UTC), tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def account(day: time_machine.Traveller, session: Session, village: Village) -> Account:
    return make_account_row(session, "林秀峰", village.member)


def promise(session: Session, village: Village, state: S = S.PUBLISHED, **values: object) -> Commitment:
    made = make_commitment(session, village, state, due_on=DUE, **values)
    session.commit()
    return made


def remind(session: Session) -> None:
    with transaction() as work:
        enqueue(work, REMIND_JOB, {})
    run_pending_jobs()
    session.rollback()


def reminders(session: Session) -> list[str]:
    session.rollback()
    due = select(Message.key).where(Message.kind == MessageKind.DUE).order_by(Message.id)
    return [str(key).rpartition(":")[2] for key in session.scalars(due)]


def test_a_year_of_mornings_says_it_six_times(
    session: Session, village: Village, account: Account, day: time_machine.Traveller
) -> None:
    promise(session, village)
    for _ in range(80):
        remind(session)
        day.shift(timedelta(days=1))
    assert reminders(session) == ["14", "3", "late0", "late1", "late2", "late3"]


def test_a_run_twice_or_a_clock_that_jumps_says_nothing_twice(
    session: Session, village: Village, account: Account, day: time_machine.Traveller
) -> None:
    promise(session, village)
    remind(session)
    remind(session)
    day.shift(timedelta(hours=1))
    remind(session)
    day.shift(timedelta(days=-1))
    remind(session)
    day.shift(timedelta(days=2))
    remind(session)
    assert reminders(session) == ["14"]


@pytest.mark.parametrize("state", [S.APPROVED, S.DONE_CLAIMED, S.CLOSED_OUT, S.WITHDRAWN])
def test_only_what_is_being_worked_on_is_due(
    session: Session, village: Village, account: Account, state: CommitmentState
) -> None:
    promise(session, village, state)
    remind(session)
    assert reminders(session) == []


def test_what_was_reported_done_is_not_dunned_and_what_was_sent_back_is(
    session: Session, village: Village, account: Account, day: time_machine.Traveller
) -> None:
    made = promise(session, village)
    services.record_entry(session, village.clerk, made, EntryInput("修好了"))
    services.claim_done(session, village.clerk, made)
    session.commit()
    day.shift(timedelta(days=15))
    remind(session)
    assert reminders(session) == []
    services.send_back(session, village.secretary, made, "还差一段没有盖板")
    session.commit()
    remind(session)
    assert reminders(session) == ["late0"]


def test_members_without_a_phone_or_gone_and_the_branch_itself_are_not_told(
    session: Session, village: Village, account: Account
) -> None:
    promise(session, village, member=village.neighbour)
    promise(session, village, own=True)
    promise(session, village)
    village.member.status = MemberStatus.MOVED
    session.commit()
    remind(session)
    assert reminders(session) == []


def test_it_comes_back_every_morning_at_eight(session: Session, day: time_machine.Traveller) -> None:
    with transaction() as work:
        schedule_reminders(work)
        schedule_reminders(work)
    assert run_pending_jobs() == 1
    (following,) = session.scalars(select(Job).where(Job.state == JobState.WAITING)).all()
    assert clock.local(following.run_at).isoformat() == "2026-12-18T08:00:00+08:00"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-16T18:00:00Z", "2026-12-17T08:00:00+08:00"),
        ("2026-12-17T00:00:00Z", "2026-12-18T08:00:00+08:00"),
        ("2026-12-17T13:00:00Z", "2026-12-18T08:00:00+08:00"),
    ],
)
def test_morning_is_morning_in_china(now: str, expected: str) -> None:
    assert next_morning(datetime.fromisoformat(now)).isoformat() == expected


def test_a_worker_that_starts_at_night_waits_for_the_morning(
    session: Session, day: time_machine.Traveller
) -> None:
    day.move_to(datetime(2026, 12, 17, 15, tzinfo=UTC))
    with transaction() as work:
        schedule_reminders(work)
    assert run_pending_jobs() == 0
    (waiting,) = session.scalars(select(Job)).all()
    assert clock.local(waiting.run_at).isoformat() == "2026-12-18T08:00:00+08:00"


def test_a_run_set_for_next_year_by_a_wrong_clock_stops_no_reminder(
    session: Session, village: Village, account: Account
) -> None:
    promise(session, village)
    with transaction() as work:
        enqueue(work, REMIND_JOB, {}, run_at=clock.now() + timedelta(days=365))
        schedule_reminders(work)
    run_pending_jobs()
    assert reminders(session) == ["14"]
