"""Proposing, wording, handing in and dropping a commitment before publication."""

from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.commitments import queries
from brickwall.commitments.constants import CommitmentState, EventKind, RevisionState
from brickwall.commitments.models import Commitment, CommitmentEvent, Revision
from brickwall.commitments.services.moving import log_event, take_step
from brickwall.commitments.texts import CommitmentText, clean_text, clean_year, put_text, to_json
from brickwall.commitments.transitions import DISCARD, EDIT, SUBMIT
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, NotFound
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation


def propose_commitment(
    session: Session,
    actor: Actor,
    text: CommitmentText,
    *,
    organisation: Organisation,
    member: Member | None = None,
    year: int | None = None,
    submit: bool = False,
) -> Commitment:
    """Write a new commitment of a member, or of the organisation itself when ``member`` is None.

    Args:
        year: the year it counts for; this year (Asia/Shanghai) when None.
        submit: hand it in for vetting at once.

    Raises:
        NotFound: a place or member the actor has nothing to do with.
        Forbidden: he may not propose here.
        Invalid: the text or year cannot be used, or the member is no longer in the branch.
    """
    _check_proposer(actor, organisation, member)
    year = clean_year(clock.today().year if year is None else year)
    cleaned = clean_text(text, year)
    commitment = Commitment(
        organisation=organisation,
        member=member,
        year=year,
        state=CommitmentState.DRAFT,
        kind=cleaned.kind,
        created_at=clock.now(),
        version=0,
        done_amount=0,
        revision=1,
    )
    put_text(commitment, cleaned)
    session.add(commitment)
    session.flush()
    session.add(_first_revision(actor, commitment, cleaned))
    log_event(session, actor, commitment, EventKind.PROPOSED, tag=Tag.COMMITMENT_PROPOSED)
    session.flush()
    if submit:
        submit_commitment(session, actor, commitment)
    return commitment


def _check_proposer(actor: Actor, organisation: Organisation, member: Member | None) -> None:
    own = member is not None and actor.member_id == member.id
    if not (own and actor.may(Permission.OWN_COMMITMENT, organisation.path)):
        require_at(actor, Permission.COMMITMENT_PROPOSE, organisation.path)
    if member is None:
        return
    if member.organisation_id != organisation.id:
        raise NotFound("这个支部里没有这位党员")
    if member.status is not MemberStatus.ACTIVE:
        raise Invalid(f"{member.name}已不在本支部名册上，不能再提新的承诺", "commitments.member_not_active")


def _first_revision(actor: Actor, commitment: Commitment, text: CommitmentText) -> Revision:
    return Revision(
        commitment_id=commitment.id,
        number=1,
        state=RevisionState.WAITING,
        text=to_json(text),
        actor_label=actor.label,
        created_at=clock.now(),
    )


def edit_draft(
    session: Session, actor: Actor, commitment: Commitment, text: CommitmentText, *, seen: int | None = None
) -> CommitmentEvent:
    """Change the words before publication; a returned commitment becomes a draft again.

    Raises:
        Invalid: the text cannot be used.
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    cleaned = clean_text(text, commitment.year)
    event = take_step(session, actor, EDIT, commitment, seen=seen)
    put_text(commitment, cleaned)
    first = queries.get_revision(session, commitment, 1)
    first.text, first.actor_label = to_json(cleaned), actor.label
    session.flush()
    return event


def submit_commitment(
    session: Session, actor: Actor, commitment: Commitment, *, seen: int | None = None
) -> CommitmentEvent:
    """Hand a draft in for vetting.

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, SUBMIT, commitment, seen=seen)
    session.flush()
    return event


def discard_commitment(
    session: Session, actor: Actor, commitment: Commitment, reason: str, *, seen: int | None = None
) -> CommitmentEvent:
    """Drop a commitment that was never published; it stays in the branch's record.

    Raises:
        Invalid: no reason.
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, DISCARD, commitment, reason=reason, seen=seen)
    session.flush()
    return event
