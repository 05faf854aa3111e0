"""My phones: which ones have my pocket open, and closing one."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from brickwall.accounts import queries, services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.web_auth import clear_session_cookie, get_current_session
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import NotFound
from brickwall.web.console.forms import done
from brickwall.web.member.blueprint import own_member, page, pocket


@pocket.get("/devices")
@requires(Permission.OWN_SESSION)
def devices() -> Response:
    """Show the phones on which my pocket is open."""
    rows = queries.list_sessions(db.session(), current_actor().account_id or 0, SessionKind.DEVICE)
    return page("devices.html", rows=rows, member=own_member())


@pocket.post("/devices/<public_id>/end")
@requires(Permission.OWN_SESSION)
def end_device(public_id: str) -> ResponseReturnValue:
    """Close my pocket on another phone."""
    actor = current_actor()
    row = queries.get_own_session(db.session(), actor, public_id)
    services.end_session(db.session(), actor, row)
    return done(f"{row.label or '那部手机'}已退出", url_for("pocket.devices"))


@pocket.post("/devices/<public_id>/unbind")
@requires(Permission.OWN_SESSION)
def unbind(public_id: str) -> ResponseReturnValue:
    """Take the WeChat behind one of my sign-ins off me, for a lost phone: ended alone it comes back."""
    actor = current_actor()
    row = queries.get_own_session(db.session(), actor, public_id)
    if row.identity_id is None:
        raise NotFound("这次登录不是从微信来的，点“退出这部手机”就行")
    services.unbind_identity(db.session(), actor, row.identity_id)
    return done("微信绑定已解除，那个微信打不开您的承诺了", url_for("pocket.devices"))


@pocket.post("/out")
@requires(Permission.OWN_SESSION)
def leave() -> ResponseReturnValue:
    """Close my pocket on this phone."""
    services.end_session(db.session(), current_actor(), get_current_session(db.session()))
    answer = done("这部手机已退出。再用时，请找支部要一张新的激活条", url_for("threshold.ask"))
    return clear_session_cookie(answer, SessionKind.DEVICE)
