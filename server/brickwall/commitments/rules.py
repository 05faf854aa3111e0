"""What a commitment's dates and states mean, and who may do what with it (DOMAIN.md)."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from brickwall.commitments.constants import CommitmentKind, CommitmentState, Showing, Step
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.organisations.models import Organisation

DUE_SOON = timedelta(days=14)
STALLED_AFTER = timedelta(days=60)
MAX_PHOTOS = 9

S = CommitmentState
UNPUBLISHED = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED})
"""Nobody outside the branch has seen it yet."""
WORKING = frozenset({S.PUBLISHED, S.SENT_BACK, S.RECTIFYING})
"""Published and not yet said to be done: what can be late."""
CORRECTABLE = WORKING | {S.DONE_CLAIMED}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})


class Timing(StrEnum):
    """Where a commitment stands against its deadline; computed, never stored."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    NO_DATE = "no_date"
    ENDED = "ended"


TIMING_LABELS: dict[Timing, str] = {
    Timing.OVERDUE: "晚了",
    Timing.DUE_SOON: "快到期",
    Timing.ON_TIME: "没到期",
    Timing.NO_DATE: "没写期限",
    Timing.ENDED: "不再计期",
}


def is_public(commitment: Commitment) -> bool:
    """Tell whether anybody may read it: from publication on, withdrawn ones included."""
    return commitment.published_at is not None


def step_of(commitment: Commitment) -> Step:
    """Return which of the six steps a commitment stands in (PRACTICES L1)."""
    state = commitment.state
    if state is S.DRAFT:
        return Step.STUDY
    if state in UNPUBLISHED or not is_public(commitment):
        return Step.SETTLE
    if state is S.DONE_CLAIMED or state is S.RECTIFYING:
        return Step.SUPERVISE
    if state is S.CLOSED_OUT or state is S.CARRIED_OVER:
        return Step.APPLY
    return Step.PUBLISH if commitment.last_entry_at is None else Step.FULFIL


def timing_of(commitment: Commitment, today: date | None = None) -> Timing:
    """Return where the commitment stands against its deadline on ``today`` (Asia/Shanghai)."""
    today = today or clock.today()
    if commitment.state not in WORKING:
        return Timing.ENDED
    if commitment.due_on is None:
        return Timing.NO_DATE
    if commitment.due_on < today:
        return Timing.OVERDUE
    return Timing.DUE_SOON if commitment.due_on <= today + DUE_SOON else Timing.ON_TIME


def is_overdue(commitment: Commitment, today: date | None = None) -> bool:
    """Tell whether the deadline has passed and nobody has said it is done."""
    return timing_of(commitment, today) is Timing.OVERDUE


def is_stalled(commitment: Commitment, today: date | None = None) -> bool:
    """Tell whether a commitment being worked on has had no entry for 60 days."""
    last = commitment.last_entry_at or commitment.published_at
    if commitment.state not in WORKING or last is None:
        return False
    return clock.local(last).date() + STALLED_AFTER < (today or clock.today())


def days_late(commitment: Commitment, today: date | None = None) -> int:
    """Return how many days the deadline has passed by; 0 when it has not."""
    today = today or clock.today()
    if commitment.due_on is None or not is_overdue(commitment, today):
        return 0
    return (today - commitment.due_on).days


def due_words(commitment: Commitment, today: date | None = None) -> str:
    """Return the deadline in words: ``还有 12 天``, ``今天到期``, ``晚了 5 天``.

    For a commitment whose deadline no longer counts, what became of it instead.
    """
    today = today or clock.today()
    match commitment.state:
        case S.CLOSED_OUT:
            return "办成了"
        case S.DONE_CLAIMED:
            return "自报办成，等待核实"
        case S.WITHDRAWN:
            return "已撤回"
        case S.CARRIED_OVER:
            return "转入再承诺"
    if commitment.due_on is None:
        return "没写期限"
    days = (commitment.due_on - today).days
    if days < 0 and commitment.state not in WORKING:
        return f"期限已过 {-days} 天"
    return "今天到期" if days == 0 else f"还有 {days} 天" if days > 0 else f"晚了 {-days} 天"


