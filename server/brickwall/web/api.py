"""The API under /api/v1: every domain's blueprint, OpenAPI 3.1 document and readable page."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import flask
from flask import Flask, current_app, render_template
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from brickwall import __version__
from brickwall.kernel.permissions import public

PREFIX = "/api/v1"
DESCRIPTION = (
    "Public commitments, their fulfilment and ratings. Lists are `{items, next_cursor}`; refusals are "
    "RFC 9457 problems with a Chinese `title` and a stable `code`; writes take an `Idempotency-Key`. "
    "Sign in with `Authorization: Bearer` and a token from `brickwall token issue` or an activation slip."
)
pages = flask.Blueprint("api_pages", __name__, url_prefix=PREFIX)


class ProblemSchema(Schema):
    """An RFC 9457 problem: ``title`` is a Chinese sentence, ``code`` is stable for programs."""

    type = fields.String()
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    fields_ = fields.Dict(keys=fields.String(), values=fields.String(), data_key="fields")


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest's Api whose errors are ours (``kernel.refusals``) and documented as such."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave error handling to ``kernel.refusals``: one way to refuse, everywhere."""

    def _register_responses(self) -> None:
        """Describe every refusal as RFC 9457 ``application/problem+json``."""
        content = {"application/problem+json": {"schema": self.ERROR_SCHEMA}}
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                response["content"] = content
            self.spec.components.response(status.name, response, lazy=True)
        refusal = {"description": "Refused: a Chinese sentence and a stable code", "content": content}
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, refusal, lazy=True)


def set_up_api(app: Flask, blueprints: list[Blueprint]) -> None:
    """Register the domains' API blueprints and the readable page on ``app``."""
    app.config.update(
        API_TITLE="承诺砖墙 API",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_JSON_PATH="openapi.json",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "servers": [{"url": "/"}],
            "security": [{}, {"bearer": []}],
        },
    )
    api = ProblemApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{blueprint.url_prefix or ''}")
    app.register_blueprint(pages)


def api_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of ``app``."""
    api: ProblemApi = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document: dict[str, Any] = api.spec.to_dict()
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``(tag, operation)`` in the order of the document, with path and method added."""
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method != "parameters":
                row = {"path": path, "method": method.upper(), **operation}
                row["parameters"] = [*shared, *operation.get("parameters", [])]
                yield operation.get("tags", ["-"])[0], row


@pages.get("/")
@public
def api_page() -> str:
    """Show every operation of the API on one readable page."""
    document = api_document(current_app)
    groups: dict[str, list[dict[str, Any]]] = {}
    for tag, operation in _operations(document):
        groups.setdefault(tag, []).append(operation)
    descriptions = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    return render_template("api.html", groups=groups, descriptions=descriptions, document=document)
