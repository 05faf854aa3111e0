"""Work of this domain that is done later: the daily sweep."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.accounts.services import sweep_accounts, wipe_openids
from brickwall.accounts.services.identities import WIPE_JOB
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.idempotency import forget_old_answers
from brickwall.kernel.jobs import Job, JobState, enqueue, job

SWEEP_JOB = "accounts.sweep"
SWEEP_EVERY = timedelta(days=1)
WIPE_EVERY = timedelta(minutes=5)


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


@job(WIPE_JOB)
def wipe(claimed: Job) -> dict[str, Any]:
    """Wipe the openids that no content check may use any more; come again while some are left."""
    with transaction() as session:
        wiped = wipe_openids(session)
        if session.scalar(select(WechatIdentity.id).where(WechatIdentity.sealed_at.is_not(None)).limit(1)):
            enqueue(session, WIPE_JOB, {}, run_at=clock.now() + WIPE_EVERY)
    return {"wiped": wiped}
