"""Dates and counts as a good clerk says them."""

import re
from datetime import date, datetime

from brickwall.kernel import clock

NO_BREAK = "\u00a0"
_MEASURED = re.compile(r"(?<=[0-9]) (?=[\u4e00-\u9fff])")


def day_of(moment: date | datetime) -> date:
    """Return the calendar day in Asia/Shanghai."""
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime, today: date | None = None) -> str:
    """Return ``11 月 21 日``, with the year when it is not this one."""
    on = day_of(moment)
    year = "" if on.year == (today or clock.today()).year else f"{on.year} 年 "
    return f"{year}{on.month} 月 {on.day} 日"


def full_day(moment: date | datetime) -> str:
    """Return ``2026 年 11 月 21 日``."""
    on = day_of(moment)
    return f"{on.year} 年 {on.month} 月 {on.day} 日"


def minute(moment: datetime) -> str:
    """Return ``11 月 21 日 20:05``."""
    return f"{day(moment)} {clock.local(moment):%H:%M}"


def keep_measures(text: str) -> str:
    """Keep every number on one line with its measure word: 120 米, 9 月, 还差 3 次."""
    return _MEASURED.sub(NO_BREAK, text)


def shorten(text: str, limit: int) -> str:
    """Return one line of at most ``limit`` characters, with an ellipsis when something was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
