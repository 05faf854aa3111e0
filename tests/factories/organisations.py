"""Organisations and members for tests; every name is invented."""

from typing import Any

from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.organisations.constants import OrganisationKind, Sector
from brickwall.organisations.models import Member, Organisation


def make_organisation(
    session: Session,
    *,
    code: str = "liuhe",
    name: str = "柳河村党支部",
    short_name: str = "柳河",
    kind: OrganisationKind = OrganisationKind.BRANCH,
    parent: Organisation | None = None,
    **values: Any,
) -> Organisation:
    """Add an organisation below ``parent`` and flush."""
    organisation = Organisation(
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        sector=values.pop("sector", Sector.VILLAGE),
        parent_id=parent.id if parent else None,
        created_at=clock.now(),
        **values,
    )
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    session.flush()
    return organisation


def make_member(session: Session, organisation: Organisation, name: str = "林秀峰", **values: Any) -> Member:
    """Add a member to ``organisation`` and flush."""
    member = Member(
        organisation_id=organisation.id, name=name, created_at=clock.now(), updated_at=clock.now(), **values
    )
    session.add(member)
    session.flush()
    return member
