"""Dates, moments and figures in the words a clerk would use."""

from datetime import date, datetime

from brickwall.kernel import clock

WEEKDAYS = "一二三四五六日"
NONE = "暂无"


def day(value: date) -> str:
    """Return a day without its year when it is this year's: ``11 月 21 日``."""
    text = f"{value.month} 月 {value.day} 日"
    return text if value.year == clock.today().year else f"{value.year} 年 {text}"


def weekday(value: date) -> str:
    """Return the day of the week: ``星期六``."""
    return f"星期{WEEKDAYS[value.weekday()]}"


def near_day(value: date) -> str:
    """Return a day as people say it when it is near: 昨天, 今天, 明天; otherwise :func:`day`."""
    names = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
    return names.get((value - clock.today()).days) or day(value)


def moment(value: datetime) -> str:
    """Return a moment (aware) on the clock of Asia/Shanghai: ``昨天 18:42``."""
    local = clock.local(value)
    return f"{near_day(local.date())} {local:%H:%M}"


def exact_moment(value: datetime) -> str:
    """Return a moment (aware) in full: ``2026-11-21 18:42``."""
    return f"{clock.local(value):%Y-%m-%d %H:%M}"


def deadline(value: date) -> str:
    """Return how far a deadline is: ``还有 12 天``, ``今天到期``, ``晚了 5 天``."""
    days = (value - clock.today()).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"晚了 {-days} 天"


def share(part: int, whole: int) -> str:
    """Return ``part / whole`` in per cent with one decimal, ``暂无`` without a denominator."""
    return f"{100 * part / whole:.1f}%" if whole else NONE
