"""The envelopes of message pushes: signatures, and AES as wechatpy does it.

Formulas: signature = sha1(sorted(token, timestamp, nonce)), msg_signature with the encrypted
text as a fourth part; AES-256-CBC over 16 random bytes, length, message and appid.
"""

import base64
import binascii
import hashlib
import struct
from hmac import compare_digest

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException

KEY_LENGTH = 43


class BadEnvelope(Exception):
    """A push that cannot be opened; what exactly is wrong is told to nobody."""


def sign(*parts: str) -> str:
    """Return the SHA-1 signature of the sorted parts, as the platform makes it."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Tell, in constant time, whether the signature belongs to the parts."""
    return compare_digest(signature.encode(), sign(*parts).encode())


def read_aes_key(key: str) -> bytes:
    """Return the 32 bytes of an EncodingAESKey (43 characters).

    Raises:
        ValueError: when it is no such key.
    """
    if len(key) != KEY_LENGTH:
        raise ValueError("an EncodingAESKey has 43 characters")
    raw = base64.b64decode(f"{key}=", validate=True)
    if len(raw) != 32:
        raise ValueError("an EncodingAESKey has 32 bytes")
    return raw


def seal_envelope(text: str, key: str, appid: str) -> str:
    """Encrypt a message for a push, as the platform does; used by the fake."""
    sealed: bytes = PrpCrypto(read_aes_key(key)).encrypt(text, appid)
    return sealed.decode()


def open_envelope(sealed: str, key: str, appid: str) -> str:
    """Decrypt the encrypted part of a push.

    Raises:
        BadEnvelope: when it was made with another key, for another appid, or by nobody.
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
        text: str = PrpCrypto(read_aes_key(key)).decrypt(base64.b64encode(raw), appid)
    except (WeChatException, binascii.Error, ValueError, IndexError, struct.error) as error:
        raise BadEnvelope from error
    return text
