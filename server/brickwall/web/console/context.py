"""What every console template finds: who acts, where, the sidebar, words for dates."""

from typing import Any

from flask import current_app, request, url_for

from brickwall.config import Mode
from brickwall.kernel import clock
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Actor, find_actor
from brickwall.web.console import words
from brickwall.web.console.navigation import area_url, navigation
from brickwall.web.console.places import home_name
from brickwall.web.console.static import static_path

SIGN_OUT = "console_sign_in.sign_out"


def _sign_out_url() -> str | None:
    return url_for(SIGN_OUT) if SIGN_OUT in current_app.view_functions else None


def frame_context() -> dict[str, Any]:
    """Return the names that every console template may use."""
    actor: Actor | None = find_actor()
    return {
        "actor": actor,
        "area_name": request.blueprint,
        "frame": {
            "place": home_name(actor) if actor else "承诺砖墙",
            "year": clock.today().year,
            "navigation": navigation(actor) if actor else [],
            "sample": settings().mode is Mode.SAMPLE,
            "sign_out_url": _sign_out_url(),
        },
        "area_url": area_url,
        "static_path": static_path,
        "today": clock.today(),
        "words": words,
        "shown_text": words.shown_text,
    }
