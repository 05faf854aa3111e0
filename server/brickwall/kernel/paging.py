"""Pages of lists: numbered pages for people, cursors for programs."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from brickwall.kernel.problems import Invalid

T = TypeVar("T")
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class NumberedPage(Generic[T]):
    """One page of a table in the console. ``number`` counts from 1."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last page, at least 1."""
        return max(1, -(-self.total // self.size))


def numbered_page(
    session: Session, query: Select[Any], number: int, size: int = PAGE_SIZE
) -> NumberedPage[Any]:
    """Run ``query`` for page ``number`` (clamped to what exists) and count all its rows."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return NumberedPage(rows, number, size, total)


def encode_cursor(value: int) -> str:
    """Return an opaque cursor for a row id."""
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> int | None:
    """Return the row id in a cursor.

    Raises:
        Invalid: when the cursor is not one of ours.
    """
    if not cursor:
        return None
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise Invalid("翻页参数不对，请从第一页重新打开", "paging.bad_cursor") from error


def cursor_page(
    session: Session,
    query: Select[Any],
    key: ColumnElement[int],
    cursor: str | None,
    limit: int = PAGE_SIZE,
    dump: Callable[[Any], Any] = lambda row: row,
) -> dict[str, Any]:
    """Return ``{"items": […], "next_cursor": str | None}`` ordered by ``key`` descending.

    Args:
        key: an ever-growing integer column of the queried entity, called ``id`` on its rows.
        limit: rows a page, at most 200.
    """
    limit = min(max(1, limit), MAX_PAGE_SIZE)
    after = decode_cursor(cursor)
    if after is not None:
        query = query.where(key < after)
    rows = session.scalars(query.order_by(key.desc()).limit(limit + 1)).unique().all()
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [dump(row) for row in rows[:limit]], "next_cursor": following}
