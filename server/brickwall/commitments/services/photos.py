"""Photos: uploaded first, attached to an entry later, swept when nobody attached them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from brickwall.commitments import queries
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import FulfilmentEntry, Photo
from brickwall.commitments.rules import MAX_PHOTOS
from brickwall.kernel import clock
from brickwall.kernel.db import after_commit
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.images import delete_images, re_encode, store_images, stored_ids
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused, TooMany

KEPT_UNATTACHED = timedelta(days=7)
MAX_UNATTACHED = 60
"""Photos of one person that wait to be attached: a storm fills the disk no further."""


def upload_photos(session: Session, actor: Actor, files: Sequence[bytes], media_dir: Path) -> list[Photo]:
    """Re-encode uploaded pictures in two sizes and keep them, not yet part of any entry.

    Decoding and writing files come before the first statement, so that a phone's nine
    pictures do not hold up other writers; call it before reading anything in a request.

    Args:
        files: each one's bytes; JPEG, PNG or WebP of at most 8 MB and 40 megapixels.

    Raises:
        Forbidden: nobody is signed in with an account.
        Invalid: more than 9, or one that is no picture we take; the sentence says why.
        TooMany: 60 photos of this person already wait.
        Unavailable: the disk is full.
    """
    account_id = actor.account_id
    if account_id is None:
        raise Forbidden("请先登录再传照片")
    if len(files) > MAX_PHOTOS:
        raise _too_many()
    # Files first: a row without its files would be a broken picture on a public page,
    # files without a row are swept.
    pictures = [(new_public_id(), re_encode(data)) for data in files]
    for public_id, picture in pictures:
        store_images(media_dir, public_id, picture)
    if queries.count_unattached_photos(session, account_id) + len(pictures) > MAX_UNATTACHED:
        delete_images(media_dir, *(public_id for public_id, _ in pictures))
        raise TooMany("您有很多照片传了还没有用上，请先把记录提交，或过几天再传。", "photos.too_many_waiting")
    photos = [
        Photo(
            public_id=public_id,
            account_id=account_id,
            width=picture.width,
            height=picture.height,
            digest=picture.digest,
            showing=Showing.SHOWN,
            created_at=clock.now(),
        )
        for public_id, picture in pictures
    ]
    session.add_all(photos)
    session.flush()
    return photos


def upload_photo(session: Session, actor: Actor, data: bytes, media_dir: Path) -> Photo:
    """Keep one uploaded picture; see :func:`upload_photos`."""
    return upload_photos(session, actor, [data], media_dir)[0]


def _too_many() -> Invalid:
    message = f"一条记录最多 {MAX_PHOTOS} 张照片，请去掉几张。"
    return Invalid(message, "photos.too_many", fields={"photos": message})


def attach_photos(
    session: Session, actor: Actor, entry: FulfilmentEntry, photo_ids: Sequence[str], *, start: int = 0
) -> None:
    """Make uploaded photos part of an entry, in the order given.

    Raises:
        Invalid: more than 9, or a photo that is not the actor's, used or swept.
    """
    wanted = list(dict.fromkeys(photo_ids))
    if start + len(wanted) > MAX_PHOTOS:
        raise _too_many()
    if not wanted:
        return
    found = {
        photo.public_id: photo
        for photo in session.scalars(
            select(Photo).where(
                Photo.public_id.in_(wanted), Photo.account_id == actor.account_id, Photo.entry_id.is_(None)
            )
        )
    }
    if len(found) != len(wanted):
        message = "有的照片已经用过或过期了，请重新选一次。"
        raise Invalid(message, "photos.unknown", fields={"photos": message})
    for position, public_id in enumerate(wanted, start):
        found[public_id].entry_id = entry.id
        found[public_id].position = position
    session.flush()
    session.expire(entry, ["photos"])


def move_photos(
    session: Session, old: FulfilmentEntry, new: FulfilmentEntry, photo_ids: Collection[str]
) -> list[str]:
    """Keep the named photos of a corrected entry by moving them to the new one; return their ids."""
    kept: list[str] = []
    for photo in list(old.photos):
        if photo.public_id in photo_ids:
            photo.entry_id, photo.position = new.id, len(kept)
            kept.append(photo.public_id)
    session.flush()
    session.expire(old, ["photos"])
    session.expire(new, ["photos"])
    return kept


def remove_photo(session: Session, actor: Actor, public_id: str, media_dir: Path) -> None:
    """Take back a photo that is not part of an entry yet.

    Raises:
        NotFound: no such photo of this person.
        Refused: it is part of an entry; correct the entry instead.
    """
    photo = queries.find_photo(session, public_id)
    if photo is None or photo.account_id != actor.account_id:
        raise NotFound("没有找到这张照片")
    if photo.entry_id is not None:
        raise Refused("这张照片已经在记录里了。要去掉它，请更正那条记录。", "photos.attached")
    session.delete(photo)
    after_commit(session, lambda: delete_images(media_dir, public_id))


def sweep_photos(session: Session, media_dir: Path, *, batch: int = 500) -> int:
    """Remove photos nobody attached within a week, and files that lost their row.

    Returns:
        how many photos were removed.
    """
    limit = clock.now() - KEPT_UNATTACHED
    ids = list(
        session.scalars(
            select(Photo.public_id).where(Photo.entry_id.is_(None), Photo.created_at < limit).limit(batch)
        )
    )
    session.execute(delete(Photo).where(Photo.public_id.in_(ids), Photo.entry_id.is_(None)))
    on_disk = stored_ids(media_dir, older_than=KEPT_UNATTACHED)
    known = queries.known_photo_ids(session, on_disk)
    gone = [*ids, *(one for one in on_disk if one not in known)]
    after_commit(session, lambda: delete_images(media_dir, *gone))
    return len(set(gone))
