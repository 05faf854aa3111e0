"""A full disk and a locked database: writes are refused in plain words, reads go on, nothing is lost."""

import http.client
import resource
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pysqlite3
import pytest

from benchmarks.processes import list_family
from brickwall.app import create_app
from brickwall.kernel import db as database
from tests.faults.conftest import RatedSite, send_tap
from tests.support.server import Server, settings_for

pytestmark = pytest.mark.once


def read_page(port: int, path: str) -> tuple[int, str]:
    """Open a page and return status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def limit_files(pid: int, size: int) -> None:
    """Let no process of a server write a file beyond ``size`` bytes, as a full disk would."""
    for member in list_family(pid):
        _, hard = resource.prlimit(member, resource.RLIMIT_FSIZE)
        resource.prlimit(member, resource.RLIMIT_FSIZE, (size, hard))


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until ``condition`` holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_full_disk_refuses_ratings_in_plain_words_and_goes_on_showing(
    rated_site: RatedSite, live: Server
) -> None:
    page = f"/q/{rated_site.codes[0]}"
    assert send_tap(live.port, rated_site.new_tap(0), "first")[0] == 201
    assert read_page(live.port, page)[0] == 200
    journal = Path(f"{rated_site.database}-wal")
    limit_files(live.pid, journal.stat().st_size + 4096)
    answers = {}
    for number in range(1, 400):
        answers[number] = send_tap(live.port, rated_site.new_tap(number), f"key-{number}")
        if answers[number][0] != 201:
            break
    status, refusal = answers[number]

    assert status == 503
    assert refusal["code"] == "unavailable.full"
    assert "存储空间满了" in refusal["title"]
    assert read_page(live.port, page)[0] == 200
    assert read_page(live.port, "/")[0] == 200

    limit_files(live.pid, resource.RLIM_INFINITY)
    tap = rated_site.new_tap(number + 1)
    assert send_tap(live.port, tap, "after")[0] == 201
    assert rated_site.column("SELECT count(*) FROM rating") == [number + 1]
    assert rated_site.column("PRAGMA integrity_check") == ["ok"]


def test_while_another_program_holds_the_database_ratings_wait_and_pages_show(
    rated_site: RatedSite, live: Server
) -> None:
    intruder = pysqlite3.dbapi2.connect(str(rated_site.database), isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    answers: list[int] = []
    phone = threading.Thread(
        target=lambda: answers.append(send_tap(live.port, rated_site.new_tap(0), "patient")[0])
    )
    phone.start()
    time.sleep(1)

    assert read_page(live.port, "/")[0] == 200
    assert answers == []

    intruder.execute("ROLLBACK")
    phone.join(20)
    assert answers == [201]
    assert rated_site.column("SELECT count(*) FROM rating") == [1]


def test_a_database_locked_for_too_long_is_503_with_the_next_step(
    rated_site: RatedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    app = create_app(settings_for(rated_site.var_dir))
    client = app.test_client()
    intruder = pysqlite3.dbapi2.connect(str(rated_site.database), isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    tap = rated_site.new_tap(0)

    refused = client.post("/api/v1/ratings", json=tap, headers={"Idempotency-Key": "k"})
    shown = client.get(f"/q/{rated_site.codes[0]}")
    intruder.execute("ROLLBACK")
    accepted = client.post("/api/v1/ratings", json=tap, headers={"Idempotency-Key": "k"})

    assert (refused.status_code, refused.json["code"]) == (503, "unavailable.busy")
    assert "过一会儿再提交一次" in refused.json["title"]
    assert int(refused.headers["Retry-After"]) > 0
    assert shown.status_code == 200
    assert accepted.status_code == 201
    with app.app_context():
        database.db.engine.dispose()
