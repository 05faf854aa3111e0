"""The fast lane for ratings: the ordinary tap answered ahead of the web framework.

On a village's evening of rating the framework costs more than the rating. What is answered
here is only the tap with nothing unusual about it: a marked phone, our own site, known fields
of the right shape, stored at once. Everything else (a first tap, a refusal, a full disk, an
odd header) goes on to the views with its body untouched, and they decide and explain. So this
file is stricter than the views, never laxer; a refused tap has stored nothing when it goes on.
"""

import io
import json
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.http import dump_cookie, parse_cookie

from brickwall.config import Settings
from brickwall.evaluations.constants import RatingValue
from brickwall.evaluations.devices import cookie_name, find_device
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.services import Receipt, Tap, record_rating
from brickwall.kernel.db import db
from brickwall.kernel.http import is_mini_program
from brickwall.web.public.headers import FIXED, STRICT
from brickwall.web.public.ratings import DONE, ONE_DAY, RECEIPT_COOKIE, TWO_YEARS, receipt_cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BODY = 8 * 1024
JSON_PATH = "/api/v1/ratings"
FORM_PATH = "/ratings"
JSON_FIELDS = frozenset({"subject", "round", "value", "comment", "device"})
FORM_FIELDS = frozenset({"subject", "round", "value", "comment", "key", "marked", "supersedes"})
_LONGEST = {"subject": 40, "round": 40, "key": 128, "supersedes": 600, "device": 200}
_VALUES = {value.value: value for value in RatingValue}
_NO_STORE = ("Cache-Control", "no-store")
# Without the content type, the caching and the page policy of finished pages.
_SAFE = FIXED[3:]


def is_own_site(environ: "WSGIEnvironment", base_url: str) -> bool:
    """Tell whether a request plainly comes from our own page, the mini-program, or no browser at all."""
    if is_mini_program(environ.get("HTTP_REFERER", ""), environ.get("HTTP_COOKIE", "")):
        return True
    fetch_site = environ.get("HTTP_SEC_FETCH_SITE")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        return bool(origin == base_url)
    return "HTTP_REFERER" not in environ


def _fields(pairs: dict[str, Any], allowed: frozenset[str]) -> dict[str, str] | None:
    """Return the fields when they are all known, short texts; else None."""
    for name, value in pairs.items():
        if name not in allowed or not isinstance(value, str):
            return None
        if len(value) > _LONGEST.get(name, MAX_BODY):
            return None
    return pairs if {"subject", "round", "value"} <= pairs.keys() else None


def read_json(environ: "WSGIEnvironment", body: bytes) -> dict[str, str] | None:
    """Return the fields of a JSON rating, or None when it is not an ordinary one."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/json":
        return None
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return _fields(given, JSON_FIELDS) if isinstance(given, dict) else None


def read_form(environ: "WSGIEnvironment", body: bytes) -> dict[str, str] | None:
    """Return the fields of a form's rating, or None when it is not an ordinary one."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=12,
        )
    except ValueError:
        return None
    fields = dict(pairs)
    return _fields(fields, FORM_FIELDS) if len(fields) == len(pairs) else None


class RatingLane:
    """WSGI middleware in front of the application."""

    def __init__(self, app: Flask, behind: "WSGIApplication", settings: Settings) -> None:
        self._behind = behind
        self._settings = settings
        self._keys = RoundKeys(settings.keys_dir)
        self._cookie = cookie_name(settings)
        self._headers = [*_SAFE, STRICT] if settings.secure else list(_SAFE)
        with app.app_context():
            self._engine = db.engine

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer an ordinary tap, or let the application answer."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "POST" or path not in (JSON_PATH, FORM_PATH):
            return self._behind(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit() and 0 < int(length) <= MAX_BODY):
            return self._behind(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        done = self._try(environ, body, read_json if path == JSON_PATH else read_form)
        if done is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._behind(environ, start_response)
        if path == JSON_PATH:
            return self._answer_json(done[0], start_response)
        return self._answer_form(*done, start_response)

    def _try(
        self,
        environ: "WSGIEnvironment",
        body: bytes,
        read: Callable[["WSGIEnvironment", bytes], dict[str, str] | None],
    ) -> tuple[Receipt, Tap, str] | None:
        """Store an ordinary tap; None when the views must see it."""
        if "HTTP_AUTHORIZATION" in environ or not is_own_site(environ, self._settings.base_url):
            return None
        fields = read(environ, body)
        if fields is None or fields["value"] not in _VALUES:
            return None
        token = fields.get("device") or parse_cookie(environ.get("HTTP_COOKIE")).get(self._cookie, "")
        device = find_device(self._settings, token)
        if device is None:
            return None
        tap = Tap(
            round_public_id=fields["round"],
            code=fields["subject"],
            value=_VALUES[fields["value"]],
            device=device,
            request_key=environ.get("HTTP_IDEMPOTENCY_KEY") or fields.get("key", ""),
            supersedes=tuple(fields.get("supersedes", "").split()),
            comment=fields.get("comment", ""),
        )
        try:
            return record_rating(self._keys, tap, self._engine), tap, token
        except Exception:  # whatever it is, the views meet it again, explain it and log it
            return None

    def _start(
        self, start_response: "StartResponse", status: str, headers: list[tuple[str, str]], length: int
    ) -> None:
        start_response(
            status,
            [
                *self._headers,
                _NO_STORE,
                ("X-Request-Id", secrets.token_hex(8)),
                ("Content-Length", str(length)),
                *headers,
            ],
        )

    def _answer_json(self, receipt: Receipt, start_response: "StartResponse") -> Iterable[bytes]:
        round_ = {"id": receipt.round_public_id, "name": receipt.round_name}
        body = json.dumps({"receipt": receipt.text, "round": round_}, ensure_ascii=False).encode()
        self._start(start_response, "201 CREATED", [("Content-Type", "application/json")], len(body))
        return [body]

    def _answer_form(
        self, receipt: Receipt, tap: Tap, token: str, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        cookies = (
            (self._cookie, token, "/", TWO_YEARS),
            (RECEIPT_COOKIE, receipt_cookie(receipt, tap), FORM_PATH, ONE_DAY),
        )
        secure = self._settings.secure
        headers = [
            (
                "Set-Cookie",
                dump_cookie(
                    name, value, max_age=age, path=path, secure=secure, httponly=True, samesite="Lax"
                ),
            )
            for name, value, path, age in cookies
        ]
        self._start(start_response, "303 SEE OTHER", [("Location", DONE), *headers], 0)
        return [b""]