def progress_percent(commitment: Commitment) -> int | None:
    """Return how much of a counted commitment is done, 0 to 100; None when nothing is counted."""
    if commitment.kind is not CommitmentKind.COUNTED or not commitment.target_amount:
        return None
    return max(0, min(100, 100 * commitment.done_amount // commitment.target_amount))


def progress_words(commitment: Commitment) -> str:
    """Return ``做了 9 次，共 12 次`` for a counted commitment, otherwise an empty text."""
    if commitment.kind is not CommitmentKind.COUNTED or commitment.target_amount is None:
        return ""
    unit = commitment.unit
    return f"做了 {commitment.done_amount} {unit}，共 {commitment.target_amount} {unit}"


def upper_path(organisation: Organisation) -> str:
    """Return the path of the organisation above, or its own where it is the root."""
    if organisation.parent_id is None:
        return organisation.path
    return organisation.path.rstrip("/").rpartition("/")[0] + "/"


def checking_path(commitment: Commitment) -> str:
    """Return where somebody must hold the right to vet and to check this commitment.

    A branch cannot check itself: its own commitments are vetted and closed out by the
    organisation above (DOMAIN.md, Roles; PRACTICES L11), unless there is none above.
    """
    organisation = commitment.organisation
    return organisation.path if commitment.member_id is not None else upper_path(organisation)


def is_owner(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor is the member who made this commitment."""
    return (
        actor.member_id is not None
        and actor.member_id == commitment.member_id
        and actor.may(Permission.OWN_COMMITMENT, commitment.organisation.path)
    )


def may_read(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor may see it before publication and with its inner history."""
    path = commitment.organisation.path
    return is_owner(actor, commitment) or actor.may(Permission.COMMITMENT_READ, path)


def may_write(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor may word, submit or report it: the owner, or staff for him."""
    path = commitment.organisation.path
    return is_owner(actor, commitment) or actor.may(Permission.COMMITMENT_PROPOSE, path)


def may_record(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor may record what was done: the owner, or staff for him (代录)."""
    path = commitment.organisation.path
    return is_owner(actor, commitment) or actor.may(Permission.ENTRY_RECORD, path)


def is_own_work(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor would be checking himself."""
    return actor.member_id is not None and actor.member_id == commitment.member_id


def earliest_entry_on(commitment: Commitment) -> date:
    """Return the first day an entry can be about: the year's start, or publication before it."""
    start = date(commitment.year, 1, 1)
    if commitment.published_at is None:
        return start
    return min(start, clock.local(commitment.published_at).date())


def missing_amount(commitment: Commitment) -> int:
    """Return how much a counted commitment still lacks; 0 when nothing is counted."""
    if commitment.kind is not CommitmentKind.COUNTED:
        return 0
    return max(0, (commitment.target_amount or 0) - commitment.done_amount)


def entry_is_public(entry: FulfilmentEntry) -> bool:
    """Tell whether an entry's photos may be shown to anybody."""
    shown = not entry.superseded and entry.showing is Showing.SHOWN
    return shown and is_public(entry.commitment)


def photo_is_public(photo: Photo, entry: FulfilmentEntry | None) -> bool:
    """Tell whether a photo may be shown to anybody: looked at, in an entry that is public."""
    return photo.showing is Showing.SHOWN and entry is not None and entry_is_public(entry)


def vetting_hints(commitment: Commitment, similar: Collection[Commitment] = ()) -> list[str]:
    """Return what a vetting clerk should look at; hints never decide (PRACTICES G2).

    Args:
        similar: other commitments of the branch and year whose titles are close to this one.
    """
    hints = []
    if not commitment.beneficiary:
        hints.append("没写谁受益")
    if commitment.due_on is None:
        hints.append("没写完成时限")
    elif commitment.due_on < clock.today():
        hints.append("完成时限已经过了")
    if not commitment.measures:
        hints.append("没写措施")
    hints += [f"和{owner_name(other)}的“{other.title}”相近" for other in list(similar)[:2]]
    if commitment.member is not None and commitment.member.exempt:
        hints.append("这位党员已经免诺，是自愿承诺")
    return hints


def owner_name(commitment: Commitment) -> str:
    """Return whose commitment it is: the member's name, or the organisation's short name."""
    return commitment.member.name if commitment.member else commitment.organisation.short_name


def title_key(title: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a title, digits left out."""
    letters = [character for character in title if character.isalpha()]
    return frozenset(a + b for a, b in pairwise(letters))


def titles_are_close(one: str, other: str) -> bool:
    """Tell whether two titles share most of their neighbouring characters (Dice ≥ 0.6)."""
    first, second = title_key(one), title_key(other)
    if not first or not second:
        return one == other
    return 2 * len(first & second) / (len(first) + len(second)) >= 0.6
