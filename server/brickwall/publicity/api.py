"""Walls over the API."""

from typing import Any

from flask_smorest import Blueprint

from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import public
from brickwall.organisations.constants import LABELS
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import get_organisation
from brickwall.publicity import queries, schemas
from brickwall.publicity.builders.lists import WITH_WALL
from brickwall.publicity.builders.site import Site
from brickwall.publicity.builders.walls import counts_of, segments_of
from brickwall.publicity.constants import wall_path

blueprint = Blueprint("api_publicity", __name__, url_prefix="", description="砖墙")


@blueprint.get("/walls/<organisation>")
@public
@blueprint.response(200, schemas.WallPublic)
def get_wall(organisation: str) -> dict[str, Any]:
    """Return an organisation's wall; the same figures as its page."""
    site = Site(db.session(), settings().host, clock.today())
    return _wall(site, get_organisation(site.session, organisation))


def _wall(site: Site, found: Organisation) -> dict[str, Any]:
    children = [] if found.kind in WITH_WALL else queries.list_open_children(site.session, found)
    return {
        "code": found.code,
        "name": found.name,
        "kind": found.kind.value,
        "kind_label": LABELS[found.kind],
        "page": wall_path(found.code),
        "year": site.today.year,
        "as_of": clock.now(),
        "figures": _figures(site, found),
        "bricks": _bricks(site, found),
        "children": [
            {"code": each.code, "name": each.name, "page": wall_path(each.code)} for each in children
        ],
    }


def _figures(site: Site, organisation: Organisation) -> dict[str, int]:
    coverage, fulfilment = counts_of(site, organisation)
    return {
        "members": coverage.active,
        "exempt": coverage.exempt,
        "expected": coverage.expected,
        "committed": coverage.committed,
        "published": fulfilment.published,
        "closed_out": fulfilment.closed_out,
        "claimed": fulfilment.claimed,
        "overdue": fulfilment.overdue,
    }


def _bricks(site: Site, organisation: Organisation) -> list[dict[str, Any]]:
    if organisation.kind not in WITH_WALL:
        return []
    return [
        {
            "name": brick.name,
            "group": segment.name,
            "note": brick.note,
            "tone": brick.tone,
            "filled": brick.filled,
            "page": brick.path or None,
        }
        for segment in segments_of(site, organisation)
        for brick in segment.bricks
    ]
