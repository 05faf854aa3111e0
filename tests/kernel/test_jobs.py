"""The outbox: work is asked for in a transaction and done once, after it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brickwall.kernel import clock, jobs
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import HANDLERS, Job, JobState, enqueue, run_pending_jobs
from brickwall.kernel.problems import NotFound, Refused


@pytest.fixture
def done() -> Iterator[list[dict[str, object]]]:
    """Provide a handler ``test.note`` and the arguments it has seen."""
    seen: list[dict[str, object]] = []

    def handle(job: Job) -> dict[str, object]:
        seen.append(job.args)
        return {"seen": len(seen)}

    def refuse(job: Job) -> None:
        raise Refused("现在不行，请明天再来")

    def break_down(job: Job) -> None:
        raise RuntimeError("a defect")

    HANDLERS.update({"test.note": handle, "test.refuse": refuse, "test.break": break_down})
    yield seen
    for name in ("test.note", "test.refuse", "test.break"):
        del HANDLERS[name]


def test_a_job_is_done_once_with_its_result(session: Session, done: list[dict[str, object]]) -> None:
    enqueue(session, "test.note", {"n": 1})
    session.commit()
    assert run_pending_jobs() == 1
    assert run_pending_jobs() == 0
    session.expire_all()
    row = session.scalars(select(Job)).one()
    assert (row.state, row.progress, row.result, done) == (JobState.DONE, 100, {"seen": 1}, [{"n": 1}])


def test_a_job_of_a_rolled_back_transaction_never_was(
    session: Session, done: list[dict[str, object]]
) -> None:
    enqueue(session, "test.note", {})
    session.rollback()
    assert run_pending_jobs() == 0
    assert done == []


def test_a_refusal_is_told_in_its_own_words(session: Session, done: list[dict[str, object]]) -> None:
    enqueue(session, "test.refuse", {})
    session.commit()
    run_pending_jobs()
    row = session.scalars(select(Job)).one()
    assert row.state is JobState.FAILED
    assert row.result == {"title": "现在不行，请明天再来", "code": "refused"}


def test_a_defect_is_tried_again_later_and_then_given_up(
    session: Session, done: list[dict[str, object]]
) -> None:
    enqueue(session, "test.break", {})
    session.commit()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
            assert run_pending_jobs() == 1
            assert run_pending_jobs() == 0, attempt
            traveller.shift(timedelta(hours=2))
    row = session.scalars(select(Job)).one()
    assert row.state is JobState.FAILED
    assert row.result is not None
    assert "请稍后再试" in row.result["title"]


def test_a_job_whose_worker_died_is_taken_up_after_its_lease(
    session: Session, done: list[dict[str, object]]
) -> None:
    row = enqueue(session, "test.note", {})
    row.state, row.run_at = JobState.RUNNING, clock.now() + jobs.LEASE
    session.commit()
    assert run_pending_jobs() == 0
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert run_pending_jobs() == 1
    assert len(done) == 1


def test_somebody_elses_job_does_not_exist(session: Session) -> None:
    row = enqueue(session, "test.note", {}, account_id=1)
    assert jobs.get_job(session, row.public_id, 1) is row
    with pytest.raises(NotFound):
        jobs.get_job(session, row.public_id, 2)


def test_a_program_that_beats_is_seen(app: Application, session: Session) -> None:
    jobs.beat("worker")
    jobs.beat("worker")
    assert session.scalars(select(jobs.Heartbeat.name)).all() == ["worker"]


def test_a_worker_outlives_a_store_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []

    def unreachable() -> int:
        rounds.append("tried")
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(jobs, "run_pending_jobs", unreachable)
    jobs.work_forever(idle_seconds=0, stop=lambda: len(rounds) == 3)
    assert rounds == ["tried"] * 3
