"""Organisations and members over the API, for staff and their programs."""

from typing import Any

from flask_smorest import Blueprint

from brickwall.kernel.db import db
from brickwall.kernel.http import idempotent, settings
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries, schemas
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.services import members, organisations

blueprint = Blueprint("api_organisations", __name__, url_prefix="", description="党组织和党员")


@blueprint.get("/organisations")
@requires(Permission.ORGANISATION_READ)
@blueprint.arguments(schemas.ListQuery, location="query")
@blueprint.response(200, schemas.OrganisationPage)
def list_organisations(query: dict[str, Any]) -> dict[str, Any]:
    """Return the organisations in my reach, newest first."""
    reach = queries.organisations_below(current_actor().paths(Permission.ORGANISATION_READ)).order_by(None)
    return cursor_page(db.session(), reach, Organisation.id.expression, query["cursor"], query["limit"])


@blueprint.post("/organisations")
@requires(Permission.ORGANISATION_WRITE)
@idempotent
@blueprint.arguments(schemas.OrganisationIn)
@blueprint.response(201, schemas.OrganisationOut)
def create_organisation(body: dict[str, Any]) -> Organisation:
    """Make an organisation below one in my reach."""
    session, actor = db.session(), current_actor()
    code = body.pop("parent")
    parent = queries.get_organisation_for(session, actor, Permission.ORGANISATION_WRITE, code)
    return organisations.create_organisation(session, actor, parent, **body)


@blueprint.get("/organisations/<code>")
@requires(Permission.ORGANISATION_READ)
@blueprint.response(200, schemas.OrganisationOut)
def get_organisation(code: str) -> Organisation:
    """Return one organisation in my reach."""
    return queries.get_organisation_for(db.session(), current_actor(), Permission.ORGANISATION_READ, code)


@blueprint.get("/members")
@requires(Permission.MEMBER_READ)
@blueprint.arguments(schemas.MemberQuery, location="query")
@blueprint.response(200, schemas.MemberPage)
def list_members(query: dict[str, Any]) -> dict[str, Any]:
    """Return the members in my reach, newest first, of one organisation and below if asked."""
    session, actor = db.session(), current_actor()
    paths = actor.paths(Permission.MEMBER_READ)
    if query["organisation"]:
        code = query["organisation"]
        paths = [queries.get_organisation_for(session, actor, Permission.MEMBER_READ, code).path]
    reach = queries.members_below(paths).order_by(None)
    if query["status"]:
        reach = reach.where(Member.status == query["status"])
    return cursor_page(session, reach, Member.id.expression, query["cursor"], query["limit"])


@blueprint.post("/members")
@requires(Permission.MEMBER_WRITE)
@idempotent
@blueprint.arguments(schemas.MemberIn)
@blueprint.response(201, schemas.MemberOut)
def create_member(body: dict[str, Any]) -> Member:
    """Add a member to a branch in my reach."""
    session, actor = db.session(), current_actor()
    code = body.pop("organisation")
    branch = queries.get_organisation_for(session, actor, Permission.MEMBER_WRITE, code)
    return members.create_member(session, actor, PhoneBox(settings().keys_dir), branch, **body)


@blueprint.get("/members/<public_id>")
@requires(Permission.MEMBER_READ)
@blueprint.response(200, schemas.MemberOut)
def get_member(public_id: str) -> Member:
    """Return one member in my reach."""
    return queries.get_member_for(db.session(), current_actor(), Permission.MEMBER_READ, public_id)
