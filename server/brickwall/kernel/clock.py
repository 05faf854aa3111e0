"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make it ``moment`` (aware) inside: for the sample village, whose year lies in the past."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def today() -> date:
    """Return the calendar day that people in China see on their phones."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Return ``moment`` (aware) on the clock of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def end_of_day(day: date) -> datetime:
    """Return the moment (UTC) at which ``day`` ends in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI).astimezone(UTC)
