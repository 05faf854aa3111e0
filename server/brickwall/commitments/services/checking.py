"""Vetting, publishing, checking, withdrawing: the branch's and the upper organisation's side."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from brickwall.commitments import queries
from brickwall.commitments.constants import RevisionState
from brickwall.commitments.models import Commitment, CommitmentEvent, FileSequence
from brickwall.commitments.services.moving import mark_visible_change, take_step
from brickwall.commitments.services.telling import tell_owner
from brickwall.commitments.transitions import (
    APPROVE,
    CLOSE_OUT,
    PUBLISH,
    RETURN,
    SEND_BACK,
    WITHDRAW,
)
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.messages.constants import MessageKind

_SEQUENCES: Table = FileSequence.__table__  # type: ignore[assignment]


def return_commitment(
    session: Session, actor: Actor, commitment: Commitment, reason: str, *, seen: int | None = None
) -> CommitmentEvent:
    """Send a submitted commitment back to its author with a reason (PRACTICES G2).

    Raises:
        Invalid: no reason.
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, RETURN, commitment, reason=reason, seen=seen)
    session.flush()
    tell_owner(session, actor, commitment, MessageKind.RETURNED, event.reason)
    return event


def approve_commitment(
    session: Session, actor: Actor, commitment: Commitment, note: str = "", *, seen: int | None = None
) -> CommitmentEvent:
    """Accept a submitted commitment and give it its file number (PRACTICES G3).

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = _approve(session, actor, commitment, note, seen)
    tell_owner(session, actor, commitment, MessageKind.APPROVED)
    return event


def _approve(
    session: Session, actor: Actor, commitment: Commitment, note: str, seen: int | None
) -> CommitmentEvent:
    event = take_step(session, actor, APPROVE, commitment, reason=note, seen=seen)
    if commitment.file_number is None:
        commitment.file_sequence = next_file_sequence(session, commitment.organisation_id, commitment.year)
        commitment.file_number = file_number(
            commitment.year, commitment.organisation.short_name, commitment.file_sequence
        )
    queries.get_revision(session, commitment, commitment.revision).state = RevisionState.ACCEPTED
    session.flush()
    return event


def publish_commitment(
    session: Session, actor: Actor, commitment: Commitment, *, seen: int | None = None
) -> CommitmentEvent:
    """Show an approved commitment to everybody; its text is frozen from here on.

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, PUBLISH, commitment, seen=seen)
    commitment.published_at = clock.now()
    mark_visible_change(session, commitment)
    session.flush()
    tell_owner(session, actor, commitment, MessageKind.PUBLISHED)
    return event


def approve_and_publish(
    session: Session, actor: Actor, commitment: Commitment, note: str = "", *, seen: int | None = None
) -> CommitmentEvent:
    """Vet and publish in one go: what a branch secretary does after the meeting.

    The member hears of it once.

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    _approve(session, actor, commitment, note, seen)
    return publish_commitment(session, actor, commitment)


def close_out(
    session: Session, actor: Actor, commitment: Commitment, note: str = "", *, seen: int | None = None
) -> CommitmentEvent:
    """Confirm that a commitment reported as done is done.

    Args:
        note: what was looked at; public.

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, CLOSE_OUT, commitment, reason=note, seen=seen)
    commitment.closed_out_at = clock.now()
    session.flush()
    tell_owner(session, actor, commitment, MessageKind.CLOSED_OUT)
    return event


def send_back(
    session: Session, actor: Actor, commitment: Commitment, reason: str, *, seen: int | None = None
) -> CommitmentEvent:
    """Say that a commitment reported as done is not done, and why; work goes on.

    Raises:
        Invalid: no reason.
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, SEND_BACK, commitment, reason=reason, seen=seen)
    commitment.claimed_at = None
    session.flush()
    tell_owner(session, actor, commitment, MessageKind.SENT_BACK, event.reason)
    return event


def withdraw_commitment(
    session: Session, actor: Actor, commitment: Commitment, reason: str, *, seen: int | None = None
) -> CommitmentEvent:
    """Withdraw a published commitment with a public reason; it stays readable.

    Raises:
        Invalid: no reason.
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, WITHDRAW, commitment, reason=reason, seen=seen)
    session.flush()
    return event


def file_number(year: int, short_name: str, sequence: int) -> str:
    """Return the number on the file's cover: ``承诺〔2026〕范寨 017``."""
    return f"承诺〔{year}〕{short_name} {sequence:03d}"


def next_file_sequence(session: Session, organisation_id: int, year: int) -> int:
    """Return the next file number of a branch and year, safe for any number of clerks at once.

    One statement that inserts or adds one, so there is nothing between reading and writing.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if on_sqlite else postgresql_insert
    statement = (
        insert(_SEQUENCES)
        .values(organisation_id=organisation_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["organisation_id", "year"], set_={"last": _SEQUENCES.c.last + 1}
        )
        .returning(_SEQUENCES.c.last)
    )
    return int(session.execute(statement).scalar_one())
