"""The fast lane answers the ordinary tap as the views would, and leaves them everything else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.config import Settings
from brickwall.evaluations.devices import new_device_token
from brickwall.evaluations.models import Rating
from brickwall.kernel.http import Application
from brickwall.web.public.rating_lane import RatingLane, is_own_site, read_form, read_json
from tests.factories.evaluations import RatedBranch, make_open_round

Send = Callable[..., TestResponse]
BASE = "https://liuhe.example"


@pytest.fixture
def branch(app: Application, session: Session, settings: Settings) -> RatedBranch:
    return make_open_round(session, settings)


@pytest.fixture
def behind(app: Application, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that went on to the views."""
    seen: list[str] = []
    real = app.full_dispatch_request

    def noted() -> Any:
        seen.append("view")
        return real()

    monkeypatch.setattr(app, "full_dispatch_request", noted)
    return seen


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Rating)) or 0


def as_json(branch: RatedBranch, **more: Any) -> dict[str, Any]:
    body = {
        "subject": branch.codes[0],
        "round": branch.round_id,
        "value": "fair",
        "device": new_device_token(branch.settings),
        **more,
    }
    return {"path": "/api/v1/ratings", "json": body}


def as_form(client: FlaskClient, branch: RatedBranch, **more: str) -> dict[str, Any]:
    client.set_cookie("bw_device", new_device_token(branch.settings))
    form = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair", **more}
    return {"path": "/ratings", "data": form}


def _comparable(answer: TestResponse) -> dict[str, Any]:
    skipped = {"X-Request-Id", "Content-Length", "Set-Cookie", "Content-Type", "Cache-Control"}
    headers = {name: value for name, value in answer.headers.items() if name not in skipped}
    cookies = sorted(value.partition("=")[0] for value in answer.headers.getlist("Set-Cookie"))
    parts = [
        cookie.partition("; ")[2].partition("Expires")[0] for cookie in answer.headers.getlist("Set-Cookie")
    ]
    body = sorted(answer.get_json()) if answer.is_json else ""
    return {"status": answer.status, "headers": headers, "cookies": cookies, "rest": parts, "body": body}


@pytest.mark.parametrize("kind", ["json", "form"])
def test_lane_and_view_give_the_same_answer(
    app: Application, branch: RatedBranch, behind: list[str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    request = as_json(branch) if kind == "json" else as_form(client, branch)
    fast = client.post(**request)
    assert behind == []
    monkeypatch.setattr(RatingLane, "_try", lambda *_: None)
    slow = client.post(**(as_json(branch) if kind == "json" else request))
    assert behind == ["view"]
    assert fast.status_code in {201, 303}
    ours, theirs = _comparable(fast), _comparable(slow)
    theirs["headers"].pop("Content-Security-Policy", None)
    assert ours == theirs


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"value": "best"}, {}, 422),
        ({"value": 1}, {}, 422),
        ({"subject": "zzzzzzzz"}, {}, 404),
        ({"round": "x" * 41}, {}, 422),
        ({"surplus": "1"}, {}, 422),
        ({"supersedes": ["k"]}, {}, 201),
        ({"device": "made up"}, {}, 422),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Origin": "https://evil.example"}, 403),
        ({}, {"Referer": "https://evil.example/x"}, 403),
        ({}, {"Authorization": "Bearer nonsense"}, 401),
        ({"comment": "好" * 501}, {}, 422),
    ],
)
def test_the_unusual_goes_on_to_the_views(
    client: FlaskClient,
    branch: RatedBranch,
    session: Session,
    behind: list[str],
    change: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    assert client.post(**as_json(branch, **change), headers=headers).status_code == status
    assert behind == ["view"]
    assert count(session) == (1 if status == 201 else 0)


def test_a_large_body_and_a_strange_type_go_on_untouched(
    client: FlaskClient, branch: RatedBranch, behind: list[str]
) -> None:
    long = client.post(**as_json(branch, comment="好" * 3000))
    odd = client.post("/api/v1/ratings", data=b"\xff\xfe", content_type="text/plain")
    assert (long.status_code, odd.status_code) == (422, 422)
    assert len(behind) == 2


def test_a_first_tap_goes_on_and_is_asked_to_confirm(
    client: FlaskClient, branch: RatedBranch, behind: list[str]
) -> None:
    form = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair"}
    answer = client.post("/ratings", data=form)
    assert answer.headers["X-Device-Mark"] == "new"
    assert behind == ["view"]


def test_an_ordinary_form_is_stored_with_its_comment(
    client: FlaskClient, branch: RatedBranch, session: Session, behind: list[str]
) -> None:
    request = as_form(client, branch, comment="路灯亮了，谢谢 & 再见", key="k", supersedes="a b", marked="1")
    assert client.post(**request).location == "/ratings/done"
    assert behind == []
    assert count(session) == 1


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "none"}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": BASE}, False),
        ({"HTTP_ORIGIN": BASE}, True),
        ({"HTTP_ORIGIN": "null"}, False),
        ({"HTTP_ORIGIN": f"{BASE}.evil.example"}, False),
        ({"HTTP_REFERER": f"{BASE}/q/7k3m9qx2"}, False),
        ({"HTTP_REFERER": "https://servicewechat.com/wx0/12/page-frame.html"}, True),
        ({"HTTP_REFERER": "https://servicewechat.com/wx0/12/page-frame.html", "HTTP_COOKIE": "a=b"}, False),
    ],
)
def test_what_plainly_is_our_own_site(headers: dict[str, str], own: bool) -> None:
    assert is_own_site(headers, BASE) is own


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"subject": "a"}', b"\xff", b'{"round": null}'])
def test_json_that_is_no_tap_is_left_alone(body: bytes) -> None:
    assert read_json({"CONTENT_TYPE": "application/json"}, body) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"a", b"value=fair&value=satisfied&subject=a&round=b", b"subject=%ff&round=b&value=c", b"\xe5=1"],
)
def test_a_form_that_is_no_tap_is_left_alone(body: bytes) -> None:
    assert read_form({"CONTENT_TYPE": "application/x-www-form-urlencoded"}, body) is None
