"""A small branch with an open round, in a var folder of its own, for servers that get hurt."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from sqlalchemy.orm import Session

from brickwall.app import create_app
from brickwall.evaluations.devices import new_device_token
from brickwall.kernel.db import db
from brickwall.kernel.migrating import upgrade
from tests.factories.evaluations import make_open_round
from tests.support.server import Server, settings_for


@dataclass(frozen=True)
class RatedSite:
    """A var folder with a branch whose round is open, and what a phone needs to rate there."""

    var_dir: Path
    codes: list[str]
    round_id: str

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.var_dir / "brickwall.sqlite3"

    def new_tap(self, number: int) -> dict[str, Any]:
        """Return the JSON of one rating from a phone that has just got its mark."""
        return {
            "subject": self.codes[number % len(self.codes)],
            "round": self.round_id,
            "value": ("satisfied", "fair", "dissatisfied")[number % 3],
            "device": new_device_token(settings_for(self.var_dir)),
        }

    def column(self, query: str) -> list[Any]:
        """Return the first column of a query, read with a connection of its own."""
        connection = pysqlite3.dbapi2.connect(str(self.database), timeout=15)
        try:
            return [row[0] for row in connection.execute(query)]
        finally:
            connection.close()


def send_tap(port: int, tap: dict[str, Any], key: str, timeout: float = 20) -> tuple[int, dict[str, Any]]:
    """Send one rating and return status and JSON.

    Raises:
        OSError, http.client.HTTPException: when no answer comes back.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        connection.request("POST", "/api/v1/ratings", json.dumps(tap), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def rated_site(tmp_path: Path) -> RatedSite:
    """Build the branch and close the database again."""
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    settings = settings_for(var_dir)
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        with Session(db.engine) as session:
            branch = make_open_round(session, settings)
        db.engine.dispose()
    return RatedSite(var_dir, branch.codes, branch.round_id)


@pytest.fixture
def live(rated_site: RatedSite) -> Iterator[Server]:
    """Serve the branch with two worker processes."""
    with Server(rated_site.var_dir, workers=2, with_jobs=False) as server:
        yield server
