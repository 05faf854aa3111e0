"""Keys and what is made with them: hashed tokens, keyed hashes, sealed texts."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brickwall.config import Settings

NONCE_BYTES = 12
TOKEN_BYTES = 32


def new_token() -> str:
    """Return an opaque token of 256 random bits, safe in a cookie or header."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the hex SHA-256 of a token: all the database ever knows of it.

    A plain hash is enough for 256 random bits; a slow one would only cost time.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(settings: Settings, purpose: str, value: str) -> str:
    """Return a hex HMAC-SHA256 of ``value`` that cannot be guessed without the server's secret."""
    message = f"{purpose}\0{value}".encode()
    return hmac.new(settings.secret_key, message, hashlib.sha256).hexdigest()


def read_key(path: Path) -> bytes:
    """Return the 32-byte key in ``path``, creating it with mode 0400 at first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
    return base64.b64decode(path.read_bytes())


@dataclass(frozen=True, slots=True)
class SealedText:
    """An encrypted text as stored: which key, and nonce with ciphertext."""

    key_id: str
    sealed: bytes


class SealedBox:
    """Seals short texts of one purpose with AES-GCM.

    Key files are ``<purpose>-<id>.key`` in the keys folder; the highest id seals, all open, so a
    rotation can go row by row. Every purpose has keys of its own: a text sealed for one cannot be
    opened for another.
    """

    def __init__(self, keys_dir: Path, purpose: str) -> None:
        self._dir = keys_dir
        self._purpose = purpose

    def _key_path(self, key_id: str) -> Path:
        return self._dir / f"{self._purpose}-{key_id}.key"

    def _key_ids(self) -> list[str]:
        prefix = f"{self._purpose}-"
        return sorted(path.stem.removeprefix(prefix) for path in self._dir.glob(f"{prefix}*.key"))

    def current_key_id(self) -> str:
        """Return the id of the key that seals new texts, making ``001`` at first use."""
        found = self._key_ids()
        if not found:
            read_key(self._key_path("001"))
            return "001"
        return found[-1]

    def add_key(self) -> str:
        """Make the next key, which seals from now on; return its id."""
        key_id = f"{int(self.current_key_id()) + 1:03d}"
        read_key(self._key_path(key_id))
        return key_id

    def seal(self, text: str) -> SealedText:
        """Encrypt a text under the current key."""
        key_id = self.current_key_id()
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM(read_key(self._key_path(key_id)))
        return SealedText(key_id, nonce + cipher.encrypt(nonce, text.encode(), key_id.encode()))

    def open(self, sealed: SealedText) -> str:
        """Decrypt a text.

        Raises:
            KeyError: when the key file is gone or the bytes were changed.
        """
        path = self._key_path(sealed.key_id)
        if not path.exists():
            raise KeyError(sealed.key_id)
        cipher = AESGCM(read_key(path))
        try:
            plain = cipher.decrypt(
                sealed.sealed[:NONCE_BYTES], sealed.sealed[NONCE_BYTES:], sealed.key_id.encode()
            )
        except InvalidTag as error:
            raise KeyError(sealed.key_id) from error
        return plain.decode()


class PhoneBox(SealedBox):
    """Seals phone numbers and finds them again by a keyed index.

    The index has a key of its own that rotation leaves alone.
    """

    def __init__(self, keys_dir: Path) -> None:
        super().__init__(keys_dir, "phone")

    def seal_all(self, phones: Iterable[str]) -> list[tuple[SealedText, str]]:
        """Encrypt many numbers, reading the keys once; return each with its index."""
        key_id = self.current_key_id()
        cipher = AESGCM(read_key(self._key_path(key_id)))
        index_key = read_key(self._dir / "index.key")
        sealed: list[tuple[SealedText, str]] = []
        for phone in phones:
            plain, nonce = phone.encode(), os.urandom(NONCE_BYTES)
            text = SealedText(key_id, nonce + cipher.encrypt(nonce, plain, key_id.encode()))
            sealed.append((text, hmac.digest(index_key, plain, "sha256").hex()))
        return sealed

    def index(self, phone: str) -> str:
        """Return the HMAC under which a phone number is found (hex, 64 characters)."""
        key = read_key(self._dir / "index.key")
        return hmac.new(key, phone.encode(), hashlib.sha256).hexdigest()
