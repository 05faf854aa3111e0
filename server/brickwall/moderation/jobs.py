"""The worker's part: asking WeChat, taking its pushed answers, giving the unanswered to people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import open_openid
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import Job, JobState, job
from brickwall.moderation import queries, rules, services
from brickwall.moderation.addresses import check_address
from brickwall.moderation.constants import CheckReason, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.owners import owner_of
from brickwall.moderation.services.asking import WORK_JOB
from brickwall.wechat.constants import Suggest
from brickwall.wechat.errors import OpenidUnknown, WeChatError, WeChatUnavailable
from brickwall.wechat.gateway import Gateway, gateway
from brickwall.wechat.pushes import on_push, read_image_verdict

AT_A_TIME = 50
EVENT = "wxa_media_check"
log = structlog.get_logger()


@job(WORK_JOB, forgotten=True)
def work_off(claimed: Job) -> dict[str, Any] | None:
    """Ask WeChat about what waits, one thing after the other, each settled by itself.

    What cannot be asked now is asked again in a minute; after half an hour people look. The
    job's row is forgotten: its time would tell when somebody wrote (RATINGS.md).
    """
    with transaction() as session:
        services.hold_overdue(session)
    reachable = _ask_all(settings())
    with transaction() as session:
        _ask_again(session, reachable)
    return None


def _ask_again(session: Session, reachable: bool) -> None:
    """Come back while something waits: soon for the unasked, else when an answer is overdue."""
    waiting, unasked = queries.count_waiting(session)
    if waiting:
        pause = rules.ANSWER_WITHIN if not unasked else timedelta() if reachable else rules.ASK_AGAIN
        schedule_work(session, clock.now() + pause)


def schedule_work(session: Session, run_at: datetime | None = None) -> None:
    """Have the checks worked off by ``run_at`` (now); the worker asks for it when it starts."""
    moment = run_at or clock.now()
    sooner = select(Job.id).where(Job.name == WORK_JOB, Job.state == JobState.WAITING, Job.run_at <= moment)
    if session.scalar(sooner.limit(1)) is None:
        services.ask_for_work(session, moment)


def _ask_all(site: Settings) -> bool:
    """Ask about everything not asked yet; False when WeChat cannot be reached just now."""
    with new_session() as session:
        checks = queries.list_unasked(session, AT_A_TIME)
    for check in checks:
        try:
            _ask_one(site, check)
        except WeChatUnavailable as error:
            log.info("moderation.wechat_unavailable", reason=type(error).__name__)
            return False
    return True


def _ask_one(site: Settings, check: ContentCheck) -> None:
    """Ask about one thing; nothing is written while WeChat takes its time.

    Raises:
        WeChatUnavailable: it did not answer; the check goes on waiting.
    """
    with new_session() as session:
        content = owner_of(check.kind).read(session, check.subject)
    openid = open_openid(site, check.openid_sealed)
    if content is None:
        _settle(check, services.drop_check)
    elif site.wechat is None or openid is None:
        _hold(check, CheckReason.UNREACHABLE if openid else CheckReason.NO_OPENID)
    else:
        _ask_wechat(site, check, content, openid)


def _ask_wechat(site: Settings, check: ContentCheck, content: str, openid: str) -> None:
    try:
        _send(site, gateway(site), check, content, openid)
    except WeChatUnavailable:
        raise
    except OpenidUnknown:
        _hold(check, CheckReason.NO_OPENID)
    except WeChatError as error:
        # No quota left, a wrong secret: asking again would not help.
        log.warning("moderation.wechat_refused", reason=type(error).__name__)
        _hold(check, CheckReason.UNREACHABLE)


def _send(site: Settings, asked: Gateway, check: ContentCheck, content: str, openid: str) -> None:
    scene = rules.SCENES[check.kind]
    if check.kind is ContentKind.PHOTO:
        trace = asked.check_image(check_address(site, content), openid, scene)
        _settle(check, lambda session, found: services.note_asked(session, found, trace))
        return
    verdict = asked.check_text(content, openid, scene)
    _settle(check, lambda session, found: apply_verdict(session, found, verdict.suggest, verdict.label))


def _hold(check: ContentCheck, reason: CheckReason) -> None:
    _settle(check, lambda session, found: services.hold_check(session, found, reason))


def _settle(check: ContentCheck, act: Callable[[Session, ContentCheck], object]) -> None:
    """Do ``act`` with the row as it is now, in a transaction of its own."""
    with transaction() as session:
        found = session.get(ContentCheck, check.public_id)
        if found is not None:
            act(session, found)


def apply_verdict(session: Session, check: ContentCheck, suggest: Suggest, label: int) -> None:
    """Do what WeChat's word asks for."""
    if suggest is Suggest.PASS:
        services.pass_check(session, check)
    else:
        reason = CheckReason.RISKY if suggest is Suggest.RISKY else CheckReason.REVIEW
        services.hold_check(session, check, reason, label)


@on_push(EVENT)
def take_answer(session: Session, event: dict[str, Any]) -> None:
    """Take WeChat's pushed answer about a picture, matched by its trace id.

    An answer nobody waits for, or that comes after a person decided, changes nothing.
    """
    verdict = read_image_verdict(event)
    check = queries.find_by_trace(session, verdict.trace_id) if verdict.trace_id else None
    if check is not None and rules.may_be_answered(check):
        apply_verdict(session, check, verdict.suggest, verdict.label)
