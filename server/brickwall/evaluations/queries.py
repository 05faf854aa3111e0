"""Reading rounds, subjects, receipts and comments. No query here counts ratings of an open round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, false, func, or_, select, text
from sqlalchemy.orm import Session

from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.evaluations.constants import CommentState, RoundState
from brickwall.evaluations.models import EvaluationRound, RatingComment, RoundEvent, RoundSubject
from brickwall.kernel import clock
from brickwall.kernel.problems import NotFound
from brickwall.kernel.types import UTCDateTime
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation

RATEABLE_STATES = (
    CommitmentState.PUBLISHED,
    CommitmentState.DONE_CLAIMED,
    CommitmentState.SENT_BACK,
    CommitmentState.CLOSED_OUT,
    CommitmentState.RECTIFYING,
    CommitmentState.CARRIED_OVER,
)

_RECEIPT = text(
    """
    SELECT r.public_id, r.name, r.state, r.closes_at, NOT EXISTS (
        SELECT 1 FROM rating newer WHERE newer.slot = g.slot AND newer.version > g.version) AS latest
    FROM rating g
    JOIN round_subject s ON s.id = g.subject_id
    JOIN evaluation_round r ON r.id = s.round_id
    WHERE g.receipt = :receipt
    """
).columns(closes_at=UTCDateTime())
PAST_STATES = case((EvaluationRound.state == RoundState.OPEN, 0), else_=1)


@dataclass(frozen=True, slots=True)
class ReceiptStatus:
    """All that a receipt may tell: that it is on record, in which round, and whether it counts."""

    receipt: str
    round_public_id: str
    round_name: str
    round_open: bool
    closes_at: datetime
    latest: bool


def is_running(state: str, closes_at: Any) -> bool:
    """Tell whether a round takes ratings now; past its closing time it does not, closed or not."""
    return bool(state == RoundState.OPEN.value and closes_at > clock.now())


def find_receipt(session: Session, receipt: str) -> ReceiptStatus | None:
    """Return what is known of a receipt (12 lower-case characters), or None.

    The value is not even read, so the answer cannot depend on it.
    """
    row = session.execute(_RECEIPT, {"receipt": receipt}).first()
    if row is None:
        return None
    return ReceiptStatus(
        receipt=receipt,
        round_public_id=row.public_id,
        round_name=row.name,
        round_open=is_running(row.state, row.closes_at),
        closes_at=row.closes_at,
        latest=bool(row.latest),
    )


def _below(paths: Sequence[str]) -> Any:
    return or_(false(), *(Organisation.path.startswith(path, autoescape=True) for path in paths))


def rounds_below(paths: Sequence[str]) -> Select[EvaluationRound]:
    """Return a SELECT of the rounds of organisations below ``paths``, open ones first, then newest."""
    return (
        select(EvaluationRound)
        .join(Organisation, Organisation.id == EvaluationRound.organisation_id)
        .where(_below(paths))
        .order_by(PAST_STATES, EvaluationRound.opened_at.desc(), EvaluationRound.id.desc())
    )


def get_round(session: Session, public_id: str, paths: Sequence[str]) -> EvaluationRound:
    """Return a round of an organisation below ``paths``.

    Raises:
        NotFound: when there is none, or it is another branch's.
    """
    found = session.scalar(rounds_below(paths).where(EvaluationRound.public_id == public_id))
    if found is None:
        raise NotFound("没有找到这一轮评议，请从评议列表里重新选择")
    return found


def find_open_round(session: Session, organisation_id: int) -> EvaluationRound | None:
    """Return the open round of a branch, or None."""
    return session.scalar(
        select(EvaluationRound).where(
            EvaluationRound.organisation_id == organisation_id, EvaluationRound.state == RoundState.OPEN
        )
    )


def list_due_rounds(session: Session) -> Sequence[EvaluationRound]:
    """Return the open rounds whose closing time has passed."""
    return session.scalars(
        select(EvaluationRound).where(
            EvaluationRound.state == RoundState.OPEN, EvaluationRound.closes_at <= clock.now()
        )
    ).all()


def list_open_round_ids(session: Session) -> list[str]:
    """Return the public ids of every open round of the installation."""
    open_rounds = select(EvaluationRound.public_id).where(EvaluationRound.state == RoundState.OPEN)
    return list(session.scalars(open_rounds))


def has_rounds(session: Session) -> bool:
    """Tell whether a round is open or ever was, so that there are receipts to look up."""
    return session.scalar(select(EvaluationRound.id).limit(1)) is not None


def list_events(session: Session, round_id: int) -> Sequence[RoundEvent]:
    """Return a round's own log in its order."""
    return session.scalars(
        select(RoundEvent).where(RoundEvent.round_id == round_id).order_by(RoundEvent.sequence)
    ).all()


