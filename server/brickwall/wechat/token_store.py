"""The row of the access token, sealed; claimed by the one process that fetches.

The store is a help, not a condition: when it cannot be read or written, each process keeps a
token of its own, which stable tokens allow.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pysqlite3
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import hurried, new_session, reading, transaction
from brickwall.wechat.constants import Timing
from brickwall.wechat.models import WechatToken

NONCE_BYTES = 12
WRITE_SECONDS = 2.0
TROUBLE = (SQLAlchemyError, pysqlite3.dbapi2.Error)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token and its end by the wall clock; both together tell one fetch from the next."""

    value: str = field(repr=False)
    expires_at: datetime

    def seconds_left(self) -> float:
        """Return the seconds until its end; 0 for an end that lies further off than any token's."""
        left = self.expires_at - clock.now()
        # A clock set back would make an old token young.
        return 0 if left > Timing.LONGEST_TOKEN + timedelta(seconds=5) else left.total_seconds()


def _is_ahead(moment: datetime | None, longest: timedelta) -> bool:
    """Tell whether ``moment`` is still to come; one too far off was written before the clock was set back."""
    return moment is not None and clock.now() < moment <= clock.now() + longest


class TokenStore:
    """Reads and writes the row of one appid; rows of others are never looked at."""

    def __init__(self, settings: Settings, appid: str) -> None:
        key = hmac.digest(settings.secret_key, b"wechat-token", "sha256")
        self._cipher = AESGCM(key)
        self._appid = appid
        self._holder = f"{os.getpid()}-{secrets.token_hex(8)}"

    def _seal(self, value: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value.encode(), self._appid.encode())

    def _open(self, sealed: bytes) -> str | None:
        """Return the token, or None when another secret sealed it."""
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, text, self._appid.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def read(self) -> tuple[StoredToken | None, bool]:
        """Return the stored token, and whether fetching is paused."""
        try:
            with reading(), new_session() as session:
                row = session.get(WechatToken, self._appid)
        except TROUBLE as error:
            log.warning("wechat.store_unreadable", kind=type(error).__name__)
            return None, False
        if row is None:
            return None, False
        paused = _is_ahead(row.paused_until, Timing.PAUSE)
        value = self._open(row.sealed) if row.sealed else None
        if value is None or row.expires_at is None:
            return None, paused
        return StoredToken(value, row.expires_at), paused

    def claim(self) -> bool:
        """Try to become the one who fetches, for fifteen seconds at most."""
        now = clock.now()
        lease = {"holder": self._holder, "lease_until": now + Timing.LEASE}
        is_free = or_(
            WechatToken.lease_until.is_(None),
            WechatToken.lease_until < now,
            WechatToken.lease_until > now + 2 * Timing.LEASE,
        )
        mine = update(WechatToken).where(WechatToken.appid == self._appid, is_free).values(lease)
        try:
            with hurried(WRITE_SECONDS), transaction() as session:
                if session.execute(mine).rowcount:  # type: ignore[attr-defined]
                    return True
                if session.get(WechatToken, self._appid) is not None:
                    return False
                session.add(WechatToken(appid=self._appid, **lease))
        except IntegrityError:
            return False
        except TROUBLE as error:
            log.warning("wechat.store_unwritable", kind=type(error).__name__)
        return True

    def keep(self, value: str, seconds: int) -> StoredToken:
        """Store a fresh token and give the claim up."""
        stored = StoredToken(value, clock.now() + timedelta(seconds=seconds))
        self._write(
            sealed=self._seal(value), expires_at=stored.expires_at, lease_until=None, paused_until=None
        )
        return stored

    def release(self) -> None:
        """Give the claim up without a token."""
        self._write(lease_until=None)

    def pause(self) -> None:
        """Let no process fetch a token for a minute."""
        self._write(paused_until=clock.now() + Timing.PAUSE)

    def resume(self) -> None:
        """End a pause: somebody has mended the settings and looks."""
        self._write(paused_until=None)

    def _write(self, **values: object) -> None:
        change = update(WechatToken).where(WechatToken.appid == self._appid).values(values)
        try:
            with hurried(WRITE_SECONDS), transaction() as session:
                session.execute(change)
        except TROUBLE as error:
            log.warning("wechat.store_unwritable", kind=type(error).__name__)
