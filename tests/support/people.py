"""Signed-in people for tests: a browser per role, without going through the sign-in pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, Assignment, AuthSession
from brickwall.kernel import clock, security
from brickwall.kernel.http import Application
from brickwall.organisations.models import Member, Organisation

FORM_TOKEN = "form-token-of-the-test"


def open_session(session: Session, account: Account, kind: SessionKind = SessionKind.CONSOLE) -> str:
    """Add a fully signed-in session for ``account``, commit, and return its token."""
    token = security.new_token()
    session.add(
        AuthSession(
            token_hash=security.token_hash(token),
            form_token=FORM_TOKEN,
            kind=kind,
            account_id=account.id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=12),
            second_factor_at=clock.now(),
        )
    )
    session.commit()
    return token


def make_account(
    session: Session,
    role: Role,
    organisation: Organisation,
    *,
    login: str | None = None,
    member: Member | None = None,
) -> Account:
    """Add an account with one role at ``organisation`` and flush."""
    account = Account(
        login=login or f"{role.value}-{organisation.code}",
        display_name=f"{organisation.short_name}的{role.value}",
        member_id=member.id if member else None,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    session.add(
        Assignment(account_id=account.id, role=role, organisation_id=organisation.id, created_at=clock.now())
    )
    session.flush()
    return account


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Application, session: Session) -> SignIn:
    """Return ``sign_in(role, organisation, member=None) -> client`` with cookie and form token.

    The client's ``form_token`` goes into every form post: ``data={"form_token": FORM_TOKEN}``.
    """

    def signed_in(role: Role, organisation: Organisation, *, member: Member | None = None) -> FlaskClient:
        account = make_account(session, role, organisation, member=member)
        kind = SessionKind.DEVICE if role is Role.MEMBER else SessionKind.CONSOLE
        token = open_session(session, account, kind)
        client = app.test_client()
        client.set_cookie("bw_pocket" if role is Role.MEMBER else "bw_session", token)
        return client

    return signed_in
