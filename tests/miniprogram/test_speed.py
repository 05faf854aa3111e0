"""A flow takes at most a second and a half here, so that the whole suite stays usable."""

import time
from statistics import median

import pytest

from tests.miniprogram.conftest import LONGEST_FLOW
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_worker

RUNS = 5


def test_from_scan_to_receipt(mp: MiniProgram, site: Server, village: Village) -> None:
    seconds = []
    for run in range(RUNS):
        phone = mp.another(f"hasty{run}")
        phone.privacy("agreed")
        started = time.monotonic()
        phone.open("/pages/scan/scan", q=f"{site.url}/q/{village.brick_code}")
        phone.at("/pages/brick/brick")
        phone.tap("满意")
        phone.at("/pages/receipt/receipt")
        phone.see("记上了，谢谢您")
        seconds.append(time.monotonic() - started)
    # The first run warms caches; the middle one stands for the others.
    assert median(seconds) <= LONGEST_FLOW, seconds


def test_looking_at_a_wall(mp: MiniProgram, site: Server, village: Village) -> None:
    seconds = []
    for run in range(RUNS):
        phone = mp.another(f"looker{run}")
        started = time.monotonic()
        phone.open("/pages/scan/scan", q=f"{site.url}/w/{village.organisation_code}")
        phone.at("/pages/wall/wall")
        phone.see("陈凯")
        seconds.append(time.monotonic() - started)
    assert median(seconds) <= LONGEST_FLOW, seconds
