"""Dates and figures in the words a clerk would use; the filters of ``web.words`` do the rest."""

import datetime as dt

from brickwall.kernel import clock
from brickwall.kernel.spreadsheets import Cell
from brickwall.web.words import day, exact

WEEKDAYS = "一二三四五六日"
NEAR = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
NONE = "暂无"


def weekday(value: dt.date) -> str:
    """Return the day of the week: ``星期六``."""
    return f"星期{WEEKDAYS[value.weekday()]}"


def near_day(value: dt.date) -> str:
    """Return a day as people say it when it is near: 昨天, 今天, 明天; otherwise ``11 月 21 日``."""
    return NEAR.get((value - clock.today()).days) or day(value)


def near_moment(value: dt.datetime) -> str:
    """Return a moment (aware) on the clock of Asia/Shanghai: ``昨天 18:42``."""
    local = clock.local(value)
    return f"{near_day(local.date())} {local:%H:%M}"


def local_day(value: dt.datetime) -> dt.date:
    """Return the calendar day of a moment (aware) in Asia/Shanghai."""
    return clock.local(value).date()


def deadline(value: dt.date) -> str:
    """Return how far a deadline is: ``还有 12 天``, ``今天到期``, ``晚了 5 天``."""
    days = (value - clock.today()).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"晚了 {-days} 天"


def share(part: int, whole: int) -> str:
    """Return ``part / whole`` in per cent with one decimal, ``暂无`` without a denominator."""
    return f"{100 * part / whole:.1f}%" if whole else NONE


def plain_cell(value: Cell) -> Cell:
    """Return a table cell's value with moments and truths in words; numbers stay numbers."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return exact(value) if isinstance(value, dt.datetime) else value


def shown_text(value: Cell) -> str:
    """Return a table cell's value as the page shows it."""
    plain = plain_cell(value)
    if plain is None or plain == "":
        return "—"
    return f"{plain:,}" if isinstance(plain, int | float) else str(plain)
