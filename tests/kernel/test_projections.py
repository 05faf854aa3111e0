"""Finished pages: one query to read, stale with their record, over at midnight."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.projections import mark_all_stale, mark_stale, read_page, remove_page, store_page
from tests.support.statements import recorded_statements


def _store(session: Session, path: str, subject: str, body: bytes = b"page") -> None:
    store_page(session, path, subject, body, clock.now() + timedelta(hours=1))
    session.commit()


def test_a_page_is_read_with_one_query(session: Session) -> None:
    _store(session, "/q/7k3m9qx2", "member:1")
    with recorded_statements(db.engine) as statements:
        page = read_page("/q/7k3m9qx2")
    assert page is not None
    assert (page.body, page.current) == (b"page", True)
    assert len(statements) == 1


def test_there_is_no_page_until_it_is_made(session: Session) -> None:
    assert read_page("/q/00000000") is None


def test_a_change_of_the_record_makes_its_pages_stale_and_no_others(session: Session) -> None:
    _store(session, "/q/a", "member:1")
    _store(session, "/q/b", "member:2")
    mark_stale(session, "member:1", "organisation:9")
    session.commit()
    assert [page.current for page in (read_page("/q/a"), read_page("/q/b")) if page] == [False, True]
    mark_all_stale(session)
    session.commit()
    assert [page.current for page in (read_page("/q/a"), read_page("/q/b")) if page] == [False, False]


def test_a_page_ends_with_its_day(session: Session) -> None:
    _store(session, "/q/a", "member:1")
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        page = read_page("/q/a")
    assert page is not None
    assert not page.current


def test_a_rebuilt_page_replaces_the_old_one(session: Session) -> None:
    _store(session, "/q/a", "member:1", b"old")
    mark_stale(session, "member:1")
    _store(session, "/q/a", "member:1", b"new")
    page = read_page("/q/a")
    assert page is not None
    assert (page.body, page.current) == (b"new", True)
    remove_page(session, "/q/a")
    session.commit()
    assert read_page("/q/a") is None
