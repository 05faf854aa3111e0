"""Password hashing with argon2id, few at a time.

Each verification takes 32 MiB for some tens of milliseconds. A process runs at most two at
once, so that a flood of sign-ins cannot use up a small server's memory.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brickwall.kernel.ids import group_code, random_code
from brickwall.kernel.problems import Unavailable

AT_ONCE = 2
WAIT_SECONDS = 10.0
ONE_TIME_LENGTH = 12
# RFC 9106 asks for 64 MiB at t=3 where memory is tight; OWASP accepts 19 MiB at t=2. This lies
# between them, because several workers share a small machine.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_SLOTS = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _slot() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("登录的人太多，请过几秒再试", "accounts.sign_in_busy", retry_after=5)
    try:
        yield
    finally:
        _SLOTS.release()


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``.

    Raises:
        Unavailable: when too many are being hashed and none ends within 10 s.
    """
    with _slot():
        return _HASHER.hash(password)


# The hash of a password nobody has, so that an unknown login costs as much as a known one.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Tell whether ``password`` belongs to ``password_hash``; takes as long when there is no hash.

    Raises:
        Unavailable: when too many are being verified and none ends within 10 s.
    """
    with _slot():
        try:
            matches = _HASHER.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return matches and password_hash is not None


def new_one_time_password() -> str:
    """Return a password to be read aloud once: 12 Crockford characters in groups, 60 random bits."""
    return group_code(random_code(ONE_TIME_LENGTH), "-")
