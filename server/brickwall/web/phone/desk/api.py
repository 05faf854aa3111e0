"""The branch's desk on a clerk's phone: what waits, one after another; plaques; whom to record for."""

from typing import Any

from flask_smorest import Blueprint

from brickwall.commitments import queries, rules
from brickwall.commitments.models import Commitment
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.moderation.queries import count_held
from brickwall.organisations.queries import get_member_for, get_organisation_for
from brickwall.plaques.queries import get_plaque_for
from brickwall.web.console.commitments.review import (
    MAX_SHOWN,
    QUEUES,
    Queue,
    get_queue,
    place_in,
)
from brickwall.web.console.places import home_name
from brickwall.web.phone import schemas
from brickwall.web.phone.desk.people import count_plaques, list_branch_owners, list_people
from brickwall.web.phone.desk.plaques import HeldPlaque
from brickwall.web.phone.desk.reviewing import read_reviewed
from brickwall.web.phone.reading import read_cards

NOTHING: dict[str, Any] = {"number": 0, "total": 0, "previous": "", "following": "", "item": None}
blueprint = Blueprint("api_desk", __name__, url_prefix="/desk", description="支部手机上的页面")


@blueprint.get("")
@requires(Permission.COMMITMENT_READ)
@blueprint.response(200, schemas.DeskOut)
def get_desk() -> dict[str, Any]:
    """Return what waits for me, and the plaques of my branches by state."""
    session, actor = db.session(), current_actor()
    return {
        "name": actor.label,
        "organisation": home_name(actor),
        "queues": [_counted(queue) for queue in QUEUES.values()],
        "plaques": count_plaques(session, actor.paths(Permission.PLAQUE_WRITE)),
        "held": count_held(session, actor.paths(Permission.CONTENT_REVIEW)),
        "may_install": actor.may(Permission.PLAQUE_WRITE),
        "may_record": actor.may(Permission.ENTRY_RECORD),
    }


def _counted(queue: Queue, count: int | None = None) -> dict[str, Any]:
    if count is None:
        count = queries.count_rows(db.session(), queue.select(current_actor()))
    return {"name": queue.name, "label": queue.label, "empty": queue.empty, "count": count}


@blueprint.get("/review/<which>")
@requires(Permission.COMMITMENT_READ)
@blueprint.arguments(schemas.ReviewQuery, location="query")
@blueprint.response(200, schemas.ReviewOut)
def get_review(query: dict[str, str], which: str) -> dict[str, Any]:
    """Return one thing of a queue (vet, revise, publish, check) and its neighbours."""
    session, actor, queue = db.session(), current_actor(), get_queue(which)
    waiting = queue.select(actor).with_only_columns(Commitment.public_id).limit(MAX_SHOWN)
    ids = session.scalars(waiting).all()
    if not ids:
        return {"queue": _counted(queue, 0), **NOTHING}
    place = place_in(queue, ids, query["at"])
    commitment = queries.get_readable_commitment(session, actor, ids[place.number - 1])
    where = {name: getattr(place, name) for name in ("number", "total", "previous", "following")}
    item = read_reviewed(session, actor, commitment)
    return {"queue": _counted(queue, place.total), **where, "item": item}


@blueprint.get("/commitments/<public_id>")
@requires(Permission.COMMITMENT_READ)
@blueprint.response(200, schemas.ReviewedOut)
def get_desk_commitment(public_id: str) -> dict[str, Any]:
    """Return one commitment of my branches with its inner history and what I can do."""
    session, actor = db.session(), current_actor()
    return read_reviewed(session, actor, queries.get_readable_commitment(session, actor, public_id))


@blueprint.get("/members")
@requires(Permission.MEMBER_READ)
@blueprint.arguments(schemas.PeopleQuery, location="query")
@blueprint.response(200, schemas.PeopleOut)
def find_people(query: dict[str, str]) -> dict[str, Any]:
    """Return the members of my branches to choose from, and the branches themselves."""
    session, actor = db.session(), current_actor()
    paths = actor.paths(Permission.MEMBER_READ)
    if query["organisation"]:
        code = query["organisation"]
        paths = [get_organisation_for(session, actor, Permission.MEMBER_READ, code).path]
    people, more = list_people(session, paths, query["q"])
    branches = [] if query["q"] else list_branch_owners(session, paths)
    return {"items": people, "branches": branches, "more": more}


@blueprint.get("/members/<public_id>/promises")
@requires(Permission.COMMITMENT_READ)
@blueprint.response(200, schemas.PromisesOut)
def list_promises(public_id: str) -> dict[str, Any]:
    """Return what a member of my branches is working on."""
    session, actor = db.session(), current_actor()
    member = get_member_for(session, actor, Permission.COMMITMENT_READ, public_id)
    rows = queries.list_member_commitments(session, member)
    return {"owner": member.name, "items": _working(list(rows))}


@blueprint.get("/organisations/<code>/promises")
@requires(Permission.COMMITMENT_READ)
@blueprint.response(200, schemas.PromisesOut)
def list_branch_promises(code: str) -> dict[str, Any]:
    """Return what a branch of mine itself is working on."""
    session, actor = db.session(), current_actor()
    branch = get_organisation_for(session, actor, Permission.COMMITMENT_READ, code)
    rows = queries.list_organisation_commitments(session, branch)
    return {"owner": branch.name, "items": _working(list(rows))}


def _working(rows: list[Commitment]) -> list[Any]:
    open_ones = [row for row in rows if row.state in rules.WORKING]
    return read_cards(db.session(), current_actor(), open_ones)


@blueprint.get("/plaques/<code>")
@requires(Permission.PLAQUE_WRITE)
@blueprint.response(200, schemas.HeldPlaqueOut)
def get_held_plaque(code: str) -> HeldPlaque:
    """Return a plaque of my branches with whose it is and what can happen to it now."""
    return HeldPlaque(get_plaque_for(db.session(), current_actor(), Permission.PLAQUE_WRITE, code))
