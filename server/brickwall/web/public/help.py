"""Typing a code by hand, the size of letters, and the page that says what is done here and what not."""

import re

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import normalise_code
from brickwall.kernel.permissions import public
from brickwall.publicity.constants import HOME, brick_path
from brickwall.web.public.blueprint import BIG_COOKIE, page, public_area
from brickwall.web.public.pages import unknown_code
from brickwall.web.public.restraint import restraint_of

ONE_YEAR = 365 * 24 * 3600
# Only pages of our own that may be opened by anybody.
_WAY_BACK = re.compile(r"/(?:[0-9A-Za-z_-]+(?:/[0-9A-Za-z_-]+)*)?")
area = public_area("help", __name__)


@area.get("/code")
@public
def enter_code() -> ResponseReturnValue:
    """Lead from a code typed by hand to its brick, or show the field for it."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return page("public/code.html")
    try:
        return redirect(brick_path(normalise_code(typed)), 303)
    except ValueError:
        return unknown_code(typed)


@area.get("/big")
@public
def letters() -> Response:
    """Switch between big and standard letters and go back to where one was."""
    back = request.args.get("at", HOME)
    response = redirect(back if _WAY_BACK.fullmatch(back) else HOME, 303)
    on = "1" if request.args.get("on") == "1" else "0"
    # The script switches on the spot, so it must be able to write it too.
    response.set_cookie(BIG_COOKIE, on, max_age=ONE_YEAR, secure=settings().secure, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


@area.get("/rules")
@public
def rules() -> Response:
    """Say what is done here and what not, what is kept, and what ratings do not protect from."""
    return page("public/rules.html", rules=restraint_of(db.session(), settings()))
