"""Entries and photos behind the check (brickwall.moderation): put up, shown, hidden.

An entry that waits already counts: the work was done, only its words are being looked at. A
refused one counts no more, and again when a person turns the refusal round.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brickwall.commitments import queries, rules
from brickwall.commitments.chain import entry_view
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.commitments.services.moving import add_to_count, lock, mark_visible_change
from brickwall.commitments.services.telling import tell_entry_refused
from brickwall.kernel.permissions import Actor
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.owners import Described, Owner, register
from brickwall.moderation.services import Origin, ask, stop_looking


def put_up(
    session: Session,
    actor: Actor,
    origin: Origin | None,
    entry: FulfilmentEntry,
    *,
    reason: str = "",
    known: Collection[str] = (),
) -> None:
    """Have a new entry and its new photos looked at, where the policy wants it.

    Args:
        origin: None for what comes from no person's form (the sample village).
        reason: of a correction; public like the text.
        known: photos that were part of the corrected entry and keep their standing.
    """
    if origin is None:
        return
    commitment = entry.commitment
    staff = not rules.is_owner(actor, commitment)
    place, text = commitment.organisation_id, f"{entry.text}\n{reason}"
    if not ask(session, origin, ContentKind.ENTRY, entry.public_id, place, text=text, by_staff=staff):
        entry.showing = Showing.WAITING
    for photo in entry.photos:
        new = photo.public_id not in known
        if new and not ask(session, origin, ContentKind.PHOTO, photo.public_id, place, by_staff=staff):
            photo.showing = Showing.WAITING
    session.flush()


def take_down(session: Session, entry: FulfilmentEntry) -> None:
    """Stop looking at a corrected entry and the photos left with it: nobody will see them."""
    for kind, things in ((ContentKind.ENTRY, [entry]), (ContentKind.PHOTO, list(entry.photos))):
        waiting = [thing for thing in things if thing.showing is Showing.WAITING]
        stop_looking(session, kind, [thing.public_id for thing in waiting])
        for thing in waiting:
            thing.showing = Showing.REFUSED
    session.flush()


# ---------------------------------------------------------------- entries


def counted(entry: FulfilmentEntry) -> int:
    """Return what an entry adds to its commitment's count: nothing once refused or corrected."""
    return 0 if entry.superseded or entry.showing is Showing.REFUSED else entry.amount or 0


def _turn_entry(session: Session, public_id: str, showing: Showing) -> None:
    entry = _find_entry(session, public_id)
    if entry is None or entry.showing is showing:
        return
    lock(session, entry.commitment)
    before = counted(entry)
    entry.showing = showing
    add_to_count(entry.commitment, counted(entry) - before)
    mark_visible_change(session, entry.commitment)
    session.flush()


def _refuse_entry(session: Session, public_id: str, reason: str) -> None:
    """Hide an entry, and tell its member why when a person said so."""
    _turn_entry(session, public_id, Showing.REFUSED)
    entry = _find_entry(session, public_id)
    if entry is not None and reason:
        tell_entry_refused(session, entry.commitment, public_id, reason)


def _find_entry(session: Session, public_id: str) -> FulfilmentEntry | None:
    return session.scalar(select(FulfilmentEntry).where(FulfilmentEntry.public_id == public_id))


def _read_entry(session: Session, public_id: str) -> str | None:
    """Return the public words of an entry: its text, and a correction's reason."""
    entry = _find_entry(session, public_id)
    if entry is None:
        return None
    return "\n".join(part for part in (entry.text, _reason_of(session, entry)) if part)


def _reason_of(session: Session, entry: FulfilmentEntry) -> str:
    if entry.supersedes_id is None:
        return ""
    events = queries.list_events(session, entry.commitment)
    return next((event.reason for event in events if event.data.get("entry") == entry.public_id), "")


def _entries(session: Session, public_ids: Sequence[str]) -> Sequence[FulfilmentEntry]:
    commitment = joinedload(FulfilmentEntry.commitment)
    query = (
        select(FulfilmentEntry)
        .where(FulfilmentEntry.public_id.in_(public_ids))
        .options(commitment.joinedload(Commitment.member), commitment.joinedload(Commitment.organisation))
    )
    return session.scalars(query).all()


def _describe(session: Session, entry: FulfilmentEntry, photos: Sequence[str]) -> Described:
    reason = _reason_of(session, entry)
    return Described(
        text=f"{entry.text}（更正，原因：{reason}）" if reason else entry.text,
        about=f"{rules.owner_name(entry.commitment)}：{entry.commitment.title}",
        who=entry_view(entry, entry.commitment).byline,
        photos=photos,
        commitment=entry.commitment.public_id,
    )


def _describe_entries(session: Session, public_ids: Sequence[str]) -> dict[str, Described]:
    return {
        entry.public_id: _describe(session, entry, [photo.public_id for photo in entry.photos])
        for entry in _entries(session, public_ids)
    }


# ---------------------------------------------------------------- photos


def _turn_photo(session: Session, public_id: str, showing: Showing) -> None:
    found = queries.find_photo_with_entry(session, public_id)
    if found is None:
        return
    photo, entry = found
    photo.showing = showing
    if entry is not None:
        mark_visible_change(session, entry.commitment)
    session.flush()


def _read_photo(session: Session, public_id: str) -> str | None:
    return public_id if queries.find_photo(session, public_id) is not None else None


def _describe_photos(session: Session, public_ids: Sequence[str]) -> dict[str, Described]:
    rows = session.execute(
        select(Photo.public_id, FulfilmentEntry.public_id)
        .join(FulfilmentEntry, FulfilmentEntry.id == Photo.entry_id)
        .where(Photo.public_id.in_(public_ids))
    ).all()
    entries = {entry.public_id: entry for entry in _entries(session, [row[1] for row in rows])}
    return {photo: _describe(session, entries[entry], [photo]) for photo, entry in rows}


register(
    ContentKind.ENTRY,
    Owner(
        read=_read_entry,
        release=lambda session, public_id: _turn_entry(session, public_id, Showing.SHOWN),
        refuse=_refuse_entry,
        describe=_describe_entries,
    ),
)
register(
    ContentKind.PHOTO,
    Owner(
        read=_read_photo,
        release=lambda session, public_id: _turn_photo(session, public_id, Showing.SHOWN),
        refuse=lambda session, public_id, _: _turn_photo(session, public_id, Showing.REFUSED),
        describe=_describe_photos,
    ),
)
