"""Coverage and fulfilment, counted in the database, always with their denominators (DOMAIN.md).

Three truths stand side by side: ``claimed`` is what members said, ``closed_out`` what was
checked; what residents rated is counted by ``evaluations``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, select
from sqlalchemy.orm import Session

from brickwall.commitments import rules
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.queries import below, timing_condition
from brickwall.kernel import clock
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation

S = CommitmentState


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of those who should have promised something have: ``committed`` of ``expected``.

    ``expected`` is active members less the exempt ones; ``exempt`` is shown beside it.
    """

    committed: int
    active: int
    exempt: int

    @property
    def expected(self) -> int:
        """Members who should commit."""
        return self.active - self.exempt


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """What became of the published commitments.

    ``published`` is the denominator: everything published and not withdrawn. ``claimed``
    waits for a check, ``working`` is in hand, of which ``overdue`` and ``due_soon``.
    """

    published: int = 0
    working: int = 0
    claimed: int = 0
    closed_out: int = 0
    overdue: int = 0
    due_soon: int = 0
    withdrawn: int = 0


_PUBLIC = Commitment.published_at.is_not(None)
_STANDING = and_(_PUBLIC, Commitment.state != S.WITHDRAWN)


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(Commitment.id).filter(condition)


def _columns(today: date) -> list[ColumnElement[int]]:
    """Return the counts in the order of the fields of :class:`Fulfilment`."""
    return [
        _count_if(_STANDING),
        _count_if(Commitment.state.in_(rules.WORKING)),
        _count_if(Commitment.state == S.DONE_CLAIMED),
        _count_if(Commitment.state == S.CLOSED_OUT),
        _count_if(timing_condition(rules.Timing.OVERDUE, today)),
        _count_if(timing_condition(rules.Timing.DUE_SOON, today)),
        _count_if(and_(_PUBLIC, Commitment.state == S.WITHDRAWN)),
    ]


def count_coverage(session: Session, paths: Sequence[str], year: int) -> Coverage:
    """Return coverage of all members at and below ``paths`` in ``year``, with one query."""
    return _coverage_rows(session, below(paths), year).get(0, Coverage(0, 0, 0))


def count_coverage_by_organisation(
    session: Session, organisation_ids: Collection[int], year: int
) -> dict[int, Coverage]:
    """Return coverage of each branch's own members, by organisation id, with one query."""
    inside = Member.organisation_id.in_(list(organisation_ids))
    return _coverage_rows(session, inside, year, Member.organisation_id)


def _coverage_rows(
    session: Session, inside: ColumnElement[bool], year: int, key: Any = None
) -> dict[int, Coverage]:
    """Count in one pass over the members; the outer join repeats a member per commitment."""
    promised = and_(Commitment.member_id == Member.id, Commitment.year == year, _STANDING)
    counted = and_(Commitment.id.is_not(None), Member.exemption_reason.is_(None))
    query: Select[Any] = (
        select(
            key if key is not None else func.min(0),
            func.count(distinct(Member.id)).filter(counted),
            func.count(distinct(Member.id)),
            func.count(distinct(Member.id)).filter(Member.exemption_reason.is_not(None)),
        )
        .select_from(Member)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .outerjoin(Commitment, promised)
        .where(inside, Member.status == MemberStatus.ACTIVE)
    )
    if key is not None:
        query = query.group_by(key)
    return {row[0] or 0: Coverage(row[1], row[2], row[3]) for row in session.execute(query)}


def count_fulfilment(
    session: Session, paths: Sequence[str], year: int, *, today: date | None = None
) -> Fulfilment:
    """Return the figures of every commitment at and below ``paths`` in ``year``, with one query."""
    query = (
        select(*_columns(today or clock.today()))
        .select_from(Commitment)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .where(below(paths), Commitment.year == year)
    )
    return Fulfilment(*map(int, session.execute(query).one()))


def count_fulfilment_by_member(
    session: Session, member_ids: Collection[int], year: int, *, today: date | None = None
) -> dict[int, Fulfilment]:
    """Return the figures of each member, by member id, with one query; one without is missing."""
    return _grouped(session, Commitment.member_id, member_ids, year, today)


def count_fulfilment_by_organisation(
    session: Session, organisation_ids: Collection[int], year: int, *, today: date | None = None
) -> dict[int, Fulfilment]:
    """Return the figures of each branch, its members' commitments included, with one query."""
    return _grouped(session, Commitment.organisation_id, organisation_ids, year, today)


def count_own_fulfilment(
    session: Session, organisation_id: int, year: int, *, today: date | None = None
) -> Fulfilment:
    """Return the figures of an organisation's own commitments, its members' left out."""
    query = select(*_columns(today or clock.today())).where(
        Commitment.organisation_id == organisation_id,
        Commitment.member_id.is_(None),
        Commitment.year == year,
    )
    return Fulfilment(*map(int, session.execute(query).one()))


def _grouped(
    session: Session, key: Any, ids: Collection[int], year: int, today: date | None
) -> dict[int, Fulfilment]:
    query = (
        select(key, *_columns(today or clock.today()))
        .where(key.in_(list(ids)), Commitment.year == year)
        .group_by(key)
    )
    return {row[0]: Fulfilment(*map(int, row[1:])) for row in session.execute(query)}
