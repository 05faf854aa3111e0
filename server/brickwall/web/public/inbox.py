"""A villager's inbox on the web: a random mark in a cookie, no name, no phone number, no script.

The mark opens the mailbox and nothing else; whoever loses it loses what is in the mailbox.
"""

from typing import TypeVar

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import public
from brickwall.kernel.security import new_token, token_hash
from brickwall.messages import queries, services
from brickwall.messages.queries import Owner
from brickwall.messages.rules import KEPT_FOR
from brickwall.web.public.blueprint import page, public_area

COOKIE = "bw_inbox"
HOME = "/inbox"
# The page carries no numbers of pages: nobody is told more than this within 400 days.
SHOWN = 100
R = TypeVar("R", bound=Response)
area = public_area("inbox", __name__)


def _set_mark(response: R, token: str) -> R:
    """Give the browser its mark, or 400 more days of the one it has."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(KEPT_FOR.total_seconds()),
        path=HOME,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _owner() -> Owner:
    """Return whose mailbox this browser's mark opens; of nobody's without a mark."""
    token = request.cookies.get(COOKIE, "")
    return Owner(token_hash=token_hash(token)) if token else Owner()


@area.get(HOME)
@public
def show() -> Response:
    """Show what this browser was told and what it waits for."""
    session, owner = db.session(), _owner()
    return page(
        "public/inbox.html",
        messages=queries.list_messages(session, owner, SHOWN),
        unread=queries.count_unread(session, owner),
        waiting=queries.list_subscriptions(session, owner),
        lost_mark=request.args.get("asked") == "1" and owner == Owner(),
    )


@area.post(f"{HOME}/ask")
@public
def ask() -> ResponseReturnValue:
    """Note that this browser wants to be told once, and give it its mark."""
    token = request.cookies.get(COOKIE, "") or new_token()
    owner = Owner(token_hash=token_hash(token))
    topic, code = request.form.get("topic", "")[:60], request.form.get("code", "")[:60]
    services.subscribe(db.session(), settings(), owner, topic, code)
    return _set_mark(redirect(f"{HOME}?asked=1", 303), token)


@area.post(f"{HOME}/stop")
@public
def stop() -> ResponseReturnValue:
    """Take back a wish to be told."""
    services.unsubscribe(db.session(), _owner(), request.form.get("id", "")[:40])
    return redirect(HOME, 303)


@area.post(f"{HOME}/read")
@public
def read() -> ResponseReturnValue:
    """Note that everything shown was read."""
    services.mark_read(db.session(), _owner())
    return redirect(HOME, 303)


@area.post(f"{HOME}/forget")
@public
def forget() -> ResponseReturnValue:
    """Delete this browser's mailbox with everything in it, and its mark."""
    services.forget_mailbox(db.session(), _owner())
    response = redirect(HOME, 303)
    response.delete_cookie(COOKIE, path=HOME, secure=settings().secure, httponly=True, samesite="Lax")
    return response
