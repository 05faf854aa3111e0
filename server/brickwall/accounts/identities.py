"""People in the mini-program: what is known of them, and who else keeps something about them.

WeChat names a person by an openid. It is kept as a keyed hash, and for two hours after a sign-in
encrypted as well, because a content check must name somebody seen within that time. The
session_key is never stored, and no openid goes into a log, an address or the audit.

Higher domains that keep something under an identity (messages, content checks) register what
they delete when somebody leaves (:func:`on_leave`) and how they describe it (:func:`on_kept`),
so that this domain imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import g
from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.security import SealedBox, SealedText, keyed_hash

# WeChat takes an openid for a check when its user was in the mini-program within two hours; ten
# minutes less, so that the sweep that wipes it never comes late.
OPENID_FRESH_FOR = timedelta(minutes=110)
CLOCK_DOUBT = timedelta(minutes=5)
_KEY_ID_BYTES = 3


@dataclass(frozen=True, slots=True)
class KeptItem:
    """One thing stored about somebody, in plain words: what, why, how long."""

    what: str
    why: str
    how_long: str


Leaving = Callable[[Session, int], None]
Keeping = Callable[[Session, int], list[KeptItem]]
LEAVING: list[Leaving] = []
KEEPING: list[Keeping] = []


def on_leave(handler: Leaving) -> Leaving:
    """Register what deletes a domain's rows of an identity (by its row id) when its person leaves.

    It runs in the transaction that deletes the identity, before it.
    """
    LEAVING.append(handler)
    return handler


def on_kept(handler: Keeping) -> Keeping:
    """Register what tells, in plain words, which rows a domain keeps of an identity (by row id)."""
    KEEPING.append(handler)
    return handler


def current_identity() -> WechatIdentity | None:
    """Return the WeChat identity behind this request's bearer token, or None.

    The row was read outside the request's own transaction: use its ``id`` and values, and read
    it again to change it.
    """
    found: WechatIdentity | None = g.get("wechat_identity")
    return found


def openid_hash(settings: Settings, appid: str, openid: str) -> str:
    """Return the keyed hash (hex, 64 characters) under which a person of one appid is kept."""
    return keyed_hash(settings, "wechat-openid", f"{appid}\0{openid}")


def _box(settings: Settings) -> SealedBox:
    return SealedBox(settings.keys_dir, "openid")


def seal_openid(settings: Settings, openid: str) -> bytes:
    """Return an openid encrypted as it is stored: key id, nonce, ciphertext."""
    sealed = _box(settings).seal(openid)
    return sealed.key_id.encode() + sealed.sealed


def open_openid(settings: Settings, sealed: bytes | None) -> str | None:
    """Return a sealed openid in clear, or None when there is none or its key is gone."""
    if not sealed:
        return None
    key_id = sealed[:_KEY_ID_BYTES].decode(errors="replace")
    try:
        return _box(settings).open(SealedText(key_id, sealed[_KEY_ID_BYTES:]))
    except KeyError:
        return None


def fresh_openid(settings: Settings, identity: WechatIdentity | None) -> str | None:
    """Return the openid of somebody seen within the last two hours, else None.

    A moment in the future (a clock that was set back since) does not count as fresh.
    """
    if identity is None or identity.sealed_at is None:
        return None
    age = clock.now() - identity.sealed_at
    if not -CLOCK_DOUBT <= age <= OPENID_FRESH_FOR:
        return None
    return open_openid(settings, identity.openid_sealed)
