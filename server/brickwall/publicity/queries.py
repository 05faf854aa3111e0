"""What the public pages gather across domains, in few statements each."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brickwall.commitments import rules
from brickwall.commitments.constants import CommitmentState, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque, PlaqueEvent

NOT_COUNTED = (CommitmentState.WITHDRAWN, CommitmentState.CARRIED_OVER)
LIVE = (PlaqueState.ISSUED, PlaqueState.PRINTED, PlaqueState.INSTALLED, PlaqueState.DAMAGED)


def find_plaque(session: Session, code: str) -> Plaque | None:
    """Return the plaque with this code, its holder and organisation loaded, or None."""
    query = select(Plaque).where(Plaque.code == code)
    holder = joinedload(Plaque.member)
    return session.scalar(
        query.options(joinedload(Plaque.organisation), holder.joinedload(Member.group), holder)
    )


def member_codes(session: Session, organisation_id: int) -> dict[int, str]:
    """Return the code of each member's newest live brick in a branch, by member id."""
    query = (
        select(Plaque.member_id, Plaque.code)
        .where(
            Plaque.organisation_id == organisation_id,
            Plaque.member_id.is_not(None),
            Plaque.state.in_(LIVE),
        )
        .order_by(Plaque.id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def find_member_code(session: Session, member_id: int) -> str | None:
    """Return the code of a member's newest live brick, or None."""
    query = select(Plaque.code).where(Plaque.member_id == member_id, Plaque.state.in_(LIVE))
    return session.scalar(query.order_by(Plaque.id.desc()).limit(1))


def find_own_code(session: Session, organisation_id: int) -> str | None:
    """Return the code of an organisation's own newest live brick, or None."""
    query = select(Plaque.code).where(
        Plaque.organisation_id == organisation_id, Plaque.member_id.is_(None), Plaque.state.in_(LIVE)
    )
    return session.scalar(query.order_by(Plaque.id.desc()).limit(1))


def find_last_plaque_event(session: Session, plaque: Plaque) -> PlaqueEvent | None:
    """Return the newest line of a plaque's ledger, or None."""
    query = select(PlaqueEvent).where(PlaqueEvent.plaque_id == plaque.id)
    return session.scalar(query.order_by(PlaqueEvent.id.desc()).limit(1))


def list_wall_commitments(session: Session, organisation_id: int, year: int) -> Sequence[Commitment]:
    """Return a branch's published commitments of a year and unfinished ones of earlier years.

    The branch's own are among them.
    """
    unfinished = Commitment.state.in_(rules.CORRECTABLE)
    query = select(Commitment).where(
        Commitment.organisation_id == organisation_id,
        Commitment.published_at.is_not(None),
        (Commitment.year >= year) | unfinished,
        Commitment.state.not_in(NOT_COUNTED),
    )
    return session.scalars(query).all()


def commitments_with_photos(session: Session, commitment_ids: Collection[int]) -> set[int]:
    """Return which of the commitments have an entry with a photo."""
    query = (
        select(FulfilmentEntry.commitment_id)
        .join(Photo, Photo.entry_id == FulfilmentEntry.id)
        .where(
            FulfilmentEntry.commitment_id.in_(list(commitment_ids)),
            FulfilmentEntry.superseded.is_(False),
            FulfilmentEntry.showing == Showing.SHOWN,
            Photo.showing == Showing.SHOWN,
        )
        .distinct()
    )
    return set(session.scalars(query))


def find_recommitment(session: Session, commitment: Commitment) -> Commitment | None:
    """Return the published commitment that takes this one on (再承诺), or None."""
    query = select(Commitment).where(
        Commitment.parent_id == commitment.id, Commitment.published_at.is_not(None)
    )
    return session.scalar(query.limit(1))


def find_parent(session: Session, commitment: Commitment) -> Commitment | None:
    """Return the commitment that this one takes on, or None."""
    return session.get(Commitment, commitment.parent_id) if commitment.parent_id else None


def list_roots(session: Session) -> Sequence[Organisation]:
    """Return the open organisations without one above."""
    query = select(Organisation).where(Organisation.parent_id.is_(None), Organisation.closed_at.is_(None))
    return session.scalars(query.order_by(Organisation.id)).all()


def list_first_branches(session: Session, limit: int) -> Sequence[Organisation]:
    """Return the first open branches of the site, at most ``limit``."""
    query = select(Organisation).where(
        Organisation.kind == OrganisationKind.BRANCH, Organisation.closed_at.is_(None)
    )
    return session.scalars(query.order_by(Organisation.path).limit(limit)).all()


def list_open_children(session: Session, parent: Organisation) -> Sequence[Organisation]:
    """Return the open organisations directly below, party groups left out."""
    query = select(Organisation).where(
        Organisation.parent_id == parent.id,
        Organisation.kind != OrganisationKind.GROUP,
        Organisation.closed_at.is_(None),
    )
    return session.scalars(query.order_by(Organisation.id)).all()
