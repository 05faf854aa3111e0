"""Signing in to the console, step by step, and signing out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.accounts import services, signing_in
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import AuthSession
from brickwall.accounts.services import Opened
from brickwall.accounts.signing_in import Step
from brickwall.accounts.web_auth import (
    clear_session_cookie,
    client_address,
    device_label,
    get_current_session,
    get_waiting,
    set_session_cookie,
)
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, find_actor, public, requires
from brickwall.kernel.problems import Problem
from brickwall.web.console.context import frame_context
from brickwall.web.console.forms import Form, done, form_again, read_form
from brickwall.web.console.paths import local_path
from brickwall.web.console.sign_in import forms
from brickwall.web.console.sign_in.enrolment import Enrolment, describe_enrolment

area = Blueprint("console_sign_in", __name__, url_prefix="/console/sign-in", template_folder="templates")
area.context_processor(frame_context)

_PAGES = {
    Step.SECOND_FACTOR: "console_sign_in.second_factor",
    Step.PASSWORD: "console_sign_in.password",
    Step.ENROLMENT: "console_sign_in.enrolment",
}


def _next() -> str:
    return local_path(request.args.get("next", ""))


def _go_on(row: AuthSession) -> Response:
    """Return the way to what the sign-in waits for, or to where the person wanted to go."""
    step = signing_in.next_step(row)
    url = _next() if step is Step.DONE else url_for(_PAGES[step], next=_next())
    return make_response(redirect(url, 303))


def _go_on_with(opened: Opened) -> Response:
    return set_session_cookie(_go_on(opened.row), opened)


@area.get("")
@public
def index() -> ResponseReturnValue:
    """Show the sign-in form; who is signed in goes on."""
    if find_actor() is not None:
        return redirect(_next(), 303)
    return render_template("console/sign_in/index.html", form=Form())


@area.post("")
@public
def sign_in() -> ResponseReturnValue:
    """Examine login and password."""
    try:
        typed = read_form(forms.SignInForm())
        opened = signing_in.sign_in(
            db.session(), settings(), **typed, address=client_address(), label=device_label()
        )
    except Problem as problem:
        return form_again("console/sign_in/index.html", problem)
    return _go_on_with(opened)


@area.get("/code")
@public
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor."""
    row = get_waiting(db.session())
    if signing_in.next_step(row) is not Step.SECOND_FACTOR:
        return _go_on(row)
    return render_template("console/sign_in/code.html", form=Form())


@area.post("/code")
@public
def pass_second_factor() -> ResponseReturnValue:
    """Examine the second factor."""
    row = get_waiting(db.session())
    try:
        typed = read_form(forms.CodeForm())
        opened = signing_in.pass_second_factor(db.session(), settings(), row, typed["code"])
    except Problem as problem:
        return form_again("console/sign_in/code.html", problem)
    return _go_on_with(opened)


@area.get("/password")
@public
def password() -> ResponseReturnValue:
    """Ask for an own password in place of the one-time one."""
    row = get_waiting(db.session())
    if signing_in.next_step(row) is not Step.PASSWORD:
        return _go_on(row)
    return render_template("console/sign_in/password.html", form=Form(), name=row.owner.display_name)


@area.post("/password")
@public
def choose_password() -> ResponseReturnValue:
    """Put an own password in place of the one-time one."""
    row = get_waiting(db.session())
    if signing_in.next_step(row) is not Step.PASSWORD:
        return _go_on(row)
    name = row.owner.display_name
    try:
        typed = read_form(forms.NewPasswordForm())
        services.change_password(db.session(), row.owner, typed["password"], keep=row.id)
    except Problem as problem:
        return form_again("console/sign_in/password.html", problem, name=name)
    if signing_in.next_step(row) is not Step.DONE:
        return _go_on(row)
    return _go_on_with(services.finish_sign_in(db.session(), row))


def _enrolment_of(row: AuthSession) -> Enrolment:
    return describe_enrolment(db.session(), settings(), row.owner)


@area.get("/second-factor")
@public
def enrolment() -> ResponseReturnValue:
    """Show the code with which an authenticator is set up; the secret was made by the POST before."""
    row = get_waiting(db.session())
    if signing_in.next_step(row) is not Step.ENROLMENT:
        return _go_on(row)
    return render_template("console/sign_in/enrolment.html", form=Form(), enrolment=_enrolment_of(row))


@area.post("/second-factor")
@public
def enrol() -> ResponseReturnValue:
    """Make the secret, or confirm it with its first code and show the recovery codes once."""
    row = get_waiting(db.session())
    if signing_in.next_step(row) is not Step.ENROLMENT:
        return _go_on(row)
    if "begin" in request.form:
        services.begin_enrolment(db.session(), settings(), row.owner)
        return _go_on(row)
    try:
        typed = read_form(forms.CodeForm())
        codes = services.confirm_enrolment(db.session(), settings(), row.owner, typed["code"])
    except Problem as problem:
        return form_again("console/sign_in/enrolment.html", problem, enrolment=_enrolment_of(row))
    opened = services.finish_sign_in(db.session(), row)
    return set_session_cookie(show_recovery_codes(codes, _next()), opened)


def show_recovery_codes(codes: list[str], url: str) -> Response:
    """Return the only page that ever shows an account's recovery codes."""
    answer = make_response(render_template("console/sign_in/recovery.html", codes=codes, url=url))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@area.post("/out")
@requires(Permission.OWN_SESSION)
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    services.end_session(db.session(), current_actor(), get_current_session(db.session()))
    answer = done("已退出登录", url_for("console_sign_in.index"))
    return clear_session_cookie(answer, SessionKind.CONSOLE)
