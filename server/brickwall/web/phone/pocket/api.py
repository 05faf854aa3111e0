"""The member's pocket over the API: my first page, one of my commitments, whose slip this is."""

from typing import Any

from flask_smorest import Blueprint

from brickwall.accounts import signing_in
from brickwall.accounts.web_auth import client_address
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, public, requires
from brickwall.web.member.blueprint import own_member
from brickwall.web.member.cards import read_pocket
from brickwall.web.member.views.commitments import get_own
from brickwall.web.phone import schemas
from brickwall.web.phone.reading import read_own

blueprint = Blueprint("api_pocket", __name__, url_prefix="", description="党员手机上的页面")


@blueprint.get("/me/pocket")
@requires(Permission.OWN_COMMITMENT)
@blueprint.response(200, schemas.PocketOut)
def get_pocket() -> dict[str, Any]:
    """Return what I promised, what is due and what waits for the branch."""
    member = own_member()
    pocket = read_pocket(db.session(), current_actor(), member)
    return {
        "name": member.name,
        "organisation": member.organisation.name,
        "figures": pocket.figures,
        "filled": pocket.filled,
        "todo": pocket.todo,
        "waiting": pocket.waiting,
        "over": pocket.over,
    }


@blueprint.get("/me/commitments/<public_id>")
@requires(Permission.OWN_COMMITMENT)
@blueprint.response(200, schemas.OwnCommitmentOut)
def get_own_commitment(public_id: str) -> dict[str, Any]:
    """Return one of my commitments with everything that happened to it."""
    return read_own(db.session(), current_actor(), get_own(public_id))


@blueprint.post("/sessions/activation/check")
@public
@blueprint.arguments(schemas.SlipIn)
@blueprint.response(200, schemas.SlipOut)
def check_slip(body: dict[str, str]) -> dict[str, str]:
    """Return whose slip a code is, without using it, so that nobody opens another's pocket."""
    slip = signing_in.examine_slip(db.session(), settings(), body["code"], address=client_address())
    return {"name": slip.member.name, "organisation": slip.member.organisation.name}
