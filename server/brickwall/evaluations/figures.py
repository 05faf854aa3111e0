"""Results as they may be shown: never before closing, always with counts, denominator and label."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from brickwall.evaluations import queries
from brickwall.evaluations.constants import LABELS, Level
from brickwall.evaluations.models import EvaluationRound, RoundSubject
from brickwall.evaluations.rules import (
    PERCENTAGE_MINIMUM,
    Cell,
    Interval,
    enough_for_percentage,
    enough_to_publish,
    notes_on,
    shown_cells,
    wilson_interval,
)

NO_DATA = "暂无"
TOO_FEW = "人数不足，暂不公布"
NO_ROSTER = "应评人数未登记"


class Publishable(StrEnum):
    """How much a result allows to be said."""

    NOTHING = "nothing"
    TOO_FEW = "too_few"
    COUNTS = "counts"
    PERCENTAGE = "percentage"


@dataclass(frozen=True, slots=True)
class Figures:
    """One subject's result in one closed round, hidden cells already hidden.

    ``total`` is None when there are too few ratings to publish; ``rate`` and ``interval`` are
    shares between 0 and 1, None unless they may be shown.
    """

    round_name: str
    round_public_id: str
    closed_at: datetime
    label: str
    publishable: Publishable
    total: int | None
    satisfied: Cell | None
    fair: Cell | None
    dissatisfied: Cell | None
    roster_size: int | None
    rate: float | None = None
    interval: Interval | None = None
    notes: tuple[str, ...] = ()

    @property
    def rate_text(self) -> str:
        """``72.0%（按人数算，真实比例多半在 58% 到 83% 之间）``, or why there is none."""
        if self.rate is not None and self.interval is not None:
            low, high = round(100 * self.interval.low), round(100 * self.interval.high)
            return f"{100 * self.rate:.1f}%（按人数算，真实比例多半在 {low}% 到 {high}% 之间）"
        if self.publishable is Publishable.NOTHING:
            return NO_DATA
        if self.publishable is Publishable.TOO_FEW:
            return TOO_FEW
        if self.publishable is Publishable.PERCENTAGE:
            return "有的格人数太少，不算百分比"
        return f"不到 {PERCENTAGE_MINIMUM} 人评，不算百分比"

    @property
    def counts_text(self) -> str:
        """``50 人评：满意 36，一般 8，不满意 6``, or why there is none."""
        if self.satisfied is None or self.fair is None or self.dissatisfied is None:
            return NO_DATA if self.publishable is Publishable.NOTHING else TOO_FEW
        cells = f"满意 {self.satisfied.text}，一般 {self.fair.text}，不满意 {self.dissatisfied.text}"
        return f"{self.total} 人评：{cells}"

    @property
    def participation_text(self) -> str:
        """``应评 412 人，评了 12.1%，未评 362 人``, with the reason when N is unknown."""
        if self.roster_size is None:
            return NO_ROSTER
        if self.publishable is Publishable.NOTHING:
            return f"应评 {self.roster_size} 人，还没有人评"
        if self.total is None:
            return f"应评 {self.roster_size} 人"
        share = f"{100 * self.total / self.roster_size:.1f}%"
        return f"应评 {self.roster_size} 人，评了 {share}，未评 {max(0, self.roster_size - self.total)} 人"


def _publishable(total: int, round_: EvaluationRound) -> Publishable:
    if total == 0:
        return Publishable.NOTHING
    if not enough_to_publish(total, round_.publish_minimum):
        return Publishable.TOO_FEW
    enough = enough_for_percentage(total, round_.level)
    return Publishable.PERCENTAGE if enough else Publishable.COUNTS


def figures_of(subject: RoundSubject) -> Figures | None:
    """Return a subject's figures, or None while its round has not been closed and counted."""
    round_ = subject.round
    if round_.closed_at is None or subject.satisfied is None:
        return None
    counts = (subject.satisfied, subject.fair or 0, subject.dissatisfied or 0)
    total = sum(counts)
    publishable = _publishable(total, round_)
    shown = publishable in {Publishable.COUNTS, Publishable.PERCENTAGE}
    cells = shown_cells(counts) if shown else (None, None, None)
    rated = publishable is Publishable.PERCENTAGE and cells[0] is not None and cells[0].number is not None
    return Figures(
        round_name=round_.name,
        round_public_id=round_.public_id,
        closed_at=round_.closed_at,
        label=LABELS[Level(round_.level)],
        publishable=publishable,
        total=total if shown or total == 0 else None,
        satisfied=cells[0],
        fair=cells[1],
        dissatisfied=cells[2],
        roster_size=round_.roster_size,
        rate=counts[0] / total if rated else None,
        interval=wilson_interval(counts[0], total) if rated else None,
        notes=notes_on(counts, round_.roster_size, subject.set_aside or 0) if shown else (),
    )


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round in which somebody can be rated now."""

    public_id: str
    name: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a brick's page says about ratings: the open round, else the last result and what comes."""

    open_round: OpenRound | None
    last: Figures | None
    next_opens_on: str | None
    comments: tuple[str, ...] = ()


def find_standing(
    session: Session, *, member_id: int | None = None, organisation_id: int | None = None
) -> Standing:
    """Return what the public page of a member (or of a branch itself) shows about ratings.

    Args:
        member_id: of the member; leave it out for the branch's own brick.
        organisation_id: of the branch, when ``member_id`` is not given.
    """
    running = queries.find_running_round(session, member_id=member_id, organisation_id=organisation_id)
    subject = queries.find_last_result(session, member_id=member_id, organisation_id=organisation_id)
    comments = queries.list_published_comments(session, subject.id) if subject else []
    return Standing(
        open_round=OpenRound(running.public_id, running.name, running.closes_at) if running else None,
        last=figures_of(subject) if subject else None,
        next_opens_on=subject.round.next_opens_on if subject and not running else None,
        comments=tuple(comments),
    )
