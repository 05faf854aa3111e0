"""Work done later: an outbox table filled in the business transaction, a worker that empties it.

A job is named by a string, so a lower domain can ask for work an upper layer does. Brokers
and libraries were measured and left out (PACKAGES.md, jobs).
"""

import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import JSON, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from brickwall.kernel import clock
from brickwall.kernel.db import Base, new_session, transaction, writing
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.problems import NotFound, Problem
from brickwall.kernel.types import UTCDateTime, enum_type

MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=10)
log = structlog.get_logger()


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work. ``result`` is small JSON: a file name, counts, a refusal's sentence."""

    __tablename__ = "job"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "args": "排队要办的事",
        },
        why="打印、导入等慢的事放到后台办",
        until="办完留着记录",
    )
    __table_args__ = (Index("ix_job_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(80))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    account_id: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


Handler = Callable[[Job], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {}
_FORGOTTEN: set[str] = set()


def job(name: str, *, forgotten: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs called ``name``.

    The handler opens its own ``transaction()`` (or several, for long work) and returns a
    small JSON result.

    Args:
        forgotten: remove the row once done, where its times would tell what nobody may keep
            (RATINGS.md, never stored).
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        if forgotten:
            _FORGOTTEN.add(name)
        return handler

    return register


def enqueue(
    session: Session,
    name: str,
    args: dict[str, Any],
    *,
    account_id: int | None = None,
    run_at: datetime | None = None,
) -> Job:
    """Add a job to the caller's transaction and return it (``public_id`` names its progress page)."""
    row = Job(
        name=name,
        args=args,
        account_id=account_id,
        run_at=run_at or clock.now(),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def get_job(session: Session, public_id: str, account_id: int | None) -> Job:
    """Return a job that ``account_id`` asked for.

    Raises:
        NotFound: when there is none, or somebody else asked for it.
    """
    found = session.scalar(select(Job).where(Job.public_id == public_id))
    if found is None or found.account_id != account_id:
        raise NotFound("没有找到这项任务")
    return found


def report_progress(job_id: int, percent: int) -> None:
    """Show how far a running job is (0 to 100), in a transaction of its own, and extend its lease."""
    with transaction() as session:
        session.execute(
            update(Job).where(Job.id == job_id).values(progress=percent, run_at=clock.now() + LEASE)
        )


def _claim() -> Job | None:
    """Take the next due job, or one whose worker died (its lease has run out)."""
    with writing(), new_session() as session:
        due = (
            select(Job)
            .where(Job.state.in_([JobState.WAITING, JobState.RUNNING]), Job.run_at <= clock.now())
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = session.scalar(due)
        if found is None:
            return None
        found.state = JobState.RUNNING
        found.attempts += 1
        found.run_at = clock.now() + LEASE
        session.commit()
        return found


def _finish(job_id: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def _run(claimed: Job) -> None:
    try:
        result = HANDLERS[claimed.name](claimed)
    except Problem as problem:
        refusal = {"title": problem.title, "code": problem.code}
        _finish(claimed.id, state=JobState.FAILED, result=refusal, finished_at=clock.now())
    except Exception:
        log.error("job.failed", job=claimed.name, attempt=claimed.attempts, error=traceback.format_exc())
        _retry_or_fail(claimed)
    else:
        _end(claimed, result)


def _end(claimed: Job, result: dict[str, Any] | None) -> None:
    if claimed.name not in _FORGOTTEN:
        _finish(claimed.id, state=JobState.DONE, progress=100, result=result, finished_at=clock.now())
        return
    # Last of all: SQLite gives a removed row's id to the next one.
    with transaction() as session:
        session.execute(delete(Job).where(Job.id == claimed.id))


def _retry_or_fail(claimed: Job) -> None:
    if claimed.attempts < MAX_ATTEMPTS:
        wait = timedelta(seconds=10 * 4 ** (claimed.attempts - 1))
        _finish(claimed.id, state=JobState.WAITING, run_at=clock.now() + wait)
        return
    refusal = {"title": "这项任务没有办成，请稍后再试或联系管理员", "code": "job.failed"}
    _finish(claimed.id, state=JobState.FAILED, result=refusal, finished_at=clock.now())


def run_pending_jobs(limit: int = 100) -> int:
    """Do the jobs that are due, at most ``limit``; return how many were done."""
    for done in range(limit):
        claimed = _claim()
        if claimed is None:
            return done
        _run(claimed)
    return limit


def work_forever(idle_seconds: float = 0.5, stop: Callable[[], bool] = lambda: False) -> None:
    """Do jobs until ``stop()`` is true; what ``brickwall worker`` runs.

    A store that cannot be reached or written just now is logged and tried again.
    """
    while not stop():
        try:
            done = run_pending_jobs()
        except Exception:
            log.error("worker.trouble", error=traceback.format_exc())
            done = 0
        if done == 0:
            time.sleep(idle_seconds)


class Heartbeat(Base):
    """When a background program was last seen at work; /readyz and the operator read it."""

    __tablename__ = "heartbeat"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "beat_at": "后台程序还在不在",
        },
        why="管理员看得出停没停",
        until="只有最新一次",
    )

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime())


def beat(name: str) -> None:
    """Note that the program ``name`` is alive now."""
    with transaction() as session:
        session.merge(Heartbeat(name=name, beat_at=clock.now()))
