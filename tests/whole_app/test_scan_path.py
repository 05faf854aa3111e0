"""The scan path stays short: one query for a finished page, none of the framework's machinery."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.kernel.db import db
from brickwall.plaques.models import Plaque
from tests.support.statements import recorded_statements


@pytest.fixture
def statements(sample: None) -> Iterator[list[str]]:
    """Provide the list of SQL statements executed from now on, on the sample village."""
    with recorded_statements(db.engine) as seen:
        yield seen


def test_a_scan_costs_one_query(client: FlaskClient, session: Session, statements: list[str]) -> None:
    code = session.scalars(select(Plaque.code).limit(1)).one()
    assert client.get(f"/q/{code}").status_code == 200
    statements.clear()
    answer = client.get(f"/q/{code}")
    assert answer.status_code == 200
    assert len(statements) <= 1, statements


def test_a_phone_that_has_the_page_gets_304_for_one_query(
    client: FlaskClient, session: Session, statements: list[str]
) -> None:
    code = session.scalars(select(Plaque.code).limit(1)).one()
    etag = client.get(f"/q/{code}").headers["ETag"]
    statements.clear()
    again = client.get(f"/q/{code}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert len(statements) <= 1, statements


def test_the_wall_and_a_chain_cost_one_query_too(client: FlaskClient, statements: list[str]) -> None:
    wall = client.get("/w/liuhe").text
    statements.clear()
    assert client.get("/w/liuhe").text == wall
    assert len(statements) <= 1, statements


def test_a_scan_sets_no_cookie(client: FlaskClient, session: Session, statements: list[str]) -> None:
    code = session.scalars(select(Plaque.code).limit(1)).one()
    assert "Set-Cookie" not in client.get(f"/q/{code}").headers
