"""The database: declarative base, engines for SQLite and PostgreSQL, one transaction at the edge."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

import pysqlite3
import structlog
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, String, Text, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import QueuePool

from brickwall.kernel.types import UTCDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 15_000
_writing_threads: set[int] = set()
log = structlog.get_logger()


class Base(DeclarativeBase):
    """Declarative base of every model."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UTCDateTime(), str: Text()},
    )


def short_text(length: int) -> String:
    """Return a bounded text type; PostgreSQL enforces the length, SQLite by our validation."""
    return String(length)


db = SQLAlchemy(add_models_to_shell=False, session_options={"expire_on_commit": False})

write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)
_patience: ContextVar[float] = ContextVar("patience", default=BUSY_TIMEOUT_MS / 1000)


class WriterGate:
    """Lets one writer at a time into a SQLite file: a queue in the process, a file lock between.

    SQLite's own busy handler sleeps and polls, which gives a long tail under load
    (PERFORMANCE.md: p99 1/44 with a queue in front of the writer).
    """

    def __init__(self, lock_path: Path | None) -> None:
        self._thread_lock = threading.Lock()
        self._lock_path = lock_path
        self._opened: tuple[int, int] | None = None
        self._inside = 0

    def _descriptor(self) -> int | None:
        """Return the lock file's descriptor, opened once per process: a fork would share the lock."""
        if self._lock_path is None:
            return None
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600))
        return self._opened[1]

    def enter(self) -> None:
        """Wait until no other writer of this database is inside.

        Raises:
            pysqlite3.OperationalError: after 15 s, as SQLite itself would; see :func:`hurried`.
        """
        patience = _patience.get()
        if not self._thread_lock.acquire(timeout=patience):
            raise pysqlite3.dbapi2.OperationalError("database is locked")
        try:
            descriptor = self._descriptor()
            if descriptor is not None:
                self._lock_file(descriptor, patience)
        except BaseException:
            self._thread_lock.release()
            raise
        self._inside = threading.get_ident()
        _writing_threads.add(self._inside)

    def _lock_file(self, descriptor: int, patience: float) -> None:
        """Wait for the other processes: in the kernel's queue, or by asking while in a hurry."""
        if patience >= BUSY_TIMEOUT_MS / 1000:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise pysqlite3.dbapi2.OperationalError("database is locked") from error
                time.sleep(0.005)
            else:
                return

    def leave(self) -> None:
        """Let the next writer in."""
        _writing_threads.discard(self._inside)
        descriptor = self._descriptor()
        if descriptor is not None:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        self._thread_lock.release()


def is_writing_here() -> bool:
    """Tell whether this thread holds a writer's place: everybody waits for it, so it must not wait itself."""
    return threading.get_ident() in _writing_threads


def sqlite_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite keeps committed rows in WAL mode with several connections.

    Versions 3.7.0 to 3.51.2 can lose them; fixed in 3.51.3, 3.50.7 and 3.44.6 (PACKAGES.md).
    """
    if version >= (3, 51, 3):
        return True
    return version[:2] in {(3, 50), (3, 44)} and version[2] >= {50: 7, 44: 6}[version[1]]


def engine_options(url: str) -> dict[str, Any]:
    """Return ``create_engine`` options for the database at ``url``.

    Parameters stay out of error messages, so that a logged failure names no phone and no rating.
    """
    if not url.startswith("sqlite"):
        pool = {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True, "pool_recycle": 1800}
        return {**pool, "hide_parameters": True}
    return {
        "hide_parameters": True,
        "module": pysqlite3.dbapi2,
        "poolclass": QueuePool,
        "pool_size": 16,
        "max_overflow": 48,
        "connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach our pragmas and transaction rules to an engine; does nothing on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)


def _begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock; a program that does not know our gate may hold it for long."""
    hurry = int(_patience.get() * 1000)
    if hurry >= BUSY_TIMEOUT_MS:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {hurry}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _prepare_sqlite(engine: Engine) -> None:
    safe = sqlite_is_safe(pysqlite3.sqlite_version_info)
    if not safe:
        log.warning("sqlite.unsafe_version", version=pysqlite3.sqlite_version, journal="TRUNCATE")
    path = engine.url.database
    gate = WriterGate(Path(f"{path}.writer") if path and path != ":memory:" else None)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if safe else 'TRUNCATE'}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if safe else 'EXTRA'}")
        connection.execute("PRAGMA cache_size = -8000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not write_intent.get():
            connection.exec_driver_sql("BEGIN")
            return
        gate.enter()
        connection.info["gate"] = True
        try:
            _begin_immediate(connection)
        except BaseException:
            leave(connection)
            raise

    def leave(connection: Connection) -> None:
        if connection.info.pop("gate", False):
            gate.leave()

    def leave_dbapi(_: Any, record: Any) -> None:
        if record is not None and record.info.pop("gate", False):
            gate.leave()

    # The DBAPI call itself runs after these events, so the gate opens only when the
    # connection goes back to the pool: by then the commit has reached the disk.
    event.listen(engine, "checkin", leave_dbapi)
    event.listen(engine, "invalidate", lambda dbapi, record, _: leave_dbapi(dbapi, record))


@contextmanager
def writing() -> Iterator[None]:
    """Mark what happens inside as writing, so SQLite takes its write lock at BEGIN.

    A read that turns into a write later can fail with "database is locked" at once;
    BEGIN IMMEDIATE waits in line instead.
    """
    token = write_intent.set(True)
    try:
        yield
    finally:
        write_intent.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Undo :func:`writing` inside: a look-up on a connection of its own must not queue as a writer."""
    token = write_intent.set(False)
    try:
        yield
    finally:
        write_intent.reset(token)


@contextmanager
def hurried(seconds: float) -> Iterator[None]:
    """Wait at most ``seconds`` for the writer's turn inside; for writes that can be left undone."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def new_session() -> Session:
    """Return a session of its own, outside the request's scoped session."""
    return Session(db.engine, expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one unit of work: commit at the end, roll back on error, then run what waits for the commit.

    For jobs, commands and repairs; a web request has its own edge in ``kernel.http``.
    """
    with writing():
        session = new_session()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
    run_after_commit(session)


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run ``call`` once the transaction has been committed, never when it was rolled back."""
    session.info.setdefault("after_commit", []).append(call)


def run_after_commit(session: Session) -> None:
    """Run and forget what ``after_commit`` collected; called by the edge only."""
    for call in session.info.pop("after_commit", []):
        call()


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite address, or None for another database."""
    parsed: URL = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)
