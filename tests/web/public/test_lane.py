"""The fast lane: one query, ETag, 304, big letters, and standing aside for everything else."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from brickwall.kernel.db import db, transaction
from brickwall.kernel.projections import PAGES, mark_stale
from brickwall.web.public import lane
from tests.publicity.conftest import Bricks
from tests.support.statements import recorded_statements

BRICK = "/q/7k3m9qx2"


@pytest.fixture
def statements(client: FlaskClient, bricks: Bricks) -> Iterator[list[str]]:
    """Return what the database is asked once the page is stored."""
    client.get(BRICK)
    with recorded_statements(db.engine) as asked:
        yield asked


def test_a_stored_page_costs_one_query_and_never_reaches_the_framework(
    client: FlaskClient, statements: list[str]
) -> None:
    answer = client.get(BRICK)
    assert answer.status_code == 200
    assert len(statements) == 1
    assert "X-Request-Id" not in answer.headers, "the views behind the lane would have named the request"


def test_the_first_reader_gets_the_page_from_the_views_and_both_send_the_same(
    client: FlaskClient, bricks: Bricks
) -> None:
    slow, fast = client.get(BRICK), client.get(BRICK)
    assert "X-Request-Id" in slow.headers
    assert slow.data == fast.data
    assert slow.headers["ETag"] == fast.headers["ETag"]
    for name, value in fast.headers.items():
        assert slow.headers[name] == value


def test_headers_keep_other_sites_scripts_and_frames_out(client: FlaskClient, bricks: Bricks) -> None:
    client.get(BRICK)
    headers = client.get(BRICK).headers
    assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers
    assert "Vary" not in headers


@pytest.mark.parametrize("prefix", ["", "W/"])
def test_who_has_the_page_already_gets_304_without_a_body(
    client: FlaskClient, bricks: Bricks, prefix: str
) -> None:
    etag = client.get(BRICK).headers["ETag"]
    answer = client.get(BRICK, headers={"If-None-Match": f'"other", {prefix}{etag}'})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == etag


def test_head_tells_the_length_and_sends_nothing(client: FlaskClient, bricks: Bricks) -> None:
    page = client.get(BRICK)
    answer = client.head(BRICK)
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(page.data))


@pytest.mark.parametrize("by", ["cookie", "query"])
def test_big_letters_have_an_etag_of_their_own(client: FlaskClient, bricks: Bricks, by: str) -> None:
    standard = client.get(BRICK)
    if by == "cookie":
        client.set_cookie("big", "1")
    path = f"{BRICK}?from=groupmessage&big=1" if by == "query" else BRICK
    for _ in range(2):
        big = client.get(path, headers={"If-None-Match": standard.headers["ETag"]})
        assert big.status_code == 200
        assert b'class="big"' in big.data[:60]
        assert client.get(path, headers={"If-None-Match": big.headers["ETag"]}).status_code == 304


def test_another_cookie_that_ends_in_big_changes_nothing(client: FlaskClient, bricks: Bricks) -> None:
    client.get(BRICK)
    client.set_cookie("notbig", "1")
    assert b'class="std"' in client.get(BRICK).data[:60]


def test_a_marked_page_is_rebuilt_before_it_is_served(client: FlaskClient, bricks: Bricks) -> None:
    client.get(BRICK)
    with transaction() as session:
        session.execute(update(PAGES).values(body=b"old"))
    assert client.get(BRICK).data == b"old"
    with transaction() as session:
        mark_stale(session, f"member:{bricks.village.member.id}")
    assert "林秀峰" in client.get(BRICK).text


@pytest.mark.parametrize("path", ["/q/check.txt", "/q/7K3M9QX2", "/q/7k3m9qx2/", "/q/", "/c/x", "/w/a/b"])
def test_other_addresses_are_left_to_the_views(path: str) -> None:
    assert lane._PATH.fullmatch(path) is None


def test_posts_are_left_to_the_views(client: FlaskClient, bricks: Bricks) -> None:
    client.get(BRICK)
    assert client.post(BRICK).status_code == 405
