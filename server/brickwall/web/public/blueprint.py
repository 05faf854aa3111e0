"""What every public area stands on: its blueprint, and what the public templates expect.

An area's templates extend ``publicity/base.html`` (blocks ``title``, ``header``, ``main``,
``footer``) and stand under ``templates/public/``. No public page looks at who is signed in.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request

from brickwall.kernel.http import settings
from brickwall.publicity.rendering import set_up_environment

FOLDER = Path(__file__).parent / "templates"
BIG_COOKIE = "big"


def wants_big() -> bool:
    """Tell whether this visitor reads big letters."""
    return "1" in {request.args.get("big"), request.cookies.get(BIG_COOKIE)}


def public_context() -> dict[str, Any]:
    """Return the names that every public template may use.

    ``here`` is where the letters' switch leads back to; an answer to a form has no address.
    """
    here = request.path if request.method == "GET" else ""
    return {"host": settings().host, "here": here, "big": wants_big(), "receipts": True}


def public_area(name: str, import_name: str) -> Blueprint:
    """Return the blueprint of one public area, e.g. ``public_area("ratings", __name__)``."""
    blueprint = Blueprint(f"public_{name}", import_name, template_folder=str(FOLDER))
    blueprint.context_processor(public_context)
    return blueprint


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Return a page that is made for one visitor and kept by nobody."""
    response = make_response(render_template(template, **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def set_up_templates(app: Flask) -> None:
    """Let every template find ``publicity/…`` and the public pages' style and script."""
    app.register_blueprint(
        Blueprint("publicity_templates", "brickwall.publicity", template_folder="templates")
    )
    set_up_environment(app.jinja_env)
