"""What every page of the pocket stands on: blueprints, the frame's context, rendering."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import current_actor, find_actor
from brickwall.kernel.problems import NotFound
from brickwall.organisations.models import Member
from brickwall.publicity.assets import page_assets
from brickwall.web.member.assets import file_path, pocket_style
from brickwall.web.public.blueprint import wants_big

HOME = "/my"
pocket = Blueprint("pocket", __name__, url_prefix=HOME, template_folder="templates")
threshold = Blueprint("threshold", __name__, template_folder="templates")


def own_member() -> Member:
    """Return the member whose phone this is.

    Raises:
        NotFound: when the account belongs to no member.
    """
    member_id = current_actor().member_id
    found = db.session.get(Member, member_id) if member_id is not None else None
    if found is None:
        raise NotFound("这个账号没有对应的党员，请用支部发的激活条开通手机")
    return found


@pocket.context_processor
@threshold.context_processor
def pocket_context() -> dict[str, Any]:
    """Return the names that every template of the pocket may use."""
    actor = find_actor()
    return {
        "actor": actor,
        "who": own_member().public_id if actor and actor.member_id else "",
        "assets": page_assets(),
        "style": pocket_style(),
        "file_path": file_path,
        "big": wants_big(),
        "here": request.path if request.method == "GET" else "",
        "host": settings().host,
    }


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Return a page that is made for one person and kept by nobody but his phone."""
    response = make_response(render_template(f"member/{template}", **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response
