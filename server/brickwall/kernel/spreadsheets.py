"""Spreadsheets in and out: .xlsx, .xls and CSV into rows of cells, rows into .xlsx.

Reading goes by the content of the file, never by its name, and refuses in plain
Chinese whatever cannot be read. Writing keeps every text a text, so that a cell
beginning with "=" is never run as a formula on somebody's desk.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import python_calamine
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from brickwall.kernel.problems import Invalid
from brickwall.kernel.text import remove_invisible

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_EXPANDED_BYTES = 512 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 104
"""Widest sheet accepted: column CZ. A dense sheet of both maxima still fits a worker."""

_PICTURES = {
    b"\x89PNG": " PNG 图片",
    b"\xff\xd8\xff": "照片（JPEG）",
    b"GIF8": " GIF 图片",
    b"BM": " BMP 图片",
    b"II*\x00": " TIFF 图片",
    b"MM\x00*": " TIFF 图片",
    b"%PDF": " PDF 文件",
    b"Rar!": " RAR 压缩包",
    b"7z\xbc\xaf": " 7z 压缩包",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FAR_CELL = re.compile(rb'<c [^>]*?r="(?:[A-Z]{3,}|[D-Z][A-Z]|[A-Z]+(?:[2-9]\d{5}|\d{7,}))\d*"[^>/]*>')
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the first line on, so that row i is line i + 1 in Excel."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged areas as (first row, first column, last row, last column), from 0."""


