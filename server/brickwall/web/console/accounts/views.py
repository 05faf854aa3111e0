"""Staff accounts: the list, one account, and what may be done with it."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.accounts import queries, services
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.web.console.accounts import forms
from brickwall.web.console.accounts.table import TABLE, staff
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason
from brickwall.web.console.places import get_place, home_path, list_places
from brickwall.web.console.tables import export, show

area = console_area("accounts", __name__)


def _choices() -> dict[str, Any]:
    """Return the roles this person gives and the organisations at which he gives them."""
    actor = current_actor()
    held = queries.list_held_roles(db.session(), actor.account_id)
    return {
        "roles": forms.role_options(held),
        "places": [(each.code, each.name) for each in list_places(actor, Permission.ACCOUNT_MANAGE)],
    }


def _get(public_id: str) -> Account:
    return queries.get_account(db.session(), current_actor(), public_id, Permission.ACCOUNT_MANAGE)


def _page_of(public_id: str) -> str:
    return url_for("console_accounts.page", public_id=public_id)


def show_password_once(account: Account, password: str, title: str) -> Response:
    """Return the only page that ever shows a one-time password."""
    answer = make_response(
        render_template("console/accounts/password.html", account=account, password=password, title=title)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@area.get("/")
@requires(Permission.ACCOUNT_READ)
def index() -> str:
    """Show the accounts that sign in with a password."""
    return render_template("console/accounts/index.html", view=show(TABLE, staff()))


@area.post("/export")
@requires(Permission.ACCOUNT_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the accounts as shown."""
    return export(TABLE, staff(), home_path(current_actor()))


@area.get("/new")
@requires(Permission.ACCOUNT_MANAGE)
def new() -> str:
    """Ask who gets an account."""
    return render_template("console/accounts/new.html", form=Form(), **_choices())


@area.post("/new")
@requires(Permission.ACCOUNT_MANAGE)
def create() -> ResponseReturnValue:
    """Open an account and show its one-time password once."""
    session, actor = db.session(), current_actor()
    try:
        typed = read_form(forms.AccountForm())
        place = get_place(actor, Permission.ACCOUNT_MANAGE, typed.pop("organisation"))
        account, password = services.create_account(session, actor, services.NewAccount(**typed), place)
    except Problem as problem:
        return form_again("console/accounts/new.html", problem, **_choices())
    return show_password_once(account, password, "账号开好了")


@area.get("/<public_id>")
@requires(Permission.ACCOUNT_READ)
def page(public_id: str) -> str:
    """Show one account and what may be done with it."""
    actor = current_actor()
    account = queries.get_account(db.session(), actor, public_id)
    manages = actor.may(Permission.ACCOUNT_MANAGE) and account.id != actor.account_id
    return render_template("console/accounts/page.html", account=account, manages=manages, **_choices())


@area.post("/<public_id>/roles")
@requires(Permission.ACCOUNT_MANAGE)
def add_role(public_id: str) -> ResponseReturnValue:
    """Give the account one more role."""
    session, actor, account = db.session(), current_actor(), _get(public_id)
    typed = read_form(forms.RoleForm())
    place = get_place(actor, Permission.ACCOUNT_MANAGE, typed["organisation"])
    services.add_assignment(session, actor, account, typed["role"], place)
    return done(f"已给{account.display_name}加上角色", _page_of(public_id))


@area.post("/<public_id>/roles/remove")
@requires(Permission.ACCOUNT_MANAGE)
def remove_role(public_id: str) -> ResponseReturnValue:
    """Take a role away, with a reason."""
    session, actor, account = db.session(), current_actor(), _get(public_id)
    typed, reason = read_form(forms.RoleForm()), read_reason()
    place = get_place(actor, Permission.ACCOUNT_MANAGE, typed["organisation"])
    services.remove_assignment(session, actor, account, Role(typed["role"]), place, reason)
    gone = not any(actor.may(Permission.ACCOUNT_READ, each.organisation.path) for each in account.assignments)
    target = url_for("console_accounts.index") if gone else _page_of(public_id)
    return done(f"已去掉{account.display_name}的角色", target)


@area.post("/<public_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(public_id: str) -> ResponseReturnValue:
    """Disable an account, with a reason."""
    account = _get(public_id)
    services.disable_account(db.session(), current_actor(), account, read_reason())
    return done(f"已停用{account.display_name}的账号，登录都退出了", _page_of(public_id))


@area.post("/<public_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(public_id: str) -> ResponseReturnValue:
    """Let a disabled account sign in again."""
    account = _get(public_id)
    services.enable_account(db.session(), current_actor(), account)
    return done(f"{account.display_name}又可以登录了", _page_of(public_id))


@area.post("/<public_id>/reset")
@requires(Permission.ACCOUNT_MANAGE)
def reset(public_id: str) -> ResponseReturnValue:
    """Give a new one-time password, if wanted without the lost second factor."""
    account = _get(public_id)
    who = db.session(), settings(), current_actor(), account
    password = services.reset_password(*who)
    if request.form.get("second_factor"):
        services.reset_second_factor(*who)
    return show_password_once(account, password, "密码已重设")
