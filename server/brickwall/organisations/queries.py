"""Reading organisations and members. Whoever asks narrows by paths first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import NotFound
from brickwall.organisations.constants import MemberStatus, OrganisationKind, Switch
from brickwall.organisations.models import Member, Organisation, SwitchChange

NO_ORGANISATION = "没有找到这个党组织，请从列表里重新选择"
NO_MEMBER = "没有找到这位党员，可能已转到别的支部"


# ---------------------------------------------------------------- organisations


def organisations_below(paths: Iterable[str]) -> Select[Organisation]:
    """Return a SELECT of the organisations at and below any of ``paths``, parents first."""
    inside = [Organisation.path.startswith(path, autoescape=True) for path in paths]
    return select(Organisation).where(or_(False, *inside)).order_by(Organisation.path)


def list_of_kinds(
    session: Session, paths: Iterable[str], kinds: Collection[OrganisationKind], limit: int
) -> Sequence[Organisation]:
    """Return at most ``limit`` open organisations of some kinds at and below ``paths``.

    A county has thousands of branches: whoever offers a choice asks for one more than he
    can show, and does something else when he gets it.
    """
    query = organisations_below(paths).where(Organisation.kind.in_(kinds), Organisation.closed_at.is_(None))
    return session.scalars(query.limit(limit)).all()


def find_organisation(session: Session, code: str) -> Organisation | None:
    """Return the organisation with ``code``, or None."""
    return session.scalar(select(Organisation).where(Organisation.code == code))


def get_organisation(session: Session, code: str) -> Organisation:
    """Return the organisation with ``code``.

    Raises:
        NotFound: when there is none.
    """
    found = find_organisation(session, code)
    if found is None:
        raise NotFound(NO_ORGANISATION)
    return found


def get_organisation_for(session: Session, actor: Actor, permission: Permission, code: str) -> Organisation:
    """Return the organisation with ``code`` if ``actor`` holds ``permission`` there.

    Raises:
        NotFound: when there is none, or it is out of the actor's reach.
    """
    found = get_organisation(session, code)
    if not actor.may(permission, found.path):
        raise NotFound(NO_ORGANISATION)
    return found


def list_groups(session: Session, branch: Organisation) -> Sequence[Organisation]:
    """Return the open groups of a branch in the order they were made."""
    query = select(Organisation).where(
        Organisation.parent_id == branch.id,
        Organisation.kind == OrganisationKind.GROUP,
        Organisation.closed_at.is_(None),
    )
    return session.scalars(query.order_by(Organisation.id)).all()


def list_branches_below(session: Session, path: str) -> Sequence[Organisation]:
    """Return the open branches at and below ``path``."""
    query = organisations_below([path]).where(
        Organisation.kind == OrganisationKind.BRANCH, Organisation.closed_at.is_(None)
    )
    return session.scalars(query).all()


def list_children(session: Session, parent: Organisation) -> Sequence[Organisation]:
    """Return the organisations directly below ``parent``."""
    query = select(Organisation).where(Organisation.parent_id == parent.id)
    return session.scalars(query.order_by(Organisation.id)).all()


# ---------------------------------------------------------------- members


def members_below(paths: Iterable[str]) -> Select[Member]:
    """Return a SELECT of the members of the organisations at and below ``paths``, in wall order.

    Branch and group are loaded with them.
    """
    inside = [Organisation.path.startswith(path, autoescape=True) for path in paths]
    return (
        select(Member)
        .join(Organisation, Member.organisation_id == Organisation.id)
        .where(or_(False, *inside))
        .options(joinedload(Member.organisation), joinedload(Member.group))
        .order_by(Organisation.path, *wall_order())
    )


def wall_order() -> tuple[ColumnElement[Any], ...]:
    """Return the ORDER BY of a wall: placed members first, then in the order they came."""
    unplaced = case((Member.wall_position.is_(None), 1), else_=0)
    return unplaced, Member.wall_position.expression, Member.id.expression


def find_member(session: Session, public_id: str) -> Member | None:
    """Return the member with ``public_id``, branch and group loaded, or None."""
    query = select(Member).where(Member.public_id == public_id)
    return session.scalar(query.options(joinedload(Member.organisation), joinedload(Member.group)))


def get_member(session: Session, public_id: str) -> Member:
    """Return the member with ``public_id``.

    Raises:
        NotFound: when there is none.
    """
    found = find_member(session, public_id)
    if found is None:
        raise NotFound(NO_MEMBER)
    return found


def get_member_for(session: Session, actor: Actor, permission: Permission, public_id: str) -> Member:
    """Return a member if ``actor`` holds ``permission`` at his branch.

    Raises:
        NotFound: when there is none, or he belongs to somebody else's branch.
    """
    found = get_member(session, public_id)
    if not actor.may(permission, found.organisation.path):
        raise NotFound(NO_MEMBER)
    return found


def list_wall(session: Session, organisation: Organisation) -> Sequence[Member]:
    """Return the active members of one branch in the order of its wall."""
    query = select(Member).where(
        Member.organisation_id == organisation.id, Member.status == MemberStatus.ACTIVE
    )
    return session.scalars(query.options(joinedload(Member.group)).order_by(*wall_order())).all()


def get_last_wall_positions(session: Session, organisation_ids: Collection[int]) -> dict[int, int]:
    """Return the highest place taken on each branch's wall, 0 where it is empty."""
    query = (
        select(Member.organisation_id, func.max(Member.wall_position))
        .where(Member.organisation_id.in_(organisation_ids))
        .group_by(Member.organisation_id)
    )
    found = {row[0]: row[1] or 0 for row in session.execute(query)}
    return {each: found.get(each, 0) for each in organisation_ids}


