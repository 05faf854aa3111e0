"""A WeChat that hangs keeps nobody from scanning a brick or rating it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from statistics import median

import pytest

from tests.faults.conftest import RatedSite, send_tap
from tests.support.fake_wechat import FakeWeChat
from tests.support.server import Server

pytestmark = pytest.mark.once

PEOPLE = 40
# Without a limit, 40 people waiting 8 s each would fill the worker's 8 threads for half a minute.
SLOWEST = 2.0


@pytest.fixture
def hanging() -> Iterator[FakeWeChat]:
    """Run a WeChat that takes calls and says nothing."""
    with FakeWeChat() as fake:
        fake.fail("*", seconds=20)
        yield fake


def sign_in(port: int, number: int, ends: list[tuple[int, float]]) -> None:
    """Sign in from the mini-program; note status and seconds."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        "POST",
        "/api/v1/sessions/wechat",
        json.dumps({"code": f"person{number}"}),
        {"Content-Type": "application/json"},
    )
    status = connection.getresponse().status
    connection.close()
    ends.append((status, time.monotonic() - started))


def scan(port: int, code: str) -> float:
    """Open a brick; return the seconds it took."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/q/{code}")
    assert connection.getresponse().status == 200
    connection.close()
    return time.monotonic() - started


def rate(port: int, site: RatedSite, number: int) -> float:
    """Rate from a new phone; return the seconds it took."""
    started = time.monotonic()
    status, _ = send_tap(port, site.new_tap(number), f"key {number}")
    assert status == 201
    return time.monotonic() - started


def test_scans_and_ratings_go_on_while_forty_people_wait_for_wechat(
    rated_site: RatedSite, hanging: FakeWeChat
) -> None:
    ends: list[tuple[int, float]] = []
    with Server(rated_site.var_dir, threads=8, with_jobs=False, environ=hanging.environ) as server:
        scan(server.port, rated_site.codes[0])
        people = [
            threading.Thread(target=sign_in, args=(server.port, number, ends)) for number in range(PEOPLE)
        ]
        for person in people:
            person.start()
        scans, ratings = [], []
        for number in range(30):
            scans.append(scan(server.port, rated_site.codes[0]))
            ratings.append(rate(server.port, rated_site, number))
        for person in people:
            person.join(60)

    assert max(scans + ratings) < SLOWEST
    assert median(scans) < 0.2
    assert median(ratings) < 0.2
    assert {status for status, _ in ends} == {503}
    assert sorted(seconds for _, seconds in ends)[PEOPLE // 2] < SLOWEST
    assert hanging.count("sign_in") <= 5
    assert rated_site.column("SELECT count(*) FROM rating") == [30]
    print(
        f"scans {median(scans):.3f}/{max(scans):.3f} s, ratings {median(ratings):.3f}/{max(ratings):.3f} s, "
        f"sign-ins {max(seconds for _, seconds in ends):.1f} s, calls {hanging.count('sign_in')}"
    )
