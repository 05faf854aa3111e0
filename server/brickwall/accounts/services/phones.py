"""Rotation of the key that seals phone numbers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel.permissions import Actor
from brickwall.kernel.security import PhoneBox, SealedText
from brickwall.organisations.models import Member

CHUNK = 1000


def rotate_phone_keys(session: Session, actor: Actor, box: PhoneBox) -> int:
    """Seal up to 1,000 phone numbers that an older key sealed under the current key.

    Call it again, each time in a transaction of its own, until it returns 0; numbers stay
    readable throughout, because every key opens what it sealed.

    Returns:
        how many numbers were sealed anew.

    Raises:
        KeyError: when an older key file is gone.
    """
    current = box.current_key_id()
    query = (
        select(Member)
        .where(Member.phone_sealed.is_not(None), Member.phone_key_id != current)
        .order_by(Member.id)
        .limit(CHUNK)
    )
    members = session.scalars(query).all()
    for member in members:
        if member.phone_sealed is None or member.phone_key_id is None:
            continue
        fresh = box.seal(box.open(SealedText(member.phone_key_id, member.phone_sealed)))
        member.phone_key_id, member.phone_sealed = fresh.key_id, fresh.sealed
    if members:
        record(session, actor, Tag.PHONE_KEYS_ROTATED, rows=len(members))
    return len(members)
