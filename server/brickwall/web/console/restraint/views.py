"""What is off until the county switches it on, with a reason that stands on the public page."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import NotFound
from brickwall.organisations.constants import BUILT, LABELS, Switch
from brickwall.organisations.services.switches import may_switch, set_switch
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import done, read_reason
from brickwall.web.public.restraint import ALWAYS, NEVER, switch_line

area = console_area("restraint", __name__)


@area.get("/")
@requires(Permission.SWITCH_MANAGE)
def index() -> str:
    """Show what is never done, what may be switched, what is always on."""
    session = db.session()
    return render_template(
        "console/restraint/index.html",
        lines=[switch_line(session, switch) for switch in Switch],
        built=BUILT,
        may=may_switch(session, current_actor()),
        never=NEVER,
        always=ALWAYS,
    )


def _switch(name: str) -> Switch:
    try:
        return Switch(name)
    except ValueError as error:
        raise NotFound("没有这个开关，请从列表里重新选择") from error


@area.post("/<name>/<any(on, off):state>")
@requires(Permission.SWITCH_MANAGE)
def turn(name: str, state: str) -> ResponseReturnValue:
    """Switch something on or off for the whole site, for a reason."""
    switch = _switch(name)
    set_switch(db.session(), current_actor(), switch, state == "on", read_reason())
    words = "打开" if state == "on" else "关掉"
    return done(f"“{LABELS[switch]}”已{words}，公开页面上也写明了", url_for("console_restraint.index"))
