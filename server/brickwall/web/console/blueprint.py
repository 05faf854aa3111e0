"""What every console area stands on: its blueprint, the frame's context, refusals, static files."""

from pathlib import Path

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from brickwall.kernel.permissions import find_actor, public
from brickwall.web.console.context import frame_context
from brickwall.web.console.navigation import navigation
from brickwall.web.console.paths import SIGN_IN
from brickwall.web.console.static import read_static, static_version

PREFIX = "/console"
_ONE_YEAR = 365 * 24 * 3600


def console_area(name: str, import_name: str) -> Blueprint:
    """Return the blueprint of one console area, ``/console/<name>``.

    Args:
        name: of the folder, e.g. ``members``; the blueprint is called ``console_members``,
            so ``url_for("console_members.index")`` works from everywhere.
        import_name: ``__name__`` of the area's ``views``; templates stand beside it under
            ``templates/console/<name>/``.
    """
    blueprint = Blueprint(
        f"console_{name}", import_name, url_prefix=f"{PREFIX}/{name}", template_folder="templates"
    )
    blueprint.context_processor(frame_context)
    return blueprint


shell = Blueprint(
    "console",
    __name__,
    url_prefix=PREFIX,
    template_folder=str(Path(__file__).parent / "shell" / "templates"),
)
shell.context_processor(frame_context)


@shell.get("")
@shell.get("/")
@public
def index() -> ResponseReturnValue:
    """Send people to the first page they may open, or to the sign-in page."""
    actor = find_actor()
    groups = navigation(actor) if actor else []
    return redirect(groups[0][0].url if groups else SIGN_IN)


@shell.get("/static/<version>/<name>")
@public
def static_file(version: str, name: str) -> Response:
    """Serve the frame's CSS and JavaScript; the address changes with the bytes, so it keeps a year."""
    file = read_static(name)
    answer = Response(file.body, mimetype=file.mimetype)
    answer.set_etag(static_version())
    fresh = f"public, max-age={_ONE_YEAR}, immutable" if version == static_version() else "no-cache"
    answer.headers["Cache-Control"] = fresh
    answer.make_conditional(request)
    return answer
