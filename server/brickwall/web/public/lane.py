"""The fast lane: finished pages answered ahead of the web framework, with one query each.

Only what is stored and current is answered here. Everything else (a page to rebuild, a code
in another spelling, an unknown one) goes on to the views (ARCHITECTURE.md, the scan path).
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from brickwall.config import Settings
from brickwall.kernel.db import db
from brickwall.kernel.projections import Page, read_page
from brickwall.publicity.services import adopt_templates
from brickwall.publicity.twins import is_twin
from brickwall.web.public.headers import FIXED, JSON_TYPE, STATUSES, STRICT, is_unchanged, variant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = r"q/[0-9a-z]{8}|c/[0-9a-z]{12}|w/[0-9A-Za-z_-]{1,40}"
_PATH = re.compile(rf"/(?:{_PAGE}|api/v1/pages/(?:home|{_PAGE}))?")
_BIG_COOKIE = re.compile(r"(?:^|;\s*)big=1(?:;|$)")
_BIG_QUERY = re.compile(r"(?:^|&)big=1(?:&|$)")


class Lane:
    """WSGI middleware in front of the application."""

    def __init__(self, app: Flask, behind: "WSGIApplication", settings: Settings) -> None:
        self._app = app
        self._behind = behind
        self._settings = settings
        self._headers = [*FIXED, STRICT] if settings.secure else list(FIXED)
        self._twin_headers = [JSON_TYPE, *self._headers[1:]]
        self._ready = False
        with app.app_context():
            self._engine = db.engine

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a finished page, or let the application answer."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and _PATH.fullmatch(environ["PATH_INFO"]):
            page = self._find(environ["PATH_INFO"])
            if page is not None:
                return self._answer(page, environ, start_response)
        return self._behind(environ, start_response)

    def _find(self, path: str) -> Page | None:
        if not self._ready:
            with self._app.app_context():
                adopt_templates(self._settings)
            self._ready = True
        try:
            page = read_page(path, self._engine)
        except SQLAlchemyError:
            return None
        return page if page is not None and page.current else None

    def _answer(
        self, page: Page, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        big = bool(
            _BIG_COOKIE.search(environ.get("HTTP_COOKIE", ""))
            or _BIG_QUERY.search(environ.get("QUERY_STRING", ""))
        )
        twin = is_twin(environ["PATH_INFO"])
        body, etag = variant(page, big=big and not twin)
        headers = [*(self._twin_headers if twin else self._headers), ("ETag", etag)]
        if is_unchanged(environ.get("HTTP_IF_NONE_MATCH", ""), etag):
            start_response("304 NOT MODIFIED", headers[1:])
            return []
        start_response(STATUSES[page.status], [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
