"""A member with his phone, and staff around him, for the tests of the pocket."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import Account
from brickwall.accounts.services import Opened
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.organisations.models import Member
from tests.factories.commitments import Village, make_village


@dataclass
class Phone:
    """A browser in which a member's pocket is open."""

    client: FlaskClient
    opened: Opened
    account: Account

    def post(self, path: str, **data: object):
        """Send a form as the page would, with its session's token."""
        return self.client.post(path, data={"form_token": self.opened.row.form_token, **data})


@pytest.fixture
def village(session: Session) -> Village:
    """A township with two branches and two members."""
    made = make_village(session)
    session.commit()
    return made


@pytest.fixture
def give_phone(app: Application, session: Session) -> Callable[[Member], Phone]:
    """Return ``give_phone(member) -> Phone``."""

    def given(member: Member) -> Phone:
        account = Account(display_name=member.name, member_id=member.id, created_at=clock.now())
        account.member = member
        session.add(account)
        session.flush()
        opened = services.open_session(session, account, SessionKind.DEVICE, label="安卓手机")
        session.commit()
        client = app.test_client()
        client.set_cookie("bw_pocket", opened.token)
        return Phone(client, opened, account)

    return given


@pytest.fixture
def phone(village: Village, give_phone: Callable[[Member], Phone]) -> Phone:
    """The pocket of the village's first member, 林秀峰."""
    return give_phone(village.member)
