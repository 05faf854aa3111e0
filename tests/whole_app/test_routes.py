"""Every route says who may call it, and the list of routes is frozen in a file."""

from collections.abc import Iterator
from pathlib import Path

from werkzeug.routing import Rule

from brickwall.kernel.http import Application
from brickwall.kernel.permissions import declared

FROZEN = Path(__file__).with_name("routes.txt")
# flask-smorest's own pages: the OpenAPI document, which anybody may read.
DOCUMENT_ENDPOINTS = ("api-docs.",)


def _lines(app: Application) -> list[str]:
    return sorted(
        {
            f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"
            for rule in app.url_map.iter_rules()
        }
    )


def _undeclared(app: Application, rule: Rule) -> Iterator[str]:
    view = app.view_functions[rule.endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        if declared(view) is None:
            yield f"{rule.rule} ({rule.endpoint})"
        return
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
        if declared(getattr(view_class, method.lower())) is None:
            yield f"{method} {rule.rule}"


def test_every_route_declares_a_permission_or_public(app: Application) -> None:
    forgotten = [
        line
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(DOCUMENT_ENDPOINTS)
        for line in _undeclared(app, rule)
    ]
    assert forgotten == []


def test_the_list_of_routes_is_frozen(app: Application) -> None:
    """A change of the list is a decision: write the new list into routes.txt by hand.

    ``brickwall routes`` prints the present one.
    """
    assert _lines(app) == FROZEN.read_text().splitlines()


def test_a_printed_code_can_never_lose_its_route(app: Application) -> None:
    endpoint, values = app.url_map.bind("localhost").match("/q/7k3m9qx2", method="GET")
    assert values == {"code": "7k3m9qx2"}
    assert declared(app.view_functions[str(endpoint)]) == ()
