"""Messy workbooks made on the spot: no binary files in the repository."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]


def xlsx(*sheets: tuple[str, Rows] | Rows, merge: Sequence[str] = (), hide: Sequence[str] = ()) -> bytes:
    """Return an .xlsx file; ``merge`` and ``hide`` act on its first sheet."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets):
        title, rows = sheet if isinstance(sheet, tuple) else (f"Sheet{number + 1}", sheet)
        page: Worksheet = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    first = book.worksheets[0]
    for area in merge:
        first.merge_cells(area)
    for letter in hide:
        first.column_dimensions[letter].hidden = True
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, merge: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Return an .xls file; ``merge`` holds (first row, last row, first column, last column)."""
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    for area in merge:
        page.merge(*area)
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value is not None:
                page.write(y, x, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_file(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a CSV file in any encoding."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a zip file of the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(workbook: bytes, name: str, data: bytes) -> bytes:
    """Return a workbook with one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zip_of({**parts, name: data})
