"""The openid inside a waiting check: sealed, so that a stolen database names nobody."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brickwall.config import Settings
from brickwall.kernel.security import NONCE_BYTES

_PURPOSE = b"content-check-openid"


def _cipher(settings: Settings) -> AESGCM:
    return AESGCM(hmac.digest(settings.secret_key, _PURPOSE, hashlib.sha256))


def seal_openid(settings: Settings, openid: str) -> bytes:
    """Encrypt an openid for the half hour a check may wait."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(settings).encrypt(nonce, openid.encode(), _PURPOSE)


def open_openid(settings: Settings, sealed: bytes) -> str | None:
    """Decrypt an openid; None when the server's secret has changed since, or the bytes have."""
    try:
        return _cipher(settings).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _PURPOSE).decode()
    except InvalidTag:
        return None
