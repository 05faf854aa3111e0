"""The threshold: with a slip's code, scanned or typed, a phone becomes a member's pocket."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from brickwall.accounts import services, signing_in
from brickwall.accounts.web_auth import client_address, device_label, get_current_session, set_session_cookie
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import find_actor, public
from brickwall.kernel.problems import Problem
from brickwall.web.member.blueprint import HOME, page, threshold


@threshold.get("/m")
@public
def short_address() -> ResponseReturnValue:
    """Lead from the short address printed on slips to the form."""
    return redirect("/activate", 303)


@threshold.get("/activate")
@public
def ask() -> ResponseReturnValue:
    """Ask for the slip's code; the QR code brings it in the fragment, which no server sees."""
    return page("activate.html", problem=None, open_already=find_actor() is not None)


def _refused(problem: Problem) -> ResponseReturnValue:
    db.session.rollback()
    return page("activate.html", problem.status, problem=problem, open_already=False)


@threshold.post("/activate")
@public
def check() -> ResponseReturnValue:
    """Show whose slip it is, so that nobody opens somebody else's pocket."""
    typed = request.form.get("code", "")
    try:
        slip = signing_in.examine_slip(db.session(), settings(), typed, address=client_address())
    except Problem as problem:
        return _refused(problem)
    return page("confirm.html", member=slip.member, code=typed)


@threshold.post("/activate/yes")
@public
def activate() -> ResponseReturnValue:
    """Use the slip up and open the pocket on this phone."""
    typed = request.form.get("code", "")
    address, label = client_address(), device_label()
    try:
        opened = signing_in.activate(db.session(), settings(), typed, address=address, label=label)
    except Problem as problem:
        return _refused(problem)
    _close_former()
    return set_session_cookie(redirect(HOME, 303), opened)


@threshold.get("/activate/yes")
@public
def opened_again() -> ResponseReturnValue:
    """Lead a phone that opens the answer again to the form."""
    return redirect("/activate", 303)


def _close_former() -> None:
    """End the pocket that was open in this browser: its cookie is replaced, nobody could end it later."""
    actor = find_actor()
    if actor is not None:
        services.end_session(db.session(), actor, get_current_session(db.session()))
