"""Finished pages: one row per public path, made from the record and read on the scan path.

The kernel keeps and reads the rows; ``brickwall.publicity`` makes them. A domain that
changed something visible calls :func:`mark_stale`, so nothing has to import upward.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Engine, Index, LargeBinary, String, Table, delete, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from brickwall.kernel import clock
from brickwall.kernel.db import Base, db
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime

# One statement, by primary key: the scan path's only query.
_COLUMNS = "SELECT body, etag, fresh_until, stale, status FROM published_page WHERE path = "
_READ = text(f"{_COLUMNS}:path")
_READ_SQLITE = f"{_COLUMNS}?"


class PublishedPage(Base):
    """A finished page. ``subject`` names what it shows, e.g. ``member:17``."""

    __tablename__ = "published_page"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "body": "做好的公开页面",
        },
        why="扫码两秒能打开",
        until="内容变了就重做",
    )
    __table_args__ = (Index("ix_published_page_subject", "subject"),)

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    status: Mapped[int] = mapped_column(default=200)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str] = mapped_column(String(24))
    fresh_until: Mapped[datetime] = mapped_column(UTCDateTime())
    stale: Mapped[bool] = mapped_column(Boolean, default=False)
    built_at: Mapped[datetime] = mapped_column(UTCDateTime())


PAGES: Table = PublishedPage.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page as it is served; ``current`` is False once its record changed or its day ended."""

    body: bytes
    etag: str
    current: bool
    status: int = 200


def etag_of(body: bytes) -> str:
    """Return the strong ETag (16 hex digits, unquoted) of a page's bytes."""
    return hashlib.sha256(body).hexdigest()[:16]


def read_page(path: str, engine: Engine | None = None) -> Page | None:
    """Return the finished page at ``path`` with exactly one query, or None.

    Uses a bare connection: the ORM costs more than everything else here (PERFORMANCE.md).

    Args:
        engine: for a caller outside of any application context.
    """
    engine = engine or db.engine
    row = _fetch_sqlite(engine, path) if engine.dialect.name == "sqlite" else _fetch(engine, path)
    if row is None:
        return None
    body, etag, fresh, stale, status = row
    # SQLite hands raw text back; its ISO form in UTC compares as text.
    if isinstance(fresh, str):
        current = fresh[:19] > clock.now().isoformat(" ", "seconds")[:19]
    else:
        current = fresh > clock.now()
    return Page(bytes(body), etag, current and not stale, status)


def _fetch(engine: Engine, path: str) -> Sequence[Any] | None:
    with engine.connect() as connection:
        return connection.execute(_READ, {"path": path}).first()


def _fetch_sqlite(engine: Engine, path: str) -> Sequence[Any] | None:
    """Ask SQLite itself: one statement needs no BEGIN, and SQLAlchemy's share of a scan was 2/3."""
    connection = engine.raw_connection()
    try:
        found: Sequence[Any] | None = connection.execute(_READ_SQLITE, (path,)).fetchone()
        return found
    finally:
        connection.close()


def store_page(
    session: Session, path: str, subject: str, body: bytes, fresh_until: datetime, status: int = 200
) -> Page:
    """Insert or replace the page at ``path``; the caller's transaction commits it."""
    etag = etag_of(body)
    session.merge(
        PublishedPage(
            path=path,
            subject=subject,
            status=status,
            body=body,
            etag=etag,
            fresh_until=fresh_until,
            stale=False,
            built_at=clock.now(),
        )
    )
    session.flush()
    return Page(body, etag, True, status)


def remove_page(session: Session, path: str) -> None:
    """Take the page at ``path`` away."""
    session.execute(delete(PAGES).where(PAGES.c.path == path))


def mark_stale(session: Session, *subjects: str) -> None:
    """Mark every page about ``subjects`` for rebuilding before its next read.

    Part of the caller's transaction, so a page can never be newer or older than its record.
    """
    session.execute(update(PAGES).where(PAGES.c.subject.in_(subjects)).values(stale=True))


def mark_all_stale(session: Session) -> None:
    """Mark every page, after a change of templates or of the public address."""
    session.execute(update(PAGES).values(stale=True))
