"""The request edge: commit once, roll back on refusal, tell it in Chinese, refuse other sites."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from brickwall.app import create_app
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import after_commit, db
from brickwall.kernel.http import Application, idempotent
from brickwall.kernel.jobs import Heartbeat
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import Refused
from tests.support.databases import Database

sent: list[str] = []


@public
def _write() -> str:
    session = db.session()
    session.add(Heartbeat(name="edge", beat_at=clock.now()))
    after_commit(session, lambda: sent.append("sent"))
    return "好"


@public
def _refuse() -> str:
    _write()
    raise Refused("这轮评议已经结束")


@public
def _break() -> str:
    raise RuntimeError("a defect with a secret in it")


@public
def _full() -> str:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))


@public
@idempotent
def _count() -> dict[str, int]:
    session = db.session()
    count = session.scalar(select(func.count()).select_from(Heartbeat)) or 0
    session.add(Heartbeat(name=f"n{count}", beat_at=clock.now()))
    return {"count": count}


@pytest.fixture
def edge(settings: Settings, database: Database) -> Iterator[FlaskClient]:
    """Provide a client of an application with a few views of its own."""
    database.reset()
    sent.clear()
    app: Application = create_app(settings)
    for view in (_write, _refuse, _break, _full, _count):
        app.add_url_rule(f"/{view.__name__}", view_func=view, methods=["GET", "POST"])
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def _rows(client: FlaskClient) -> int:
    with client.application.app_context(), db.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM heartbeat")).scalar() or 0


def test_a_write_is_committed_once_and_then_its_messages_leave(edge: FlaskClient) -> None:
    assert edge.post("/_write").status_code == 200
    assert (_rows(edge), sent) == (1, ["sent"])


def test_a_refusal_rolls_back_and_sends_nothing(edge: FlaskClient) -> None:
    answer = edge.post("/_refuse")
    assert answer.status_code == 409
    assert "这轮评议已经结束" in answer.text
    assert (_rows(edge), sent) == (0, [])


def test_a_safe_request_never_commits(edge: FlaskClient) -> None:
    assert edge.get("/_write").status_code == 200
    assert (_rows(edge), sent) == (0, [])


def test_a_defect_shows_a_sentence_and_no_trace(edge: FlaskClient) -> None:
    answer = edge.get("/_break")
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_full_disk_is_told_plainly(edge: FlaskClient) -> None:
    answer = edge.post("/_full", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"] == "5"
    assert answer.get_json()["code"] == "unavailable.full"


# What wx.request sends as Referer, on phones and (with Sec-Fetch-Site) in WeChat DevTools.
WECHAT_PAGE = "https://servicewechat.com/wx0000000000000000/devtools/page-frame.html"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/page"},
        {"Referer": "https://servicewechat.com.evil.example/wx0/1/page-frame.html"},
    ],
)
def test_another_sites_write_is_refused(edge: FlaskClient, headers: dict[str, str]) -> None:
    answer = edge.post("/_write", headers=headers)
    assert answer.status_code == 403
    assert _rows(edge) == 0


def test_a_cookie_is_never_borrowed_under_the_mini_programs_name(edge: FlaskClient) -> None:
    edge.set_cookie("bw_session", "of-a-victim")
    assert edge.post("/_write", headers={"Referer": WECHAT_PAGE}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/q/1"},
        {"Referer": WECHAT_PAGE},
        {"Referer": WECHAT_PAGE, "Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_our_own_pages_may_write(edge: FlaskClient, headers: dict[str, str]) -> None:
    assert edge.post("/_write", headers=headers).status_code == 200


def test_a_retry_gets_the_first_answer(edge: FlaskClient) -> None:
    first = edge.post("/_count", headers={"Idempotency-Key": "k1"})
    again = edge.post("/_count", headers={"Idempotency-Key": "k1"})
    other = edge.post("/_count", headers={"Idempotency-Key": "k2"})
    assert (first.get_json(), again.get_json(), other.get_json()) == (
        {"count": 0},
        {"count": 0},
        {"count": 1},
    )


def test_a_key_is_not_good_for_something_else(edge: FlaskClient) -> None:
    edge.post("/_count", headers={"Idempotency-Key": "k1"}, data="a")
    assert edge.post("/_count", headers={"Idempotency-Key": "k1"}, data="b").status_code == 409
    assert edge.post("/_count", headers={"Idempotency-Key": "k" * 200}).status_code == 422


def test_unknown_pages_explain_themselves(edge: FlaskClient) -> None:
    page = edge.get("/no/such/page")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "回到首页" in page.text
    assert "只认这个网址" in page.text
    api = edge.get("/api/v1/no-such-thing")
    assert (api.status_code, api.get_json()["code"]) == (404, "http.404")
    wrong = edge.delete("/_write", headers={"Accept": "application/json"})
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]


def test_a_body_over_the_limit_is_refused(edge: FlaskClient) -> None:
    answer = edge.post("/_count", headers={"Idempotency-Key": "big"}, data=b"x" * (3 * 1024 * 1024))
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_every_answer_carries_the_safety_headers(edge: FlaskClient) -> None:
    headers = edge.get("/_break").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers["X-Request-Id"]) == 16
