"""From a file to rows: every member a roster names, and everything doubtful about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from brickwall.kernel.problems import Invalid
from brickwall.kernel.spreadsheets import Cell, Sheet, read_sheets
from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster.cells import (
    read_exemption,
    read_name,
    read_position,
    read_sex,
    read_status,
    read_text,
)
from brickwall.organisations.roster.columns import Column
from brickwall.organisations.roster.dates import DateStyle, date_style, read_date
from brickwall.organisations.roster.phones import read_phone
from brickwall.organisations.roster.reading import Line, RosterTable, find_table, read_lines
from brickwall.organisations.roster.values import Finding, Read, Severity

T = TypeVar("T")
MAX_MEMBERS = 160_000
MIN_AGE_AT_JOINING = 15


@dataclass(slots=True)
class RosterRow:
    """One member as a roster names him. None says that the roster does not tell."""

    sheet: str
    line: int
    name: str
    sex: Sex | None = None
    born_on: str | None = None
    joined_on: str | None = None
    regular_on: str | None = None
    phone: str | None = None
    post: str | None = None
    group: str | None = None
    branch: str | None = None
    status: MemberStatus | None = None
    exemption: str | None = None
    position: int | None = None
    phone_index: str | None = None
    phone_key_id: str | None = None
    phone_sealed: bytes | None = None
    """Set by whoever seals the phone, which then leaves ``phone``."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A finding with its place: sheet and line as Excel shows them, and who it is about."""

    severity: Severity
    sheet: str
    line: int | None
    who: str
    reason: str


