"""A refusal inside the console: the sentence, the next step, and everything that was typed."""

from urllib.parse import quote, urlsplit

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from brickwall.kernel.problems import Problem
from brickwall.web.console.context import frame_context
from brickwall.web.console.paths import SIGN_IN

_NEVER_SHOWN = ("token", "password", "code", "secret")


def _came_from() -> str:
    """Return path and query of the console page the form stood on, when the browser says so."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host or not referrer.path.startswith("/console"):
        return ""
    return f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path


def _typed() -> list[tuple[str, str]]:
    """Return what was typed into the refused form, without secrets and hidden marks.

    A body that is too large or cut off cannot be read, whatever it was refused for.
    """
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [
        (name, text)
        for name, text in fields
        if text.strip() and not any(word in name for word in _NEVER_SHOWN)
    ]


def _ways(problem: Problem) -> list[tuple[str, str]]:
    back = _came_from()
    if problem.status == 401:
        return [("去登录，再回到表单", f"{SIGN_IN}?next={quote(back or '/console')}")]
    ways = [("返回上一页", back)] if back else []
    return [*ways, ("回到今天", "/console")]


def console_problem(problem: Problem) -> Response:
    """Return the page for a problem below ``/console``."""
    typed = [] if request.method == "GET" else _typed()
    html = render_template(
        "console/problem.html", problem=problem, ways=_ways(problem), typed=typed, **frame_context()
    )
    response = make_response(html, problem.status)
    response.headers["Cache-Control"] = "no-store"
    return response
