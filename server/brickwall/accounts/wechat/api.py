"""The mini-program's sign-ins over the API: residents and members by WeChat, staff by password."""

from typing import Any

from flask_smorest import Blueprint

from brickwall.accounts import schemas, services, signing_in
from brickwall.accounts.identities import KeptItem
from brickwall.accounts.services import Opened
from brickwall.accounts.web_auth import client_address, get_waiting_phone, wechat_label
from brickwall.accounts.wechat import signing_in as wechat
from brickwall.accounts.wechat.kept import list_kept
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, find_actor, public, requires
from brickwall.kernel.problems import SignInRequired

blueprint = Blueprint("api_wechat", __name__, url_prefix="", description="小程序：登录、绑定、离开")


def _own_identity_id() -> int:
    identity_id = current_actor().identity_id
    if identity_id is None:
        raise SignInRequired("请在微信小程序里打开")
    return identity_id


def _answer(opened: Opened) -> dict[str, Any]:
    account = opened.row.account
    member = account.member if account is not None else None
    return {
        "token": opened.token,
        "expires_at": opened.row.expires_at,
        "member": member,
        "can_bind_phone": member is None,
    }


# None of the answers with a token is kept for an Idempotency-Key: a token is shown once.
@blueprint.post("/sessions/wechat")
@public
@blueprint.arguments(schemas.WechatCodeIn)
@blueprint.response(201, schemas.WechatSessionOut)
def sign_in_with_wechat(body: dict[str, str]) -> dict[str, Any]:
    """Sign in silently with the code of wx.login; a code works once, a new one costs nothing.

    A bearer token of the same WeChat, sent along, is replaced by the new one.
    """
    former = find_actor()
    opened = wechat.sign_in(
        db.session(),
        settings(),
        body["code"],
        address=client_address(),
        label=wechat_label(),
        replaces=former.session_id if former else None,
    )
    return _answer(opened)


@blueprint.post("/sessions/phone")
@requires(Permission.OWN_WECHAT)
@blueprint.arguments(schemas.WechatCodeIn)
@blueprint.response(201, schemas.WechatSessionOut)
def bind_by_phone(body: dict[str, str]) -> dict[str, Any]:
    """Bind this WeChat to the member whose number on the roster the phone button has verified."""
    opened = wechat.bind_by_phone(db.session(), settings(), _own_identity_id(), body["code"], wechat_label())
    return _answer(opened)


@blueprint.post("/sessions/staff")
@public
@blueprint.arguments(schemas.StaffSignInIn)
@blueprint.response(201, schemas.StaffSignInOut)
def sign_in_staff(body: dict[str, str]) -> dict[str, Any]:
    """Sign staff in on a phone, as at the desk; usually the second factor comes next."""
    opened = signing_in.sign_in_on_phone(
        db.session(), settings(), **body, address=client_address(), label=wechat_label()
    )
    step = signing_in.next_step(opened.row)
    return {"token": opened.token, "next": step.value, "expires_at": opened.row.expires_at}


@blueprint.post("/sessions/staff/second-factor")
@public
@blueprint.arguments(schemas.SecondFactorIn)
@blueprint.response(201, schemas.TokenOut)
def pass_second_factor(body: dict[str, str]) -> dict[str, Any]:
    """Finish staff's sign-in on a phone, with the bearer token of its first step."""
    session = db.session()
    waiting = get_waiting_phone(session)
    opened = signing_in.pass_second_factor(session, settings(), waiting, body["code"])
    return {"token": opened.token, "expires_at": opened.row.expires_at}


@blueprint.delete("/me/wechat")
@requires(Permission.OWN_WECHAT)
@blueprint.response(204)
def unbind() -> None:
    """Take this WeChat off its member; it signs in as a resident from now on."""
    services.unbind_identity(db.session(), current_actor(), _own_identity_id())


@blueprint.get("/me/kept")
@requires(Permission.OWN_WECHAT)
@blueprint.response(200, schemas.KeptList)
def get_kept() -> dict[str, list[KeptItem]]:
    """Return in plain words all that is stored about this WeChat user."""
    return {"items": list_kept(db.session(), _own_identity_id())}


@blueprint.post("/me/leave")
@requires(Permission.OWN_WECHAT)
@blueprint.response(204)
def leave() -> None:
    """Delete all that is stored about this WeChat user: sign-ins, messages, consents, itself."""
    services.forget_identity(db.session(), current_actor(), _own_identity_id())
