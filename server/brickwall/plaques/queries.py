"""Reading plaques. Whoever asks narrows by paths first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from brickwall.kernel.ids import normalise_code
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import NotFound
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueEventKind, PlaqueState
from brickwall.plaques.models import Plaque, PlaqueEvent

NO_PLAQUE = "没有找到这块砖，请核对砖上的 8 位编号"
CHUNK = 500
"""Values in one IN list; SQLite allows many more, PostgreSQL plans short lists better."""


def plaques_below(paths: Iterable[str]) -> Select[Plaque]:
    """Return a SELECT of the plaques at and below any of `paths`, by branch and serial.

    Branch and member are loaded with them.
    """
    inside = [Organisation.path.startswith(path, autoescape=True) for path in paths]
    return (
        select(Plaque)
        .join(Organisation, Plaque.organisation_id == Organisation.id)
        .outerjoin(Member, Plaque.member_id == Member.id)
        .where(or_(False, *inside))
        .options(joinedload(Plaque.organisation), joinedload(Plaque.member))
        .order_by(Organisation.path, Plaque.serial, Plaque.id)
    )


def find_plaque(session: Session, code: str) -> Plaque | None:
    """Return the plaque with a code as people type it, or None."""
    try:
        normal = normalise_code(code)
    except ValueError:
        return None
    query = select(Plaque).where(Plaque.code == normal)
    return session.scalar(query.options(joinedload(Plaque.organisation), joinedload(Plaque.member)))


def get_plaque(session: Session, code: str) -> Plaque:
    """Return the plaque with a code as people type it.

    Raises:
        NotFound: when there is none.
    """
    found = find_plaque(session, code)
    if found is None:
        raise NotFound(NO_PLAQUE, "plaques.unknown_code")
    return found


def get_plaque_for(session: Session, actor: Actor, permission: Permission, code: str) -> Plaque:
    """Return a plaque if `actor` holds `permission` at its branch.

    Raises:
        NotFound: when there is none, or it belongs to somebody else's branch.
    """
    found = get_plaque(session, code)
    if not actor.may(permission, found.organisation.path):
        raise NotFound(NO_PLAQUE, "plaques.unknown_code")
    return found


def list_plaques(session: Session, organisation: Organisation) -> Sequence[Plaque]:
    """Return the plaques of one branch that are in use or waiting, by serial."""
    query = (
        select(Plaque)
        .where(Plaque.organisation_id == organisation.id, Plaque.state != PlaqueState.RETIRED)
        .options(joinedload(Plaque.organisation), joinedload(Plaque.member))
        .order_by(Plaque.serial, Plaque.id)
    )
    return session.scalars(query).all()


def list_plaques_by_code(session: Session, codes: Sequence[str]) -> dict[str, Plaque]:
    """Return the plaques with these codes, branch and member loaded; unknown codes are left out."""
    found: dict[str, Plaque] = {}
    for start in range(0, len(codes), CHUNK):
        query = select(Plaque).where(Plaque.code.in_(codes[start : start + CHUNK]))
        rows = session.scalars(query.options(joinedload(Plaque.organisation), joinedload(Plaque.member)))
        found.update((plaque.code, plaque) for plaque in rows)
    return found


def list_taken_codes(session: Session, codes: Sequence[str]) -> set[str]:
    """Return those of `codes` that some plaque already carries, retired ones too."""
    taken: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        query = select(Plaque.code).where(Plaque.code.in_(codes[start : start + CHUNK]))
        taken.update(session.scalars(query))
    return taken


def list_taken_serials(session: Session, organisation_id: int) -> set[int]:
    """Return the serials a branch has ever given; they are not given again."""
    return set(session.scalars(select(Plaque.serial).where(Plaque.organisation_id == organisation_id)))


def count_by_state(session: Session, organisation_path: str) -> dict[PlaqueState, int]:
    """Count the plaques at and below a path by state; a state without plaques is left out."""
    query = (
        select(Plaque.state, func.count(Plaque.id))
        .join(Organisation, Plaque.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(organisation_path, autoescape=True))
        .group_by(Plaque.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_events(session: Session, plaque: Plaque) -> Sequence[PlaqueEvent]:
    """Return a plaque's ledger, newest first."""
    query = select(PlaqueEvent).where(PlaqueEvent.plaque_id == plaque.id)
    return session.scalars(query.order_by(PlaqueEvent.id.desc())).all()


def find_last_repointing(session: Session, plaque: Plaque) -> PlaqueEvent | None:
    """Return the newest event by which a plaque came to its present holder from another, or None."""
    query = select(PlaqueEvent).where(
        PlaqueEvent.plaque_id == plaque.id, PlaqueEvent.kind == PlaqueEventKind.REPOINTED
    )
    return session.scalar(query.order_by(PlaqueEvent.id.desc()).limit(1))
