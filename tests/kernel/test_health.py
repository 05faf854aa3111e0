"""Signs of life: what a supervisor and an operator read."""

import os
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from brickwall.kernel import health
from brickwall.kernel.db import db
from brickwall.kernel.http import Application


def read(client: FlaskClient) -> tuple[int, str, dict[str, bool]]:
    """Return status, word and the verdict of each check."""
    response = client.get("/readyz")
    checks = {name: check["ok"] for name, check in response.json["checks"].items()}
    return response.status_code, response.json["status"], checks


@pytest.fixture
def heartbeat(app: Application) -> Path:
    """Provide the sign of life of a worker that has just beaten."""
    path: Path = app.config["BRICKWALL"].var_dir / health.HEARTBEAT_NAME
    path.touch()
    return path


@pytest.fixture(autouse=True)
def stamped(app: Application) -> None:
    """Note the newest schema step: the tests' database is made from the models."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:head)"), {"head": health.head_revision()}
        )


def test_alive_means_the_process_answers(client: FlaskClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_when_everything_is_there(client: FlaskClient, heartbeat: Path) -> None:
    assert read(client) == (
        200,
        "ready",
        {"database": True, "schema": True, "disk": True, "worker": True},
    )


@pytest.mark.parametrize("missing", [True, False])
def test_without_a_worker_the_site_is_degraded_and_serves(
    client: FlaskClient, heartbeat: Path, missing: bool
) -> None:
    if missing:
        heartbeat.unlink()
    else:
        os.utime(heartbeat, (time.time() - 120, time.time() - 120))

    status, word, checks = read(client)

    assert (status, word, checks["worker"]) == (200, "degraded", False)


def test_an_older_schema_is_not_ready(client: FlaskClient, heartbeat: Path) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    status, word, checks = read(client)

    assert (status, word) == (503, "unavailable")
    assert checks == {"database": True, "schema": False, "disk": True, "worker": True}


def test_a_full_disk_is_not_ready(
    client: FlaskClient, heartbeat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "MINIMUM_FREE_BYTES", 1 << 62)

    status, word, checks = read(client)

    assert (status, word, checks["disk"]) == (503, "unavailable", False)


def test_a_missing_database_is_not_ready(tmp_path: Path) -> None:
    nowhere = create_engine(f"sqlite:///{tmp_path}/no/such/folder/wall.sqlite3")

    assert health.check_database(nowhere) == health.Check("database", False, "unreachable")
    assert health.check_schema(nowhere).ok is False


def test_the_worker_beats(tmp_path: Path) -> None:
    health.keep_beating(tmp_path / "var")

    deadline = time.monotonic() + 5
    while not health.check_worker(tmp_path / "var").ok and time.monotonic() < deadline:
        time.sleep(0.01)

    assert health.check_worker(tmp_path / "var").ok
