"""Members and staff of the running village for journeys: slips, second factors, what arrived."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.accounts.second_factor import open_secret
from brickwall.app import create_app
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.kernel.db import db, transaction
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.models import Member
from tests.support.server import LOGIN, Server, settings_for


@contextmanager
def database(site: Server) -> Iterator[Session]:
    """Open the running site's database beside it."""
    app = create_app(settings_for(site.var_dir, site.url))
    with app.app_context():
        with transaction() as session:
            yield session
        db.engine.dispose()


@dataclass(frozen=True)
class Promise:
    """A member's commitment that is being worked on."""

    member: str
    name: str
    commitment: str
    title: str


def promises(site: Server, kind: CommitmentKind = CommitmentKind.COUNTED) -> list[Promise]:
    """Return members' published commitments of a kind, one a member."""
    with database(site) as session:
        rows = session.execute(
            select(Member.public_id, Member.name, Commitment.public_id, Commitment.title)
            .join(Commitment, Commitment.member_id == Member.id)
            .where(Commitment.kind == kind, Commitment.state == CommitmentState.PUBLISHED)
            .order_by(Commitment.id)
        ).all()
    found = {row[0]: Promise(*row) for row in rows}
    return list(found.values())


def slip(site: Server, promise: Promise) -> str:
    """Return a fresh activation code for a member."""
    with database(site) as session:
        member = session.scalars(select(Member).where(Member.public_id == promise.member)).one()
        clerk = Actor("王小满", grants=(Grant(member.organisation.path, ROLE_PERMISSIONS[Role.CLERK]),))
        settings = settings_for(site.var_dir, site.url)
        return services.issue_activations(session, settings, clerk, [member])[0].code


def entries(site: Server, commitment: str, text: str) -> list[FulfilmentEntry]:
    """Return the entries of a commitment with this text, photos loaded."""
    with database(site) as session:
        query = (
            select(FulfilmentEntry)
            .join(Commitment, Commitment.id == FulfilmentEntry.commitment_id)
            .where(Commitment.public_id == commitment, FulfilmentEntry.text == text)
        )
        rows = list(session.scalars(query))
        for row in rows:
            assert len(row.photos) <= 9
        session.expunge_all()
        return rows


def enrol_secretary(site: Server) -> list[str]:
    """Give the village's secretary a second factor and return recovery codes, each good for once."""
    settings = settings_for(site.var_dir, site.url)
    with database(site) as session:
        account = session.scalars(select(Account).where(Account.login == LOGIN)).one()
        services.begin_enrolment(session, settings, account)
        session.flush()
        assert account.totp_sealed is not None
        secret = open_secret(settings, account.public_id, account.totp_sealed)
        return services.confirm_enrolment(session, settings, account, pyotp.TOTP(secret).now())
