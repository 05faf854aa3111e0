"""The API's description is what docs/openapi.json says; a change of the API is a decision."""

import json
from pathlib import Path

from flask.testing import FlaskClient

from brickwall.kernel.http import Application
from brickwall.web.api import api_document

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_snapshot_is_the_api(app: Application) -> None:
    """``make openapi`` writes the snapshot."""
    assert json.loads(SNAPSHOT.read_text()) == api_document(app)


def test_every_operation_says_what_it_does_and_how_it_refuses(app: Application) -> None:
    for path, methods in api_document(app)["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert operation.get("summary"), f"{method} {path}"
            assert "default" in operation["responses"], f"{method} {path}"


def test_the_readable_page_lists_every_path(client: FlaskClient, app: Application) -> None:
    page = client.get("/api/v1/").text
    for path in api_document(app)["paths"]:
        assert path in page


def test_the_document_is_served(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json()["openapi"] == "3.1.0"
