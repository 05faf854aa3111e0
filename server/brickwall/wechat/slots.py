"""How many threads of a process may wait for WeChat at once: the others belong to scans and ratings."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from brickwall.wechat.errors import WeChatUnavailable

# Of a web worker's 8 threads four may wait for WeChat and two for a place; two are never theirs.
COUNT = 4
QUEUE = 2
PATIENCE = 0.5


class Slots:
    """Lets a few callers through; two more wait half a second, and nobody for a WeChat that is stuck.

    Args:
        count: callers at a time.
        patience: seconds to wait for a place, and the age of a call that counts as stuck.
    """

    def __init__(self, count: int = COUNT, patience: float = PATIENCE) -> None:
        self._count = count
        self._patience = patience
        self._waiting = 0
        self._started: dict[object, float] = {}
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place for the length of a block.

        Raises:
            WeChatUnavailable: when none gets free soon.
        """
        ticket = object()
        with self._changed:
            self._wait()
            self._started[ticket] = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                del self._started[ticket]
                self._changed.notify()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._patience
        while len(self._started) >= self._count:
            stuck_at = min(self._started.values()) + self._patience
            left = min(deadline, stuck_at) - time.monotonic()
            if left <= 0 or self._waiting >= QUEUE:
                raise WeChatUnavailable(retry_after=2)
            self._waiting += 1
            self._changed.wait(left)
            self._waiting -= 1
