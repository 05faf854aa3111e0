"""A full disk and a locked database: 503 in Chinese, nothing half-written, reading goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from brickwall.app import create_app
from brickwall.config import Mode, Settings
from brickwall.evaluations.constants import RatingValue
from brickwall.evaluations.devices import new_device_token
from brickwall.evaluations.models import Rating, RatingNonce, RoundVoter
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.models import metadata
from tests.factories.evaluations import RatedBranch, make_open_round


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        mode=Mode.TEST,
        var_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/brickwall.sqlite3",
        base_url="http://localhost",
        secret_key=b"a test secret of more than thirty-two bytes",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Application]:
    """An application on a SQLite file of its own, whichever database the run uses."""
    application = create_app(settings)
    with application.app_context():
        metadata.create_all(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def branch(app: Application, settings: Settings) -> RatedBranch:
    with Session(db.engine) as session:
        made = make_open_round(session, settings)
        session.expunge_all()
    return made


def send(client: FlaskClient, branch: RatedBranch, key: str = "") -> Any:
    body = {
        "subject": branch.codes[0],
        "round": branch.round_id,
        "value": RatingValue.SATISFIED.value,
        "device": new_device_token(branch.settings),
    }
    return client.post("/api/v1/ratings", json=body, headers={"Idempotency-Key": key or "k"})


def counts() -> tuple[int, int, int]:
    with Session(db.engine) as session:
        ratings, voters, nonces = (
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Rating, RoundVoter, RatingNonce)
        )
        return ratings, voters, nonces


def test_a_full_disk_refuses_and_keeps_every_acknowledged_rating(
    app: Application, branch: RatedBranch
) -> None:
    limit = 0

    @event.listens_for(db.engine, "checkout")
    def cap(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit or 1_073_741_823}")

    with db.engine.connect() as connection:
        limit = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 4
    client = app.test_client()
    statuses = [send(client, branch).status_code for _ in range(120)]
    acknowledged = statuses.count(201)
    assert set(statuses) == {201, 503}
    answer = send(client, branch)
    assert answer.status_code == 503
    assert "存储空间满了" in answer.get_json()["title"]
    assert int(answer.headers["Retry-After"]) > 0
    assert counts() == (acknowledged, acknowledged, acknowledged)
    assert client.get(f"/q/{branch.codes[0]}").status_code in {200, 503}
    assert client.get("/r").status_code == 200
    limit = 0
    assert send(client, branch).status_code == 201
    assert counts() == (acknowledged + 1,) * 3


def test_a_locked_database_is_waited_for_then_refused(app: Application, branch: RatedBranch) -> None:
    @event.listens_for(db.engine, "checkout")
    def hurry(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 200")

    client = app.test_client()
    other = pysqlite3.dbapi2.connect(branch.settings.var_dir / "brickwall.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = send(client, branch)
    assert answer.status_code == 503
    assert "系统正忙" in answer.get_json()["title"]
    assert counts() == (0, 0, 0)
    other.execute("ROLLBACK")
    other.close()
    assert send(client, branch).status_code == 201
    assert counts() == (1, 1, 1)
