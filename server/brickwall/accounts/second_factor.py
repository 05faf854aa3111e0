"""The second factor: time-based codes (RFC 6238) and one-time recovery codes."""

import secrets
from hmac import compare_digest

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import normalise_code, random_code
from brickwall.kernel.security import NONCE_BYTES, keyed_hash, read_key
from brickwall.kernel.text import remove_spaces, to_half_width

STEP_SECONDS = 30
TOLERANCE = (0, -1, 1)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
ISSUER = "承诺砖墙"


def new_secret() -> str:
    """Return a new base32 secret of 160 random bits."""
    return pyotp.random_base32()


def _cipher(settings: Settings) -> AESGCM:
    return AESGCM(read_key(settings.keys_dir / "totp.key"))


def seal_secret(settings: Settings, owner: str, secret: str) -> bytes:
    """Encrypt a secret; it opens again only for the same ``owner`` (an account's public id)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(settings).encrypt(nonce, secret.encode(), owner.encode())


def open_secret(settings: Settings, owner: str, sealed: bytes) -> str:
    """Decrypt a sealed secret.

    Raises:
        KeyError: when the key file is another one or the bytes were changed.
    """
    try:
        plain = _cipher(settings).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode())
    except InvalidTag as error:
        raise KeyError("totp.key") from error
    return plain.decode()


def find_step(secret: str, code: str, last_step: int | None) -> int | None:
    """Return the time step that ``code`` belongs to: now, one before or one after.

    A step not later than ``last_step`` was used before and does not count (RFC 6238, 5.2).
    """
    digits = remove_spaces(to_half_width(code))
    now_step = int(clock.now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for offset in TOLERANCE:
        step = now_step + offset
        expected = generator.generate_otp(step)
        if compare_digest(expected.encode(), digits.encode()) and (last_step is None or step > last_step):
            return step
    return None


def enrolment_address(secret: str, login: str) -> str:
    """Return the ``otpauth://`` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def new_recovery_codes() -> list[str]:
    """Return ten new recovery codes, 60 random bits each, ungrouped."""
    return [random_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]


def recovery_hash(settings: Settings, owner: str, typed: str) -> str | None:
    """Return the keyed hash under which a recovery code is kept, or None when it cannot be one."""
    try:
        code = normalise_code(typed, RECOVERY_LENGTH)
    except ValueError:
        return None
    return keyed_hash(settings, "recovery", f"{owner} {code}")
