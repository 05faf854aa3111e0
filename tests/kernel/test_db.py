"""The database's ground rules."""

import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.db import after_commit, db, hurried, is_writing_here, sqlite_is_safe, transaction
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import Heartbeat
from tests.factories.organisations import make_organisation


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_sqlite_versions_that_lose_rows_are_known(version: tuple[int, ...], safe: bool) -> None:
    assert sqlite_is_safe(version) is safe


def test_sqlite_runs_in_wal_with_full_sync(app: Application) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(Heartbeat(name="x", beat_at=datetime(2026, 11, 21)))
    with pytest.raises(StatementError, match="time zone"):
        session.flush()


def test_moments_come_back_aware_in_utc(session: Session) -> None:
    session.add(Heartbeat(name="x", beat_at=clock.local(datetime(2026, 11, 21, 8, tzinfo=UTC))))
    session.commit()
    assert session.scalars(select(Heartbeat.beat_at)).one() == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_what_waits_for_the_commit_runs_after_it_and_never_after_a_rollback(app: Application) -> None:
    ran: list[str] = []
    with transaction() as session:
        after_commit(session, lambda: ran.append("committed"))
        assert ran == []
    with pytest.raises(ZeroDivisionError), transaction() as session:
        after_commit(session, lambda: ran.append("rolled back"))
        raise ZeroDivisionError
    assert ran == ["committed"]


def test_writers_of_many_threads_wait_in_line(app: Application) -> None:
    def write(number: int) -> None:
        with app.app_context(), transaction() as session:
            make_organisation(session, code=f"c{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM organisation")).scalar() == 12


def test_a_hurried_write_gives_up_soon_and_the_next_one_waits_again(app: Application) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            make_organisation(session, code="held")
            inside.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    started = time.monotonic()
    with pytest.raises(Exception, match="locked"), hurried(0.2), transaction() as session:
        make_organisation(session, code="late")
    assert time.monotonic() - started < 2
    done.set()
    holder.join()
    with transaction() as session:
        make_organisation(session, code="after")
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == 15_000


def test_a_thread_knows_that_others_wait_for_it(app: Application) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    seen: list[bool] = []
    with transaction() as session:
        assert not is_writing_here()
        make_organisation(session, code="one")
        assert is_writing_here()
        other = threading.Thread(target=lambda: seen.append(is_writing_here()))
        other.start()
        other.join()
    assert seen == [False]
    assert not is_writing_here()

    with pytest.raises(OSError, match="broken"), transaction() as session:
        make_organisation(session, code="two")
        raise OSError("broken")
    assert not is_writing_here()
