"""Answers kept by Idempotency-Key, so a retried write from a phone happens once."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from brickwall.kernel import clock
from brickwall.kernel.db import Base
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.types import UTCDateTime

KEPT_FOR = timedelta(days=2)
MAX_KEY_LENGTH = 128


class IdempotencyRecord(Base):
    """The answer once given to a key; ``request_hash`` tells a retry from a reuse."""

    __tablename__ = "idempotency_record"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "body": "重发的请求已经办过的回答",
        },
        why="网络不好时重发，不办两次",
        until="两天",
    )

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def find_answer(
    session: Session, scope: str, key: str, request_body: bytes
) -> tuple[str, str, IdempotencyRecord | None]:
    """Return ``(key_hash, request_hash, kept answer or None)`` for a write.

    Args:
        scope: route and account, so that keys of two people never meet.

    Raises:
        Invalid: when the key is longer than 128 characters.
        Refused: when the key was used for a different request.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise Invalid("请求编号太长，请刷新后重试", "idempotency.key_too_long")
    key_hash, request_hash = _hash(scope, key), _hash(request_body)
    kept = session.get(IdempotencyRecord, key_hash)
    if kept is not None and kept.request_hash != request_hash:
        raise Refused("同一个请求编号用在了不同内容上，请刷新后重试", "idempotency.key_reused")
    return key_hash, request_hash, kept


def keep_answer(session: Session, key_hash: str, request_hash: str, status: int, body: bytes) -> None:
    """Keep an answer in the transaction that did the work."""
    session.add(
        IdempotencyRecord(
            key_hash=key_hash, request_hash=request_hash, status=status, body=body, created_at=clock.now()
        )
    )
    session.flush()


def forget_old_answers(session: Session) -> None:
    """Delete answers older than two days."""
    session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < clock.now() - KEPT_FOR))
