"""Finished pages: built from the record, kept in ``published_page``, rebuilt before the next read.

A page is built inside the write transaction that stores it, so it can never be older than a
change that marked it meanwhile. Where nothing can be written (full disk, locked store), the
page is built all the same and served from memory for a short while: reads go on.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pysqlite3
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import hurried, new_session, transaction
from brickwall.kernel.ids import ALPHABET, CODE_LENGTH, PUBLIC_ID_LENGTH
from brickwall.kernel.projections import (
    Page,
    PublishedPage,
    etag_of,
    mark_all_stale,
    read_page,
    store_page,
)
from brickwall.publicity.builders.bricks import build_brick
from brickwall.publicity.builders.chains import build_chain
from brickwall.publicity.builders.lists import build_home, build_wall
from brickwall.publicity.builders.site import Built, Site
from brickwall.publicity.constants import HOME, MAX_PATH_LENGTH
from brickwall.publicity.rendering import AnyPage, fingerprint, render_page
from brickwall.publicity.twins import is_twin, page_path, render_twin

# The writer's gate raises the driver's own error, outside of SQLAlchemy's reach.
STORE_FAILURES = (DBAPIError, PoolTimeout, OSError, pysqlite3.dbapi2.Error)
# How long a reader waits for the writer's turn before he gets his page unstored.
PATIENCE_SECONDS = 2.0
UNSTORED_SECONDS = 20
UNSTORED_PAGES = 500
STAMP = "#templates"
log = structlog.get_logger()


def _is_code(text_: str, length: int) -> bool:
    return len(text_) == length and all(character in ALPHABET for character in text_)


def build(site: Site, path: str) -> Built | None:
    """Build the page at a canonical public path or its twin's; None when nothing is there."""
    path = page_path(path)
    if path == HOME:
        return build_home(site)
    kind, name = path[:3], path[3:]
    if kind == "/q/" and _is_code(name, CODE_LENGTH):
        return build_brick(site, name)
    if kind == "/c/" and _is_code(name, PUBLIC_ID_LENGTH):
        return build_chain(site, name)
    return build_wall(site, name) if kind == "/w/" and name else None


def _render(path: str, page: AnyPage) -> bytes:
    return render_twin(page) if is_twin(path) else render_page(page)


class _Unstored:
    """Pages that could not be written, kept in this process for a few seconds each."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, tuple[Page, float]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, path: str) -> Page | None:
        with self._lock:
            page, until = self._pages.get(path, (None, 0.0))
            return page if until > time.monotonic() else None

    def keep(self, path: str, page: Page) -> None:
        with self._lock:
            self._pages[path] = (page, time.monotonic() + UNSTORED_SECONDS)
            self._pages.move_to_end(path)
            while len(self._pages) > UNSTORED_PAGES:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


class _Builders:
    """One builder a page and process: whoever comes while it builds waits for its page."""

    def __init__(self, stripes: int = 64) -> None:
        self._locks = [threading.Lock() for _ in range(stripes)]

    def lock(self, path: str) -> threading.Lock:
        return self._locks[hash(path) % len(self._locks)]


_unstored = _Unstored()
_builders = _Builders()


def forget_unstored() -> None:
    """Forget the pages kept in memory."""
    _unstored.clear()


def current_page(settings: Settings, path: str) -> Page | None:
    """Return the up-to-date page at a canonical path, rebuilding it first when it must be.

    Args:
        path: ``/``, ``/q/<code>``, ``/w/<organisation code>`` or ``/c/<public id>``, or the
            address of one's JSON twin.

    Returns:
        None when nothing is there.
    """
    if len(path) > MAX_PATH_LENGTH:
        return None
    found = read_page(path)
    if found is not None and found.current:
        return found
    with _builders.lock(path):
        return _rebuild(settings, path)


def _rebuild(settings: Settings, path: str) -> Page | None:
    found = read_page(path)
    if found is not None and found.current:
        return found
    kept = _unstored.find(path)
    if kept is not None:
        return kept
    try:
        with hurried(PATIENCE_SECONDS), transaction() as session:
            return _build_and_store(session, settings, path)
    except STORE_FAILURES as error:
        log.warning("publicity.page_not_stored", path=path, reason=type(error).__name__)
        return _build_unstored(settings, path) or found


def _build_and_store(session: Session, settings: Settings, path: str) -> Page | None:
    _hold_marks_back(session)
    other = session.get(PublishedPage, path)
    if other is not None and not other.stale and other.fresh_until > clock.now():
        return Page(other.body, other.etag, True, other.status)
    built = build(Site(session, settings.host, clock.today()), path)
    if built is None:
        if other is not None:
            session.delete(other)
        return None
    body = _render(path, built.page)
    return store_page(session, path, built.subject, body, built.fresh_until)


def _hold_marks_back(session: Session) -> None:
    """Let no change mark pages between our reading of its rows and our storing of the page.

    SQLite has one writer anyway. On PostgreSQL this waits for changes in flight and holds new
    ones back for the milliseconds of a build, but never long behind an import.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        session.execute(text("LOCK TABLE published_page IN SHARE ROW EXCLUSIVE MODE"))


def _build_unstored(settings: Settings, path: str) -> Page | None:
    try:
        with new_session() as session:
            built = build(Site(session, settings.host, clock.today()), path)
            body = _render(path, built.page) if built else b""
    except STORE_FAILURES:
        return None
    if not body:
        return None
    page = Page(body, etag_of(body), True)
    _unstored.keep(path, page)
    return page


@cache
def _stamped(database_url: str, stamp: str) -> bool:
    """Mark every page once when templates or address differ from those the pages were made with."""
    with hurried(PATIENCE_SECONDS), transaction() as session:
        known = session.get(PublishedPage, STAMP)
        if known is not None and known.etag == stamp:
            return True
        mark_all_stale(session)
        values = {"path": STAMP, "subject": STAMP, "body": b"", "etag": stamp, "built_at": clock.now()}
        session.merge(PublishedPage(**values, fresh_until=clock.now() + timedelta(days=36500), stale=True))
    return False


def adopt_templates(settings: Settings) -> None:
    """Make sure that no page made with older templates or another address is served.

    Does nothing after the first call in a process, or while the store cannot be written.
    """
    stamp = etag_of(f"{fingerprint()} {settings.host}".encode())
    _try(lambda: _stamped(settings.database_url, stamp))


def _try(call: Callable[[], object]) -> None:
    try:
        call()
    except STORE_FAILURES as error:
        log.warning("publicity.templates_not_stamped", reason=type(error).__name__)
