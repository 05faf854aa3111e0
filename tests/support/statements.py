"""Every statement a database is asked, also those that go past SQLAlchemy's execution."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def recorded_statements(engine: Engine) -> Iterator[list[str]]:
    """Provide the list of statements executed inside the block, without the transaction's frame.

    On SQLite the driver itself reports them; a connection must be taken from the pool inside.
    """
    seen: list[str] = []

    def note(sql: str) -> None:
        if not sql.startswith(FRAME):
            seen.append(sql)

    def trace(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(note)

    def release(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.set_trace_callback(None)

    def note_cursor(_: Any, __: Any, sql: str, *rest: Any) -> None:
        note(sql)

    sqlite = engine.dialect.name == "sqlite"
    listeners = (
        [("checkout", trace), ("checkin", release)] if sqlite else [("before_cursor_execute", note_cursor)]
    )
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
