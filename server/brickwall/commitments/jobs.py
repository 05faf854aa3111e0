"""Work of this domain that is done later: applying a confirmed ledger, sweeping photos."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments.reminders import next_reminders
from brickwall.commitments.services import ledgers, sweep_photos
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.http import settings
from brickwall.kernel.imports import Import, ImportState
from brickwall.kernel.jobs import Job, JobState, enqueue, job, report_progress
from brickwall.kernel.permissions import Actor, Grant, Permission
from brickwall.messages.services import tell_accounts
from brickwall.organisations.models import Organisation

SWEEP_JOB = "commitments.sweep_photos"
STEP_ROWS = 50
SWEEP_EVERY = timedelta(days=1)
REMIND_JOB = "commitments.remind_of_deadlines"
REMIND_STEP = 500
# Nobody wants a phone to ring at night.
MORNING, EVENING = time(8), time(20)


def _actor(claimed: Job) -> Actor:
    return Actor(
        label=claimed.args["label"],
        account_id=claimed.account_id,
        grants=tuple(
            Grant(grant["path"], frozenset(map(Permission, grant["permissions"])))
            for grant in claimed.args["grants"]
        ),
    )


@job(ledgers.APPLY_JOB)
def apply_ledger(claimed: Job) -> dict[str, Any] | None:
    """Apply a confirmed ledger, fifty lines a transaction, so that others get their turn.

    A worker that dies starts again: lines already written compare as the same.
    """
    actor = _actor(claimed)
    with transaction() as session:
        batch = session.scalars(select(Import).where(Import.public_id == claimed.args["import"])).one()
        if batch.state is ImportState.APPLIED:
            return claimed.result
        rows, branch_id = ledgers.kept_rows(batch), batch.organisation_id
    done = {"created": 0, "published": 0, "skipped": 0}
    for start in range(0, len(rows), STEP_ROWS):
        with transaction() as session:
            branch = session.get_one(Organisation, branch_id)
            part = rows[start : start + STEP_ROWS]
            step = ledgers.apply_rows(session, actor, branch, part, publish=claimed.args["publish"])
        done = {name: done[name] + step[name] for name in done}
        report_progress(claimed.id, min(99, 100 * (start + STEP_ROWS) // max(1, len(rows))))
    with transaction() as session:
        batch = session.scalars(select(Import).where(Import.public_id == claimed.args["import"])).one()
        ledgers.finish_ledger(session, actor, batch, done)
    return _result(claimed, done)


def _result(claimed: Job, done: dict[str, int]) -> dict[str, Any]:
    lines = []
    if done["published"]:
        lines.append(f"其中 {done['published']} 件已审过并公示。")
    if done["created"] > done["published"]:
        lines.append(f"{done['created'] - done['published']} 件在等审核。")
    if done["skipped"]:
        lines.append(f"{done['skipped']} 件在预览以后已经有了，没有再加。")
    return {
        "sentence": f"承诺表导入好了：新增 {done['created']} 件。",
        "lines": lines,
        "url": f"/console/commitments/import/{claimed.args['import']}",
    }


@job(SWEEP_JOB)
def sweep(claimed: Job) -> dict[str, Any] | None:
    """Remove photos nobody attached within a week, and ask for the next sweep tomorrow."""
    with transaction() as session:
        removed = sweep_photos(session, settings().media_dir)
        _schedule(session, claimed.id, clock.now() + SWEEP_EVERY)
    return {"sentence": f"清理了 {removed} 张没有用上的照片。"}


def _schedule(session: Session, own_id: int, run_at: datetime) -> None:
    waiting = select(Job.id).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING, Job.id != own_id)
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, SWEEP_JOB, {}, run_at=run_at)


def schedule_sweep(session: Session) -> None:
    """Ask for a sweep now, unless one is waiting; the worker calls this when it starts."""
    _schedule(session, 0, clock.now())


@job(REMIND_JOB)
def remind(claimed: Job) -> dict[str, Any] | None:
    """Remind members of deadlines, 500 commitments a transaction; come back tomorrow morning."""
    today, told, after = clock.today(), 0, 0
    while True:
        with transaction() as session:
            reminders, last = next_reminders(session, today, after, REMIND_STEP)
            told += tell_accounts(session, reminders)
        if last is None:
            break
        after = last
    with transaction() as session:
        _schedule_reminders(session, claimed.id, next_morning(clock.now()))
    return {"sentence": f"提醒了 {told} 件快到期或晚了的承诺。"}


def next_morning(moment: datetime) -> datetime:
    """Return eight o'clock in Asia/Shanghai of the next day that has it still to come."""
    here = clock.local(moment)
    eight = here.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return eight if eight > here else eight + timedelta(days=1)


def schedule_reminders(session: Session) -> None:
    """Ask for today's reminders, at night for the morning's; the worker calls this when it starts."""
    now = clock.now()
    by_day = MORNING <= clock.local(now).time() < EVENING
    _schedule_reminders(session, 0, now if by_day else next_morning(now))


def _schedule_reminders(session: Session, own_id: int, run_at: datetime) -> None:
    """Ask for a run unless one waits that comes no later; one set by a wrong clock stops nothing."""
    waiting = select(Job.id).where(
        Job.name == REMIND_JOB, Job.state == JobState.WAITING, Job.id != own_id, Job.run_at <= run_at
    )
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, REMIND_JOB, {}, run_at=run_at)
