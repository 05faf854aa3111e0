"""Changing a published text: a new revision with a reason, vetted again, both readable (DOMAIN.md)."""

from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.commitments import queries, rules
from brickwall.commitments.constants import EventKind, RevisionState
from brickwall.commitments.models import Commitment, CommitmentEvent, Revision
from brickwall.commitments.services.moving import lock, log_event
from brickwall.commitments.texts import (
    CommitmentText,
    changes_between,
    clean_note,
    clean_reason,
    clean_text,
    from_json,
    put_text,
    text_of,
    to_json,
)
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused


def propose_revision(
    session: Session,
    actor: Actor,
    commitment: Commitment,
    text: CommitmentText,
    reason: str,
    *,
    seen: int | None = None,
) -> Revision:
    """Ask for another text of a published commitment; the old one stays in force meanwhile.

    Raises:
        NotFound, Forbidden: not his to change.
        Refused: not being worked on, or another revision is still waiting.
        Invalid: no reason, nothing changed, or the text cannot be used.
    """
    lock(session, commitment, seen)
    _check_reader(actor, commitment)
    if not rules.may_write(actor, commitment):
        raise Forbidden("您不能修改这件承诺，请找承诺人本人或支部工作人员", "commitments.may_not_revise")
    if commitment.state not in rules.WORKING:
        raise Refused(
            "只有正在办的承诺才能申请修改。没有公示的可以直接改，办结的不能再改。", "commitments.wrong_state"
        )
    if queries.find_waiting_revision(session, commitment) is not None:
        raise Refused("上一次申请的修改还在等审核，请等审完再申请。", "commitments.revision_waiting")
    cleaned, why = clean_text(text, commitment.year), clean_reason(reason)
    changes = changes_between(text_of(commitment), cleaned)
    if not changes:
        raise Invalid("内容和现在的一样，没有要改的地方。", "commitments.nothing_changed")
    row = Revision(
        commitment_id=commitment.id,
        number=queries.last_revision_number(session, commitment) + 1,
        state=RevisionState.WAITING,
        text=to_json(cleaned),
        reason=why,
        actor_label=actor.label,
        created_at=clock.now(),
    )
    session.add(row)
    kind = EventKind.REVISION_PROPOSED
    log_event(session, actor, commitment, kind, tag=Tag.COMMITMENT_REVISED, reason=why, revision=row.number)
    session.flush()
    return row


def accept_revision(
    session: Session, actor: Actor, commitment: Commitment, note: str = "", *, seen: int | None = None
) -> CommitmentEvent:
    """Put the waiting revision in force; the earlier text stays readable.

    Raises:
        NotFound: nothing waits, or not his to see.
        Forbidden: he may not vet here.
    """
    lock(session, commitment, seen)
    row = _waiting(session, actor, commitment)
    earlier = commitment.revision
    if commitment.state not in rules.WORKING:
        raise Refused("这件承诺已经不在办了，修改用不上。请选“不采用”。", "commitments.wrong_state")
    put_text(commitment, from_json(row.text))
    commitment.revision = row.number
    row.state = RevisionState.ACCEPTED
    event = log_event(
        session,
        actor,
        commitment,
        EventKind.REVISED,
        tag=Tag.COMMITMENT_REVISED,
        reason=clean_note(note) or row.reason,
        revision=row.number,
        earlier=earlier,
    )
    session.flush()
    return event


def refuse_revision(
    session: Session, actor: Actor, commitment: Commitment, reason: str, *, seen: int | None = None
) -> CommitmentEvent:
    """Keep the text in force and say why the waiting revision is not taken.

    Raises:
        NotFound: nothing waits, or not his to see.
        Forbidden: he may not vet here.
        Invalid: no reason.
    """
    lock(session, commitment, seen)
    row = _waiting(session, actor, commitment)
    row.state = RevisionState.REFUSED
    event = log_event(
        session,
        actor,
        commitment,
        EventKind.REVISION_REFUSED,
        tag=Tag.COMMITMENT_RETURNED,
        reason=clean_reason(reason),
        revision=row.number,
    )
    session.flush()
    return event


def may_vet_revision(actor: Actor, commitment: Commitment) -> bool:
    """Tell whether the actor may accept or refuse a waiting revision of this commitment."""
    if rules.is_own_work(actor, commitment):
        return False
    return actor.may(Permission.COMMITMENT_VET, rules.checking_path(commitment))


def _check_reader(actor: Actor, commitment: Commitment) -> None:
    if not rules.may_read(actor, commitment):
        raise NotFound("没有找到这件承诺，可能已被移走")


def _waiting(session: Session, actor: Actor, commitment: Commitment) -> Revision:
    _check_reader(actor, commitment)
    if not may_vet_revision(actor, commitment):
        raise Forbidden("您不能审这次修改，请找支部书记或上级党组织", "commitments.may_not_vet")
    row = queries.find_waiting_revision(session, commitment)
    if row is None:
        raise NotFound("没有等待审核的修改，可能别人已经审过了", "commitments.no_revision_waiting")
    return row
