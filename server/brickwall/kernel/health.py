"""Is the process alive, and is it ready: ``/healthz`` for a supervisor, ``/readyz`` for an operator."""

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from brickwall.config import Settings
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.migrating import head_revision, present_revision
from brickwall.kernel.permissions import public

# Below this, writes soon fail; pages go on.
MINIMUM_FREE_BYTES = 200 * 1024 * 1024
HEARTBEAT_NAME = "worker.alive"
BEAT_SECONDS = 10.0
MISSED_SECONDS = 60.0
log = structlog.get_logger()
pages = Blueprint("health", __name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``vital`` is False where pages and ratings work without it."""

    name: str
    ok: bool
    detail: str = ""
    vital: bool = True


def check_database(engine: Engine) -> Check:
    """Ask the database for one row."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("health.database", error=type(error).__name__)
        return Check("database", False, "unreachable")
    return Check("database", True)


def check_schema(engine: Engine) -> Check:
    """Compare the database's schema with the newest step the code knows."""
    wanted = head_revision()
    try:
        present = present_revision(engine)
    except SQLAlchemyError:
        return Check("schema", False, "unknown")
    return Check("schema", present == wanted, f"{present or 'none'} of {wanted}")


def check_disk(folder: Path) -> Check:
    """Look whether the disk under ``folder`` has 200 MB left."""
    free = shutil.disk_usage(folder).free
    return Check("disk", free >= MINIMUM_FREE_BYTES, f"{free // (1024 * 1024)} MB free")


def check_worker(var_dir: Path) -> Check:
    """Look whether the worker on this machine gave a sign of life within a minute."""
    try:
        age = time.time() - (var_dir / HEARTBEAT_NAME).stat().st_mtime
    except FileNotFoundError:
        return Check("worker", False, "never seen", vital=False)
    return Check("worker", age < MISSED_SECONDS, f"seen {age:.0f} s ago", vital=False)


def check_all(engine: Engine, chosen: Settings) -> list[Check]:
    """Return every check."""
    return [
        check_database(engine),
        check_schema(engine),
        check_disk(chosen.var_dir),
        check_worker(chosen.var_dir),
    ]


def keep_beating(var_dir: Path) -> None:
    """Give a sign of life every 10 s for as long as this process runs, also during long jobs."""

    def beat() -> None:
        while True:
            (var_dir / HEARTBEAT_NAME).touch()
            time.sleep(BEAT_SECONDS)

    var_dir.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=beat, name="heartbeat", daemon=True).start()


@pages.get("/healthz")
@public
def show_health() -> Response:
    """Say that this process answers; touches nothing else, so a restart is never asked for in vain."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@pages.get("/readyz")
@public
def show_readiness() -> Response:
    """Say whether requests can be served: 503 when something vital is missing.

    Without a worker the site is ``degraded`` and still 200: pages and ratings go on.
    """
    checks = check_all(db.engine, settings())
    ready = all(check.ok for check in checks if check.vital)
    whole = all(check.ok for check in checks)
    response = jsonify(
        status="ready" if whole else "degraded" if ready else "unavailable",
        checks={check.name: {"ok": check.ok, "detail": check.detail} for check in checks},
    )
    response.status_code = 200 if ready else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def set_up_health(app: Flask) -> None:
    """Register both routes."""
    app.register_blueprint(pages)
