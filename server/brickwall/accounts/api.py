"""Accounts over the API: activation, who am I, my sign-ins, staff accounts."""

from typing import Any

from flask import g
from flask_smorest import Blueprint
from sqlalchemy import select

from brickwall.accounts import queries, schemas, services, signing_in
from brickwall.accounts.identities import current_identity
from brickwall.accounts.models import Account
from brickwall.accounts.web_auth import client_address, device_label, wechat_label
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import Actor, Permission, current_actor, public, requires
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import get_organisation_for

blueprint = Blueprint("api_accounts", __name__, url_prefix="", description="账号、登录和激活")


@blueprint.post("/sessions/activation")
@public
@blueprint.arguments(schemas.ActivationIn)
@blueprint.response(201, schemas.ActivatedOut)
def activate(body: dict[str, str]) -> dict[str, Any]:
    """Use an activation slip and return this phone's token; a WeChat that brings it is bound."""
    identity = current_identity()
    opened = signing_in.activate(
        db.session(),
        settings(),
        body["code"],
        address=client_address(),
        label=wechat_label() if identity else device_label(),
        identity_id=identity.id if identity else None,
    )
    owner, expires_at = opened.row.owner, opened.row.expires_at
    name = owner.display_name
    return {"token": opened.token, "name": name, "member": owner.member, "expires_at": expires_at}


@blueprint.get("/me")
@requires(Permission.OWN_SESSION)
@blueprint.response(200, schemas.MeOut)
def me() -> dict[str, Any]:
    """Return who I am and what I may do where."""
    return _describe(current_actor())


def _describe(actor: Actor) -> dict[str, Any]:
    session = db.session()
    member = session.get(Member, actor.member_id) if actor.member_id is not None else None
    codes = {
        each.path: each.code
        for each in session.scalars(
            select(Organisation).where(Organisation.path.in_([grant.path for grant in actor.grants]))
        )
    }
    return {
        "name": actor.label,
        "member": member.public_id if member else None,
        "session": g.session_public_id,
        "grants": [
            {"organisation": codes[grant.path], "permissions": sorted(grant.permissions)}
            for grant in actor.grants
            if grant.path in codes
        ],
    }


@blueprint.get("/me/sessions")
@requires(Permission.OWN_SESSION)
@blueprint.response(200, schemas.SessionList)
def list_my_sessions() -> dict[str, Any]:
    """Return my sign-ins, the one used last first."""
    actor = current_actor()
    rows = queries.list_sessions(db.session(), actor.account_id or 0)
    return {"items": [_mark(row, actor) for row in rows], "next_cursor": None}


def _mark(row: Any, actor: Actor) -> Any:
    row.current = row.id == actor.session_id
    return row


@blueprint.delete("/me/sessions/<public_id>")
@requires(Permission.OWN_SESSION)
@blueprint.response(204)
def end_my_session(public_id: str) -> None:
    """End one of my sign-ins."""
    actor = current_actor()
    row = queries.get_own_session(db.session(), actor, public_id)
    services.end_session(db.session(), actor, row)


@blueprint.get("/accounts")
@requires(Permission.ACCOUNT_READ)
@blueprint.arguments(schemas.AccountQuery, location="query")
@blueprint.response(200, schemas.AccountPage)
def list_accounts(query: dict[str, Any]) -> dict[str, Any]:
    """Return the staff accounts of my organisations, newest first."""
    staff = queries.staff_below(current_actor().paths(Permission.ACCOUNT_READ)).order_by(None)
    return cursor_page(db.session(), staff, Account.id.expression, query["cursor"], query["limit"])


@blueprint.post("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.arguments(schemas.AccountIn)
@blueprint.response(201, schemas.AccountCreated)
def create_account(body: dict[str, Any]) -> dict[str, Any]:
    """Open a staff account and return its one-time password."""
    session, actor = db.session(), current_actor()
    organisation = get_organisation_for(session, actor, Permission.ACCOUNT_MANAGE, body["organisation"])
    new = services.NewAccount(body["login"], body["name"], body["role"])
    account, password = services.create_account(session, actor, new, organisation)
    return {"account": account, "one_time_password": password}


@blueprint.get("/accounts/<public_id>")
@requires(Permission.ACCOUNT_READ)
@blueprint.response(200, schemas.AccountOut)
def get_account(public_id: str) -> Account:
    """Return one staff account of my organisations."""
    return queries.get_account(db.session(), current_actor(), public_id)


@blueprint.post("/accounts/<public_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.AccountOut)
def disable_account(body: dict[str, str], public_id: str) -> Account:
    """Disable an account and end its sign-ins."""
    actor = current_actor()
    account = queries.get_account(db.session(), actor, public_id, Permission.ACCOUNT_MANAGE)
    services.disable_account(db.session(), actor, account, body["reason"])
    return account


@blueprint.post("/accounts/<public_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.response(200, schemas.AccountOut)
def enable_account(public_id: str) -> Account:
    """Let a disabled account sign in again."""
    actor = current_actor()
    account = queries.get_account(db.session(), actor, public_id, Permission.ACCOUNT_MANAGE)
    services.enable_account(db.session(), actor, account)
    return account
