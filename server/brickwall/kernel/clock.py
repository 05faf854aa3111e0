"""The one place that asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the calendar day that people in China see on their phones."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Return ``moment`` (aware) on the clock of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def end_of_day(day: date) -> datetime:
    """Return the moment (UTC) at which ``day`` ends in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI).astimezone(UTC)
