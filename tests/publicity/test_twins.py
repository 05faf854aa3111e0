"""The JSON twins of the public pages: the same words, the same life, the shape that is documented."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.orm import Session

from brickwall.commitments.services import record_entry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel.db import db
from brickwall.plaques.constants import PlaqueState
from brickwall.publicity.schemas import PAGES
from brickwall.publicity.twins import page_path, twin_path
from tests.publicity.conftest import Bricks, ReadPage
from tests.support.statements import recorded_statements

BRICK = "/api/v1/pages/q/7k3m9qx2"


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() if key != "steps" for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("path", ["/", "/q/7k3m9qx2", "/q/0000zzzz", "/w/liuhe", "/w/jishi", "chain"])
def test_a_twin_has_the_documented_shape(bricks: Bricks, client: FlaskClient, path: str) -> None:
    path = f"/c/{bricks.drain.public_id}" if path == "chain" else path
    answer = client.get(twin_path(path))
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    body = answer.get_json()
    assert PAGES[body["kind"]]().validate(body) == {}
    assert body["path"] == path


def test_a_twin_says_every_word_of_its_page(bricks: Bricks, client: FlaskClient, read: ReadPage) -> None:
    html = read("/q/7k3m9qx2")
    body = client.get(BRICK).get_json()
    words = [body["name"], body["summary"], *body["lines"], *_texts(body["cards"])]
    shown = [word for word in words if word and not word.isascii()]
    assert len(shown) > 12
    missing = [word for word in shown if str(escape(word.replace("\u00a0", " "))) not in html]
    assert missing == []


def test_a_change_shows_before_the_next_read(bricks: Bricks, session: Session, client: FlaskClient) -> None:
    before = client.get(BRICK)
    assert client.get(BRICK, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    record_entry(session, bricks.village.clerk, session.merge(bricks.patrol), EntryInput("第 1 次，村西"))
    session.commit()
    after = client.get(BRICK, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "第 1 次，村西" in after.text.replace("\u00a0", " ")


def test_a_stored_twin_costs_one_query_and_sets_no_cookie(bricks: Bricks, client: FlaskClient) -> None:
    client.get(BRICK)
    with recorded_statements(db.engine) as seen:
        answer = client.get(BRICK)
    assert len(seen) <= 1, seen
    assert answer.headers["Content-Type"] == "application/json"
    assert "Set-Cookie" not in answer.headers


def test_a_code_in_another_spelling_is_understood(bricks: Bricks, client: FlaskClient) -> None:
    assert client.get("/api/v1/pages/q/7K3M%209QX2").get_json()["name"] == "林秀峰"


def test_a_retired_brick_explains_itself(bricks: Bricks, session: Session, client: FlaskClient) -> None:
    session.merge(bricks.plaque).state = PlaqueState.RETIRED
    session.commit()
    body = client.get(BRICK).get_json()
    assert body["kind"] == "notice"
    assert body["heading"] == "这块砖已经停用"
    assert body["links"][0]["path"] == "/w/liuhe"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("q/7k3m9qx3", "pages.unknown_code", "没有这块砖"),
        ("q/7k3m", "pages.unknown_code", "例如 7k3m 9qx2"),
        ("q/7K3M-9QX2-40VD", "pages.unknown_code", "12 位的回执号"),
        ("w/nowhere", "pages.no_wall", "没有找到这面墙"),
        ("c/xxxx", "pages.no_commitment", "没有找到这件承诺"),
        ("c/aaaaaaaaaaaa", "pages.no_commitment", "没有找到这件承诺"),
    ],
)
def test_what_is_not_there_says_what_to_do(
    bricks: Bricks, client: FlaskClient, path: str, code: str, words: str
) -> None:
    answer = client.get(f"/api/v1/pages/{path}")
    assert answer.status_code == 404
    assert answer.get_json()["code"] == code
    assert words in answer.get_json()["title"]


def test_every_page_has_one_twin_and_back() -> None:
    for path in ("/", "/q/7k3m9qx2", "/w/liuhe", "/c/aaaaaaaaaaaa"):
        assert page_path(twin_path(path)) == path
        assert page_path(path) == path
