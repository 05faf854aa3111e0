"""Staff and members for the tests of accounts."""

from datetime import timedelta

import pyotp
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.permissions import SYSTEM, Actor, Grant
from brickwall.organisations.models import Organisation

PASSWORD = "柳河的井水很甜 2026"


def make_staff(
    session: Session,
    organisation: Organisation,
    role: Role = Role.SECRETARY,
    login: str = "chen.shuji",
    name: str = "陈守田",
) -> Account:
    """Open an account with ``PASSWORD`` and one role, and commit."""
    new = services.NewAccount(login, name, role, PASSWORD)
    account, _ = services.create_account(session, SYSTEM, new, organisation)
    session.commit()
    return account


def enrol(session: Session, settings: Settings, account: Account) -> tuple[str, list[str]]:
    """Set up the second factor with the code of a minute ago; return secret and recovery codes."""
    secret = services.begin_enrolment(session, settings, account)
    codes = services.confirm_enrolment(session, settings, account, code_of(secret, steps=-1))
    session.commit()
    return secret, codes


def code_of(secret: str, steps: int = 0) -> str:
    """Return the authenticator's code now, or ``steps`` of 30 s away."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def actor_for(account: Account, role: Role, organisation: Organisation) -> Actor:
    """Return the actor that ``account`` is with one role."""
    return Actor(account.display_name, account.id, grants=(Grant(organisation.path, ROLE_PERMISSIONS[role]),))
