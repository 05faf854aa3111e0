"""The API under /api/v1: every domain's blueprint, OpenAPI 3.1 document and readable page."""

from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from brickwall import __version__

PREFIX = "/api/v1"


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
    DEFAULT_ERROR_RESPONSE_NAME = "DEFAULT_ERROR"

    def _register_error_handlers(self) -> None:
        """Leave error handling to ``kernel.refusals``: one way to refuse, everywhere."""


def set_up_api(app: Flask, blueprints: list[Blueprint]) -> ProblemApi:
    """Register the domains' API blueprints on ``app`` and return the Api, for its document."""
    app.config.update(
        API_TITLE="承诺砖墙 API",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_JSON_PATH="openapi.json",
        OPENAPI_URL_PREFIX=PREFIX,
    )
    api = ProblemApi(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{blueprint.url_prefix or ''}")
    return api


def json_response(payload: bytes, status: int = 200, **headers: Any) -> Response:
    """Return ready JSON bytes."""
    return Response(payload, status, headers, mimetype="application/json")
