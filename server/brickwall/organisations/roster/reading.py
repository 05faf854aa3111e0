"""From sheets to tables: where the headings are, which column holds what, which lines are members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from brickwall.kernel.spreadsheets import Cell, Sheet
from brickwall.kernel.text import clean_line, remove_spaces, to_half_width
from brickwall.organisations.roster.columns import Column, heading_key, rank, recognise
from brickwall.organisations.roster.values import as_text

HEADER_SEARCH_LINES = 40
_TOTAL = re.compile(
    r"(合计|总计|小计|共计|总人数|人数合计|累计|本页)|(共|计|全村|全支部)?\d+(名|人|个)?(党员)?$|共\d+[名人]"
)
_NOTE = re.compile(
    r"(制表|填表|填报|审核|审批|负责人|经办|备注|说明|统计|单位|日期|联系人|支部书记签|签字|盖章)\S*?[:：(（]|"
    r"(注|附)[:：]|第\d+页|(填表|填报|制表)(人|时间|日期|说明|单位)"
)
_SECTION = re.compile(r"(?:.*(?:党?小组|支部|支部委员会)|第?[一二三四五六七八九十\d]+组)$")
_ASIDE = re.compile(r"[（(【\[].*?[)）】\]]")
_FILLED_DOWN = frozenset({Column.GROUP, Column.BRANCH, Column.POST, Column.STATUS, Column.JOINED_ON})
_DITTO = {"同上", "〃", "″", '"', "，，", "''", "”"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line that should be a member: its number in the sheet (from 1) and its cells."""

    number: int
    cells: dict[Column, Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """Which sheet columns (from 0) hold what, in order of preference."""

    columns: dict[Column, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A roster found in a sheet; blocks are tables standing side by side."""

    sheet: Sheet
    header_line: int
    first_line: int
    blocks: tuple[Block, ...]
    headings: dict[int, str] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[Column]:
        """Everything this table has a column for."""
        return frozenset(column for block in self.blocks for column in block.columns)

    def hidden_headings(self) -> list[str]:
        """Return the headings of the columns that are read although hidden in the file."""
        read = [block.columns for block in self.blocks]
        used = {i for each in read for c, many in each.items() if c is not Column.NATIONAL_ID for i in many}
        return [self.headings[i] for i in sorted(used & self.sheet.hidden_columns)]


# ---------------------------------------------------------------- headings


def find_table(sheet: Sheet) -> RosterTable | None:
    """Find the roster in a sheet below its title lines, or None when no column holds names."""
    best: tuple[int, int] | None = None
    for index, row in enumerate(sheet.rows[:HEADER_SEARCH_LINES]):
        found = {column for cell in row if (column := recognise(cell))}
        alone = len([cell for cell in row if as_text(cell).strip()]) == 1
        if Column.NAME not in found or (len(found) < 2 and not (alone and _plain_name_heading(row))):
            continue
        if best is None or len(found) > best[0]:
            best = (len(found), index)
    if best is None:
        return None
    return _table_at(sheet, best[1])


def _plain_name_heading(row: list[Cell]) -> bool:
    return any(heading_key(cell) in {"姓名", "党员姓名", "名字"} for cell in row)


def _table_at(sheet: Sheet, index: int) -> RosterTable:
    """Read the headings of line ``index``, and of a second heading line when there is one."""
    upper = sheet.rows[index]
    lower = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
    labels = {i: cell for i, cell in enumerate(upper) if isinstance(cell, str) and cell.strip()}
    two_lines = _is_second_heading(upper, lower)
    if two_lines:
        labels |= {i: cell for i, cell in enumerate(lower) if isinstance(cell, str) and recognise(cell)}
    first = index + (2 if two_lines else 1)
    found = {i: column for i, label in labels.items() if (column := recognise(label))}
    blocks = tuple(_block(part, labels) for part in _side_by_side(found, labels))
    named = {i: clean_line(str(label)) for i, label in labels.items()}
    return RosterTable(sheet, index, first, blocks, named)


def _is_second_heading(upper: list[Cell], lower: list[Cell]) -> bool:
    """Tell whether the next line only continues the headings: no name, some heading words."""
    own = [i for i, cell in enumerate(upper) if recognise(cell) is Column.NAME]
    if any(i < len(lower) and as_text(lower[i]).strip() for i in own):
        return False
    return any(recognise(cell) for cell in lower)


def _side_by_side(found: dict[int, Column], labels: dict[int, str]) -> Iterator[dict[int, Column]]:
    """Split repeated heading runs ("姓名 电话 姓名 电话") into one part each."""
    names = [i for i, column in sorted(found.items()) if column is Column.NAME]
    key = heading_key(labels[names[0]])
    names = [i for i in names if heading_key(labels[i]) == key]
    lead = names[0] - min(found)
    starts = [names[0] - lead] + [max(i - lead, names[n] + 1) for n, i in enumerate(names[1:])]
    for start, end in zip(starts, [*starts[1:], max(found) + 1], strict=True):
        yield {i: column for i, column in found.items() if start <= i < end}


def _block(part: dict[int, Column], labels: dict[int, str]) -> Block:
    columns: dict[Column, tuple[int, ...]] = {}
    for index, column in sorted(part.items(), key=lambda item: (rank(labels[item[0]]), item[0])):
        columns[column] = (*columns.get(column, ()), index)
    return Block(columns)


# ---------------------------------------------------------------- lines


def read_lines(table: RosterTable) -> Iterator[Line]:
    """Yield the lines that should be members, in the file's order.

    Left out: empty lines, repeated headings, totals, signatures and notes. A line that
    only names a group or branch ("第一党小组") holds for the lines below it. Merged
    cells and ditto marks are filled in from above.
    """
    fills = _merged_fills(table.sheet)
    for block in table.blocks:
        yield from _read_block(table, block, fills)


def _read_block(table: RosterTable, block: Block, fills: dict[tuple[int, int], Cell]) -> Iterator[Line]:
    section: dict[Column, Cell] = {}
    above: dict[Column, Cell] = {}
    names = block.columns[Column.NAME]
    plain = [
        (c, many[0])
        for c, many in block.columns.items()
        if len(many) == 1 and not (fills and c in _FILLED_DOWN)
    ]
    others = [(c, many) for c, many in block.columns.items() if c not in dict(plain)]
    width = 1 + max(i for many in block.columns.values() for i in many)
    ditto = {Column.GROUP, Column.BRANCH} & block.columns.keys()
    for index in range(table.first_line, len(table.sheet.rows)):
        row = table.sheet.rows[index]
        if found := _section(row):
            section = found
            continue
        if len(row) < width:
            row = row + [None] * (width - len(row))
        if _is_no_member(row, names, block):
            continue
        cells = {column: row[i] for column, i in plain}
        for column, many in others:
            cells[column] = _value(row, index, many, fills if column in _FILLED_DOWN else {})
        if ditto:
            _repeat_ditto(cells, above)
        for column, value in section.items():
            if not as_text(cells.get(column)).strip():
                cells[column] = value
        above = cells
        yield Line(index + 1, cells)


def _value(row: list[Cell], index: int, columns: tuple[int, ...], fills: dict[tuple[int, int], Cell]) -> Cell:
    """Return the first filled cell among several columns, merged areas filled in from above."""
    for column in columns:
        value = row[column]
        if value is None or value == "":
            value = fills.get((index, column)) if fills else None
        if value is not None and value != "" and not (isinstance(value, str) and value.isspace()):
            return value
    return None


def _repeat_ditto(cells: dict[Column, Cell], above: dict[Column, Cell]) -> None:
    for column in (Column.GROUP, Column.BRANCH):
        value = cells.get(column)
        if isinstance(value, str) and len(value) <= 4 and remove_spaces(value) in _DITTO:
            cells[column] = above.get(column)


def _merged_fills(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    """Return the value for every cell below the first one of a vertically merged area."""
    fills: dict[tuple[int, int], Cell] = {}
    for top, left, bottom, right in sheet.merged:
        if bottom <= top or top >= len(sheet.rows) or right - left > 3:
            continue
        value = sheet.rows[top][left] if left < len(sheet.rows[top]) else None
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            fills[(row, left)] = value
    return fills


def _section(row: list[Cell]) -> dict[Column, Cell]:
    """Return the group or branch that a line alone in its row names, if it does."""
    alone: Cell = None
    for cell in row:
        if cell is not None and cell != "":
            if alone is not None:
                return {}
            alone = cell
    if not isinstance(alone, str):
        return {}
    text = remove_spaces(_ASIDE.sub("", clean_line(alone)))
    if len(text) > 30 or not _SECTION.match(text):
        return {}
    return {Column.BRANCH if "支部" in text and "小组" not in text else Column.GROUP: text}


def _is_no_member(row: list[Cell], names: tuple[int, ...], block: Block) -> bool:
    """Tell whether a line is empty, a heading again, a total or a note."""
    name = as_text(next((row[i] for i in names if i < len(row) and row[i] not in (None, "")), None))
    if name and _ordinary_name(name):
        return name in ("姓名", "党员姓名", "名字") and _is_heading_again(row, block)
    bare = to_half_width(remove_spaces(clean_line(name)))
    if bare:
        return bool(_TOTAL.match(bare) or _NOTE.match(bare)) or _is_heading_again(row, block)
    filled = [text for cell in row if (text := to_half_width(remove_spaces(clean_line(as_text(cell)))))]
    if any(_TOTAL.match(text) or _NOTE.match(text) for text in filled[:3] if not text.isdigit()):
        return True
    return not _holds_member_data(row, block)


def _ordinary_name(name: str) -> bool:
    """Tell quickly that a cell is a plain two- to four-character name, as most are."""
    return 2 <= len(name) <= 4 and name.isalpha() and name[-1] not in "计" and not name.startswith("本页")


def _is_heading_again(row: list[Cell], block: Block) -> bool:
    hits = sum(
        1
        for column, many in block.columns.items()
        for i in many
        if i < len(row) and recognise(row[i]) is column
    )
    return hits >= min(2, len(block.columns))


def _holds_member_data(row: list[Cell], block: Block) -> bool:
    """Tell whether a line without a name still says something about a person."""
    telling = (Column.PHONE, Column.BORN_ON, Column.JOINED_ON, Column.SEX, Column.POST, Column.NATIONAL_ID)
    return any(
        i < len(row) and as_text(row[i]).strip() for column in telling for i in block.columns.get(column, ())
    )
