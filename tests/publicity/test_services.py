"""Finished pages: stored, rebuilt when they must be, served even when nothing can be written."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brickwall.commitments.services import record_entry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db, transaction
from brickwall.kernel.http import Application
from brickwall.kernel.projections import PublishedPage, mark_stale, read_page
from brickwall.publicity import services
from brickwall.publicity.services import adopt_templates, current_page
from tests.publicity.conftest import Bricks, ReadPage

BRICK = "/q/7k3m9qx2"


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that were built, in order."""
    seen: list[str] = []
    real = services.build

    def counting(site: object, path: str) -> object:
        seen.append(path)
        time.sleep(0.02)
        return real(site, path)

    monkeypatch.setattr(services, "build", counting)
    return seen


def test_a_page_is_built_once_and_then_read(bricks: Bricks, read: ReadPage, builds: list[str]) -> None:
    assert read(BRICK) == read(BRICK)
    assert builds == [BRICK]
    stored = read_page(BRICK)
    assert stored is not None
    assert stored.current


def test_a_change_shows_before_the_next_read(bricks: Bricks, session: Session, read: ReadPage) -> None:
    paths = [BRICK, "/w/liuhe", f"/c/{bricks.patrol.public_id}"]
    before = [read(path) for path in paths]
    record_entry(session, bricks.village.clerk, session.merge(bricks.patrol), EntryInput("第 1 次，村西"))
    session.commit()
    after = [read(path) for path in paths]
    assert "第 1 次，村西" in after[0]
    assert "第 1 次，村西" in after[2]
    assert all(old != new for old, new in zip(before, after, strict=True) if "wall" not in old)


def test_words_about_days_change_at_midnight_in_shanghai(bricks: Bricks, read: ReadPage) -> None:
    days = (bricks.patrol.due_on - clock.today()).days if bricks.patrol.due_on else 0
    assert f"还有 {days} 天" in read(BRICK)
    with time_machine.travel(clock.end_of_day(clock.today()) - timedelta(seconds=2), tick=False):
        page = read_page(BRICK)
        assert page is not None
        assert page.current
    with time_machine.travel(clock.end_of_day(clock.today()) + timedelta(seconds=1), tick=False):
        assert f"还有 {days - 1} 天" in read(BRICK)


def test_many_readers_at_once_build_a_page_once(
    app: Application, bricks: Bricks, settings: Settings, builds: list[str]
) -> None:
    found: list[bytes] = []

    def look() -> None:
        with app.app_context():
            page = current_page(settings, BRICK)
            assert page is not None
            found.append(page.body)

    threads = [threading.Thread(target=look) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1
    assert builds == [BRICK]


def test_a_mark_during_a_build_is_never_lost(
    app: Application, bricks: Bricks, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that commits while the page is being built must leave the page marked."""
    inside, real = threading.Event(), services.build

    def slow(site: object, path: str) -> object:
        built = real(site, path)
        inside.set()
        time.sleep(0.2)
        return built

    def change() -> None:
        inside.wait(5)
        with app.app_context(), transaction() as session:
            mark_stale(session, f"member:{bricks.village.member.id}")

    monkeypatch.setattr(services, "build", slow)
    changer = threading.Thread(target=change)
    changer.start()
    current_page(settings, BRICK)
    changer.join()
    page = read_page(BRICK)
    assert page is not None
    assert not page.current


def test_pages_are_served_while_nothing_can_be_written(
    bricks: Bricks, session: Session, settings: Settings, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = current_page(settings, BRICK)
    with transaction() as writer:
        mark_stale(writer, f"member:{bricks.village.member.id}")

    def full(*args: object, **kwargs: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(services, "store_page", full)
    page = current_page(settings, BRICK)
    assert page is not None
    assert old is not None
    assert page.body == old.body
    again = current_page(settings, BRICK)
    assert again is not None
    assert builds.count(BRICK) == 3, (
        "one build, one that could not be stored, one for memory; then from memory"
    )


def test_many_readers_of_a_page_that_cannot_be_stored_share_one(
    app: Application, bricks: Bricks, settings: Settings, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(services, "store_page", full)

    def look() -> None:
        with app.app_context():
            assert current_page(settings, BRICK) is not None

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 2, "one that could not be stored, one for memory"


def test_a_reader_does_not_wait_long_for_a_long_writer(
    app: Application, bricks: Bricks, settings: Settings
) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            mark_stale(session, "member:0")
            inside.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    started = time.monotonic()
    page = current_page(settings, BRICK)
    waited = time.monotonic() - started
    done.set()
    holder.join()
    assert page is not None
    assert "林秀峰".encode() in page.body
    assert waited < services.PATIENCE_SECONDS + 2


def test_a_page_whose_thing_is_gone_is_taken_away(
    bricks: Bricks, session: Session, settings: Settings, read: ReadPage
) -> None:
    read(BRICK)
    session.delete(session.merge(bricks.plaque))
    mark_stale(session, f"member:{bricks.village.member.id}")
    session.commit()
    assert current_page(settings, BRICK) is None
    assert read_page(BRICK) is None


def test_new_templates_or_another_address_make_every_page_new(
    bricks: Bricks, session: Session, settings: Settings, read: ReadPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    services._stamped.cache_clear()
    adopt_templates(settings)
    read(BRICK)
    services._stamped.cache_clear()
    adopt_templates(settings)
    page = read_page(BRICK)
    assert page is not None
    assert page.current
    monkeypatch.setattr(services, "fingerprint", lambda: "other templates")
    adopt_templates(settings)
    stale = session.scalar(select(PublishedPage.stale).where(PublishedPage.path == BRICK))
    services._stamped.cache_clear()
    assert stale is True


def test_a_path_longer_than_any_of_ours_is_not_looked_up(settings: Settings, app: Application) -> None:
    assert current_page(settings, "/w/" + "x" * 500) is None
