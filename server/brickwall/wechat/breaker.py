"""A circuit breaker: who does not answer five times in a row is left alone for half a minute."""

import threading
import time
from collections.abc import Callable

from brickwall.wechat.constants import Timing


class Breaker:
    """Counts failures in a row, one for each process.

    Args:
        now: a clock that never jumps, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0
        self._trying = False

    def is_open(self) -> bool:
        """Tell whether calls are held back just now, without taking part in the trial."""
        with self._lock:
            return self._failures >= Timing.BREAKER_FAILURES and self._now() < self._open_until

    def wait_seconds(self) -> float:
        """Return 0 when a call may go out, else how long to wait.

        After the rest a single call goes out as a trial, the others keep waiting for its end.
        """
        with self._lock:
            if self._failures < Timing.BREAKER_FAILURES:
                return 0
            left = self._open_until - self._now()
            if left > 0:
                return left
            if self._trying:
                return 1
            self._trying = True
            return 0

    def note_success(self) -> None:
        """Count an answer, be it a refusal: somebody is there."""
        with self._lock:
            self._failures, self._trying = 0, False

    def note_failure(self) -> None:
        """Count a call without a sensible answer."""
        with self._lock:
            self._failures += 1
            self._trying = False
            if self._failures >= Timing.BREAKER_FAILURES:
                self._open_until = self._now() + Timing.BREAKER_SECONDS