def subjects_of(round_id: int) -> Select[RoundSubject]:
    """Return a SELECT of a round's subjects: the branch first, then members by their place on the wall."""
    return (
        select(RoundSubject)
        .outerjoin(Member, Member.id == RoundSubject.member_id)
        .where(RoundSubject.round_id == round_id)
        .order_by(
            RoundSubject.member_id.is_not(None),
            Member.wall_position.is_(None),
            Member.wall_position,
            RoundSubject.id,
        )
    )


def count_subjects(session: Session, round_id: int) -> int:
    """Return how many subjects a round has, the branch included."""
    counted = select(func.count()).select_from(RoundSubject).where(RoundSubject.round_id == round_id)
    return session.scalar(counted) or 0


def _subject_is(member_id: int | None, organisation_id: int | None) -> Any:
    if member_id is not None:
        return RoundSubject.member_id == member_id
    return RoundSubject.organisation_id == organisation_id


def find_running_round(
    session: Session, *, member_id: int | None = None, organisation_id: int | None = None
) -> EvaluationRound | None:
    """Return the round in which a member, or a branch itself, can be rated now, or None."""
    return session.scalar(
        select(EvaluationRound)
        .join(RoundSubject, RoundSubject.round_id == EvaluationRound.id)
        .where(
            _subject_is(member_id, organisation_id),
            EvaluationRound.state == RoundState.OPEN,
            EvaluationRound.closes_at > clock.now(),
        )
    )


def find_last_result(
    session: Session, *, member_id: int | None = None, organisation_id: int | None = None
) -> RoundSubject | None:
    """Return the subject row of the last closed round about a member or a branch, or None."""
    return session.scalar(
        select(RoundSubject)
        .join(EvaluationRound, EvaluationRound.id == RoundSubject.round_id)
        .where(_subject_is(member_id, organisation_id), EvaluationRound.state == RoundState.CLOSED)
        .order_by(EvaluationRound.closed_at.desc(), EvaluationRound.id.desc())
        .limit(1)
    )


def subject_name(subject: RoundSubject) -> str:
    """Return whom a subject row is about."""
    if subject.member is not None:
        return subject.member.name
    return subject.organisation.name if subject.organisation is not None else "—"


def held_comments_below(paths: Sequence[str]) -> Select[RatingComment]:
    """Return a SELECT of the comments below ``paths`` that wait for review, in no order of arrival."""
    return (
        select(RatingComment)
        .join(RoundSubject, RoundSubject.id == RatingComment.subject_id)
        .join(EvaluationRound, EvaluationRound.id == RoundSubject.round_id)
        .join(Organisation, Organisation.id == EvaluationRound.organisation_id)
        .where(_below(paths), RatingComment.state == CommentState.HELD)
        .order_by(RatingComment.public_id)
    )


def get_comment(session: Session, public_id: str, paths: Sequence[str]) -> RatingComment:
    """Return a held comment about a subject below ``paths``.

    Raises:
        NotFound: when there is none that still waits, or it is another branch's.
    """
    waiting = held_comments_below(paths).where(RatingComment.public_id == public_id)
    found = session.scalar(waiting)
    if found is None:
        raise NotFound("没有找到这条留言，可能别人已经看过了")
    return found


def count_held_comments(session: Session, paths: Sequence[str]) -> int:
    """Return how many comments wait for a person below ``paths``."""
    waiting = held_comments_below(paths).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def list_published_comments(session: Session, subject_id: int, limit: int = 20) -> list[str]:
    """Return the texts of published comments about a subject of a closed round, for a public page.

    Comments of an open round stay back, reviewed or not: words next to a running vote sway it.
    """
    return list(
        session.scalars(
            select(RatingComment.text)
            .where(RatingComment.subject_id == subject_id, RatingComment.state == CommentState.PUBLISHED)
            .order_by(RatingComment.public_id)
            .limit(limit)
        )
    )


def list_rated_commitment_ids(session: Session, round_: EvaluationRound) -> list[int]:
    """Return the ids of what the members of a round, and the branch itself, have published."""
    rated = select(RoundSubject.member_id).where(
        RoundSubject.round_id == round_.id, RoundSubject.member_id.is_not(None)
    )
    own = and_(Commitment.member_id.is_(None), Commitment.organisation_id == round_.organisation_id)
    published = select(Commitment.id).where(
        or_(Commitment.member_id.in_(rated), own), Commitment.published_at.is_not(None)
    )
    return list(session.scalars(published))


def list_rateable_members(session: Session, organisation_id: int) -> Sequence[Member]:
    """Return a branch's active members who have something published to be rated on, in wall order."""
    committed = (
        select(Commitment.id)
        .where(Commitment.member_id == Member.id, Commitment.state.in_(RATEABLE_STATES))
        .exists()
    )
    return session.scalars(
        select(Member)
        .where(Member.organisation_id == organisation_id, Member.status == MemberStatus.ACTIVE, committed)
        .order_by(Member.wall_position.is_(None), Member.wall_position, Member.id)
    ).all()
