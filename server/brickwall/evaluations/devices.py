"""The voter of level C: a mark on a phone, random on the web, made from the person in WeChat.

A web mark is ``id ‖ secret ‖ mac`` in URL-safe base64. The id makes the slots, the secret makes
the locks, the mac lets only marks through that this server handed out, so that making marks in
bulk is one request each, which the web server can limit apart from rating. The server stores
none of it. Changing ``BRICKWALL_SECRET_KEY`` voids every mark, so not while a round is open.

A WeChat mark is ``2 ‖ id ‖ secret ‖ standing ‖ day ‖ mac``. Its id is a keyed hash of the
person's identity, so one WeChat is one voter on several phones, while the secret stays on each
phone. It carries what WeChat's risk rank said when it was made, so that a rating needs no look-up,
and the day it was made on, because that answer grows old.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from brickwall.config import Settings
from brickwall.evaluations.constants import RatingStanding
from brickwall.kernel import clock
from brickwall.kernel.security import keyed_hash

ID_BYTES = 16
SECRET_BYTES = 32
MAC_BYTES = 16
TOKEN_LENGTH = 86
WECHAT_TOKEN_LENGTH = 91
# The mini-program asks for a mark once a round, and no round is longer than a year.
WECHAT_MARK_LIFE = timedelta(days=400)
_PURPOSE = b"brickwall device mark v1\0"
_WECHAT_PURPOSE = b"brickwall device mark v2\0"
_VERSION = b"\x02"
_DAY_BYTES = 2
_STANDINGS = (RatingStanding.COUNTED, RatingStanding.FLAGGED, RatingStanding.NOT_COUNTED)


@dataclass(frozen=True, slots=True)
class Device:
    """A phone as the rating path knows it: who votes (16 bytes), and its secret (32 bytes).

    ``standing`` is what its ratings of level C are worth; ``wechat`` tells a WeChat mark.
    """

    voter: bytes
    secret: bytes
    standing: RatingStanding = RatingStanding.COUNTED
    wechat: bool = False


def _mac(settings: Settings, purpose: bytes, body: bytes) -> bytes:
    return hmac.new(settings.secret_key, purpose + body, hashlib.sha256).digest()[:MAC_BYTES]


def _encode(settings: Settings, purpose: bytes, body: bytes) -> str:
    return base64.urlsafe_b64encode(body + _mac(settings, purpose, body)).decode().rstrip("=")


def _decode(settings: Settings, purpose: bytes, token: str) -> bytes | None:
    """Return what a mark says, or None when it is not one of ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    return body if hmac.compare_digest(mac, _mac(settings, purpose, body)) else None


def new_device_token(settings: Settings) -> str:
    """Return a new mark (86 characters) for a phone that has none."""
    return _encode(settings, _PURPOSE, secrets.token_bytes(ID_BYTES + SECRET_BYTES))


def voter_of(settings: Settings, openid_hash: str) -> bytes:
    """Return the 16 bytes that vote for a WeChat user, the same on every phone of his.

    Made from the identity's keyed hash of appid and openid under a purpose of its own, so that a
    mark leads back to no identity without the server's secret.
    """
    return bytes.fromhex(keyed_hash(settings, "rating-voter", openid_hash))[:ID_BYTES]


def new_wechat_token(settings: Settings, openid_hash: str, standing: RatingStanding, former: str = "") -> str:
    """Return a WeChat user's mark (91 characters).

    Args:
        former: the mark this phone had, perhaps too old by now; its secret is kept when it is
            this user's, so that the phone can still change what it rated.
    """
    voter = voter_of(settings, openid_hash)
    read = _read_wechat(settings, former)
    secret = read[0].secret if read is not None and read[0].voter == voter else None
    body = b"".join(
        (
            _VERSION,
            voter,
            secret or secrets.token_bytes(SECRET_BYTES),
            bytes([_STANDINGS.index(standing)]),
            _today().to_bytes(_DAY_BYTES, "big"),
        )
    )
    return _encode(settings, _WECHAT_PURPOSE, body)


def _today() -> int:
    """Return the number of days since 1970."""
    return int(clock.now().timestamp()) // 86400


def _read_wechat(settings: Settings, token: str) -> tuple[Device, int] | None:
    """Return the device of a WeChat mark and its age in days, or None when it is not one of ours."""
    if len(token) != WECHAT_TOKEN_LENGTH or not token.isascii():
        return None
    body = _decode(settings, _WECHAT_PURPOSE, token)
    if body is None or body[:1] != _VERSION:
        return None
    voter, secret, rest = body[1:17], body[17:49], body[49:]
    age = _today() - int.from_bytes(rest[1:], "big")
    return Device(voter, secret, _STANDINGS[rest[0]], wechat=True), age


def find_device(settings: Settings, token: str | None) -> Device | None:
    """Return the device of a mark, or None when there is none, it is not one of ours, or too old."""
    if not token or not token.isascii():
        return None
    if len(token) == TOKEN_LENGTH:
        body = _decode(settings, _PURPOSE, token)
        return Device(voter=body[:ID_BYTES], secret=body[ID_BYTES:]) if body is not None else None
    read = _read_wechat(settings, token)
    # A day ahead is a server's clock that was set back since.
    if read is None or not -1 <= read[1] < WECHAT_MARK_LIFE.days:
        return None
    return read[0]


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie that keeps the mark."""
    return "__Host-bw_device" if settings.secure else "bw_device"
