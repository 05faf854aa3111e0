"""Reading commitments, their revisions, entries, events and photos."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from brickwall.commitments import rules
from brickwall.commitments.constants import Category, CommitmentState, RevisionState, Showing
from brickwall.commitments.models import (
    Commitment,
    CommitmentEvent,
    FulfilmentEntry,
    Photo,
    Revision,
)
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import NotFound
from brickwall.organisations.models import Member, Organisation

_OWNERS = (joinedload(Commitment.member), joinedload(Commitment.organisation))
NOT_FOUND = "没有找到这件承诺，可能已被移走"
_IN_CLAUSE = 500


def find_commitment(session: Session, public_id: str) -> Commitment | None:
    """Return the commitment with this public id, owner and organisation loaded, or None."""
    return session.scalar(select(Commitment).where(Commitment.public_id == public_id).options(*_OWNERS))


def get_commitment(session: Session, public_id: str) -> Commitment:
    """Return the commitment with this public id, whoever asks.

    Raises:
        NotFound: when there is none.
    """
    found = find_commitment(session, public_id)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def get_readable_commitment(session: Session, actor: Actor, public_id: str) -> Commitment:
    """Return a commitment that ``actor`` may see with its inner history: his own or his branch's.

    Raises:
        NotFound: when there is none, or it is another branch's.
    """
    found = find_commitment(session, public_id)
    if found is None or not rules.may_read(actor, found):
        raise NotFound(NOT_FOUND)
    return found


def get_public_commitment(session: Session, public_id: str) -> Commitment:
    """Return a commitment that anybody may read: published, closed or withdrawn in public.

    Raises:
        NotFound: when there is none, or it was never published.
    """
    found = find_commitment(session, public_id)
    if found is None or not rules.is_public(found):
        raise NotFound(NOT_FOUND)
    return found


def get_revision(session: Session, commitment: Commitment, number: int) -> Revision:
    """Return one text of a commitment; number 1 is the first.

    Raises:
        NotFound: when there is none.
    """
    query = select(Revision).where(Revision.commitment_id == commitment.id, Revision.number == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound("没有找到这一版内容")
    return found


def list_revisions(session: Session, commitment: Commitment) -> Sequence[Revision]:
    """Return every text of a commitment, the first one first."""
    query = select(Revision).where(Revision.commitment_id == commitment.id).order_by(Revision.number)
    return session.scalars(query).all()


def find_waiting_revision(session: Session, commitment: Commitment) -> Revision | None:
    """Return the revision of a published commitment that waits for vetting, or None."""
    if commitment.published_at is None:
        return None
    return session.scalar(
        select(Revision).where(
            Revision.commitment_id == commitment.id,
            Revision.state == RevisionState.WAITING,
        )
    )


def last_revision_number(session: Session, commitment: Commitment) -> int:
    """Return the number of the newest revision, whatever became of it."""
    query = select(func.max(Revision.number)).where(Revision.commitment_id == commitment.id)
    return session.scalar(query) or 0


def find_last_event(session: Session, commitment: Commitment) -> CommitmentEvent | None:
    """Return the newest link of the chain, or None."""
    return session.scalar(
        select(CommitmentEvent)
        .where(CommitmentEvent.commitment_id == commitment.id)
        .order_by(CommitmentEvent.sequence.desc())
        .limit(1)
    )


def list_events(session: Session, commitment: Commitment) -> Sequence[CommitmentEvent]:
    """Return the chain of a commitment, the first link first."""
    return session.scalars(
        select(CommitmentEvent)
        .where(CommitmentEvent.commitment_id == commitment.id)
        .order_by(CommitmentEvent.sequence)
    ).all()


def list_entries(session: Session, commitment: Commitment) -> Sequence[FulfilmentEntry]:
    """Return every entry with its photos, corrected ones included, the earliest day first."""
    return session.scalars(
        select(FulfilmentEntry)
        .where(FulfilmentEntry.commitment_id == commitment.id)
        .options(selectinload(FulfilmentEntry.photos))
        .order_by(FulfilmentEntry.happened_on, FulfilmentEntry.id)
    ).all()


def get_entry(session: Session, commitment: Commitment, public_id: str) -> FulfilmentEntry:
    """Return one entry of a commitment.

    Raises:
        NotFound: when there is none.
    """
    found = session.scalar(
        select(FulfilmentEntry).where(
            FulfilmentEntry.public_id == public_id, FulfilmentEntry.commitment_id == commitment.id
        )
    )
    if found is None:
        raise NotFound("没有找到这条记录")
    return found


def latest_entries(
    session: Session, commitment_ids: Collection[int], *, hidden: bool = False
) -> dict[int, FulfilmentEntry]:
    """Return the newest standing entry of each commitment, by commitment id, in one query.

    Args:
        hidden: also what waits to be looked at or was refused; for the owner and his branch.
    """
    shown = (Showing.SHOWN,) if not hidden else tuple(Showing)
    ranked = (
        select(
            FulfilmentEntry.id,
            func.row_number()
            .over(
                partition_by=FulfilmentEntry.commitment_id,
                order_by=(FulfilmentEntry.happened_on.desc(), FulfilmentEntry.id.desc()),
            )
            .label("place"),
        )
        .where(
            FulfilmentEntry.commitment_id.in_(list(commitment_ids)),
            FulfilmentEntry.superseded.is_(False),
            FulfilmentEntry.showing.in_(shown),
        )
        .subquery()
    )
    query = select(FulfilmentEntry).join(ranked, ranked.c.id == FulfilmentEntry.id).where(ranked.c.place == 1)
    return {entry.commitment_id: entry for entry in session.scalars(query)}


def list_member_commitments(
    session: Session, member: Member, *, year: int | None = None, public: bool = True
) -> Sequence[Commitment]:
    """Return a member's commitments, the nearest deadline first.

    Args:
        public: only what anybody may read; False for the member himself and his branch.
    """
    return _owned(session, Commitment.member_id == member.id, year, public)


def list_organisation_commitments(
    session: Session, organisation: Organisation, *, year: int | None = None, public: bool = True
) -> Sequence[Commitment]:
    """Return the organisation's own commitments (not its members'), the nearest deadline first."""
    own = and_(Commitment.organisation_id == organisation.id, Commitment.member_id.is_(None))
    return _owned(session, own, year, public)


def _owned(
    session: Session, owned: ColumnElement[bool], year: int | None, public: bool
) -> Sequence[Commitment]:
    query = select(Commitment).where(owned).options(*_OWNERS)
    if year is not None:
        query = query.where(Commitment.year == year)
    if public:
        query = query.where(Commitment.published_at.is_not(None))
    return session.scalars(
        query.order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Filters:
    """How a table of commitments is narrowed; empty values narrow nothing."""

    year: int | None = None
    state: CommitmentState | None = None
    category: Category | None = None
    group_code: str = ""
    member_public_id: str = ""
    branch_own: bool = False
    timing: rules.Timing | None = None
    text: str = ""


def commitments_table(paths: Sequence[str], filters: Filters | None = None) -> Select[Commitment]:
    """Return a SELECT of commitments below any of ``paths``, narrowed; the caller orders and pages.

    Joined to Organisation and (outer) Member, so both may be used for sorting.
    """
    wanted = filters or Filters()
    query = (
        select(Commitment)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .outerjoin(Member, Member.id == Commitment.member_id)
        .where(below(paths), *_conditions(wanted))
        .options(*_OWNERS)
    )
    if wanted.group_code:
        group = select(Organisation.id).where(Organisation.code == wanted.group_code)
        query = query.where(Member.group_id.in_(group))
    return query


def below(paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition "in an organisation at or below one of ``paths``"; false for none."""
    return or_(false(), *(Organisation.path.startswith(path, autoescape=True) for path in paths))


