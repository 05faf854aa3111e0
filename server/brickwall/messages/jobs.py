"""Work of this domain that is done later: telling many, sending to phones, the daily sweep."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import open_openid
from brickwall.config import Settings, WeChatSettings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import Job, JobState, enqueue, job
from brickwall.messages import queries, rules, services
from brickwall.messages.constants import INBOX_PAGE
from brickwall.messages.models import PhoneMessage
from brickwall.messages.services import Outcome, Outgoing
from brickwall.messages.services.delivering import DELIVER_JOB, SEND_JOB, letter_from_json
from brickwall.wechat.errors import (
    ConsentMissing,
    Misconfigured,
    OpenidUnknown,
    QuotaUsedUp,
    WeChatError,
    WeChatUnavailable,
)
from brickwall.wechat.gateway import gateway

SWEEP_JOB = "messages.sweep"
SWEEP_EVERY = timedelta(days=1)
# Fewer than fill a job's lease, so that other work gets its turn even while WeChat is slow.
AT_A_TIME = 50
_OUTCOMES: tuple[tuple[type[WeChatError], Outcome], ...] = (
    (ConsentMissing, Outcome.NOT_ALLOWED),
    (OpenidUnknown, Outcome.GONE),
    (WeChatUnavailable, Outcome.LATER),
    (QuotaUsedUp, Outcome.LATER),
    (Misconfigured, Outcome.LATER),
    (WeChatError, Outcome.FAILED),
)
# How long all sending rests when one try ended like this.
_PAUSES = {
    WeChatUnavailable: timedelta(minutes=1),
    Misconfigured: timedelta(minutes=10),
    QuotaUsedUp: timedelta(hours=1),
}
log = structlog.get_logger()


@job(DELIVER_JOB)
def deliver(claimed: Job) -> dict[str, Any] | None:
    """Tell everybody who waits for a topic, 500 a transaction, so that others get their turn."""
    letter, told = letter_from_json(claimed.args["letter"]), 0
    while True:
        with transaction() as session:
            step = services.deliver_chunk(session, settings(), claimed.args["topic"], letter)
        if not step:
            return {"sentence": f"告诉了 {told} 个等着的人。"}
        told += step


@job(SEND_JOB)
def send_to_phone(claimed: Job) -> dict[str, Any] | None:
    """Send what waits for a phone, and come back when more is due."""
    wechat = settings().wechat
    if wechat is None:
        with transaction() as session:
            session.execute(delete(PhoneMessage))
        return {"sentence": "没有接入微信，消息都在收件箱里。"}
    results: Counter[str] = Counter()
    pause = timedelta()
    for _ in range(AT_A_TIME):
        with transaction() as session:
            outgoing = services.claim_phone_message(session)
        if outgoing is None:
            break
        error = _send(settings(), wechat, outgoing)
        outcome = _outcome_of(error)
        pause = _pause_after(error)
        with transaction() as session:
            services.finish_phone_message(session, outgoing, outcome, pause)
        results[error.code if error else outcome.value] += 1
        if outcome is Outcome.LATER:
            break
    _report(results)
    with transaction() as session:
        _come_back(session, claimed.id, pause)
    return {"sentence": f"发到手机 {results[Outcome.SENT.value]} 条。", "results": dict(results)}


def _send(site: Settings, wechat: WeChatSettings, outgoing: Outgoing) -> WeChatError | None:
    """Send one message; return what WeChat said against it."""
    kind = outgoing.kind.value
    openid = open_openid(site, outgoing.openid_sealed)
    if openid is None:
        return OpenidUnknown()
    data = rules.template_data(wechat.template_fields(kind), outgoing.subject, outgoing.title, outgoing.day)
    try:
        gateway(site).send_message(openid, wechat.template(kind), data, INBOX_PAGE)
    except WeChatError as error:
        return error
    return None


def _outcome_of(error: WeChatError | None) -> Outcome:
    if error is None:
        return Outcome.SENT
    return next(outcome for kind, outcome in _OUTCOMES if isinstance(error, kind))


def _pause_after(error: WeChatError | None) -> timedelta:
    if error is None:
        return timedelta()
    return max(_PAUSES.get(type(error), timedelta()), timedelta(seconds=error.retry_after))


def _report(results: Counter[str]) -> None:
    """Tell the operator's log once a run what did not reach a phone; the inbox has it all."""
    failed = {code: count for code, count in results.items() if code != Outcome.SENT.value}
    if failed:
        log.warning(
            "messages.not_on_phone", **{code.replace(".", "_"): count for code, count in failed.items()}
        )


def _come_back(session: Session, own_id: int, pause: timedelta) -> None:
    """Ask for the next run when something is left and nobody has asked yet."""
    due = queries.find_next_phone_time(session)
    if due is None:
        return
    run_at = max(due, clock.now() + pause)
    asked = select(Job.id).where(
        Job.name == SEND_JOB, Job.state == JobState.WAITING, Job.id != own_id, Job.run_at <= run_at
    )
    if session.scalar(asked.limit(1)) is None:
        enqueue(session, SEND_JOB, {}, run_at=run_at)


@job(SWEEP_JOB)
def sweep(claimed: Job) -> dict[str, Any] | None:
    """Forget messages of 400 days ago and empty mailboxes; ask for the next sweep tomorrow."""
    swept = 0
    while True:
        with transaction() as session:
            found = services.sweep_messages(session)
        if not found:
            break
        swept += found
    with transaction() as session:
        _schedule(session, claimed.id, clock.now() + SWEEP_EVERY)
    return {"sentence": f"清理了 {swept} 条过期的消息。"}


def _schedule(session: Session, own_id: int, run_at: datetime) -> None:
    waiting = select(Job.id).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING, Job.id != own_id)
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, SWEEP_JOB, {}, run_at=run_at)


def schedule_sweep(session: Session) -> None:
    """Ask for a sweep now, unless one is waiting; the worker calls this when it starts."""
    _schedule(session, 0, clock.now())
