"""The voter of level C: a random mark on a phone, known to nobody but the phone.

The mark is ``id ‖ secret ‖ mac`` in URL-safe base64. The id makes the slots, the secret makes
the locks, the mac lets only marks through that this server handed out, so that making marks in
bulk is one request each, which the web server can limit apart from rating. The server stores
none of it. Changing ``BRICKWALL_SECRET_KEY`` voids every mark, so not while a round is open.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from brickwall.config import Settings

ID_BYTES = 16
SECRET_BYTES = 32
MAC_BYTES = 16
TOKEN_LENGTH = 86
_PURPOSE = b"brickwall device mark v1\0"


@dataclass(frozen=True, slots=True)
class Device:
    """A phone as the rating path knows it: who votes (16 bytes), and its secret (32 bytes)."""

    voter: bytes
    secret: bytes


def _mac(settings: Settings, body: bytes) -> bytes:
    return hmac.new(settings.secret_key, _PURPOSE + body, hashlib.sha256).digest()[:MAC_BYTES]


def new_device_token(settings: Settings) -> str:
    """Return a new mark (86 characters) for a phone that has none."""
    body = secrets.token_bytes(ID_BYTES + SECRET_BYTES)
    return base64.urlsafe_b64encode(body + _mac(settings, body)).decode().rstrip("=")


def find_device(settings: Settings, token: str | None) -> Device | None:
    """Return the device of a mark, or None when there is no mark or not one of ours."""
    if not token or len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(settings, body)):
        return None
    return Device(voter=body[:ID_BYTES], secret=body[ID_BYTES:])


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie that keeps the mark."""
    return "__Host-bw_device" if settings.secure else "bw_device"