def _conditions(wanted: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.year is not None:
        found.append(Commitment.year == wanted.year)
    if wanted.state is not None:
        found.append(Commitment.state == wanted.state)
    if wanted.category is not None:
        found.append(Commitment.category == wanted.category)
    if wanted.member_public_id:
        found.append(Member.public_id == wanted.member_public_id)
    if wanted.branch_own:
        found.append(Commitment.member_id.is_(None))
    if wanted.timing is not None:
        found.append(timing_condition(wanted.timing))
    if wanted.text:
        found.append(text_condition(wanted.text))
    return found


def text_condition(text: str) -> ColumnElement[bool]:
    """Return the condition "title, file number, beneficiary or member's name holds ``text``"."""
    columns = (Commitment.title, Commitment.file_number, Commitment.beneficiary, Member.name)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def timing_condition(timing: rules.Timing, today: date | None = None) -> ColumnElement[bool]:
    """Return ``rules.timing_of`` as a condition of SQL."""
    today = today or clock.today()
    working, due = Commitment.state.in_(rules.WORKING), Commitment.due_on
    match timing:
        case rules.Timing.OVERDUE:
            return and_(working, due < today)
        case rules.Timing.DUE_SOON:
            return and_(working, due >= today, due <= today + rules.DUE_SOON)
        case rules.Timing.ON_TIME:
            return and_(working, due > today + rules.DUE_SOON)
        case rules.Timing.NO_DATE:
            return and_(working, due.is_(None))
        case rules.Timing.ENDED:
            return Commitment.state.not_in(rules.WORKING)


def _checked_by(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Return the condition "this actor checks it": see ``rules.checking_path``."""
    conditions: list[ColumnElement[bool]] = []
    for path in actor.paths(permission):
        inside = Organisation.path.startswith(path, autoescape=True)
        own_of_root = and_(Organisation.path == path, Organisation.parent_id.is_not(None))
        conditions.append(and_(inside, or_(Commitment.member_id.is_not(None), ~own_of_root)))
    found = or_(false(), *conditions)
    if actor.member_id is None:
        return found
    return and_(found, func.coalesce(Commitment.member_id, 0) != actor.member_id)


def vetting_queue(actor: Actor) -> Select[Commitment]:
    """Return a SELECT of what waits for this actor's vetting, the longest waiting first."""
    waiting = Commitment.state == CommitmentState.SUBMITTED
    return _queue(waiting, _checked_by(actor, Permission.COMMITMENT_VET))


def revision_queue(actor: Actor) -> Select[Commitment]:
    """Return a SELECT of published commitments whose new text waits for this actor's vetting."""
    waiting = select(Revision.commitment_id).where(Revision.state == RevisionState.WAITING)
    condition = and_(Commitment.published_at.is_not(None), Commitment.id.in_(waiting))
    return _queue(condition, _checked_by(actor, Permission.COMMITMENT_VET))


def publishing_queue(actor: Actor) -> Select[Commitment]:
    """Return a SELECT of what is vetted and waits to be published by this actor."""
    condition = Commitment.state == CommitmentState.APPROVED
    return _queue(condition, below(actor.paths(Permission.COMMITMENT_PUBLISH)))


def checking_queue(actor: Actor) -> Select[Commitment]:
    """Return a SELECT of what was reported as done and waits for this actor's check."""
    claimed = Commitment.state == CommitmentState.DONE_CLAIMED
    return _queue(claimed, _checked_by(actor, Permission.COMMITMENT_CLOSE_OUT))


def _queue(*conditions: ColumnElement[bool]) -> Select[Commitment]:
    return (
        select(Commitment)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .where(*conditions)
        .options(*_OWNERS)
        .order_by(Commitment.id)
    )


def count_rows(session: Session, query: Select[Commitment]) -> int:
    """Return how many rows a queue or table has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def list_similar(session: Session, commitment: Commitment) -> list[Commitment]:
    """Return other commitments of the same branch and year whose titles are close to this one."""
    others = session.scalars(
        select(Commitment)
        .where(
            Commitment.organisation_id == commitment.organisation_id,
            Commitment.year == commitment.year,
            Commitment.id != commitment.id,
            Commitment.state != CommitmentState.WITHDRAWN,
        )
        .options(*_OWNERS)
        .order_by(Commitment.id)
    )
    return [other for other in others if rules.titles_are_close(other.title, commitment.title)]


def find_photo(session: Session, public_id: str) -> Photo | None:
    """Return the photo with this public id, or None."""
    return session.scalar(select(Photo).where(Photo.public_id == public_id))


def find_photo_with_entry(session: Session, public_id: str) -> tuple[Photo, FulfilmentEntry | None] | None:
    """Return a photo and the entry it belongs to (its commitment loaded), or None."""
    found = session.execute(
        select(Photo, FulfilmentEntry)
        .outerjoin(FulfilmentEntry, FulfilmentEntry.id == Photo.entry_id)
        .options(joinedload(FulfilmentEntry.commitment).joinedload(Commitment.organisation))
        .where(Photo.public_id == public_id)
    ).first()
    return (found[0], found[1]) if found is not None else None


def count_unattached_photos(session: Session, account_id: int) -> int:
    """Return how many photos of an account wait to be attached."""
    query = select(func.count()).where(Photo.account_id == account_id, Photo.entry_id.is_(None))
    return session.scalar(query) or 0


def known_photo_ids(session: Session, public_ids: Sequence[str]) -> set[str]:
    """Return which of ``public_ids`` have a row."""
    known: set[str] = set()
    for start in range(0, len(public_ids), _IN_CLAUSE):
        part = public_ids[start : start + _IN_CLAUSE]
        known |= set(session.scalars(select(Photo.public_id).where(Photo.public_id.in_(part))))
    return known
