"""kill -9 in the middle of 2,000 ratings with retries: none acknowledged is missing, none doubled.

A real gunicorn with two workers writes into a SQLite file. While 32 clients rate, single workers
and then the whole server are killed and started again; each client repeats a tap under its key
until it is acknowledged, as the phone's script does.
"""

import http.client
import json
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pysqlite3
import pytest
from sqlalchemy.orm import Session

from brickwall.app import create_app
from brickwall.evaluations.devices import new_device_token
from brickwall.kernel.db import db
from brickwall.models import metadata
from tests.factories.evaluations import RatedBranch, make_open_round
from tests.support.server import Server, settings_for

PHONES = 1_700
CHANGED = 300
CLIENTS = 32
GIVE_UP_AFTER = 240.0
VALUES = ("satisfied", "fair", "dissatisfied")


@dataclass
class Phone:
    """One phone with the taps it makes, in order; the second changes the first."""

    token: str
    code: str
    values: Sequence[str]
    receipts: list[str] = field(default_factory=list)
    tries: int = 0


class Crowd:
    """Clients that work off the phones, each tap until it is acknowledged."""

    def __init__(self, port: int, round_id: str, phones: Sequence[Phone]) -> None:
        self.acknowledged = 0
        self.failures: list[str] = []
        self._port, self._round_id = port, round_id
        self._count = threading.Lock()
        self._waiting: Queue[Phone] = Queue()
        for phone in phones:
            self._waiting.put(phone)
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        self._deadline = time.monotonic() + GIVE_UP_AFTER
        for thread in self._threads:
            thread.start()

    def _client(self) -> None:
        while True:
            try:
                phone = self._waiting.get_nowait()
            except Empty:
                return
            for number, value in enumerate(phone.values):
                self._tap(phone, number, value)

    def _tap(self, phone: Phone, number: int, value: str) -> None:
        body = {
            "subject": phone.code,
            "round": self._round_id,
            "value": value,
            "device": phone.token,
            "supersedes": [f"tap-{older}" for older in range(number)],
        }
        while time.monotonic() < self._deadline:
            phone.tries += 1
            answer = self._post(body, f"tap-{number}")
            if answer is not None:
                phone.receipts.append(answer["receipt"])
                with self._count:
                    self.acknowledged += 1
                return
            time.sleep(0.05)
        self.failures.append(f"gave up on {value}")

    def _post(self, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """Return the acknowledgement, or None for anything to try again."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection.request("POST", "/api/v1/ratings", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 201:
            found: dict[str, Any] = json.loads(content)
            return found
        if answer.status < 500:
            self.failures.append(f"{answer.status} {content!r}")
        return None

    def wait_until(self, acknowledged: int) -> None:
        """Wait until so many taps are acknowledged."""
        while self.acknowledged < acknowledged and time.monotonic() < self._deadline:
            time.sleep(0.005)

    def join(self) -> None:
        """Wait until every phone is done."""
        for thread in self._threads:
            thread.join()


def prepare(var_dir: Path) -> tuple[RatedBranch, list[Phone]]:
    settings = settings_for(var_dir)
    var_dir.mkdir(parents=True)
    with create_app(settings).app_context():
        metadata.create_all(db.engine)
        with Session(db.engine) as session:
            branch = make_open_round(session, settings)
        db.engine.dispose()
    phones = [
        Phone(
            new_device_token(settings),
            branch.codes[number % len(branch.codes)],
            [VALUES[number % 3], VALUES[(number + 1) % 3]] if number < CHANGED else [VALUES[number % 3]],
        )
        for number in range(PHONES)
    ]
    return branch, phones


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in children.split()]


def kill_one_worker(server: Server) -> None:
    os.kill(workers_of(server.pid)[0], signal.SIGKILL)


def kill_everything_and_restart(server: Server) -> None:
    os.killpg(server.pid, signal.SIGKILL)
    server.stop()
    server.start()


@dataclass
class Stored:
    """What the file holds after the storm."""

    versions: dict[bytes, list[tuple[int, str, str]]]
    voters: int
    integrity: str


def read_file(var_dir: Path) -> Stored:
    connection = pysqlite3.dbapi2.connect(var_dir / "brickwall.sqlite3")
    versions: dict[bytes, list[tuple[int, str, str]]] = defaultdict(list)
    rows = "SELECT slot, version, value, receipt FROM rating ORDER BY slot, version"
    for slot, version, value, receipt in connection.execute(rows):
        versions[slot].append((version, value, receipt))
    voters = connection.execute("SELECT count(*) FROM round_voter").fetchone()[0]
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return Stored(versions, voters, integrity)


@pytest.mark.timeout(400)
def test_no_acknowledged_rating_is_lost_and_none_doubled(tmp_path: Path) -> None:
    branch, phones = prepare(tmp_path / "var")
    taps = sum(len(phone.values) for phone in phones)
    with Server(tmp_path / "var", workers=2, threads=16, with_jobs=False) as server:
        crowd = Crowd(server.port, branch.round_id, phones)
        crowd.wait_until(300)
        kill_one_worker(server)
        crowd.wait_until(800)
        kill_everything_and_restart(server)
        crowd.wait_until(1_400)
        kill_one_worker(server)
        crowd.join()
    stored = read_file(tmp_path / "var")

    assert taps == 2_000
    assert crowd.failures == []
    assert crowd.acknowledged == taps
    assert sum(phone.tries for phone in phones) > taps, "the kills did cost answers, so retries were tested"
    assert stored.integrity == "ok"
    by_receipt = {row[2]: rows for rows in stored.versions.values() for row in rows}
    for phone in phones:
        receipts = [receipt.replace("-", "").lower() for receipt in phone.receipts]
        rows = by_receipt[receipts[0]]
        assert [row[2] for row in rows] == receipts, "each acknowledged tap once, in order, nothing else"
        assert [row[0] for row in rows] == list(range(1, len(phone.values) + 1))
        assert [row[1] for row in rows] == list(phone.values)
    assert len(stored.versions) == PHONES
    assert stored.voters == PHONES
