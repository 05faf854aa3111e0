"""Work of the gateway that is done later: pushes, and forgetting old ones."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.jobs import Job, JobState, enqueue, job
from brickwall.wechat.constants import LABELS
from brickwall.wechat.pushes import WORK_OFF_JOB, sweep_pushes, work_off_push

SWEEP_JOB = "wechat.sweep"
SWEEP_EVERY = timedelta(days=1)


@job(WORK_OFF_JOB)
def work_off(claimed: Job) -> dict[str, Any] | None:
    """Hand one push to whoever asked for its kind."""
    with transaction() as session:
        state = work_off_push(session, claimed.args["push"])
    return {"state": LABELS[state]}


@job(SWEEP_JOB)
def sweep(claimed: Job) -> dict[str, Any] | None:
    """Forget pushes that are a week old; ask for the next sweep tomorrow."""
    swept = 0
    while True:
        with transaction() as session:
            found = sweep_pushes(session)
        if not found:
            break
        swept += found
    with transaction() as session:
        _schedule(session, claimed.id, clock.now() + SWEEP_EVERY)
    return {"sentence": f"清理了 {swept} 条一周前的微信推送。"}


def _schedule(session: Session, own_id: int, run_at: datetime) -> None:
    waiting = select(Job.id).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING, Job.id != own_id)
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, SWEEP_JOB, {}, run_at=run_at)


def schedule_sweep(session: Session) -> None:
    """Ask for a sweep now, unless one is waiting; the worker calls this when it starts."""
    _schedule(session, 0, clock.now())
