"""Slots, rolls, leaves, locks and receipts: the pure arithmetic of one rating (RATINGS.md).

Nothing here reads a clock, a file or the database, so that a stand-alone verifier can do the
same sums.
"""

import hashlib
import hmac
import json
from typing import Any

from brickwall.kernel.ids import ALPHABET, RECEIPT_LENGTH, group_code

SALT_BYTES = 16
LEAF_DOMAIN = b"bw-rating-v1\0"
_RECEIPT_BITS = 5 * RECEIPT_LENGTH


def _keyed(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"\0".join(parts), hashlib.sha256).digest()


def slot_of(round_key: bytes, voter: bytes, subject: str) -> bytes:
    """Return the 32-byte slot: one voter, one subject, one vote, for every channel.

    Without ``round_key`` two slots of one voter cannot be told to belong together.
    """
    return _keyed(round_key, b"slot", voter, subject.encode())


def roll_of(round_key: bytes, voter: bytes) -> bytes:
    """Return the 32 bytes that count a person once in a round, linked to none of his slots."""
    return _keyed(round_key, b"roll", voter)


def nonce_of(round_key: bytes, voter: bytes, subject: str, request_key: str) -> bytes:
    """Return the 32 bytes under which a tap's Idempotency-Key is remembered until closing."""
    return _keyed(round_key, b"nonce", voter, subject.encode(), request_key.encode())


def comment_id_of(round_key: bytes, voter: bytes, subject: str, text: str) -> str:
    """Return the public id (12 characters) of a comment.

    The same words from the same voter about the same subject get the same id, so a retry adds
    nothing; once the key is destroyed the id leads nowhere.
    """
    return _sixty_bits(_keyed(round_key, b"comment", voter, subject.encode(), text.encode()))


def lock_secret(device_secret: bytes, round_id: str, subject: str, version: int) -> bytes:
    """Return the 32-byte secret that the version after ``version`` must reveal."""
    return _keyed(device_secret, b"lock", round_id.encode(), subject.encode(), str(version).encode())


def lock_of(secret: bytes) -> bytes:
    """Return the lock (SHA-256) that a version carries for the next one's secret."""
    return hashlib.sha256(secret).digest()


def canonical(opening: dict[str, Any]) -> bytes:
    """Return an opening as canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(opening, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def channel_of(level: str, standing: str) -> str:
    """Return the channel a leaf commits to: the level, with the standing where it is not "counted".

    Committed to, so that nobody can move a rating out of the count, or into it, afterwards.
    """
    return level if standing == "counted" else f"{level}:{standing}"


def opening_of(
    *, subject: str, value: str, channel: str, version: int, slot: bytes, lock: bytes
) -> dict[str, Any]:
    """Return what a leaf commits to; hashes are hex."""
    return {
        "subject": subject,
        "value": value,
        "channel": channel,
        "version": version,
        "slot": slot.hex(),
        "lock": lock.hex(),
    }


def leaf_of(salt: bytes, opening: dict[str, Any]) -> bytes:
    """Return the salted SHA-256 commitment (32 bytes) to an opening."""
    return hashlib.sha256(LEAF_DOMAIN + salt + canonical(opening)).digest()


def _sixty_bits(digest: bytes) -> str:
    number = int.from_bytes(digest[:8], "big") >> (64 - _RECEIPT_BITS)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(_RECEIPT_BITS - 5, -1, -5))


def receipt_of(leaf: bytes) -> str:
    """Return the receipt as stored: the leaf's first 60 bits as 12 lower-case characters."""
    return _sixty_bits(leaf)


def receipt_text(receipt: str) -> str:
    """Return a receipt as people read it: ``7K3M-9QX2-40VD``."""
    return group_code(receipt, "-").upper()