def get_last_wall_position(session: Session, organisation_id: int) -> int:
    """Return the highest place taken on a branch's wall, 0 when it is empty."""
    return get_last_wall_positions(session, [organisation_id])[organisation_id]


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """How many members: the denominators of every figure (PRACTICES L10)."""

    active: int
    exempt: int

    @property
    def committing(self) -> int:
        """Members who are expected to commit."""
        return self.active - self.exempt


def count_members(session: Session, path: str) -> MemberCounts:
    """Count active and exempt members at and below ``path``."""
    query = (
        select(func.count(Member.id), func.count(Member.exemption_reason))
        .join(Organisation, Member.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(path, autoescape=True), Member.status == MemberStatus.ACTIVE)
    )
    row = session.execute(query).one()
    return MemberCounts(row[0], row[1])


def count_members_of(session: Session, organisation_ids: Sequence[int]) -> dict[int, MemberCounts]:
    """Count active and exempt members of each organisation, those directly in it."""
    query = (
        select(Member.organisation_id, func.count(Member.id), func.count(Member.exemption_reason))
        .where(Member.organisation_id.in_(organisation_ids), Member.status == MemberStatus.ACTIVE)
        .group_by(Member.organisation_id)
    )
    return {row[0]: MemberCounts(row[1], row[2]) for row in session.execute(query)}


def list_root_paths(session: Session) -> Sequence[str]:
    """Return the paths of the organisations without one above."""
    return session.scalars(select(Organisation.path).where(Organisation.parent_id.is_(None))).all()


def find_switch(session: Session, switch: Switch) -> SwitchChange | None:
    """Return the newest change of a switch, or None while nobody ever touched it."""
    query = select(SwitchChange).where(SwitchChange.name == switch)
    return session.scalar(query.order_by(SwitchChange.id.desc()).limit(1))


def is_on(session: Session, switch: Switch) -> bool:
    """Tell whether the county has switched something on; off is the default (EXPERIENCE, restraint)."""
    found = find_switch(session, switch)
    return found is not None and found.is_on
