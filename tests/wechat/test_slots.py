"""A few threads may wait for WeChat, two more for their place, the others are told to come again."""

import threading
import time
from collections import Counter

import pytest

from brickwall.wechat.errors import WeChatUnavailable
from brickwall.wechat.slots import COUNT, QUEUE, Slots


def crowd(slots: Slots, people: int, seconds: float) -> tuple[Counter[str], float]:
    """Let people come at once, each staying so long; return how they fared, and the longest refusal."""
    ready, fared, waits = threading.Barrier(people), Counter[str](), [0.0]

    def come() -> None:
        ready.wait()
        started = time.monotonic()
        try:
            with slots.one():
                time.sleep(seconds)
        except WeChatUnavailable as refusal:
            fared[f"told to come again in {refusal.retry_after} s"] += 1
            waits.append(time.monotonic() - started)
        else:
            fared["served"] += 1

    threads = [threading.Thread(target=come) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return fared, max(waits)


def test_a_quick_wechat_serves_those_who_wait_for_a_place() -> None:
    fared, _ = crowd(Slots(patience=2), COUNT + QUEUE, 0.05)
    assert fared == {"served": COUNT + QUEUE}


def test_a_stuck_wechat_keeps_no_more_than_its_places() -> None:
    fared, longest = crowd(Slots(), 16, 1.5)
    assert fared == {"served": COUNT, "told to come again in 2 s": 16 - COUNT}
    assert longest < 1.2


def test_a_failed_call_gives_its_place_back() -> None:
    slots = Slots(count=1)
    for _ in range(3):
        with pytest.raises(OSError, match="broken"), slots.one():
            raise OSError("broken")
