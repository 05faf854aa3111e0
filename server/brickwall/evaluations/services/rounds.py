"""Opening and closing a round.

What opening fixes never changes afterwards, and nothing is counted while a round is open:
there are no live totals to read, leak or tune a campaign by. The figures come into being in
the closing transaction, in one statement over the last version of every slot (RATINGS.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.evaluations import queries
from brickwall.evaluations.announcing import announce_result
from brickwall.evaluations.constants import Electorate, Level, RoundEventKind, RoundState
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import (
    EvaluationRound,
    RatingNonce,
    RoundEvent,
    RoundSubject,
    RoundVoter,
)
from brickwall.evaluations.rules import LOWEST_PUBLISH_MINIMUM
from brickwall.kernel import clock
from brickwall.kernel.db import after_commit
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.jobs import enqueue
from brickwall.kernel.permissions import SYSTEM, Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import mark_stale
from brickwall.kernel.text import clean_line, clean_paragraphs
from brickwall.organisations.models import Member, Organisation

MAX_NAME = 60
MAX_REASON = 500
MAX_ROSTER = 10_000_000
LONGEST = timedelta(days=366)
CLOSE_DUE = "evaluations.close_due_rounds"
DESTROY_KEY = "evaluations.destroy_round_key"

# Only the last version of a slot counts, and none that WeChat's risk rank has set aside.
_TALLY = text(
    """
    UPDATE round_subject SET
        satisfied = (SELECT count(*) FROM rating g WHERE g.subject_id = round_subject.id
            AND g.standing <> 'not_counted' AND g.value = 'satisfied' AND NOT EXISTS (
                SELECT 1 FROM rating n WHERE n.slot = g.slot AND n.version > g.version)),
        fair = (SELECT count(*) FROM rating g WHERE g.subject_id = round_subject.id
            AND g.standing <> 'not_counted' AND g.value = 'fair' AND NOT EXISTS (
                SELECT 1 FROM rating n WHERE n.slot = g.slot AND n.version > g.version)),
        dissatisfied = (SELECT count(*) FROM rating g WHERE g.subject_id = round_subject.id
            AND g.standing <> 'not_counted' AND g.value = 'dissatisfied' AND NOT EXISTS (
                SELECT 1 FROM rating n WHERE n.slot = g.slot AND n.version > g.version)),
        set_aside = (SELECT count(*) FROM rating g WHERE g.subject_id = round_subject.id
            AND g.standing = 'not_counted' AND NOT EXISTS (
                SELECT 1 FROM rating n WHERE n.slot = g.slot AND n.version > g.version))
    WHERE round_id = :round_id
    """
)
_FLAGGED = text(
    """
    SELECT count(*) FROM rating g JOIN round_subject s ON s.id = g.subject_id
    WHERE s.round_id = :round_id AND g.standing = 'flagged' AND NOT EXISTS (
        SELECT 1 FROM rating n WHERE n.slot = g.slot AND n.version > g.version)
    """
)


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a clerk fixes when opening a round. ``roster_size`` is N, None when nobody counted."""

    name: str
    closes_at: datetime
    roster_size: int | None = None
    publish_minimum: int = LOWEST_PUBLISH_MINIMUM
    next_opens_on: str | None = None


def _check_plan(plan: RoundPlan) -> RoundPlan:
    name = clean_line(plan.name)
    wrong: dict[str, str] = {}
    if not 1 <= len(name) <= MAX_NAME:
        wrong["name"] = f"请给这一轮起个名字，{MAX_NAME} 字以内，比如“2026 年第三季度评议”"
    if plan.closes_at <= clock.now():
        wrong["closes_at"] = "结束时间已经过了，请选今天以后的日子"
    elif plan.closes_at > clock.now() + LONGEST:
        wrong["closes_at"] = "一轮评议最长一年，请把结束时间改近一些"
    if plan.roster_size is not None and not 1 <= plan.roster_size <= MAX_ROSTER:
        wrong["roster_size"] = "应评人数要填 1 以上的整数，不知道就空着"
    if plan.publish_minimum < LOWEST_PUBLISH_MINIMUM:
        wrong["publish_minimum"] = f"少于 {LOWEST_PUBLISH_MINIMUM} 人评的不能公布，这个数不能再小"
    if wrong:
        raise Invalid("有几处需要改一下，改好再开始", "round.invalid", fields=wrong)
    return RoundPlan(name, plan.closes_at, plan.roster_size, plan.publish_minimum, plan.next_opens_on)


