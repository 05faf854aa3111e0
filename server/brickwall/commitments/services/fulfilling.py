"""Recording what was done, correcting it, and saying that a commitment is done (践诺)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.commitments import rules
from brickwall.commitments.constants import CommitmentKind, EntrySource, EventKind, Showing
from brickwall.commitments.models import Commitment, CommitmentEvent, FulfilmentEntry
from brickwall.commitments.services.moving import add_to_count, lock, log_event, take_step
from brickwall.commitments.services.photos import attach_photos, move_photos
from brickwall.commitments.services.showing import counted, put_up, take_down
from brickwall.commitments.texts import MAX_AMOUNT, clean_entry_text, clean_reason
from brickwall.commitments.transitions import CLAIM, RESUME
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from brickwall.moderation.services import Origin


@dataclass(frozen=True, slots=True)
class EntryInput:
    """What somebody says was done.

    ``happened_on`` None is today; ``amount`` counts for COUNTED only and is 1 when left out;
    ``photo_ids`` are public ids of uploaded photos, at most 9, always optional.
    """

    text: str
    happened_on: date | None = None
    amount: int | None = None
    photo_ids: Sequence[str] = ()
    source: EntrySource = EntrySource.PHONE


def record_entry(
    session: Session,
    actor: Actor,
    commitment: Commitment,
    entry: EntryInput,
    *,
    origin: Origin | None = None,
    seen: int | None = None,
) -> FulfilmentEntry:
    """Add an entry; recorded on behalf of the member when staff does it (代录, PRACTICES A3).

    Two people may record at once, so ``seen`` is normally left out. A commitment that was
    sent back goes on being worked on.

    Args:
        origin: where a person wrote it; what a member wrote may wait to be looked at first
            (brickwall.moderation). None for what no form sent.

    Raises:
        NotFound, Forbidden: not his to record.
        Refused: the commitment is not being worked on.
        Invalid: text, day, amount or photos cannot be used.
    """
    lock(session, commitment, seen)
    _check_recorder(actor, commitment)
    if commitment.state not in rules.WORKING:
        raise Refused(_not_open(commitment), "commitments.not_working")
    row = _new_row(actor, commitment, entry)
    session.add(row)
    session.flush()
    attach_photos(session, actor, row, entry.photo_ids)
    put_up(session, actor, origin, row)
    add_to_count(commitment, row.amount or 0)
    commitment.last_entry_at = clock.now()
    if commitment.state in RESUME.sources:
        take_step(session, actor, RESUME, commitment, entry=row.public_id)
    else:
        kind = EventKind.ENTRY_RECORDED
        log_event(session, actor, commitment, kind, tag=Tag.ENTRY_RECORDED, entry=row.public_id)
    session.flush()
    return row


def supersede_entry(
    session: Session,
    actor: Actor,
    entry: FulfilmentEntry,
    correction: EntryInput,
    reason: str,
    *,
    origin: Origin | None = None,
    seen: int | None = None,
) -> FulfilmentEntry:
    """Correct an entry by a new one; the old one stays readable, crossed out.

    Args:
        correction: the whole new entry; its ``photo_ids`` name the old photos to keep and
            new ones. Photos left out are no longer public. ``amount`` 0 takes a count back.
        origin: as in :func:`record_entry`; the reason is looked at with the text.

    Raises:
        NotFound, Forbidden: not his to correct.
        Refused: already corrected, or the commitment is closed.
        Invalid: no reason, or the new entry cannot be used.
    """
    commitment = entry.commitment
    lock(session, commitment, seen)
    _check_correctable(session, actor, entry)
    cleaned = clean_reason(reason)
    row = _new_row(actor, commitment, correction, least=0)
    row.supersedes_id = entry.id
    before = counted(entry)
    entry.superseded = True
    session.add(row)
    session.flush()
    kept = move_photos(session, entry, row, correction.photo_ids)
    new = [one for one in correction.photo_ids if one not in kept]
    attach_photos(session, actor, row, new, start=len(kept))
    take_down(session, entry)
    put_up(session, actor, origin, row, reason=cleaned, known=kept)
    add_to_count(commitment, counted(row) - before)
    log_event(
        session,
        actor,
        commitment,
        EventKind.ENTRY_SUPERSEDED,
        tag=Tag.ENTRY_SUPERSEDED,
        reason=cleaned,
        entry=row.public_id,
        supersedes=entry.public_id,
    )
    session.flush()
    return row


def _check_correctable(session: Session, actor: Actor, entry: FulfilmentEntry) -> None:
    session.refresh(entry)
    _check_recorder(actor, entry.commitment)
    if entry.commitment.state not in rules.CORRECTABLE:
        raise Refused(
            "这件承诺已经办结或撤回，记录不能再改。有错请写一条投诉建议。", "commitments.not_working"
        )
    if entry.superseded:
        raise Refused("这条记录已经更正过了，请更正最新的那一条。", "commitments.entry_superseded")


def claim_done(
    session: Session, actor: Actor, commitment: Commitment, note: str = "", *, seen: int | None = None
) -> CommitmentEvent:
    """Report a commitment as done; needs at least one entry, and the whole count.

    Raises:
        NotFound, Forbidden, Refused: see ``moving.take_step``.
    """
    event = take_step(session, actor, CLAIM, commitment, reason=note, seen=seen)
    commitment.claimed_at = clock.now()
    session.flush()
    return event


def _check_recorder(actor: Actor, commitment: Commitment) -> None:
    if not rules.may_read(actor, commitment) and not rules.may_record(actor, commitment):
        raise NotFound("没有找到这件承诺，可能已被移走")
    if not rules.may_record(actor, commitment):
        raise Forbidden("您不能给这件承诺记录，请找承诺人本人或支部工作人员", "commitments.may_not_record")


def _not_open(commitment: Commitment) -> str:
    if commitment.state in rules.UNPUBLISHED:
        return "这件承诺还没有公示，公示以后再记录办了什么。"
    words = rules.due_words(commitment)
    return f"这件承诺现在是“{words}”，不能再添记录。要改以前的记录，请点那一条的“更正”。"


def _new_row(actor: Actor, commitment: Commitment, entry: EntryInput, *, least: int = 1) -> FulfilmentEntry:
    # What a branch did itself its own people write down; only a member can be written for.
    on_behalf = commitment.member is not None and not rules.is_owner(actor, commitment)
    return FulfilmentEntry(
        commitment_id=commitment.id,
        commitment=commitment,
        happened_on=_clean_day(commitment, entry.happened_on),
        text=clean_entry_text(entry.text),
        amount=_clean_amount(commitment, entry.amount, least),
        source=entry.source,
        account_id=actor.account_id,
        recorded_by=actor.label,
        on_behalf_of=rules.owner_name(commitment) if on_behalf else None,
        created_at=clock.now(),
        superseded=False,
        showing=Showing.SHOWN,
    )


def _clean_day(commitment: Commitment, day: date | None) -> date:
    today = clock.today()
    if day is None:
        return today
    if day > today:
        message = f"日期 {day.isoformat()} 还没有到，请填做完那天的日期。"
    elif day < (first := rules.earliest_entry_on(commitment)):
        message = f"日期 {day.isoformat()} 太早，这件承诺从 {first.isoformat()} 算起，请核对。"
    else:
        return day
    raise Invalid(message, "commitments.day_out_of_range", fields={"happened_on": message})


def _clean_amount(commitment: Commitment, amount: int | None, least: int) -> int | None:
    if commitment.kind is not CommitmentKind.COUNTED:
        return None
    amount = 1 if amount is None else amount
    if least <= amount <= MAX_AMOUNT:
        return amount
    message = f"这次的数量要在 {least} 到 {MAX_AMOUNT} 之间。"
    raise Invalid(message, "commitments.amount_out_of_range", fields={"amount": message})