@dataclass(slots=True)
class Roster:
    """What a file holds: rows in the file's order, issues, and notes about whole sheets."""

    rows: list[RosterRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    columns: set[Column] = field(default_factory=set)

    def note(
        self, severity: Severity, sheet: str, reason: str, line: int | None = None, who: str = ""
    ) -> None:
        """Add an issue."""
        self.issues.append(Issue(severity, sheet, line, who, reason))


def read_roster(data: bytes, *, today: dt.date) -> Roster:
    """Read a roster file into rows and issues.

    Args:
        data: an .xlsx, .xls or CSV file.
        today: the day in China; later dates are doubtful.

    Raises:
        Invalid: the file cannot be read, or no sheet has a column of names, or it
            names more than 160,000 members.
    """
    sheets = read_sheets(data)
    roster = Roster()
    found = False
    for sheet in sheets:
        found = _read_sheet(roster, sheet, today) or found
    if not found:
        raise Invalid(
            "没有找到“姓名”这一列。请看看表头是不是写了“姓名”，或下载模板照着填。", "roster.no_names"
        )
    if not roster.rows and all(issue.severity is Severity.HINT for issue in roster.issues):
        raise Invalid("表头下面一个人也没有。请把党员填在“姓名”下面再传。", "roster.no_rows")
    return roster


def _read_sheet(roster: Roster, sheet: Sheet, today: dt.date) -> bool:
    """Add one sheet's rows; tell whether it is a roster."""
    if not any(cell not in (None, "") for row in sheet.rows for cell in row):
        return False
    if sheet.hidden:
        roster.note(Severity.HINT, sheet.name, "这张表是隐藏的，没有读。")
        return False
    table = find_table(sheet)
    if table is None:
        roster.note(Severity.HINT, sheet.name, "这张表没有“姓名”一列，没有读。")
        return False
    _note_columns(roster, table)
    reader = _RowReader(table, today)
    for line in read_lines(table):
        _read_line(roster, reader, line)
        if len(roster.rows) > MAX_MEMBERS:
            raise Invalid(f"名册超过 {MAX_MEMBERS} 人。请分成几个文件再传。", "roster.too_many")
    return True


def _note_columns(roster: Roster, table: RosterTable) -> None:
    roster.columns |= table.columns - {Column.NATIONAL_ID}
    if Column.NATIONAL_ID in table.columns:
        roster.note(
            Severity.HINT,
            table.sheet.name,
            "有“身份证号”一列，已丢掉，不读也不保存。",
            table.header_line + 1,
        )
    for heading in table.hidden_headings():
        roster.note(
            Severity.HINT,
            table.sheet.name,
            f"“{heading}”这一列在表里是隐藏的，也读进来了。",
            table.header_line + 1,
        )


def _read_line(roster: Roster, reader: _RowReader, line: Line) -> None:
    row, findings = reader.read(line)
    who = row.name if row else ""
    for finding in findings:
        roster.note(finding.severity, reader.sheet, finding.reason, line.number, who)
    if row:
        roster.rows.append(row)


ATTRIBUTES: dict[Column, str] = {
    Column.SEX: "sex",
    Column.BORN_ON: "born_on",
    Column.JOINED_ON: "joined_on",
    Column.CONFIRMED_ON: "regular_on",
    Column.PHONE: "phone",
    Column.POST: "post",
    Column.GROUP: "group",
    Column.BRANCH: "branch",
    Column.STATUS: "status",
    Column.EXEMPTION: "exemption",
    Column.POSITION: "position",
}
"""Which attribute of a row a column fills; the name is read apart."""

Reader = Callable[[Cell], Read[Any]]
_PLAIN_READERS: dict[Column, Reader] = {Column.PHONE: read_phone, Column.POSITION: read_position}
_WORD_READERS: dict[Column, Reader] = {
    Column.GROUP: lambda cell: read_text(cell, "党小组"),
    Column.BRANCH: lambda cell: read_text(cell, "党支部"),
    Column.POST: lambda cell: read_text(cell, "职务"),
    Column.SEX: read_sex,
    Column.STATUS: read_status,
    Column.EXEMPTION: read_exemption,
}


def _date_reader(table: RosterTable, column: Column, today: dt.date) -> Reader:
    indexes = [i for block in table.blocks for i in block.columns.get(column, ())]
    cells = [row[i] for row in table.sheet.rows[table.first_line :] for i in indexes if i < len(row)]
    style: DateStyle = date_style(cells, csv=not table.sheet.name)
    return lambda cell: read_date(cell, style, today=today)


class _RowReader:
    """Reads the lines of one table; repeated words are read once."""

    def __init__(self, table: RosterTable, today: dt.date) -> None:
        self.sheet = table.sheet.name
        self._readers: list[tuple[Column, str, Reader]] = [
            (column, attribute, self._reader(table, column, today))
            for column, attribute in ATTRIBUTES.items()
            if column in table.columns or column in (Column.GROUP, Column.BRANCH)
        ]

    @staticmethod
    def _reader(table: RosterTable, column: Column, today: dt.date) -> Reader:
        if column in (Column.BORN_ON, Column.JOINED_ON, Column.CONFIRMED_ON):
            return _cached(_date_reader(table, column, today))
        if column in _PLAIN_READERS:
            return _PLAIN_READERS[column]
        return _cached(_WORD_READERS[column])

    def read(self, line: Line) -> tuple[RosterRow | None, list[Finding]]:
        """Return the line's row, or None when it is refused, with what is to be said."""
        cells = line.cells
        found: list[Finding] = []
        name = _take(read_name(cells.get(Column.NAME)), found)
        if name is None:
            if not any(finding.severity is Severity.REFUSED for finding in found):
                found.append(Finding(Severity.REFUSED, "这一行没有姓名。请补上姓名，或删掉这一行。"))
            return None, found
        row = RosterRow(self.sheet, line.number, name)
        for column, attribute, reader in self._readers:
            cell = cells.get(column)
            if cell is not None:
                value = reader(cell)
                if value.findings:
                    found.extend(value.findings)
                setattr(row, attribute, value.value)
        found.extend(_date_doubts(row))
        return row, found


def _cached(read: Callable[[Cell], Read[T]]) -> Callable[[Cell], Read[T]]:
    """Remember what a cell was read as; type and value both count, for 1 is not "1" or True."""
    known: dict[tuple[type, Cell], Read[T]] = {}

    def reader(cell: Cell) -> Read[T]:
        key = (type(cell), cell)
        if key not in known:
            known[key] = read(cell)
        return known[key]

    return reader


def _take(read: Read[T], found: list[Finding]) -> T | None:
    if read.findings:
        found.extend(read.findings)
    return read.value


def _date_doubts(row: RosterRow) -> Iterator[Finding]:
    """Say what cannot be true between the dates of one row; the values are kept."""
    if row.born_on and row.joined_on and int(row.joined_on[:4]) - int(row.born_on[:4]) < MIN_AGE_AT_JOINING:
        yield Finding(Severity.DOUBTFUL, f"出生 {row.born_on}、入党 {row.joined_on}，相隔太近。请核对。")
    if (
        row.joined_on
        and row.regular_on
        and row.regular_on[: len(row.joined_on)] < row.joined_on[: len(row.regular_on)]
    ):
        yield Finding(Severity.DOUBTFUL, f"转正 {row.regular_on} 早于入党 {row.joined_on}。请核对。")
