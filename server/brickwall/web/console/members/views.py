"""Lists, adds and changes members."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.constants import LABELS, MemberStatus, Sex
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.schemas import MemberForm
from brickwall.organisations.services import members
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form
from brickwall.web.console.members.table import (
    branch_options,
    group_options,
    masked_phone,
    member_table,
    members_in_reach,
)
from brickwall.web.console.places import get_place, home_path
from brickwall.web.console.tables import export, show

area = console_area("members", __name__)
SEXES = [(sex.value, LABELS[sex]) for sex in Sex]


@area.get("/")
@requires(Permission.MEMBER_READ)
def index() -> str:
    """List the members in the actor's reach."""
    actor = current_actor()
    counts = queries.count_members(db.session(), home_path(actor))
    view = show(member_table(actor), members_in_reach(actor))
    return render_template("console/members/index.html", view=view, counts=counts)


@area.post("/export")
@requires(Permission.MEMBER_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the list as shown, without phone numbers."""
    actor = current_actor()
    return export(member_table(actor), members_in_reach(actor), home_path(actor))


def get_member(public_id: str, permission: Permission = Permission.MEMBER_WRITE) -> Member:
    """Return a member in the actor's reach; another branch's member is not found."""
    return queries.get_member_for(db.session(), current_actor(), permission, public_id)


@area.get("/<public_id>")
@requires(Permission.MEMBER_READ)
def page(public_id: str) -> str:
    """Show one member with the acts that may be done."""
    member, actor = get_member(public_id, Permission.MEMBER_READ), current_actor()
    branches = branch_options(actor)
    return render_template(
        "console/members/page.html",
        member=member,
        phone=masked_phone(member),
        may_write=actor.may(Permission.MEMBER_WRITE, member.organisation.path),
        branches=branches and [each for each in branches if each[0] != member.organisation.code],
        statuses=[(each.value, LABELS[each]) for each in MemberStatus if each is not member.status],
    )


# ---------------------------------------------------------------- new


def _branch_of_form() -> Organisation | None:
    """Return the branch chosen in the address, or the only one there is."""
    actor = current_actor()
    choices = branch_options(actor)
    code = request.args.get("branch", "") or (choices[0][0] if choices and len(choices) == 1 else "")
    return get_place(actor, Permission.MEMBER_WRITE, code) if code else None


def _form_context(branch: Organisation) -> dict[str, Any]:
    return {"branch": branch, "sexes": SEXES, "groups": group_options(branch)}


@area.get("/new")
@requires(Permission.MEMBER_WRITE)
def new() -> str:
    """Show the form for a new member, after the branch was chosen."""
    branch = _branch_of_form()
    if branch is None:
        choices = branch_options(current_actor())
        return render_template("console/members/choose.html", branches=choices, target=".new")
    return render_template("console/members/new.html", form=Form(), **_form_context(branch))


@area.post("/new/<code>")
@requires(Permission.MEMBER_WRITE)
def create(code: str) -> ResponseReturnValue:
    """Add a member to a branch."""
    actor = current_actor()
    branch = get_place(actor, Permission.MEMBER_WRITE, code)
    try:
        values = read_form(MemberForm())
        box = PhoneBox(settings().keys_dir)
        member = members.create_member(db.session(), actor, box, branch, **values)
    except Problem as problem:
        return form_again("console/members/new.html", problem, **_form_context(branch))
    return done(f"已新增党员{member.name}", url_for(".page", public_id=member.public_id))


# ---------------------------------------------------------------- edit


def _values_of(member: Member) -> dict[str, Any]:
    names = ("name", "sex", "born_on", "joined_on", "regular_on", "post", "group_id")
    return {name: getattr(member, name) for name in names}


@area.get("/<public_id>/edit")
@requires(Permission.MEMBER_WRITE)
def edit(public_id: str) -> str:
    """Show the form of a member; the phone field stays empty and means no change."""
    member = get_member(public_id)
    context = _form_context(member.organisation)
    phone, form = masked_phone(member), Form(_values_of(member))
    return render_template("console/members/edit.html", member=member, form=form, phone=phone, **context)


@area.post("/<public_id>/edit")
@requires(Permission.MEMBER_WRITE)
def change(public_id: str) -> ResponseReturnValue:
    """Change what is known of a member."""
    member = get_member(public_id)
    try:
        changed = _change(member)
    except Problem as problem:
        context = _form_context(member.organisation)
        phone = masked_phone(member)
        return form_again("console/members/edit.html", problem, member=member, phone=phone, **context)
    sentence = f"已改好{member.name}的资料" if changed else "没有改动"
    return done(sentence, url_for(".page", public_id=public_id))


def _change(member: Member) -> list[str]:
    values = read_form(MemberForm())
    typed: str = values.pop("phone")
    phone = "" if request.form.get("no_phone") else typed or None
    return members.change_member(
        db.session(),
        current_actor(),
        PhoneBox(settings().keys_dir),
        member,
        values,
        phone=phone,
        seen=request.form.get("seen", ""),
    )


# ---------------------------------------------------------------- order of the wall


@area.get("/order")
@requires(Permission.MEMBER_WRITE)
def order() -> str:
    """Show a branch's wall with a number for every place."""
    branch = _branch_of_form()
    if branch is None:
        choices = branch_options(current_actor())
        return render_template("console/members/choose.html", branches=choices, target=".order")
    wall = queries.list_wall(db.session(), branch)
    return render_template("console/members/order.html", branch=branch, wall=wall)


def order_of(fields: Mapping[str, str]) -> list[str]:
    """Return names of fields in the order of their numbers; unreadable ones are left out.

    Fields come in the present order. Of equal numbers, one moved up goes before and one
    moved down behind the one that stands there.
    """
    placed: list[tuple[int, int, str]] = []
    for present, (name, value) in enumerate(fields.items(), start=1):
        if value.isascii() and value.isdecimal() and len(value) < 9:
            wanted = int(value)
            placed.append((wanted, (wanted > present) - (wanted < present), name))
    return [name for _, _, name in sorted(placed, key=lambda each: each[:2])]


@area.post("/order/<code>")
@requires(Permission.MEMBER_WRITE)
def reorder(code: str) -> ResponseReturnValue:
    """Put a branch's wall into the order of the typed numbers."""
    actor = current_actor()
    branch = get_place(actor, Permission.MEMBER_WRITE, code)
    fields = {name: value for name, value in request.form.items() if name != "form_token"}
    members.reorder_wall(db.session(), actor, branch, order_of(fields))
    return done("砖墙次序改好了", url_for(".order", branch=code))
