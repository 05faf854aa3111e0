"""kill -9 of the whole server while 2,000 phones rate and try again: nothing lost, nothing doubled."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.faults.conftest import RatedSite, send_tap
from tests.support.server import Server

pytestmark = pytest.mark.once

PHONES = 2_000
CLIENTS = 32
KILL_AT = (300, 900, 1_500)
PATIENCE_SECONDS = 120


@dataclass
class Crowd:
    """The phones: each rates once and tries again until somebody says 201."""

    site: RatedSite
    port: int
    receipts: dict[int, str] = field(default_factory=dict)
    retries: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def rate(self, number: int) -> None:
        """Rate from phone ``number``, with the same key at every try."""
        tap = self.site.new_tap(number)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                status, answer = send_tap(self.port, tap, f"phone-{number}")
            except (OSError, http.client.HTTPException):
                status, answer = 0, {}
            if status == 201:
                with self.changed:
                    self.receipts[number] = answer["receipt"]
                    self.changed.notify_all()
                return
            with self.changed:
                self.retries += 1
            time.sleep(0.05)

    def wait_for(self, acknowledged: int) -> None:
        """Wait until so many phones have their receipt."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.receipts) >= acknowledged, PATIENCE_SECONDS)


def test_kill9_loses_nothing_and_doubles_nothing(rated_site: RatedSite, live: Server) -> None:
    crowd = Crowd(rated_site, live.port)

    with ThreadPoolExecutor(CLIENTS) as phones:
        done = [phones.submit(crowd.rate, number) for number in range(PHONES)]
        for acknowledged in KILL_AT:
            crowd.wait_for(acknowledged)
            live.kill()
            live.start()
    for future in done:
        future.result()

    assert crowd.retries > 0, "the server was never killed under load"
    assert len(crowd.receipts) == PHONES
    acknowledged = {receipt.replace("-", "").lower() for receipt in crowd.receipts.values()}
    kept = rated_site.column("SELECT receipt FROM rating")
    assert len(acknowledged) == PHONES
    assert acknowledged - {receipt.lower() for receipt in kept} == set()
    assert len(kept) == PHONES
    assert rated_site.column("SELECT count(DISTINCT slot) FROM rating") == [PHONES]
    assert rated_site.column("SELECT count(*) FROM round_voter") == [PHONES]
    assert rated_site.column("PRAGMA integrity_check") == ["ok"]
