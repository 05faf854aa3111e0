"""The request edge: one transaction per request, refusals as pages or problem+json, safe headers."""

import secrets
from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from typing import Any, ParamSpec
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from brickwall.config import Settings
from brickwall.kernel import db as database
from brickwall.kernel.db import db
from brickwall.kernel.idempotency import find_answer, keep_answer
from brickwall.kernel.permissions import Actor, find_actor
from brickwall.kernel.problems import Forbidden, Problem

P = ParamSpec("P")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MINI_PROGRAM_PAGES = "https://servicewechat.com/"
ONE_MEGABYTE = 1024 * 1024
DEFAULT_BODY_LIMIT = 2 * ONE_MEGABYTE
log = structlog.get_logger()


class Application(Flask):
    """Flask with the edge rule: a write is committed once, after the view has returned.

    Whatever waits for the commit (messages, files, calls to WeChat) runs after it; a view
    that raises is rolled back. Safe methods never commit.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view inside its transaction."""
        if request.method in SAFE_METHODS:
            try:
                return super().dispatch_request()
            finally:
                # Ends the read: its snapshot is given up, and nothing it touched is kept.
                if db.session.registry.has():
                    db.session.close()
        with database.writing():
            try:
                answer = make_response(super().dispatch_request())
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
        database.run_after_commit(db.session())
        return answer


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.config["BRICKWALL"]
    return found


def accepts_upload(megabytes: int) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Declare that a view takes bodies larger than the usual 2 MB, up to ``megabytes``."""

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        view.body_limit = megabytes * ONE_MEGABYTE  # type: ignore[attr-defined]
        return view

    return decorate


def _limit_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "body_limit", DEFAULT_BODY_LIMIT)
    request.max_content_length = limit
    if limit > DEFAULT_BODY_LIMIT:
        request.max_form_memory_size = ONE_MEGABYTE


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if given.isalnum() and len(given) <= 40 else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_mini_program(referer: str, cookie: str) -> bool:
    """Tell whether wx.request sent this: WeChat names the program's page there as Referer, always.

    No web page can say so, since a browser writes the header itself; and without a cookie there
    is nobody's authority to borrow.
    """
    return referer.startswith(MINI_PROGRAM_PAGES) and not cookie


def is_cross_site() -> bool:
    """Tell whether a browser says that another site caused this request.

    Sec-Fetch-Site decides where it is sent; older engines are judged by Origin, then Referer.
    A client that sends none of them is no browser and carries no cookies of a victim.
    """
    if is_mini_program(request.headers.get("Referer", ""), request.headers.get("Cookie", "")):
        return False
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        return fetch_site not in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return False
    ours = {_origin_of(request.host_url), _origin_of(settings().base_url)}
    return source == "null" or _origin_of(source) not in ours


def _refuse_cross_site() -> None:
    if request.method in SAFE_METHODS or "Authorization" in request.headers:
        return
    if is_cross_site():
        raise Forbidden("这个请求来自别的网站，没有受理。请从本站页面重新操作", "http.cross_site")


def set_actor(actor: Actor, form_token: str = "", *, by_cookie: bool = True) -> None:
    """Note who acts in this request; called by the account loader only.

    Args:
        form_token: what every form of this session must carry.
        by_cookie: False for a bearer token, which no other site can make a browser send.
    """
    g.actor = actor
    g.form_token = form_token
    g.by_cookie = by_cookie


def form_token() -> str:
    """Return the form token of the signed-in session, for a hidden field; empty when signed out."""
    return str(g.get("form_token", ""))


def _check_form_token() -> None:
    """Refuse a signed-in form post without its session's token.

    A JSON body cannot be sent by another site's form, so it is covered by the same-site check.
    """
    if request.method in SAFE_METHODS or find_actor() is None or not g.by_cookie or request.is_json:
        return
    given = request.headers.get("X-Form-Token") or request.form.get("form_token", "")
    if not compare_digest(given.encode(), form_token().encode()):
        raise Forbidden("页面放得太久了，请刷新后再提交一次", "http.form_token")


def csp_nonce() -> str:
    """Return this response's nonce for inline scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_security_policy(nonce: str = "") -> str:
    """Return the policy of a page: everything from ourselves, inline scripts by nonce only."""
    script = "'self'" + (f" 'nonce-{nonce}'" if nonce else "")
    return (
        f"default-src 'none'; script-src {script}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def add_security_headers(response: Response) -> Response:
    """Set the headers every answer carries; a view's own value wins."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", content_security_policy(g.get("csp_nonce", "")))
    if find_actor() is not None:
        headers.setdefault("Cache-Control", "no-store")
    if settings().secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers["X-Request-Id"] = g.get("request_id", "-")
    return response


def problem_json(problem: Problem) -> Response:
    """Return a problem as ``application/problem+json`` (RFC 9457)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
    }
    if problem.fields:
        body["fields"] = problem.fields
    response = jsonify(body)
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def wants_json() -> bool:
    """Tell whether the caller is a program: an API path, or a request that only takes JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.startswith("/api/") or best == "application/json"


def _whose(actor: Actor | None) -> str:
    """Name whose requests a kept answer belongs to, so that nobody gets somebody else's."""
    if actor is not None and actor.account_id is None and actor.identity_id is not None:
        return f"wechat {actor.identity_id}"
    return str(actor.account_id) if actor is not None else "-"


def idempotent(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer a repeated Idempotency-Key with the first answer instead of doing the work again.

    The kept answer is written in the same transaction as the work. Without the header the
    view simply runs.
    """

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(*args, **kwargs)
        scope = f"{request.method} {request.path} {_whose(find_actor())}"
        hashes = find_answer(db.session(), scope, key, request.get_data(cache=True))
        if hashes[2] is not None:
            return Response(hashes[2].body, hashes[2].status, mimetype="application/json")
        answer = make_response(view(*args, **kwargs))
        keep_answer(db.session(), hashes[0], hashes[1], answer.status_code, answer.get_data())
        return answer

    return once


def set_up_edge(app: Flask, load_actor: Callable[[], None]) -> None:
    """Install the edge on ``app``.

    Args:
        load_actor: reads the request's cookie or bearer token and calls :func:`set_actor`.
    """
    for hook in (_name_request, _limit_body, _refuse_cross_site, load_actor, _check_form_token):
        app.before_request(hook)
    app.after_request(add_security_headers)
    app.jinja_env.globals.update(form_token=form_token, csp_nonce=csp_nonce)
