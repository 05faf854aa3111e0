"""Dates as rosters hold them: numbers, serials, Chinese numerals, real dates."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

from brickwall.kernel.spreadsheets import Cell
from brickwall.kernel.text import remove_invisible, squeeze_spaces, to_half_width
from brickwall.organisations.roster.values import Read, doubt, has_national_id

_FIRST_YEAR = 1900
_LAST_YEAR = 2100


class DateStyle(StrEnum):
    """How a column writes months as decimals: 1978.1 may be January or October."""

    PADDED = "padded"
    """Months carry a zero (1978.05), so 1978.1 is October: Excel drops the last zero."""
    BARE = "bare"
    """Nothing to go by: the number 1978.1 is doubtful, the typed text "1978.1" is January."""
    LOST = "lost"
    """A CSV file that never shows a ".10": its zeros may be gone, so "1978.1" is doubtful too."""


def date_style(cells: list[Cell], *, csv: bool = False) -> DateStyle:
    """Tell from a whole column how it writes months.

    Args:
        csv: the cells come from a CSV file, where numbers have become text.
    """
    kind: type = str if csv else float
    shown = {str(cell).strip() for cell in cells if isinstance(cell, kind)}
    if any(re.fullmatch(r"(19|20)\d\d\.0[1-9]", text) for text in shown):
        return DateStyle.PADDED
    if csv and not any(re.fullmatch(r"(19|20)\d\d\.10", text) for text in shown):
        return DateStyle.LOST
    return DateStyle.BARE


def read_date(cell: Cell, style: DateStyle = DateStyle.BARE, *, today: dt.date | None = None) -> Read[str]:
    """Read a date into ISO 8601 of the precision given: "1978", "1978-05" or "1978-05-01".

    Takes dates, 1978.5, 1978年5月1日, 197805, 19780501, 1978-05-01, Chinese numerals
    and Excel serial numbers.

    Args:
        style: how the column writes months in decimals.
        today: later dates are doubtful; None leaves that out.
    """
    found = _read_date(cell, style)
    day = found.value
    if day is not None and (int(day[:4]) < _FIRST_YEAR or (today is not None and day > today.isoformat())):
        return Read(None, doubt(f"日期是 {day}，不可能。请核对。"))
    return found


def _read_date(cell: Cell, style: DateStyle) -> Read[str]:
    if isinstance(cell, dt.datetime):
        return Read(cell.date().isoformat())
    if isinstance(cell, dt.date):
        return Read(cell.isoformat())
    if cell is None:
        return Read(None)
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return _no_date()
    if isinstance(cell, int | float):
        return _date_of_number(float(cell), style)
    return _date_of_text(cell, style)


def _no_date(shown: str = "") -> Read[str]:
    what = f"“{shown}”" if shown and not has_national_id(shown) else "这一格"
    return Read(None, doubt(f"{what}看不出是哪一天，没有读进来。请写成 1978-05-01 的样子。"))


def _date_of_number(number: float, style: DateStyle) -> Read[str]:
    if not 0 < number <= 99_999_999:
        return _no_date()
    if number.is_integer():
        return _date_of_whole(int(number))
    if not _FIRST_YEAR <= number < _LAST_YEAR:
        return Read(_from_serial(int(number))) if _is_serial(number) else _no_date()
    year, _, month = f"{number:.4f}".rstrip("0").partition(".")
    if month == "1" and style is not DateStyle.PADDED:
        return Read(None, doubt(f"“{year}.1”分不清是 1 月还是 10 月。请写成 {year}-01 或 {year}-10。"))
    if month == "1":
        month = "10"
    return _build(year, month[:2], month[2:], f"{number:g}")


def _date_of_whole(number: int) -> Read[str]:
    text = str(number)
    if len(text) == 8:
        return _build(text[:4], text[4:6], text[6:], text)
    if len(text) == 6:
        return _build(text[:4], text[4:], "", text)
    if _FIRST_YEAR <= number < _LAST_YEAR:
        return Read(text)
    return Read(_from_serial(number)) if _is_serial(number) else _no_date(text)


def _is_serial(number: float) -> bool:
    """Tell whether a number can be an Excel serial from 1910 to 2099."""
    return 3654 <= number < 73_051


def _from_serial(serial: int) -> str:
    """Return the day of an Excel serial number (1900 system, its false leap day included)."""
    return (dt.date(1899, 12, 30) + dt.timedelta(days=serial)).isoformat()


_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DATE_TEXT = re.compile(
    r"(?P<year>\d{4}|\d{2})\s*[-./年,、]\s*(?P<month>\d{1,2})\s*(?:[-./月,、]\s*(?P<day>\d{1,2})?\s*[日号]?)?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)


def _chinese_numerals(text: str) -> str:
    """Turn 一九七八年十二月 into 1978年12月."""

    def tens(match: re.Match[str]) -> str:
        return f"{match[1] or '一'}{match[2] or '〇'}"

    text = re.sub(r"([一二三]?)十([一二三四五六七八九]?)", tens, text)
    return text.translate(_DIGITS)


def _date_of_text(raw: str, style: DateStyle) -> Read[str]:
    text = squeeze_spaces(to_half_width(remove_invisible(raw))).strip("'。.,，")
    if not text or text in {"无", "/", "-", "—", "不详", "未知"}:
        return Read(None)
    text = _chinese_numerals(text)
    if re.fullmatch(r"[0-9]{4,8}(?:\.0+)?", text):
        return _date_of_whole(int(text.partition(".")[0]))
    if style is not DateStyle.BARE and re.fullmatch(r"(19|20)[0-9]{2}\.1", text):
        return _date_of_number(float(text), style)
    if year := re.fullmatch(r"([0-9]{4})年", text):
        return _date_of_whole(int(year[1]))
    found = _DATE_TEXT.fullmatch(text)
    if not found:
        return _no_date(raw[:20])
    return _build(found["year"], found["month"], found["day"] or "", raw[:20])


def _build(year: str, month: str, day: str, shown: str) -> Read[str]:
    """Return the ISO date; an empty ``day`` stays unsaid."""
    if len(year) == 2:
        return Read(None, doubt(f"“{shown}”的年份只有两位。请写四位年份。"))
    try:
        date = dt.date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return Read(None, doubt(f"“{shown}”不是一个有的日子。请核对。"))
    return Read(date if day else date[:7])
