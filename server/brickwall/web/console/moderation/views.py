"""审看 on the branch's desk: what waits, one of them, releasing, refusing, turning it round."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.moderation import rules
from brickwall.moderation.constants import LABELS, CheckState
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import count_held, get_check, held_below, settled_below
from brickwall.moderation.services import describe, refuse_check, release_check
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import done, note, read_reason
from brickwall.web.console.moderation.table import QUEUE, SETTLED, TONES
from brickwall.web.console.places import home_path
from brickwall.web.console.tables import export, show

area = console_area("moderation", __name__)
MOST_AT_ONCE = 200


def _paths() -> list[str]:
    return current_actor().paths(Permission.CONTENT_REVIEW)


def _found(public_id: str) -> ContentCheck:
    return get_check(db.session(), public_id, _paths())


def _seen() -> CheckState:
    """Return the state the form was made for.

    Raises:
        Invalid: when it is none.
    """
    try:
        return CheckState(request.form.get("seen", CheckState.HELD.value))
    except ValueError as error:
        raise Invalid("这一页不完整，请刷新以后再点一次", "moderation.bad_form") from error


@area.get("/")
@requires(Permission.CONTENT_REVIEW)
def index() -> str:
    """List what waits for a person, the longest waiting first."""
    view = show(QUEUE, held_below(_paths()))
    return render_template("console/moderation/index.html", view=view, most=MOST_AT_ONCE)


@area.post("/export")
@requires(Permission.CONTENT_REVIEW, Permission.EXPORT_TABLE)
def export_queue() -> Response:
    """Hand out the queue as shown."""
    return export(QUEUE, held_below(_paths()), home_path(current_actor()))


@area.get("/settled")
@requires(Permission.CONTENT_REVIEW)
def settled() -> str:
    """List what was decided, the newest first; any of it can be turned round."""
    view = show(SETTLED, settled_below(_paths()))
    return render_template("console/moderation/settled.html", view=view)


@area.post("/settled/export")
@requires(Permission.CONTENT_REVIEW, Permission.EXPORT_TABLE)
def export_settled() -> Response:
    """Hand out what was decided as shown."""
    return export(SETTLED, settled_below(_paths()), home_path(current_actor()))


@area.post("/release")
@requires(Permission.CONTENT_REVIEW)
def release_picked() -> ResponseReturnValue:
    """Release everything ticked; what somebody decided meanwhile is left as it is."""
    picked = request.form.getlist("pick")[:MOST_AT_ONCE]
    if not picked:
        raise Invalid("没有选中。请先在左边打勾，再点放行", "moderation.nothing_picked")
    released = sum(_release_quietly(public_id) for public_id in picked)
    rest = len(picked) - released
    sentence = f"放行了 {released} 件，大家看得到了" + (f"；{rest} 件别人刚看过，没有动" if rest else "")
    return (done if released else note)(sentence, url_for(".index"))


def _release_quietly(public_id: str) -> bool:
    try:
        release_check(db.session(), current_actor(), _found(public_id))
    except (NotFound, Refused):
        return False
    return True


@area.get("/<public_id>")
@requires(Permission.CONTENT_REVIEW)
def page(public_id: str) -> str:
    """Show one thing whole, with what can be done about it."""
    return render_template("console/moderation/page.html", **_context(_found(public_id)))


def _context(check: ContentCheck) -> dict[str, Any]:
    return {
        "check": check,
        "what": describe(db.session(), check),
        "kind": LABELS[check.kind],
        "state": LABELS[CheckState.HELD if check.state in rules.OPEN else check.state],
        "tone": TONES.get(check.state, "new"),
        "why": rules.why(check),
        "waiting": check.state in rules.OPEN,
        "shown": check.state in rules.SHOWN,
        "others": count_held(db.session(), _paths()),
    }


@area.post("/<public_id>/release")
@requires(Permission.CONTENT_REVIEW)
def release(public_id: str) -> ResponseReturnValue:
    """Let everybody see it; a refusal is turned round with a reason."""
    check, seen = _found(public_id), _seen()
    reason = read_reason() if seen is CheckState.REFUSED else ""
    release_check(db.session(), current_actor(), check, reason, seen=seen)
    return done("放行了，大家看得到了", url_for(".index" if seen in rules.OPEN else ".settled"))


@area.post("/<public_id>/refuse")
@requires(Permission.CONTENT_REVIEW)
def refuse(public_id: str) -> ResponseReturnValue:
    """Keep it hidden, or hide it again, with a reason its writer reads."""
    check, seen = _found(public_id), _seen()
    refuse_check(db.session(), current_actor(), check, read_reason(), seen=seen)
    return done("没有放行，写的人看得到原因", url_for(".index" if seen in rules.OPEN else ".settled"))
