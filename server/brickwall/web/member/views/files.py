"""The pocket's scripts."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from brickwall.kernel.permissions import public
from brickwall.web.member.assets import SCRIPT, WORKER, read_file
from brickwall.web.member.blueprint import HOME, pocket

_ONE_YEAR = 365 * 24 * 3600


@pocket.get(f"/files/<version>/{SCRIPT}")
@public
def script(version: str) -> ResponseReturnValue:
    """Serve the script; its address changes with its bytes, so it keeps a year."""
    body, current = read_file(SCRIPT)
    answer = Response(body, mimetype="text/javascript")
    answer.set_etag(current)
    fresh = f"public, max-age={_ONE_YEAR}, immutable" if version == current else "no-cache"
    answer.headers["Cache-Control"] = fresh
    return answer.make_conditional(request)


@pocket.get(f"/{WORKER}")
@public
def worker() -> ResponseReturnValue:
    """Serve the service worker that keeps the pocket readable without a network."""
    body, current = read_file(WORKER)
    answer = Response(body, mimetype="text/javascript")
    answer.set_etag(current)
    answer.headers["Cache-Control"] = "no-cache"
    # The worker lies below the page it serves; without this its reach would begin at /my/.
    answer.headers["Service-Worker-Allowed"] = HOME
    return answer.make_conditional(request)