def _insert_round(session: Session, organisation: Organisation, plan: RoundPlan) -> EvaluationRound:
    """Add the round; the partial unique index refuses a second open one."""
    opened = EvaluationRound(
        public_id=new_public_id(),
        organisation_id=organisation.id,
        name=plan.name,
        electorate=Electorate.RESIDENTS_MEMBERS,
        level=Level.ONLINE,
        state=RoundState.OPEN,
        roster_size=plan.roster_size,
        publish_minimum=plan.publish_minimum,
        opened_at=clock.now(),
        closes_at=plan.closes_at,
        next_opens_on=plan.next_opens_on,
    )
    try:
        with session.begin_nested():
            session.add(opened)
            session.flush()
    except IntegrityError as error:
        raise Refused("这个支部已经有一轮评议在进行，等它结束再开新的", "round.already_open") from error
    return opened


def _add_subjects(
    session: Session, opened: EvaluationRound, organisation: Organisation, members: Sequence[Member]
) -> list[dict[str, str]]:
    """Add the branch and its members as subjects; return them as the first log entry lists them."""
    branch_key = f"organisation:{organisation.code}"
    session.add(RoundSubject(round_id=opened.id, key=branch_key, organisation_id=organisation.id))
    for member in members:
        session.add(RoundSubject(round_id=opened.id, key=f"member:{member.public_id}", member_id=member.id))
    session.flush()
    return [
        {"key": branch_key, "name": organisation.name},
        *({"key": f"member:{member.public_id}", "name": member.name} for member in members),
    ]


def _log(
    session: Session, round_: EvaluationRound, kind: RoundEventKind, actor: Actor, data: dict[str, Any]
) -> None:
    last = select(func.max(RoundEvent.sequence)).where(RoundEvent.round_id == round_.id)
    session.add(
        RoundEvent(
            round_id=round_.id,
            sequence=(session.scalar(last) or 0) + 1,
            kind=kind,
            at=clock.now(),
            actor_label=actor.label,
            data=data,
        )
    )
    session.flush()


def _mark_pages(session: Session, round_: EvaluationRound) -> None:
    """Mark the pages of everybody who is rated, of the branch, and of what they promised."""
    rated = select(RoundSubject.member_id).where(
        RoundSubject.round_id == round_.id, RoundSubject.member_id.is_not(None)
    )
    members = [f"member:{member_id}" for member_id in session.scalars(rated)]
    promises = [f"commitment:{each}" for each in queries.list_rated_commitment_ids(session, round_)]
    mark_stale(session, f"organisation:{round_.organisation_id}", *members, *promises)


def open_round(
    session: Session, actor: Actor, keys: RoundKeys, organisation: Organisation, plan: RoundPlan
) -> EvaluationRound:
    """Open a round in which residents rate a branch and its members (PRACTICES G6), level C.

    Fixes the subjects (the branch, and its active members with something published), N, the
    publishing minimum and the closing time in the round's first log entry. The round's key is
    on the disk before the round exists.

    Raises:
        Forbidden, NotFound: the actor may not manage rounds there.
        Invalid: with a sentence for every field that is wrong.
        Refused: a round is open already, or nobody has published anything to be rated on.
    """
    require_at(actor, Permission.ROUND_MANAGE, organisation.path)
    plan = _check_plan(plan)
    members = queries.list_rateable_members(session, organisation.id)
    if not members:
        raise Refused("还没有党员公示承诺，没有可评的。先公示承诺，再开评议", "round.no_subjects")
    opened = _insert_round(session, organisation, plan)
    subjects = _add_subjects(session, opened, organisation, members)
    fixed = {
        "round": opened.public_id,
        "electorate": opened.electorate.value,
        "level": opened.level.value,
        "roster_size": opened.roster_size,
        "publish_minimum": opened.publish_minimum,
        "closes_at": opened.closes_at.isoformat(),
        "subjects": subjects,
    }
    _log(session, opened, RoundEventKind.OPENED, actor, fixed)
    record(session, actor, Tag.ROUND_OPENED, path=organisation.path, subject=opened.name)
    enqueue(session, CLOSE_DUE, {}, run_at=opened.closes_at)
    _mark_pages(session, opened)
    keys.create(opened.public_id)
    return opened


