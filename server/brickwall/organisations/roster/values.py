"""What reading a cell gives: a value, findings about it, and no national id number."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from brickwall.kernel.spreadsheets import Cell
from brickwall.kernel.text import to_half_width

T = TypeVar("T")


class Severity(StrEnum):
    """How much a finding matters to the row it is about."""

    REFUSED = "refused"
    """The row is not taken in."""
    DOUBTFUL = "doubtful"
    """Somebody has to look; the value or the row is left as it was."""
    HINT = "hint"
    """Taken in after a repair that the clerk may want to know."""

    @property
    def label(self) -> str:
        """The word shown in the list of problems."""
        return {"refused": "拒收", "doubtful": "存疑", "hint": "提示"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a value."""

    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value read from a cell, None when there is none or it cannot be used."""

    value: T | None
    findings: tuple[Finding, ...] = ()


def doubt(reason: str) -> tuple[Finding, ...]:
    """Return one finding that somebody has to look at."""
    return (Finding(Severity.DOUBTFUL, reason),)


def hint(reason: str) -> tuple[Finding, ...]:
    """Return one finding that tells of a repair."""
    return (Finding(Severity.HINT, reason),)


def as_text(cell: Cell) -> str:
    """Return a cell as text; whole numbers without the ".0" that Excel hands out."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


_NATIONAL_ID = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0\d|1[0-2])[0-3]\d\d{3}[\dXx](?![\dA-Za-z])")


def has_national_id(text: str) -> bool:
    """Tell whether the text holds what looks like an 18-digit national id number."""
    return _NATIONAL_ID.search(to_half_width(text)) is not None


def without_national_id(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Return a text without national id numbers, and a finding when there was one."""
    if not has_national_id(text):
        return text, ()
    rest = _NATIONAL_ID.sub("", to_half_width(text))
    return rest, hint("这一格里有身份证号，已丢掉，不保存。")
