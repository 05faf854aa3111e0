"""A member of a branch, a clerk, and slips, for the tests of binding."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.kernel.permissions import Actor
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.models import Member
from tests.accounts.people import actor_for, make_staff
from tests.factories.organisations import make_member, make_organisation

PHONE = "13800001234"


@pytest.fixture
def member(session: Session, settings: Settings) -> Member:
    """林秀峰 with ``PHONE`` on the roster."""
    branch = make_organisation(session)
    found = make_member(session, branch, "林秀峰", phone_index=PhoneBox(settings.keys_dir).index(PHONE))
    session.commit()
    return found


@pytest.fixture
def clerk(session: Session, member: Member) -> Actor:
    """A clerk of the member's branch."""
    account = make_staff(session, member.organisation, Role.CLERK, "wang.clerk", "王小满")
    return actor_for(account, Role.CLERK, member.organisation)


@pytest.fixture
def slip_for(session: Session, settings: Settings, clerk: Actor) -> Callable[[Member], str]:
    """Return ``slip_for(member) -> code``."""

    def issued(who: Member) -> str:
        session.rollback()
        code = services.issue_activations(session, settings, clerk, [who])[0].code
        session.commit()
        return code

    return issued