@dataclass(frozen=True)
class Table:
    """A table to write: title of its sheet, headings, rows, widths in characters."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    notes: Sequence[str] = field(default=())
    """Lines above the headings."""


def _refusal(reason: str, title: str) -> Invalid:
    return Invalid(title, f"spreadsheets.{reason}")


def _locked() -> Invalid:
    return _refusal(
        "file_locked",
        "文件设了打开密码，读不了。请在 Excel 里取消密码（文件 → 信息 → 保护工作簿）后再传。",
    )


def _too_large() -> Invalid:
    return _refusal(
        "sheet_too_large",
        f"表格太大：最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。请删掉右边和下边多余的内容，或分成几个文件。",
    )


def read_sheets(data: bytes) -> list[Sheet]:
    """Read every sheet of a workbook or CSV file.

    Args:
        data: the whole file, at most MAX_FILE_BYTES.

    Raises:
        Invalid: empty, locked, damaged, too large, or not a table at all; the title
            says which and what to do.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise _refusal("file_empty", "这个文件是空的。请打开看看，存好以后再传一次。")
    if len(data) > MAX_FILE_BYTES:
        raise _refusal("file_too_large", "文件超过 64 MB。请删掉表里的图片，或分成几个文件再传。")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_xlsx(data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _locked()
        return _read_calamine(data)
    for magic, what in _PICTURES.items():
        if data.startswith(magic) and not _is_plain_text(data):
            raise _refusal("file_not_table", f"这是{what}，不是表格。请传 Excel 表格或 CSV 文件。")
    return [_read_csv(data)]


def _is_plain_text(data: bytes) -> bool:
    """Tell a CSV whose first word happens to start like a picture ("BM…") from one."""
    head = data[:4096]
    return b"\x00" not in head and all(byte >= 32 or byte in b"\t\r\n" for byte in head)


# ---------------------------------------------------------------- workbooks


def _read_xlsx(data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if not any(name.startswith("xl/worksheets/") for name in names):
                raise _refusal("file_not_table", _not_a_workbook(names))
            hidden = _inspect_archive(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise _refusal("file_damaged", _DAMAGED) from error
    return _read_calamine(data, hidden)


_DAMAGED = "文件损坏，打不开。请在电脑上用 Excel 或 WPS 打开，另存为 .xlsx 后再传。"


def _not_a_workbook(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "这是 Word 文档，不是表格。请把名册复制到 Excel 里，存好再传。"
    if any(name.startswith("ppt/") for name in names):
        return "这是演示文稿，不是表格。请传 Excel 表格或 CSV 文件。"
    return "这是一个压缩包，里面没有 Excel 表格。请解压后把表格单独传上来。"


def _inspect_archive(archive: zipfile.ZipFile) -> list[frozenset[int]]:
    """Unpack every part once, in pieces, before a parser sees it.

    Sizes in a zip's directory can lie, so the bytes themselves are counted. Sheets
    are searched for cells far outside any roster: the parser would reserve the
    whole rectangle up to them.

    Returns:
        hidden columns of each sheet, in the order of the sheet's parts.
    """
    total = 0
    hidden: dict[int, frozenset[int]] = {}
    for info in archive.infolist():
        sheet = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", info.filename)
        head, tail = b"", b""
        with archive.open(info) as part:
            while piece := part.read(1 << 20):
                total += len(piece)
                if total > MAX_EXPANDED_BYTES:
                    raise _refusal("file_too_large", "文件展开后太大，不像一份名册。请只留名册那一张表再传。")
                if info.filename.startswith("xl/worksheets/"):
                    head = head or piece[:65536]
                    _refuse_far_cells(tail + piece)
                    tail = piece[-256:]
        if sheet:
            hidden[int(sheet.group(1))] = _hidden_columns(head)
    return [hidden[number] for number in sorted(hidden)]


def _refuse_far_cells(piece: bytes) -> None:
    if _FAR_CELL.search(piece):
        raise _too_large()


def _hidden_columns(head: bytes) -> frozenset[int]:
    """Return the hidden columns, from 0, named in the opening of a sheet's XML."""
    hidden: set[int] = set()
    for tag in _HIDDEN_COLUMN.findall(head.partition(b"<sheetData")[0]):
        first = re.search(rb'\bmin="(\d{1,6})"', tag)
        last = re.search(rb'\bmax="(\d{1,6})"', tag)
        if first and last and re.search(rb'\bhidden="(1|true)"', tag):
            hidden.update(range(int(first[1]) - 1, min(int(last[1]), MAX_COLUMNS)))
    return frozenset(hidden)


def _read_calamine(data: bytes, hidden: Sequence[frozenset[int]] = ()) -> list[Sheet]:
    try:
        return _load_sheets(data, hidden)
    except python_calamine.PasswordError as error:
        raise _locked() from error
    except Invalid:
        raise
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _refusal("file_damaged", _DAMAGED) from error
    except BaseException as error:
        # A panic of the Rust parser arrives as a BaseException of a private class.
        if type(error).__name__ != "PanicException":
            raise
        raise _refusal("file_damaged", _DAMAGED) from error


def _load_sheets(data: bytes, hidden: Sequence[frozenset[int]]) -> list[Sheet]:
    sheets: list[Sheet] = []
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            if sheet.total_height > MAX_ROWS + 1000 or sheet.total_width > 2 * MAX_COLUMNS + 48:
                raise _too_large()
            sheets.append(
                Sheet(
                    name=about.name,
                    rows=[list(row) for row in sheet.to_python(skip_empty_area=False)],
                    hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
                    hidden_columns=hidden[index] if index < len(hidden) else frozenset(),
                    merged=_merged(sheet.merged_cell_ranges),
                )
            )
    if not sheets:
        raise _refusal("file_empty", "这个文件里没有工作表。请确认传的是名册。")
    return sheets


def _merged(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None,
) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((a[0], a[1], b[0], b[1]) for a, b in ranges or [])


# ---------------------------------------------------------------- CSV


def _read_csv(data: bytes) -> Sheet:
    text = decode_text(data)
    sample = text[:65536]
    delimiter = max(",\t;，|", key=sample.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[Cell]] = []
    try:
        for row in reader:
            rows.append(list(row))
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise _too_large()
    except csv.Error as error:
        raise _refusal(
            "file_damaged", "CSV 文件读不通（引号没有配对或一格太长）。请用 Excel 另存为 .xlsx 再传。"
        ) from error
    return Sheet(name="", rows=rows)


def decode_text(data: bytes) -> str:
    """Decode a text file as UTF-8 (with or without BOM), UTF-16 with BOM or GB18030.

    Raises:
        Invalid: no encoding fits, or the file holds NUL bytes.
    """
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refusal("file_not_text", "看不懂这个文件的文字。请用 Excel 或 WPS 打开，另存为 .xlsx 后再传。")


# ---------------------------------------------------------------- writing


def neutralised(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    For CSV only: in .xlsx the cell's type already says text (`write_workbook`).
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def write_workbook(tables: Sequence[Table]) -> bytes:
    """Write tables as sheets of an .xlsx file.

    Args:
        tables: one sheet each; texts are stored as texts whatever they begin with.

    Returns:
        the file's bytes.
    """
    book = Workbook(write_only=True)
    used: set[str] = set()
    for table in tables:
        _write_table(book, table, _sheet_title(table.title, used))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_title(wanted: str, used: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\']", " ", remove_invisible(wanted)).strip()[:28] or "表"
    title, number = base, 2
    while title.lower() in used:
        title, number = f"{base} {number}", number + 1
    used.add(title.lower())
    return title


def _write_table(book: Workbook, table: Table, title: str) -> None:
    sheet = book.create_sheet(title)
    for index, heading in enumerate(table.headings):
        chosen = table.widths[index] if index < len(table.widths) else 0
        width = chosen or max(10, 2 * len(heading) + 4)
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.freeze_panes = f"A{len(table.notes) + 2}"
    for note in table.notes:
        sheet.append([_text_cell(sheet, note)])
    head = [_text_cell(sheet, heading) for heading in table.headings]
    for cell in head:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F3E2DB")
        cell.alignment = Alignment(vertical="center")
    sheet.append(head)
    for row in table.rows:
        sheet.append([_out_cell(sheet, value) for value in row])


def _out_cell(sheet: object, value: Cell) -> object:
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    return value


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    """Return a cell that stays text; a risky one also carries Excel's quote prefix."""
    clean = remove_invisible(text) if "\n" not in text else _clean_lines(text)
    cell = WriteOnlyCell(sheet, value=clean[:32_000])
    cell.data_type = "s"
    if clean.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _clean_lines(text: str) -> str:
    return "\n".join(remove_invisible(line) for line in text.split("\n"))
