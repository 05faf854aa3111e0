"""Plaques over the API: what a code leads to, and the branch's own stock."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from brickwall.kernel.db import db
from brickwall.kernel.http import idempotent, settings
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import Permission, current_actor, public, requires
from brickwall.organisations.queries import get_member_for, get_organisation_for
from brickwall.plaques import printouts, queries, schemas, services
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.printing.budget import describe_host
from brickwall.printing.plaque_templates import list_templates

blueprint = Blueprint("api_plaques", __name__, url_prefix="", description="铭牌")


SILENT = frozenset({PlaqueState.BLANK, PlaqueState.RETIRED})
"""States in which a code leads to nobody."""


class _Row:
    """A plaque with its holder's name, as schemas read it."""

    def __init__(self, plaque: Plaque) -> None:
        self.holder = None if plaque.state in SILENT else services.holder_name(plaque)
        self.plaque = plaque

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plaque, name)


@blueprint.get("/plaques/<code>")
@public
@blueprint.response(200, schemas.PlaquePublic)
def get_public_plaque(code: str) -> _Row:
    """Return what a code leads to; spelling is forgiven as on paper (O and 0, I, L and 1)."""
    return _Row(queries.get_plaque(db.session(), code))


@blueprint.get("/plaques")
@requires(Permission.PLAQUE_READ)
@blueprint.arguments(schemas.PlaqueQuery, location="query")
@blueprint.response(200, schemas.PlaquePage)
def list_plaques(query: dict[str, Any]) -> dict[str, Any]:
    """Return the plaques of my organisations, newest first."""
    session, actor = db.session(), current_actor()
    paths = actor.paths(Permission.PLAQUE_READ)
    if query["organisation"]:
        paths = [get_organisation_for(session, actor, Permission.PLAQUE_READ, query["organisation"]).path]
    rows = queries.plaques_below(paths).order_by(None)
    if query["state"]:
        rows = rows.where(Plaque.state == query["state"])
    return cursor_page(session, rows, Plaque.id.expression, query["cursor"], query["limit"], _Row)


@blueprint.get("/plaque-templates")
@requires(Permission.PLAQUE_READ)
@blueprint.response(200, schemas.TemplateList)
def get_templates() -> dict[str, Any]:
    """Return the templates and the level that the configured address gets."""
    return {"items": list_templates(), "host_sentence": describe_host(settings().base_url).sentence}


@blueprint.post("/blank-plaques")
@requires(Permission.PLAQUE_PRINT)
@idempotent
@blueprint.arguments(schemas.BlankIn)
@blueprint.response(201, schemas.PlaqueList)
def issue_blanks(body: dict[str, Any]) -> dict[str, Any]:
    """Issue blank plaques that are bound later."""
    session, actor = db.session(), current_actor()
    place = get_organisation_for(session, actor, Permission.PLAQUE_PRINT, body["organisation"])
    made = services.issue_blank_stock(session, actor, place, body["count"])
    return {"items": [_Row(plaque) for plaque in made]}


@blueprint.post("/plaque-prints")
@requires(Permission.PLAQUE_PRINT)
@idempotent
@blueprint.arguments(schemas.PrintIn)
@blueprint.response(202, schemas.PrintJobOut)
def order_print(body: dict[str, Any]) -> dict[str, str]:
    """Order a print job; the finished file is handed out on its page in the console."""
    session, actor = db.session(), current_actor()
    printouts.find_template(body["template"])
    place = get_organisation_for(session, actor, Permission.PLAQUE_PRINT, body["organisation"])
    wanted = {name: body[name] for name in ("codes", "blank", "skip")}
    job = services.order_print(session, actor, place, body["template"], **wanted)
    return {"job": job.public_id, "page": f"/console/jobs/{job.public_id}"}


def _own(code: str) -> Plaque:
    return queries.get_plaque_for(db.session(), current_actor(), Permission.PLAQUE_WRITE, code)


def _target(plaque: Plaque, member: str | None) -> services.Target:
    if member is None:
        return plaque.organisation
    return get_member_for(db.session(), current_actor(), Permission.PLAQUE_WRITE, member)


@blueprint.post("/plaques/<code>/bind")
@requires(Permission.PLAQUE_WRITE)
@idempotent
@blueprint.arguments(schemas.TargetIn)
@blueprint.response(200, schemas.PlaqueOut)
def bind_plaque(body: dict[str, Any], code: str) -> _Row:
    """Give a blank plaque its holder."""
    plaque = _own(code)
    services.bind_plaque(db.session(), current_actor(), plaque, _target(plaque, body["member"]))
    return _Row(plaque)


@blueprint.post("/plaques/<code>/repoint")
@requires(Permission.PLAQUE_WRITE)
@idempotent
@blueprint.arguments(schemas.RepointIn)
@blueprint.response(200, schemas.PlaqueOut)
def repoint_plaque(body: dict[str, Any], code: str) -> _Row:
    """Let a plaque lead to another holder: public, with its reason."""
    plaque = _own(code)
    target = _target(plaque, body["member"])
    services.repoint_plaque(db.session(), current_actor(), plaque, target, body["reason"])
    return _Row(plaque)


@blueprint.post("/plaques/<code>/retire")
@requires(Permission.PLAQUE_WRITE)
@idempotent
@blueprint.arguments(schemas.PlaqueReasonIn)
@blueprint.response(200, schemas.PlaqueOut)
def retire_plaque(body: dict[str, Any], code: str) -> _Row:
    """Take a plaque out of use for good."""
    plaque = _own(code)
    services.retire_plaque(db.session(), current_actor(), plaque, body["reason"])
    return _Row(plaque)


@blueprint.post("/plaques/<code>/install")
@requires(Permission.PLAQUE_WRITE)
@idempotent
@blueprint.response(200, schemas.PlaqueOut)
def install_plaque(code: str) -> _Row:
    """Note that a plaque hangs on the wall."""
    plaque = _own(code)
    services.install_plaque(db.session(), current_actor(), plaque)
    return _Row(plaque)


@blueprint.post("/plaques/<code>/damage")
@requires(Permission.PLAQUE_WRITE)
@idempotent
@blueprint.arguments(schemas.PlaqueReasonIn)
@blueprint.response(200, schemas.PlaqueOut)
def report_damaged(body: dict[str, Any], code: str) -> _Row:
    """Note that a plaque no longer reads or fell off."""
    plaque = _own(code)
    services.report_damaged(db.session(), current_actor(), plaque, body["reason"])
    return _Row(plaque)
