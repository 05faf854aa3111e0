"""When a member is reminded of a deadline, and with which words.

Fourteen days and three days before it and on the day after, then once a week for three more
weeks at most, then never again: a reminder helps, a nag is switched off (EXPERIENCE.md,
restraint). All from the dates, so a missed or doubled run changes nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brickwall.accounts.models import Account
from brickwall.commitments.models import Commitment
from brickwall.commitments.rules import WORKING
from brickwall.messages.constants import MessageKind
from brickwall.messages.rules import Letter
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member

# Days before the deadline, and how many days later the reminder is still made up for.
BEFORE = {14: 2, 3: 3}
WEEK = 7
LATE_WEEKS = 4


def stage(due_on: date, today: date) -> str | None:
    """Return which reminder a deadline asks for on ``today`` (Asia/Shanghai), or None."""
    days = (due_on - today).days
    for early, made_up in BEFORE.items():
        if early - made_up <= days <= early:
            return str(early)
    week = (-days - 1) // WEEK
    return f"late{week}" if days < 0 and week < LATE_WEEKS else None


def letter(commitment: Commitment, due_on: date, today: date) -> Letter | None:
    """Return the reminder of a commitment for ``today``, or None."""
    found = stage(due_on, today)
    if found is None:
        return None
    days = (due_on - today).days
    on = f"{due_on.month} 月 {due_on.day} 日"
    late = days < 0
    rest = f"晚了 {-days} 天" if late else "今天到期" if days == 0 else f"还有 {days} 天"
    next_step = "办成了就报一声，没办完的记一条办到哪里了" if late else "做过的记一条，办成了就报一声"
    return Letter(
        kind=MessageKind.DUE,
        subject=commitment.title,
        title=f"{on}{'已经' if late else ''}到期",
        text=f"“{commitment.title}”{rest}。{next_step}。",
        page=f"/my/commitments/{commitment.public_id}",
        key=f"due:{commitment.public_id}:{due_on.isoformat()}:{found}",
    )


def _due(today: date) -> Select[Commitment, int]:
    earliest, latest = today - timedelta(days=WEEK * LATE_WEEKS), today + timedelta(days=max(BEFORE))
    return (
        select(Commitment, Account.id)
        .join(Member, Member.id == Commitment.member_id)
        .join(Account, Account.member_id == Member.id)
        .where(
            Commitment.state.in_(WORKING),
            Commitment.due_on.between(earliest, latest),
            Member.status == MemberStatus.ACTIVE,
            Account.disabled_at.is_(None),
        )
        .order_by(Commitment.id)
    )


def next_reminders(
    session: Session, today: date, after: int, limit: int
) -> tuple[Sequence[tuple[int, Letter]], int | None]:
    """Return account and letter for the next commitments with an id above ``after``.

    Returns:
        the reminders, and the last id looked at; None at the end.
    """
    rows = session.execute(_due(today).where(Commitment.id > after).limit(limit)).all()
    made = [
        (account, reminder)
        for commitment, account in rows
        if commitment.due_on is not None
        and (reminder := letter(commitment, commitment.due_on, today)) is not None
    ]
    return made, rows[-1][0].id if rows else None
