"""Plaques for tests."""

from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.ids import new_code
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque


def make_plaque(
    session: Session,
    organisation: Organisation,
    member: Member | None = None,
    *,
    state: PlaqueState = PlaqueState.ISSUED,
    code: str = "",
    serial: int = 1,
) -> Plaque:
    """Add a plaque that points to `member`, or to the organisation itself, and flush."""
    plaque = Plaque(
        code=code or new_code(),
        serial=serial,
        state=state,
        organisation=organisation,
        organisation_id=organisation.id,
        member=member,
        member_id=member.id if member else None,
        created_at=clock.now(),
    )
    session.add(plaque)
    session.flush()
    return plaque
