"""What every verb does: lock the row, see that nobody was faster, write chain, audit and stale marks."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.commitments import queries, rules
from brickwall.commitments.constants import LABELS, CommitmentState, EventKind
from brickwall.commitments.models import Commitment, CommitmentEvent
from brickwall.commitments.texts import clean_note, clean_reason
from brickwall.commitments.transitions import Transition
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Refused
from brickwall.kernel.projections import mark_stale


def lock(session: Session, commitment: Commitment, seen: int | None = None) -> None:
    """Read the commitment again under a row lock, so that no two changes work on the same state.

    Args:
        seen: the ``version`` the person had in front of him, or None for no comparison.

    Raises:
        Refused: when somebody else changed it since then; says who and what.
    """
    # Not session.refresh(): it would repeat the joins the row was first read with, and
    # PostgreSQL locks no row of an outer join.
    locked = select(Commitment).where(Commitment.id == commitment.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if seen is None or seen == commitment.version:
        return
    last = queries.find_last_event(session, commitment)
    what = f"“{LABELS[last.kind]}”了这件承诺" if last else "动过这件承诺"
    who = last.actor_label if last else "别人"
    raise Refused(
        f"您看着的时候，{who}刚{what}，您这一步没有办。请看看最新情况再办，填的内容没有丢。",
        "commitments.changed_meanwhile",
    )


def take_step(
    session: Session,
    actor: Actor,
    transition: Transition,
    commitment: Commitment,
    *,
    reason: str = "",
    seen: int | None = None,
    **data: Any,
) -> CommitmentEvent:
    """Move a commitment along its life cycle, under a row lock.

    Args:
        reason: required and public where the transition says so, otherwise a remark.
        seen: version the person had in front of him (see :func:`lock`).
        data: JSON values kept with the event.

    Raises:
        NotFound: another branch's commitment.
        Forbidden: this person may not.
        Refused: wrong state, not ready, or changed meanwhile.
        Invalid: reason missing or too long.
    """
    lock(session, commitment, seen)
    refusal = transition.refusal(actor, commitment)
    if refusal is not None:
        raise refusal
    cleaned = clean_reason(reason) if transition.needs_reason else clean_note(reason)
    source = commitment.state
    commitment.state = transition.target
    return log_event(
        session,
        actor,
        commitment,
        transition.event,
        tag=transition.tag,
        reason=cleaned,
        from_state=source,
        **data,
    )


def log_event(
    session: Session,
    actor: Actor,
    commitment: Commitment,
    kind: EventKind,
    *,
    tag: Tag,
    reason: str = "",
    from_state: CommitmentState | None = None,
    **data: Any,
) -> CommitmentEvent:
    """Add the next link of the chain, the audit entry and the stale marks.

    The caller holds the row's lock, so ``version`` grows without gaps.
    """
    commitment.version += 1
    event = CommitmentEvent(
        commitment_id=commitment.id,
        sequence=commitment.version,
        kind=kind,
        at=clock.now(),
        account_id=actor.account_id,
        actor_label=actor.label,
        from_state=from_state,
        to_state=commitment.state,
        reason=reason,
        data={**data, "by_owner": rules.is_owner(actor, commitment)},
    )
    session.add(event)
    path = commitment.organisation.path
    record(session, actor, tag, path=path, subject=commitment.title, reason=reason or "—")
    mark_visible_change(session, commitment)
    return event


def add_to_count(commitment: Commitment, difference: int) -> None:
    """Add to the sum in the database itself (DOMAIN.md counters), under the row's lock."""
    if difference:
        commitment.done_amount = Commitment.done_amount + difference


def mark_visible_change(session: Session, commitment: Commitment) -> None:
    """Mark the pages on which a published commitment stands; nothing for an unpublished one."""
    if not rules.is_public(commitment):
        return
    subjects = [f"commitment:{commitment.id}", f"organisation:{commitment.organisation_id}"]
    if commitment.member_id is not None:
        subjects.append(f"member:{commitment.member_id}")
    mark_stale(session, *subjects)
