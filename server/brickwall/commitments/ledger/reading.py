"""From a file to rows: every commitment a ledger names, and everything doubtful about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from brickwall.commitments.constants import Category, CommitmentKind
from brickwall.commitments.ledger import cells
from brickwall.commitments.ledger.columns import Column, recognise
from brickwall.commitments.texts import CommitmentText, clean_text, from_json, to_json
from brickwall.kernel.problems import Invalid
from brickwall.kernel.spreadsheets import Cell, Sheet, read_sheets
from brickwall.kernel.text import clean_line, remove_spaces
from brickwall.organisations.roster.cells import read_name
from brickwall.organisations.roster.rows import Issue
from brickwall.organisations.roster.values import Finding, Read, Severity, as_text

MAX_LINES = 2000
HEADER_SEARCH_LINES = 30
_FILLED_DOWN = (Column.NAME, Column.GROUP, Column.CATEGORY, Column.DUE)
_TOTALS = ("合计", "总计", "小计", "共计", "填表", "制表", "备注", "说明", "审核", "注：", "注:")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One commitment as a ledger names it, its text cleaned and checked."""

    sheet: str
    line: int
    name: str
    group: str
    year: int
    text: CommitmentText

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values, for keeping between preview and confirmation."""
        return {
            "sheet": self.sheet,
            "line": self.line,
            "name": self.name,
            "group": self.group,
            "year": self.year,
            "text": to_json(self.text),
        }


def row_from_json(values: dict[str, Any]) -> LedgerRow:
    """Return a kept row."""
    return LedgerRow(**{**values, "text": from_json(values["text"])})


@dataclass(slots=True)
class Ledger:
    """Everything read from one file."""

    rows: list[LedgerRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    columns: set[Column] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Table:
    sheet: Sheet
    header: int
    columns: dict[Column, int]


def read_ledger(data: bytes, year: int) -> Ledger:
    """Read every commitment in a workbook or CSV file.

    Args:
        data: the whole file.
        year: for lines that name none.

    Raises:
        Invalid: not a table, no sheet with names and contents, or more than 2,000 lines.
    """
    ledger = Ledger()
    tables = [table for sheet in read_sheets(data) if not sheet.hidden and (table := _find_table(sheet))]
    if not tables:
        raise Invalid(
            "表里没有找到“姓名”和“承诺内容”两列。请下载模板对照一下表头，再传一次。", "ledger.no_table"
        )
    for table in tables:
        ledger.columns |= set(table.columns)
        for line, values in _lines(table):
            _read_line(ledger, table.sheet.name, line, values, year)
            if len(ledger.rows) > MAX_LINES:
                raise Invalid(f"一次最多导入 {MAX_LINES} 件承诺，请分成几个文件。", "ledger.too_long")
    return ledger


def _find_table(sheet: Sheet) -> _Table | None:
    best: _Table | None = None
    for index, row in enumerate(sheet.rows[:HEADER_SEARCH_LINES]):
        columns: dict[Column, int] = {}
        for place, cell in enumerate(row):
            found = recognise(cell)
            if found is not None:
                columns.setdefault(found, place)
        if {Column.NAME, Column.TITLE} <= set(columns) and (best is None or len(columns) > len(best.columns)):
            best = _Table(sheet, index, columns)
    return best


def _lines(table: _Table) -> Iterator[tuple[int, dict[Column, Cell]]]:
    """Yield line numbers (from 1) and cells; empty lines, repeated headings and totals left out."""
    fills = _merged_fills(table)
    for index in range(table.header + 1, len(table.sheet.rows)):
        row = table.sheet.rows[index]
        cells_of = {column: _cell(row, place, index, fills) for column, place in table.columns.items()}
        if recognise(cells_of[Column.TITLE]) is Column.TITLE or _is_note(row):
            continue
        if any(as_text(cells_of.get(column)).strip() for column in (Column.NAME, Column.TITLE)):
            yield index + 1, cells_of


def _cell(row: list[Cell], place: int, index: int, fills: dict[tuple[int, int], Cell]) -> Cell:
    value = row[place] if place < len(row) else None
    empty = value is None or (isinstance(value, str) and not value.strip())
    return fills.get((index, place)) if empty else value


def _merged_fills(table: _Table) -> dict[tuple[int, int], Cell]:
    """Return the value for the cells below the first one of a vertically merged area."""
    fills: dict[tuple[int, int], Cell] = {}
    places = {table.columns[column] for column in _FILLED_DOWN if column in table.columns}
    rows = table.sheet.rows
    for top, left, bottom, _ in table.sheet.merged:
        if left in places and top > table.header and top < len(rows) and left < len(rows[top]):
            for index in range(top + 1, min(bottom + 1, len(rows))):
                fills[(index, left)] = rows[top][left]
    return fills


def _is_note(row: list[Cell]) -> bool:
    first = next((text for cell in row if (text := remove_spaces(as_text(cell)))), "")
    return first.startswith(_TOTALS)


def _read_line(ledger: Ledger, sheet: str, line: int, values: dict[Column, Cell], year: int) -> None:
    findings: list[Finding] = []

    def take(read: Read[Any]) -> Any:
        findings.extend(read.findings)
        return read.value

    name = take(read_name(values.get(Column.NAME))) or ""
    words = take(cells.read_words(values.get(Column.TITLE)))
    if not words:
        findings.append(Finding(Severity.REFUSED, "没有写承诺内容，这一行没有读。"))
    elif not name and not any(each.severity is Severity.REFUSED for each in findings):
        findings.append(Finding(Severity.REFUSED, "没有写姓名，不知道是谁的承诺。支部自己的请写“支部”。"))
    elif name:
        own_year = take(cells.read_year(values.get(Column.YEAR))) or year
        text = _text(words, values, own_year, take)
        _add_row(ledger, LedgerRow(sheet, line, name, _group(values), own_year, text), findings)
    ledger.issues += [Issue(each.severity, sheet, line, name, each.reason) for each in findings]


def _group(values: dict[Column, Cell]) -> str:
    return clean_line(as_text(values.get(Column.GROUP)))[:60]


def _text(words: cells.Words, values: dict[Column, Cell], year: int, take: Any) -> CommitmentText:
    due = take(cells.read_due(values.get(Column.DUE), year))
    amount = take(cells.read_amount(values.get(Column.AMOUNT)))
    standing = CommitmentKind.STANDING if due.standing else CommitmentKind.ONE_OFF
    unit = clean_line(as_text(values.get(Column.UNIT))) or (amount.unit if amount else "")
    detail = take(cells.read_paragraph(values.get(Column.DETAIL)))
    return CommitmentText(
        title=words.title,
        detail="\n".join(part for part in (words.detail, detail) if part),
        measures=take(cells.read_paragraph(values.get(Column.MEASURES))),
        beneficiary=clean_line(take(cells.read_paragraph(values.get(Column.BENEFICIARY)))),
        category=take(cells.read_category(values.get(Column.CATEGORY))) or Category.OTHER,
        kind=CommitmentKind.COUNTED if amount else standing,
        target_amount=amount.number if amount else None,
        unit=unit or "次",
        due_on=due.on,
    )


def _add_row(ledger: Ledger, row: LedgerRow, findings: list[Finding]) -> None:
    try:
        cleaned = clean_text(row.text, row.year)
    except Invalid as problem:
        findings.append(Finding(Severity.REFUSED, problem.title))
        return
    ledger.rows.append(LedgerRow(row.sheet, row.line, row.name, row.group, row.year, cleaned))
