"""Members and staff of the running village for journeys: slips, second factors, what arrived."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyotp
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.accounts.second_factor import open_secret
from brickwall.app import create_app
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.services.moving import take_step
from brickwall.commitments.transitions import BY_NAME
from brickwall.kernel.db import db, transaction
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.models import Member
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.sample.people import wall_names
from tests.factories.organisations import make_organisation
from tests.factories.plaques import make_plaque
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import LOGIN, PASSWORD, Server, settings_for

SIGN_IN = "/branch/sign-in/sign-in"
DESK = "/branch/desk/desk"


@cache
def _beside(var_dir: Path, url: str) -> Application:
    return create_app(settings_for(var_dir, url))


@contextmanager
def database(site: Server) -> Iterator[Session]:
    """Open the running site's database beside it."""
    with _beside(site.var_dir, site.url).app_context():
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


def bind(mp: MiniProgram, site: Server, promise: Promise, who: str, **options: Any) -> None:
    """Bind the phone of ``who`` to a member by typing his slip's code."""
    mp.open("/member/bind/bind", who=who, **options)
    mp.fill("激活码", slip(site, promise))
    mp.tap("下一步")
    mp.see(promise.name, "是您本人吗")
    mp.tap("是我，绑定")
    mp.at("/member/mine/mine")
    mp.see(promise.title)


def entries(site: Server, commitment: str, text: str) -> list[tuple[int | None, int, str]]:
    """Return amount, number of photos and writer of a commitment's entries with this text."""
    with database(site) as session:
        query = (
            select(FulfilmentEntry)
            .join(Commitment, Commitment.id == FulfilmentEntry.commitment_id)
            .where(Commitment.public_id == commitment, FulfilmentEntry.text == text)
        )
        return [(row.amount, len(row.photos), row.recorded_by) for row in session.scalars(query)]


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


def phone_number(promise: Promise) -> str:
    """Return the number the sample roster gives a member (brickwall.sample.loading)."""
    return f"1990000{wall_names().index(promise.name):04d}"


def commitment_state(site: Server, wanted: str) -> list[CommitmentState]:
    """Return the states of the commitments with this public id or title."""
    either = or_(Commitment.public_id == wanted, Commitment.title == wanted)
    with database(site) as session:
        return list(session.scalars(select(Commitment.state).where(either)))


def decide_on(site: Server, wanted: str, step: str, reason: str) -> None:
    """Let somebody of the branch take a step at his desk; ``wanted`` is a public id or a title."""
    either = or_(Commitment.public_id == wanted, Commitment.title == wanted)
    with database(site) as session:
        commitment = session.scalars(select(Commitment).where(either)).one()
        path = commitment.organisation.path
        secretary = Actor("支部书记", grants=(Grant(path, ROLE_PERMISSIONS[Role.SECRETARY]),))
        take_step(session, secretary, BY_NAME[step], commitment, reason=reason)


def sign_in(mp: MiniProgram, codes: Iterator[str], **options: Any) -> None:
    """Sign the secretary in on this phone."""
    mp.open(SIGN_IN, **options)
    mp.fill("登录名", LOGIN)
    mp.fill("密码", PASSWORD)
    mp.tap("登录", role="button")
    mp.fill("6 位数字，或一个备用码", next(codes))
    mp.tap("登录", role="button")
    mp.at(DESK)
    mp.see("等您办的")


def first_waiting(site: Server, state: CommitmentState) -> str | None:
    """Return the public id of the first commitment in this state."""
    with database(site) as session:
        query = select(Commitment.public_id).where(Commitment.state == state).order_by(Commitment.id)
        return session.scalars(query).first()


def entry_sources(site: Server, text: str) -> list[tuple[str, str, str | None]]:
    """Return how, by whom and for whom entries with this text were recorded."""
    with database(site) as session:
        rows = session.scalars(select(FulfilmentEntry).where(FulfilmentEntry.text == text))
        return [(row.source.value, row.recorded_by, row.on_behalf_of) for row in rows]


def plaque_of(site: Server, promise: Promise) -> str:
    """Return the code of a member's plaque."""
    with database(site) as session:
        query = select(Plaque.code).join(Member, Member.id == Plaque.member_id)
        return session.scalars(query.where(Member.public_id == promise.member)).one()


def plaque_state(site: Server, code: str) -> PlaqueState:
    """Return the state of a plaque."""
    with database(site) as session:
        return session.scalars(select(Plaque.state).where(Plaque.code == code)).one()


def some_plaque(site: Server, state: PlaqueState, branch: str = "") -> str:
    """Add a plaque in this state to the village's branch, or to another one, and return its code."""
    with database(site) as session:
        place = session.scalars(select(Plaque)).first().organisation
        if branch:
            place = make_organisation(session, code="dongpo", name=branch, short_name="东坡")
        serial = 1 + max(session.scalars(select(Plaque.serial)), default=0)
        return make_plaque(session, place, state=state, serial=serial).code


def foreign_plaque(site: Server) -> str:
    """Add another village's plaque and return its code."""
    return some_plaque(site, PlaqueState.PRINTED, "东坡村党支部")


def wait_until_public(site: Server, commitment: str, text: str) -> bool:
    """Wait until anybody can read an entry; it may be looked at first by WeChat."""
    for _ in range(50):
        with urlopen(f"{site.url}/api/v1/commitments/{commitment}") as answer:
            if text in answer.read().decode():
                return True
        time.sleep(0.2)
    return False
