"""Walls, and every public page as JSON, over the API."""

from typing import Any

from flask import Response, make_response, request
from flask_smorest import Blueprint

from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import PUBLIC_ID_LENGTH, normalise_code
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import NotFound
from brickwall.organisations.constants import LABELS
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import get_organisation
from brickwall.publicity import queries, schemas
from brickwall.publicity.builders.lists import WITH_WALL
from brickwall.publicity.builders.site import Site
from brickwall.publicity.builders.walls import counts_of, segments_of
from brickwall.publicity.constants import HOME, brick_path, chain_path, wall_path
from brickwall.publicity.hints import code_hint
from brickwall.publicity.services import current_page
from brickwall.publicity.twins import twin_path

blueprint = Blueprint("api_publicity", __name__, url_prefix="", description="砖墙和公开页面")
CACHED = "public, max-age=0, must-revalidate"


def _twin(path: str, missing: NotFound) -> Response:
    """Answer with the JSON twin of a public page, 304 to a phone that has it.

    Raises:
        NotFound: ``missing``, when nothing is there.
    """
    found = current_page(settings(), twin_path(path))
    if found is None:
        raise missing
    response = make_response(found.body)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = CACHED
    response.set_etag(found.etag)
    response.make_conditional(request)
    return response


def _twin_doc(*kinds: str) -> dict[str, Any]:
    """Return the OpenAPI description of an answer that is one of the pages ``kinds``."""
    shapes = [schemas.PAGES[kind] for kind in kinds]
    shape = shapes[0] if len(shapes) == 1 else {"oneOf": shapes}
    return {
        "responses": {
            "200": {
                "description": "The page's view model, word for word",
                "content": {"application/json": {"schema": shape}},
            },
            "304": {"description": "The phone has this very page (If-None-Match)"},
        }
    }


@blueprint.get("/pages/home")
@public
@blueprint.doc(**_twin_doc("wall", "walls"))
def home_page() -> Response:
    """Return the home page: the only branch's wall, or the walls of the site."""
    return _twin(HOME, NotFound("这里还没有砖墙，请过一会儿再来"))


@blueprint.get("/pages/q/<code>")
@public
@blueprint.doc(**_twin_doc("brick", "notice"))
def brick_page(code: str) -> Response:
    """Return what a brick's code stands for, in any of Crockford's spellings; a retired one explains itself."""
    try:
        canonical = normalise_code(code[:60])
    except ValueError as error:
        raise NotFound(code_hint(code), "pages.unknown_code") from error
    return _twin(brick_path(canonical), NotFound(code_hint(code), "pages.unknown_code"))


@blueprint.get("/pages/w/<organisation>")
@public
@blueprint.doc(**_twin_doc("wall", "walls"))
def wall_page(organisation: str) -> Response:
    """Return an organisation's wall, or the list of walls below it."""
    return _twin(
        wall_path(organisation), NotFound("没有找到这面墙。可以扫砖上的码，或者输入编号", "pages.no_wall")
    )


@blueprint.get("/pages/c/<public_id>")
@public
@blueprint.doc(**_twin_doc("chain"))
def chain_page(public_id: str) -> Response:
    """Return the whole life of one published commitment."""
    missing = NotFound("没有找到这件承诺，可能还没有公开。请扫砖上的码再看", "pages.no_commitment")
    try:
        canonical = normalise_code(public_id[:60], PUBLIC_ID_LENGTH)
    except ValueError as error:
        raise missing from error
    return _twin(chain_path(canonical), missing)


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
