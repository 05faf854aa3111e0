"""The group writer: many threads, few batches, everybody answered with his own outcome."""

import threading
import time
from collections.abc import Sequence

import pytest

from brickwall.evaluations import writer
from brickwall.evaluations.writer import GroupWriter
from brickwall.kernel.problems import Refused


class Disk:
    """Writes numbers slowly and remembers its batches; odd things happen to some numbers."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.at_once = 0
        self.first = threading.Event()

    def write(self, items: Sequence[int]) -> list[str | Exception]:
        self.at_once += 1
        assert self.at_once == 1, "one batch at a time"
        self.first.set()
        time.sleep(0.03)
        self.batches.append(list(items))
        self.at_once -= 1
        if 13 in items:
            raise OSError("disk full")
        if 99 in items:
            raise SystemExit("the worker is being stopped")
        return [Refused(f"no {item}") if item % 10 == 7 else f"done {item}" for item in items]


def submit_all(group: GroupWriter[int, str], numbers: Sequence[int]) -> dict[int, str | BaseException]:
    """Submit every number from a thread of its own and return what each got."""
    results: dict[int, str | BaseException] = {}

    def one(number: int) -> None:
        try:
            results[number] = group.submit(number)
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive(), "nobody waits for ever"
    return results


def test_a_lone_item_is_written_at_once() -> None:
    disk = Disk()
    assert GroupWriter(disk.write).submit(1) == "done 1"
    assert disk.batches == [[1]]


def test_what_arrives_meanwhile_is_written_together_and_everybody_gets_his_own() -> None:
    disk = Disk()
    numbers = [number for number in range(100, 160) if number % 10 != 7]
    results = submit_all(GroupWriter(disk.write), numbers)
    assert results == {number: f"done {number}" for number in numbers}
    assert sorted(number for batch in disk.batches for number in batch) == numbers
    assert len(disk.batches) < len(numbers) / 5, "few commits for many ratings"


def test_one_refused_item_spoils_nothing() -> None:
    disk = Disk()
    results = submit_all(GroupWriter(disk.write), range(200, 230))
    refused = {number for number, result in results.items() if isinstance(result, Refused)}
    assert refused == {207, 217, 227}
    assert len([result for result in results.values() if isinstance(result, str)]) == 27


def test_a_failed_batch_fails_for_all_in_it_and_the_next_goes_on() -> None:
    disk = Disk()
    group = GroupWriter(disk.write)
    results = submit_all(group, range(20))
    with_13 = next(batch for batch in disk.batches if 13 in batch)
    for number, result in results.items():
        assert isinstance(result, OSError) == (number in with_13)
    assert group.submit(21) == "done 21"


def test_a_leader_that_is_stopped_leaves_nobody_waiting_and_nobody_acknowledged() -> None:
    disk = Disk()
    group = GroupWriter(disk.write)
    results = submit_all(group, [99, *range(300, 306)])
    with_99 = next(batch for batch in disk.batches if 99 in batch)
    for number in with_99:
        assert isinstance(results[number], SystemExit | RuntimeError)
    assert group.submit(1) == "done 1"


def test_a_batch_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_BATCH", 4)
    disk = Disk()
    results = submit_all(GroupWriter(disk.write), range(400, 430))
    assert len(results) == 30
    assert max(len(batch) for batch in disk.batches) <= 4
