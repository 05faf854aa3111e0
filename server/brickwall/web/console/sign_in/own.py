"""My own account in the console: sign-ins, password, second factor."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.accounts import queries, services, signing_in
from brickwall.accounts.models import Account
from brickwall.accounts.web_auth import get_current_session
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form
from brickwall.web.console.sign_in import forms
from brickwall.web.console.sign_in.enrolment import describe_enrolment
from brickwall.web.console.sign_in.views import show_recovery_codes

area = console_area("my", __name__)


def _account() -> Account:
    return get_current_session(db.session()).owner


@area.get("/")
@requires(Permission.OWN_SESSION)
def index() -> str:
    """Show my sign-ins and how my account is kept safe."""
    account = _account()
    return render_template(
        "console/sign_in/own.html",
        account=account,
        sessions=queries.list_sessions(db.session(), account.id),
        codes_left=queries.count_recovery_codes(db.session(), account.id),
    )


@area.post("/sessions/<public_id>/end")
@requires(Permission.OWN_SESSION)
def end_session(public_id: str) -> ResponseReturnValue:
    """End one of my sign-ins."""
    actor = current_actor()
    row = queries.get_own_session(db.session(), actor, public_id)
    services.end_session(db.session(), actor, row)
    return done(f"已退出：{row.label or '未知设备'}", url_for("console_my.index"))


@area.get("/password")
@requires(Permission.OWN_SESSION)
def password() -> str:
    """Ask for the password in use and a new one."""
    return render_template("console/sign_in/change.html", form=Form())


@area.post("/password")
@requires(Permission.OWN_SESSION)
def change_password() -> ResponseReturnValue:
    """Change my password; my other sign-ins end."""
    session, account = db.session(), _account()
    try:
        typed = read_form(forms.ChangePasswordForm())
        signing_in.confirm_password(session, settings(), account, typed["current"])
        services.change_password(session, account, typed["password"], keep=current_actor().session_id)
    except Problem as problem:
        return form_again("console/sign_in/change.html", problem)
    return done("密码已经改好，别处的登录都退出了", url_for("console_my.index"))


def _enrolment_page() -> dict[str, Any]:
    return {"enrolment": describe_enrolment(db.session(), settings(), _account())}


@area.get("/second-factor")
@requires(Permission.OWN_SESSION)
def enrolment() -> str:
    """Show how to set up an authenticator; the sample lets people in without one."""
    return render_template("console/sign_in/enrolment.html", form=Form(), **_enrolment_page())


@area.post("/second-factor")
@requires(Permission.OWN_SESSION)
def enrol() -> ResponseReturnValue:
    """Make the secret, or confirm it and show the recovery codes once."""
    account = _account()
    if "begin" in request.form:
        services.begin_enrolment(db.session(), settings(), account)
        return done("请用手机扫下面的码", url_for("console_my.enrolment"))
    try:
        typed = read_form(forms.CodeForm())
        codes = services.confirm_enrolment(db.session(), settings(), account, typed["code"])
    except Problem as problem:
        return form_again("console/sign_in/enrolment.html", problem, **_enrolment_page())
    return show_recovery_codes(codes, url_for("console_my.index"))
