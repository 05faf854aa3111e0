"""Group commit: ratings that arrive together reach the disk in one transaction.

SQLite takes one writer at a time and every commit waits for the disk. So the first rating to
arrive writes, the ones that come meanwhile wait in line, and when the disk is done the next in
line writes all of them at once: one fsync for many, and nobody is answered before his own
rating is on the disk (PERFORMANCE.md: 8.6 times the requests of one commit each). There is no
thread of its own to start, to die or to survive a fork. PostgreSQL groups commits itself, so
there each rating writes alone.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
MAX_BATCH = 256


@dataclass
class _Waiting(Generic[T, R]):
    item: T
    wake: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    outcome: "R | Exception | None" = None


class GroupWriter(Generic[T, R]):
    """Collects items of several threads and hands them in batches to ``write``.

    Args:
        write: writes a batch in one transaction and returns, item by item, a result or the
            exception for that item alone. When it raises, the whole batch has failed.
    """

    def __init__(self, write: Callable[[Sequence[T]], Sequence["R | Exception"]]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._line: list[_Waiting[T, R]] = []
        self._busy = False

    def submit(self, item: T) -> R:
        """Write ``item``, alone or with others, and return its result once it is on the disk.

        Raises:
            Exception: what ``write`` returned for the item, or raised for its whole batch.
        """
        mine: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            self._line.append(mine)
            leading, self._busy = not self._busy, True
        if not leading:
            mine.wake.wait()
        if not mine.done:
            self._lead()
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome  # type: ignore[return-value]

    def _lead(self) -> None:
        """Write everybody in line, this thread's own item among them, then pass the lead on."""
        with self._lock:
            batch, self._line = self._line[:MAX_BATCH], self._line[MAX_BATCH:]
        try:
            self._write_batch(batch)
        finally:
            with self._lock:
                following = self._line[0] if self._line else None
                self._busy = following is not None
            for waiting in batch:
                waiting.done = True
                waiting.wake.set()
            if following is not None:
                following.wake.set()

    def _write_batch(self, batch: Sequence[_Waiting[T, R]]) -> None:
        stopped = RuntimeError("the writer was stopped before the ratings reached the disk")
        for waiting in batch:
            waiting.outcome = stopped
        try:
            outcomes = self._write([waiting.item for waiting in batch])
        except Exception as error:
            for waiting in batch:
                waiting.outcome = error
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.outcome = outcome