def _end(session: Session, round_: EvaluationRound) -> None:
    """Turn the round's state; of two clerks at once one is refused.

    On PostgreSQL this waits for ratings that hold the round's share lock, so the totals below
    see them; ratings that come later see the new state.
    """
    ended = session.execute(
        update(EvaluationRound)
        .where(EvaluationRound.id == round_.id, EvaluationRound.state == RoundState.OPEN)
        .values(state=RoundState.CLOSED, closed_at=clock.now())
        .returning(EvaluationRound.id),
        execution_options={"synchronize_session": False},
    ).all()
    if not ended:
        raise Refused("这一轮评议已经结束了", "round.closed")


def _count(session: Session, round_: EvaluationRound) -> dict[str, int]:
    """Count every subject's last versions and the people of the round; return the round's sums."""
    session.execute(_TALLY, {"round_id": round_.id})
    people = session.scalar(
        select(func.count()).select_from(RoundVoter).where(RoundVoter.round_id == round_.id)
    )
    flagged = session.execute(_FLAGGED, {"round_id": round_.id}).scalar_one()
    session.execute(
        update(EvaluationRound)
        .where(EvaluationRound.id == round_.id)
        .values(participants=people, flagged=flagged)
        .execution_options(synchronize_session=False)
    )
    sums = session.execute(
        select(
            func.sum(RoundSubject.satisfied),
            func.sum(RoundSubject.fair),
            func.sum(RoundSubject.dissatisfied),
            func.sum(RoundSubject.set_aside),
        ).where(RoundSubject.round_id == round_.id)
    ).one()
    names = ("satisfied", "fair", "dissatisfied", "set_aside")
    return {"people": people or 0, **{name: int(sums[place] or 0) for place, name in enumerate(names)}}


def _close(session: Session, actor: Actor, keys: RoundKeys, round_: EvaluationRound, reason: str) -> None:
    _end(session, round_)
    totals = _count(session, round_)
    session.execute(delete(RatingNonce).where(RatingNonce.round_id == round_.id))
    session.expire(round_)
    data = {"totals": totals, "reason": reason, "key": "destroyed", "nonces": "wiped"}
    _log(session, round_, RoundEventKind.CLOSED, actor, data)
    record(
        session, actor, Tag.ROUND_CLOSED, path=round_.organisation.path, subject=round_.name, reason=reason
    )
    _mark_pages(session, round_)
    announce_result(session, round_)
    # Removed right after the commit; the job does it again should this process die in between.
    public_id = round_.public_id
    enqueue(session, DESTROY_KEY, {"round": public_id})
    after_commit(session, lambda: keys.destroy(public_id))


def close_round(
    session: Session, actor: Actor, keys: RoundKeys, round_: EvaluationRound, reason: str = ""
) -> None:
    """End a round: count it, wipe what was kept for retries, destroy its key, log all of that.

    Args:
        reason: why it ends early; needed before the announced closing time.

    Raises:
        Forbidden, NotFound: the actor may not manage rounds there.
        Invalid: an early end without a reason.
        Refused: the round has ended already.
    """
    require_at(actor, Permission.ROUND_MANAGE, round_.organisation.path)
    reason = clean_paragraphs(reason)[:MAX_REASON]
    if not reason and round_.closes_at > clock.now():
        raise Invalid("提前结束要写明原因", "round.reason_needed", fields={"reason": "请写明原因"})
    _close(session, actor, keys, round_, reason)


def close_due_rounds(session: Session, keys: RoundKeys) -> list[str]:
    """End every round whose closing time has passed; return their public ids.

    Ratings after the closing time are refused whether or not this has run yet.
    """
    closed = []
    for round_ in queries.list_due_rounds(session):
        _close(session, SYSTEM, keys, round_, "")
        closed.append(round_.public_id)
    return closed
