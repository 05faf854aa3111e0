"""Who acts in a web request: cookies and bearer tokens in, an actor out.

``app.py`` hands :func:`load_actor` to the request edge. Public pages look at no cookie, so
that one page serves everybody.
"""

import re
from collections.abc import Collection
from typing import TypeVar

import structlog
from flask import g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from brickwall.accounts import queries, rules, services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import AuthSession
from brickwall.accounts.services import Opened
from brickwall.kernel import clock
from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import set_actor, settings
from brickwall.kernel.permissions import current_actor
from brickwall.kernel.problems import SignInRequired

CONSOLE_COOKIE = "bw_session"
POCKET_COOKIE = "bw_pocket"
CONSOLE_AREA = "/console"
POCKET_AREAS = ("/my", "/activate")
API_AREA = "/api/"
MEDIA_AREA = "/media/"
POCKET_HEADER = "X-Brickwall-Pocket"
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{20,200})")
# Where a sign-in begins: a token that opens nothing any more does not stand in its way.
_THRESHOLDS = frozenset({"/api/v1/sessions/wechat", "/api/v1/sessions/staff"})
_SECOND_STEP = "/api/v1/sessions/staff/second-factor"
_TOKEN_KINDS = (SessionKind.TOKEN, SessionKind.DEVICE, SessionKind.RESIDENT, SessionKind.STAFF_PHONE)
_DEVICES = (
    ("MicroMessenger", "微信"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("HarmonyOS", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
OTHER_DEVICE = "其他设备"
R = TypeVar("R", bound=Response)
log = structlog.get_logger()


def cookie_name(kind: SessionKind) -> str:
    """Return the cookie of a session kind; ``__Host-`` binds it to this host over https."""
    name = POCKET_COOKIE if kind is SessionKind.DEVICE else CONSOLE_COOKIE
    return f"__Host-{name}" if settings().secure else name


def set_session_cookie(response: R, opened: Opened) -> R:
    """Put a new session into its cookie; the console's ends with the browser."""
    lasting = opened.row.kind is SessionKind.DEVICE
    response.set_cookie(
        cookie_name(opened.row.kind),
        opened.token,
        max_age=int(rules.LIFETIMES[opened.row.kind].total_seconds()) if lasting else None,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def clear_session_cookie(response: R, kind: SessionKind) -> R:
    """Take a session's cookie away."""
    response.delete_cookie(
        cookie_name(kind), secure=settings().secure, httponly=True, samesite="Lax", path="/"
    )
    return response


def client_address() -> str:
    """Return the network address of the caller, as far as the proxies in front are trusted."""
    return request.remote_addr or "-"


def describe_device(user_agent: str) -> str:
    """Return a browser's kind of device in words, for the list of sign-ins."""
    for mark, words in _DEVICES:
        if mark in user_agent:
            return words
    return OTHER_DEVICE


def device_label() -> str:
    """Return the words for the device that sent this request."""
    return describe_device(request.headers.get("User-Agent", ""))


def wechat_label() -> str:
    """Return the words for the phone whose mini-program sent this request: ``微信（安卓手机）``."""
    agent = request.headers.get("User-Agent", "").replace("MicroMessenger", "")
    phone = describe_device(agent)
    return "微信" if phone == OTHER_DEVICE else f"微信（{phone}）"


def _cookie(kind: SessionKind) -> str:
    return request.cookies.get(cookie_name(kind), "")


def _candidates() -> list[tuple[str, tuple[SessionKind, ...]]]:
    """Return the tokens to try, in order, with the kinds each may be; a token has no second use."""
    console = (_cookie(SessionKind.CONSOLE), (SessionKind.CONSOLE,))
    pocket = (_cookie(SessionKind.DEVICE), (SessionKind.DEVICE,))
    path = request.path
    if path == CONSOLE_AREA or path.startswith(f"{CONSOLE_AREA}/"):
        return [console]
    if any(path == area or path.startswith(f"{area}/") for area in POCKET_AREAS):
        return [pocket]
    if path.startswith(API_AREA):
        return [pocket] if POCKET_HEADER in request.headers else [console, pocket]
    # A photo not published yet opens for its uploader and for staff.
    return [console, pocket] if path.startswith(MEDIA_AREA) else []


def load_actor() -> None:
    """Find out who acts and tell the request edge.

    A bearer token opens nothing as a cookie, nor a cookie's as a bearer: each was made for one.

    Raises:
        SignInRequired: when an API call brings a bearer token that opens nothing.
    """
    # Where a request runs inside an outer application context (tests, commands), ``g`` outlives it.
    for name in ("actor", "form_token", "by_cookie", "session_public_id", "wechat_identity", "waiting"):
        g.pop(name, None)
    if "Authorization" in request.headers and request.path.startswith((API_AREA, MEDIA_AREA)):
        _load_bearer()
        return
    for token, kinds in _candidates():
        row = _find(token, kinds)
        # What the mini-program got as a bearer token is no cookie.
        if row is not None and row.identity_id is None and rules.is_complete(row):
            set_actor(rules.actor_of(row), row.form_token)
            g.session_public_id = row.public_id
            return


def _load_bearer() -> None:
    given = _BEARER.fullmatch(request.headers["Authorization"].strip())
    row = _find(given.group(1), _TOKEN_KINDS) if given else None
    if row is None:
        if request.path in _THRESHOLDS:
            return
        raise SignInRequired("登录过期或已退出，请重新登录", "accounts.bad_token")
    if not rules.is_complete(row):
        if request.path != _SECOND_STEP:
            raise SignInRequired("这次登录还差动态验证码，请先输验证码", "accounts.second_factor_needed")
        g.waiting = row.id
        return
    set_actor(rules.actor_of(row), by_cookie=False)
    g.session_public_id = row.public_id
    g.wechat_identity = row.identity


def _find(token: str, kinds: Collection[SessionKind]) -> AuthSession | None:
    """Return the live session, read outside the request's own transaction, and note its use."""
    if not token:
        return None
    with new_session() as session:
        row = queries.find_session(session, token, kinds)
    if row is not None and clock.now() - row.last_seen_at >= rules.TOUCH_EVERY:
        _touch(row)
    return row


def _touch(row: AuthSession) -> None:
    try:
        with transaction() as session:
            services.touch_session(session, row.id)
    except DBAPIError:
        # A full disk or a long import must not keep people from reading.
        log.warning("session.not_touched", session=row.public_id)


def get_waiting(session: Session) -> AuthSession:
    """Return the console sign-in of this request that still waits for its next step.

    Raises:
        SignInRequired: when there is none, or it waited too long.
    """
    token = _cookie(SessionKind.CONSOLE)
    row = queries.find_session(session, token, (SessionKind.CONSOLE,)) if token else None
    if row is None or rules.is_complete(row):
        raise SignInRequired("这次登录没有做完，时间又过了，请重新登录", "accounts.nothing_waiting")
    return row


def get_waiting_phone(session: Session) -> AuthSession:
    """Return staff's sign-in on a phone, behind this request's bearer, that waits for its second factor.

    Raises:
        SignInRequired: when there is none, or it waited too long.
    """
    row = session.get(AuthSession, g.get("waiting", 0))
    if row is None or row.revoked_at is not None:
        raise SignInRequired("这次登录没有做完，时间又过了，请重新登录", "accounts.nothing_waiting")
    return row


def get_current_session(session: Session) -> AuthSession:
    """Return the complete session row behind this request's actor.

    Raises:
        SignInRequired: when nobody is signed in.
    """
    row = session.get(AuthSession, current_actor().session_id)
    if row is None:
        raise SignInRequired("请先登录")
    return row
