"""Deadlines, counts and categories as ledgers hold them; never raises, says what it cannot read."""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from brickwall.commitments.constants import LABELS, Category
from brickwall.commitments.texts import MAX_AMOUNT, TITLE_LENGTH, UNIT_LENGTH
from brickwall.kernel.spreadsheets import Cell
from brickwall.kernel.text import (
    clean_line,
    clean_paragraphs,
    has_invisible,
    remove_spaces,
    to_half_width,
)
from brickwall.organisations.roster.dates import read_date
from brickwall.organisations.roster.values import Read, as_text, doubt, hint, without_national_id

_NOTHING = {"", "无", "/", "-", "—", "不详"}
_ALL_YEAR = re.compile(r"长期|全年|常年|持续|坚持|一直|经常|每天|每日|每月|每周|每季")
_YEAR_END = re.compile(r"(?:(\d{4})年?)?(?:年底|年末|年内|本年底|今年底|年终)")
_MONTH_ONLY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:份)?")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_TAILS = re.compile(r"(?:之前|以前|前|底|末|完成|止|到期|内)+$")
_HEADS = re.compile(r"^(?:本年|今年|截至|截止|至|到|于)+")


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline; ``standing`` when the ledger says it is kept up all year."""

    on: dt.date | None = None
    standing: bool = False


def read_due(cell: Cell, year: int) -> Read[Due]:
    """Read a deadline: a date, ``2026年11月底前``, ``年底``, ``长期``.

    A month means its last day, a year its 31 December.
    """
    if isinstance(cell, str):
        text = remove_spaces(to_half_width(clean_line(cell)))
        if text in _NOTHING:
            return Read(Due())
        if found := _due_of_text(text, year):
            return Read(found)
        cell = _HEADS.sub("", _TAILS.sub("", text))
    found_date = read_date(cell)
    if found_date.value is None:
        asked = "完成时限看不出是哪一天，没有读进来。请写成 2026-11-30 的样子。"
        return Read(Due(), doubt(asked) if found_date.findings else ())
    return Read(Due(_last_day(found_date.value)))


def _due_of_text(text: str, year: int) -> Due | None:
    if _ALL_YEAR.search(text):
        return Due(dt.date(year, 12, 31), standing=True)
    bare = _HEADS.sub("", text)
    if found := _YEAR_END.match(bare):
        return Due(dt.date(int(found[1] or year), 12, 31))
    bare = _TAILS.sub("", bare)
    if found := _MONTH_ONLY.fullmatch(bare):
        return _month_end(int(found[1] or year), int(found[2]))
    if found := _MONTH_DAY.fullmatch(bare):
        try:
            return Due(dt.date(year, int(found[1]), int(found[2])))
        except ValueError:
            return None
    return None


def _month_end(year: int, month: int) -> Due | None:
    if not (1 <= month <= 12 and 1900 <= year <= 2100):
        return None
    return Due(dt.date(year, month, monthrange(year, month)[1]))


def _last_day(iso: str) -> dt.date:
    """Return the last day that an ISO date of any precision can mean."""
    if len(iso) == 4:
        return dt.date(int(iso), 12, 31)
    if len(iso) == 7:
        year, month = int(iso[:4]), int(iso[5:])
        return dt.date(year, month, monthrange(year, month)[1])
    return dt.date.fromisoformat(iso)


@dataclass(frozen=True, slots=True)
class Amount:
    """How often in a year, and of what."""

    number: int
    unit: str


_PER = {"天": 365, "日": 365, "周": 52, "星期": 52, "月": 12, "季": 4, "季度": 4, "半年": 2, "年": 1}
_CHINESE_DIGITS = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_RATE = re.compile(
    r"每(?:个)?(天|日|周|星期|月|季度|季|半年|年)(?:至少|不少于)?(\d+|[一两二三四五六七八九十])(\D{0,8})"
)
_COUNT = re.compile(r"(?:全年|一年|共|至少|不少于)*(\d+)(\D{0,8})")


def read_amount(cell: Cell) -> Read[Amount]:
    """Read a count: ``12``, ``12次``, ``每月1次`` (12 a year)."""
    text = remove_spaces(to_half_width(clean_line(as_text(cell))))
    if text in _NOTHING:
        return Read(None)
    if found := _RATE.fullmatch(text):
        times = _CHINESE_DIGITS[found[2]] if found[2] in _CHINESE_DIGITS else int(found[2])
        return _amount(times * _PER[found[1]], found[3])
    if found := _COUNT.fullmatch(text):
        return _amount(int(found[1]), found[2])
    return Read(None, doubt("次数看不懂，按一件事算。请写成 12 或“每月 1 次”的样子。"))


def _amount(number: int, unit: str) -> Read[Amount]:
    unit = unit.strip("。，,.（）()以上")
    if not 1 <= number <= MAX_AMOUNT or len(unit) > UNIT_LENGTH:
        return Read(None, doubt("次数不对，按一件事算。请写成 12 或“每月 1 次”的样子。"))
    return Read(Amount(number, unit))


_CATEGORY_WORDS: tuple[tuple[str, Category], ...] = (
    ("水|灌溉|井|渠", Category.WATER),
    ("路|灯|照明|交通", Category.ROAD),
    ("环境|卫生|垃圾|厕|绿化|树|人居", Category.ENVIRONMENT),
    ("平安|巡|治安|安全|调解|防", Category.SAFETY),
    ("老|助|困|帮扶|关爱|慰问|残", Category.CARE),
    ("增收|致富|产业|就业|种植|养殖|经济", Category.INCOME),
    ("教育|宣讲|学习|学校|培训|学生", Category.EDUCATION),
    ("文化|文体|体育|文艺|广场舞", Category.CULTURE),
    ("服务|代办|办事|便民", Category.SERVICE),
    ("其他|其它|综合", Category.OTHER),
)
_BY_LABEL = {LABELS[category]: category for category in Category}


def read_category(cell: Cell) -> Read[Category]:
    """Read a category by its own name or by the words in it."""
    text = remove_spaces(clean_line(as_text(cell)))
    if text in _NOTHING:
        return Read(None)
    if text in _BY_LABEL:
        return Read(_BY_LABEL[text])
    for words, category in _CATEGORY_WORDS:
        if re.search(words, text):
            return Read(category)
    return Read(Category.OTHER, hint(f"类别“{text[:10]}”不认识，按“其他”算。"))


@dataclass(frozen=True, slots=True)
class Words:
    """A title, and the whole text where it is longer than a title may be."""

    title: str
    detail: str = ""


_CLAUSE = re.compile(r"[，。；：、,.;:\n]")


def read_words(cell: Cell) -> Read[Words]:
    """Read what is promised; of a long text the first clause is the title, the whole the detail."""
    raw = as_text(cell)
    text, findings = without_national_id(raw)
    whole = clean_paragraphs(text)
    if not whole:
        return Read(None, findings)
    if has_invisible(text.replace("\n", "").replace("\r", "").replace("\t", "")):
        findings += hint("内容里有看不见的控制字符，已去掉。")
    line = clean_line(text)
    if len(line) <= TITLE_LENGTH:
        return Read(Words(line), findings)
    first = next((part for part in _CLAUSE.split(line) if len(part.strip()) >= 4), line).strip()
    title = first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"
    findings += hint("内容较长：第一句作标题，全文放在详细说明里。")
    return Read(Words(title, whole), findings)


def read_paragraph(cell: Cell) -> Read[str]:
    """Read free text such as measures."""
    text, findings = without_national_id(as_text(cell))
    cleaned = clean_paragraphs(text)
    return Read("" if cleaned in _NOTHING else cleaned, findings)


def read_year(cell: Cell) -> Read[int]:
    """Read the year a commitment counts for: ``2026``, ``2026年``."""
    text = remove_spaces(to_half_width(clean_line(as_text(cell)))).removesuffix("度").removesuffix("年")
    if text in _NOTHING:
        return Read(None)
    if re.fullmatch(r"20\d\d", text, re.ASCII):
        return Read(int(text))
    return Read(None, doubt("年度看不懂，按选的年度算。请写成 2026 的样子。"))
