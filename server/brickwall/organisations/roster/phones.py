"""Phone numbers as rosters hold them. Findings never repeat a number."""

from __future__ import annotations

import re

from brickwall.kernel.spreadsheets import Cell
from brickwall.kernel.text import remove_invisible, to_half_width
from brickwall.organisations.roster.values import Read, as_text, doubt, has_national_id, hint

_PHONE_SPLIT = re.compile(r"[/、;,|]|\s{2,}|\n|或")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")


def read_phone(cell: Cell) -> Read[str]:
    """Read a phone number into its digits.

    Takes numbers, scientific notation, full-width digits, dashes and +86. Of two
    numbers in one cell the first usable one is taken. A number that cannot be right
    is left out, and the row taken in without it.
    """
    if isinstance(cell, int | float) and 13_000_000_000 <= cell < 20_000_000_000 and cell == int(cell):
        return Read(str(int(cell)))
    text = to_half_width(remove_invisible(as_text(cell))).strip()
    if has_national_id(text):
        return Read(None, hint("电话一栏里是身份证号，已丢掉，不保存。"))
    if not text or text in {"无", "/", "-", "—", "没有", "0", "none"}:
        return Read(None)
    if _SCIENTIFIC.fullmatch(text):
        return _scientific_phone(text)
    numbers = [digits for part in _PHONE_SPLIT.split(text) if (digits := _phone_digits(part))]
    good = [digits for digits in numbers if _phone_doubt(digits) is None]
    if good:
        return Read(good[0], hint("有两个电话，只留了第一个。") if len(set(good)) > 1 else ())
    reason = _phone_doubt(numbers[0]) if numbers else "电话里没有数字"
    return Read(None, doubt(f"{reason}，没有读进来。请核对后补上。"))


def _scientific_phone(text: str) -> Read[str]:
    digits = str(int(float(text)))
    mantissa = re.sub(r"\D", "", text.lower().partition("e")[0])
    if len(mantissa) >= len(digits) - 1 and _phone_doubt(digits) is None:
        return Read(digits)
    return Read(None, doubt("电话被 Excel 写成了科学计数，后几位已经丢了。请把这一列设成“文本”再填。"))


def _phone_digits(part: str) -> str:
    digits = re.sub(r"\D", "", part.partition("转")[0].removesuffix(".0"))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11:
            return digits.removeprefix(prefix)
    return digits


def _phone_doubt(digits: str) -> str | None:
    """Return why the digits cannot be a phone number, or None."""
    if len(digits) == 11 and re.match(r"1[3-9]", digits):
        return None
    if re.fullmatch(r"0\d{9,11}", digits):
        return None
    if re.fullmatch(r"[2-9]\d{6,7}", digits):
        return None
    if digits.startswith("1"):
        return f"手机号应是 11 位，这里是 {len(digits)} 位" if len(digits) != 11 else "手机号开头不对"
    return f"电话号码不对（{len(digits)} 位）"
