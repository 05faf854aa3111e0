"""Bricks, walls, chains and home behind the fast lane: rebuilt when they must be, explained when not there."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from brickwall.kernel.http import settings
from brickwall.kernel.ids import PUBLIC_ID_LENGTH, normalise_code
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import NotFound
from brickwall.publicity.assets import static_files
from brickwall.publicity.constants import HOME, brick_path, chain_path, wall_path
from brickwall.publicity.hints import code_hint
from brickwall.publicity.services import current_page
from brickwall.web.public.blueprint import page, public_area, wants_big
from brickwall.web.public.headers import FIXED, is_unchanged, variant

ONE_YEAR = 365 * 24 * 3600
area = public_area("pages", __name__)


class NameConverter(BaseConverter):
    """A code or name in a path: no dot, so ``/q/<check file>.txt`` stays free for others."""

    regex = r"[^.]{1,60}"


def finished(path: str) -> Response | None:
    """Return the finished page at a canonical path, or None when nothing is there."""
    found = current_page(settings(), path)
    if found is None:
        return None
    body, etag = variant(found, big=wants_big())
    unchanged = is_unchanged(request.headers.get("If-None-Match", ""), etag)
    response = make_response(b"" if unchanged else body, 304 if unchanged else found.status)
    response.headers.extend(FIXED[1:])
    response.headers["ETag"] = etag
    if not unchanged:
        response.headers["Content-Type"] = FIXED[0][1]
    return response


def unknown_code(typed: str) -> Response:
    """Explain a code that nobody has, with the form to type it once more."""
    return page("public/unknown.html", 404, typed=typed[:60], hint=code_hint(typed))


@area.get("/")
@public
def home() -> Response:
    """Show the only branch's wall, or the walls of the site."""
    found = finished(HOME)
    if found is None:
        raise NotFound("没有找到这个页面")
    return found


@area.get("/q/<name:code>", strict_slashes=False)
@public
def brick(code: str) -> ResponseReturnValue:
    """Show what a brick's code stands for; a code in another spelling is led to its own address."""
    try:
        canonical = normalise_code(code)
    except ValueError:
        return unknown_code(code)
    if canonical != code:
        return redirect(brick_path(canonical), 301)
    return finished(brick_path(code)) or unknown_code(code)


@area.get("/w/<name:code>", strict_slashes=False)
@public
def wall(code: str) -> ResponseReturnValue:
    """Show an organisation's wall."""
    return finished(wall_path(code)) or page("public/no_wall.html", 404)


@area.get("/c/<name:public_id>", strict_slashes=False)
@public
def chain(public_id: str) -> ResponseReturnValue:
    """Show the whole life of one published commitment."""
    try:
        canonical = normalise_code(public_id, PUBLIC_ID_LENGTH)
    except ValueError:
        return page("public/no_commitment.html", 404)
    if canonical != public_id:
        return redirect(chain_path(canonical), 301)
    return finished(chain_path(public_id)) or page("public/no_commitment.html", 404)


@area.get("/static/<name>")
@public
def static_file(name: str) -> Response:
    """Serve the public script and icon; the name changes with the bytes, so it keeps a year."""
    file = static_files().get(name)
    if file is None:
        raise NotFound("没有找到这个文件，请刷新页面")
    response = Response(file.body, mimetype=file.mimetype)
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


@area.get("/favicon.ico")
@public
def favicon() -> Response:
    """Serve the icon to browsers that look for it at its old place."""
    icon = next(file for file in static_files().values() if file.mimetype == "image/png")
    response = Response(icon.body, mimetype=icon.mimetype)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
