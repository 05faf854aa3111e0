"""What a member sees of his commitments: where each stands, what is due, what he can do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules
from brickwall.commitments.constants import LABELS, CommitmentKind, CommitmentState, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.transitions import CLAIM, allowed_transitions
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.organisations.models import Member
from brickwall.publicity.builders.standings import (
    is_current,
    standing_of,
    total_figures,
    totals_of,
)
from brickwall.publicity.view_models import Figure, Standing, Tone
from brickwall.publicity.words import day, keep_measures, shorten

S = CommitmentState
LATEST_LENGTH = 70
_INNER_WORDS: dict[CommitmentState, tuple[str, str]] = {
    S.DRAFT: ("草稿", "，还没有交给支部"),
    S.SUBMITTED: ("等支部审核", "，审过以后就公示"),
    S.RETURNED: ("退回来了", "，请照下面的话改一改，再交"),
    S.APPROVED: ("审过了", "，等支部公示"),
    S.WITHDRAWN: ("作废了", "，没有公示过"),
}
_FIRST = (S.RETURNED, S.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Card:
    """One commitment of mine. ``standing`` is empty before publication."""

    commitment: Commitment
    tone: str
    strong: str
    rest: str
    standing: Standing | None
    reason: str
    latest: str
    steps: frozenset[str]
    may_record: bool
    may_correct: bool
    claim_hint: str

    @property
    def counted(self) -> bool:
        """Whether an entry carries a number."""
        return self.commitment.kind is CommitmentKind.COUNTED


@dataclass(frozen=True, slots=True)
class Pocket:
    """The first page: what is to be done, what waits for the branch, what is over."""

    figures: tuple[Figure, ...]
    filled: int
    todo: list[Card]
    waiting: list[Card]
    over: list[Card]


def _reason(session: Session, commitment: Commitment) -> str:
    """Return why it was sent back, while that is the last thing that happened."""
    if commitment.state not in _FIRST:
        return ""
    event = queries.find_last_event(session, commitment)
    return event.reason if event else ""


def _latest(entry: FulfilmentEntry | None) -> str:
    if entry is None:
        return ""
    hidden = "" if entry.showing is Showing.SHOWN else f"（{LABELS[entry.showing]}）"
    return f"{day(entry.happened_on)}：{shorten(entry.text, LATEST_LENGTH)}{hidden}"


def card_of(
    session: Session, actor: Actor, commitment: Commitment, entry: FulfilmentEntry | None, today: date
) -> Card:
    """Return one commitment as its owner sees it on ``today`` (Asia/Shanghai)."""
    published = rules.is_public(commitment)
    standing = standing_of(commitment, today) if published else None
    inner = _INNER_WORDS.get(commitment.state, ("", ""))
    late = Tone.LATE if commitment.state is S.RETURNED else Tone.ENDED
    may_record = commitment.state in rules.WORKING and rules.may_record(actor, commitment)
    return Card(
        commitment=commitment,
        tone=standing.tone if standing else late,
        strong=standing.strong if standing else inner[0],
        rest=keep_measures(standing.rest if standing else inner[1]),
        standing=standing,
        reason=_reason(session, commitment),
        latest=keep_measures(_latest(entry)),
        steps=frozenset(step.name for step in allowed_transitions(actor, commitment)),
        may_record=may_record,
        may_correct=commitment.state in rules.CORRECTABLE and rules.may_record(actor, commitment),
        claim_hint=CLAIM.needs(commitment) if may_record else "",
    )


def _urgency(card: Card) -> tuple[bool, bool, date, int]:
    """Sent back first, then late ones, then by deadline."""
    one = card.commitment
    return one.state not in _FIRST, card.tone is not Tone.LATE, one.due_on or date.max, one.id


def read_pocket(session: Session, actor: Actor, member: Member) -> Pocket:
    """Return what the member's first page shows."""
    today = clock.today()
    rows = queries.list_member_commitments(session, member, public=False)
    latest = queries.latest_entries(session, [row.id for row in rows], hidden=True)
    cards = [card_of(session, actor, row, latest.get(row.id), today) for row in rows]
    totals = totals_of([row for row in rows if rules.is_public(row) and is_current(row, today)], today)
    todo = [card for card in cards if card.may_record or card.commitment.state in rules.EDITABLE]
    waits = {S.SUBMITTED, S.APPROVED, S.DONE_CLAIMED}
    return Pocket(
        figures=total_figures(totals),
        filled=totals.filled,
        todo=sorted(todo, key=_urgency),
        waiting=[card for card in cards if card.commitment.state in waits],
        over=_over(cards, todo, waits),
    )


def _over(cards: Sequence[Card], todo: Sequence[Card], waits: set[CommitmentState]) -> list[Card]:
    open_ones = {card.commitment.id for card in todo}
    return [
        card for card in cards if card.commitment.id not in open_ones and card.commitment.state not in waits
    ]


def read_card(session: Session, actor: Actor, commitment: Commitment) -> Card:
    """Return one commitment for its own page."""
    latest = queries.latest_entries(session, [commitment.id], hidden=True)
    return card_of(session, actor, commitment, latest.get(commitment.id), clock.today())
