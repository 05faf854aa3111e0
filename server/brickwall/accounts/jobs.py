"""Work of this domain that is done later: the daily sweep."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.services import sweep_accounts
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.idempotency import forget_old_answers
from brickwall.kernel.jobs import Job, JobState, enqueue, job

SWEEP_JOB = "accounts.sweep"
SWEEP_EVERY = timedelta(days=1)


@job(SWEEP_JOB)
def sweep(claimed: Job) -> dict[str, Any] | None:
    """Forget ended sign-ins, dead slips, old counts and kept answers; ask for the next sweep tomorrow."""
    swept = 0
    while True:
        with transaction() as session:
            found = sweep_accounts(session)
        if not found:
            break
        swept += found
    with transaction() as session:
        forget_old_answers(session)
        _schedule(session, claimed.id, clock.now() + SWEEP_EVERY)
    return {"sentence": f"清理了 {swept} 条过期的登录和激活条。"}


def _schedule(session: Session, own_id: int, run_at: datetime) -> None:
    waiting = select(Job.id).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING, Job.id != own_id)
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, SWEEP_JOB, {}, run_at=run_at)


def schedule_sweep(session: Session) -> None:
    """Ask for a sweep now, unless one is waiting; the worker calls this when it starts."""
    _schedule(session, 0, clock.now())
