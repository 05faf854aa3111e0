"""What can be done with a plaque, each by one form."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from brickwall.kernel.db import db
from brickwall.kernel.ids import group_code
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.plaques import services
from brickwall.plaques.rules import MAX_BLANKS
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason
from brickwall.web.console.places import get_place
from brickwall.web.console.plaques.area import area, own_plaque
from brickwall.web.console.plaques.choices import list_branches, read_target


class BlankForm(Schema):
    """How many blank plaques for which branch."""

    organisation = fields.String(required=True)
    count = fields.Integer(
        required=True, validate=validate.Range(1, MAX_BLANKS, error=f"一次可以编 1 到 {MAX_BLANKS} 块")
    )


@area.get("/blank")
@requires(Permission.PLAQUE_PRINT)
def blank() -> str:
    """Ask how many blank plaques are wanted."""
    places = list_branches(current_actor(), Permission.PLAQUE_PRINT)
    first = places[0].code if len(places) == 1 else ""
    form = Form({"organisation": first, "count": 10})
    return render_template("console/plaques/blank.html", form=form, places=places)


@area.post("/blank")
@requires(Permission.PLAQUE_PRINT)
def issue_blank() -> ResponseReturnValue:
    """Issue blank stock."""
    actor = current_actor()
    try:
        wanted = read_form(BlankForm())
        place = get_place(actor, Permission.PLAQUE_PRINT, wanted["organisation"])
        made = services.issue_blank_stock(db.session(), actor, place, wanted["count"])
    except Problem as problem:
        places = list_branches(actor, Permission.PLAQUE_PRINT)
        return form_again("console/plaques/blank.html", problem, places=places)
    sentence = f"已给{place.name}编了 {len(made)} 块空白砖，印好以后扫码就能配给党员"
    return done(sentence, url_for(".index", state="blank"))


@area.post("/<code>/install")
@requires(Permission.PLAQUE_WRITE)
def install(code: str) -> ResponseReturnValue:
    """Note that a plaque hangs on the wall."""
    plaque = own_plaque(code, Permission.PLAQUE_WRITE)
    services.install_plaque(db.session(), current_actor(), plaque)
    return done(f"已登记砖 {group_code(plaque.code)} 安装好了", url_for(".page", code=plaque.code))


@area.post("/<code>/damage")
@requires(Permission.PLAQUE_WRITE)
def damage(code: str) -> ResponseReturnValue:
    """Note that a plaque no longer reads or fell off."""
    plaque = own_plaque(code, Permission.PLAQUE_WRITE)
    services.report_damaged(db.session(), current_actor(), plaque, read_reason())
    return done("已登记损坏，可以重印这一块", url_for(".page", code=plaque.code))


@area.post("/<code>/retire")
@requires(Permission.PLAQUE_WRITE)
def retire(code: str) -> ResponseReturnValue:
    """Take a plaque out of use for good."""
    plaque = own_plaque(code, Permission.PLAQUE_WRITE)
    services.retire_plaque(db.session(), current_actor(), plaque, read_reason())
    return done(
        f"砖 {group_code(plaque.code)} 已停用，扫它的人会看到说明", url_for(".page", code=plaque.code)
    )


@area.post("/<code>/repoint")
@requires(Permission.PLAQUE_WRITE)
def repoint(code: str) -> ResponseReturnValue:
    """Let a plaque lead to another holder."""
    plaque, actor = own_plaque(code, Permission.PLAQUE_WRITE), current_actor()
    target = read_target(actor, request.form.get("target", ""))
    services.repoint_plaque(db.session(), actor, plaque, target, read_reason())
    return done(f"砖 {group_code(plaque.code)} 现在指向{target.name}", url_for(".page", code=plaque.code))


@area.post("/<code>/bind")
@requires(Permission.PLAQUE_WRITE)
def bind(code: str) -> ResponseReturnValue:
    """Give a blank plaque its holder."""
    plaque, actor = own_plaque(code, Permission.PLAQUE_WRITE), current_actor()
    target = read_target(actor, request.form.get("target", ""))
    services.bind_plaque(db.session(), actor, plaque, target)
    return done(f"空白砖 {group_code(plaque.code)} 已配给{target.name}", url_for(".page", code=plaque.code))
