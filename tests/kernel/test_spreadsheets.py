"""Spreadsheets in and out: recognised by content, refused in plain words, never a formula."""

import datetime as dt
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from brickwall.kernel import spreadsheets
from brickwall.kernel.problems import Invalid
from brickwall.kernel.spreadsheets import Table, read_sheets, write_workbook
from tests.factories import workbooks

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_sheets(data)
    assert caught.value.title.endswith("。")
    return caught.value


def read_or_refusal(data: bytes) -> object:
    try:
        return read_sheets(data)
    except Invalid as problem:
        return problem.title


def test_xlsx_keeps_line_numbers_types_and_merged_areas() -> None:
    data = workbooks.xlsx(
        ("名册", [[], ["标题"], ["姓名", "日期", "数"], ["张三", dt.date(1978, 5, 1), 13800000000]]),
        merge=["A2:C2"],
        hide=["B"],
    )
    (sheet,) = read_sheets(data)
    assert sheet.name == "名册"
    assert sheet.rows[3] == ["张三", dt.date(1978, 5, 1), 13800000000]
    assert sheet.merged == ((1, 0, 1, 2),)
    assert sheet.hidden_columns == {1}


def test_hidden_sheets_are_marked() -> None:
    book = Workbook()
    book.active["A1"] = "甲"
    other = book.create_sheet("字典")
    other["A1"] = "乙"
    other.sheet_state = "hidden"
    assert [sheet.hidden for sheet in read_sheets(workbooks.saved(book))] == [False, True]


def test_xls_is_read() -> None:
    (sheet,) = read_sheets(workbooks.xls([["姓名", "电话"], ["张三", 13800000000]]))
    assert sheet.rows == [["姓名", "电话"], ["张三", 13800000000]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding(encoding: str, delimiter: str) -> None:
    rows = [["姓名", "职务"], ["王䶮", "支部书记"], ["李，四", "委员"]]
    (sheet,) = read_sheets(workbooks.csv_file(rows, encoding, delimiter))
    assert sheet.rows == rows


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "file_empty", "空的"),
        (b"\r\n \r\n", "file_empty", "空的"),
        (PNG, "file_not_table", "图片"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "file_not_table", "照片"),
        (b"%PDF-1.7\n\x00", "file_not_table", "PDF"),
        (b"PK\x03\x04" + bytes(80), "file_damaged", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_damaged", "损坏"),
        (b"\xff\xfe\xfd\x80\x81", "file_not_text", "看不懂"),
        (b"a\x00b,c", "file_not_text", "看不懂"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(data: bytes, code: str, word: str) -> None:
    problem = refusal(data)
    assert problem.code == f"spreadsheets.{code}"
    assert word in problem.title


def test_word_documents_and_archives_are_told_apart() -> None:
    assert "Word" in refusal(workbooks.zip_of({"word/document.xml": b"<a/>"})).title
    assert "压缩包" in refusal(workbooks.zip_of({"a.txt": b"1"})).title


def test_cut_off_workbook_is_damaged() -> None:
    whole = workbooks.xlsx([["姓名"], ["张三"]])
    assert refusal(whole[: len(whole) // 2]).code == "spreadsheets.file_damaged"


def test_password_protected_workbook_says_how_to_unlock() -> None:
    problem = refusal(encrypted_container())
    assert problem.code == "spreadsheets.file_locked"
    assert "密码" in problem.title


def test_zip_bomb_is_refused_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_EXPANDED_BYTES", 5_000_000)
    bomb = workbooks.with_part(workbooks.xlsx([["姓名"]]), "xl/media/image1.png", bytes(6_000_000))
    assert len(bomb) < 100_000
    assert refusal(bomb).code == "spreadsheets.file_too_large"


def test_zip_that_lies_about_sizes_is_refused() -> None:
    data = workbooks.with_part(workbooks.xlsx([["姓名"]]), "xl/worksheets/sheet1.xml", b"<a/>" * 5000)
    lying = data.replace(struct.pack("<L", 20_000), struct.pack("<L", 10))
    assert lying != data
    assert refusal(lying).code == "spreadsheets.file_damaged"


@pytest.mark.parametrize("place", ["XFD9", "A1048576", "DA3", "B200000"])
def test_a_cell_far_outside_is_refused_before_parsing(place: str) -> None:
    book = Workbook()
    book.active[place] = "x"
    assert refusal(workbooks.saved(book)).code == "spreadsheets.sheet_too_large"


def test_empty_styled_cells_far_below_do_no_harm() -> None:
    book = Workbook()
    book.active["A1"] = "姓名"
    book.active["A900000"].number_format = "0.00"
    assert read_sheets(workbooks.saved(book))[0].rows == [["姓名"]]


def test_too_large_files_and_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 10)
    assert refusal("姓名\n".encode() * 11).code == "spreadsheets.sheet_too_large"
    monkeypatch.setattr(spreadsheets, "MAX_FILE_BYTES", 10)
    assert refusal(b"x" * 11).code == "spreadsheets.file_too_large"


def test_csv_with_a_quote_left_open_and_a_huge_cell_is_refused() -> None:
    assert refusal(b'"' + b"x" * 200_000).code == "spreadsheets.file_damaged"


@pytest.mark.parametrize("risky", ["=1+1", "+8613800000000", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_texts_are_written_as_texts_never_as_formulas(risky: str) -> None:
    data = write_workbook([Table("表", ["甲"], [[risky]])])
    cell = load_workbook(io.BytesIO(data)).active["A2"]
    assert (cell.value, cell.data_type) == (risky, "s")
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_csv_neutralises_what_begins_like_a_formula() -> None:
    assert spreadsheets.neutralised("=1+1") == "'=1+1"
    assert spreadsheets.neutralised("张三") == "张三"


def test_what_is_written_reads_back() -> None:
    moment = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
    tables = [
        Table(
            "党员",
            ["姓名", "人数", "日"],
            [["王䶮", 3, dt.date(2026, 1, 2)], ["\x00李\u202e四", None, moment]],
        ),
        Table("党员", ["空"], []),
        Table("a/b:c?" * 9, ["x"], [], notes=["先看这里"]),
    ]
    sheets = read_sheets(write_workbook(tables))
    assert [sheet.name for sheet in sheets][:2] == ["党员", "党员 2"]
    assert sheets[0].rows[1:] == [["王䶮", 3, dt.date(2026, 1, 2)], ["李四", "", moment.replace(tzinfo=None)]]
    assert sheets[2].rows[0] == ["先看这里"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_reading_any_bytes_gives_sheets_or_a_plain_refusal(data: bytes) -> None:
    assert read_or_refusal(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbooks_never_escape_as_crashes(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([_XLSX, _XLS])))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=12)):
        whole[place] ^= data.draw(st.integers(1, 255))
    assert read_or_refusal(bytes(whole))


_XLSX = workbooks.xlsx([["姓名", "电话"], ["张三", 13800000000]])
_XLS = workbooks.xls([["姓名", "电话"], ["张三", 13800000000]])


def encrypted_container() -> bytes:
    """Return a compound file with the two streams of a password-protected .xlsx."""
    names = ["Root Entry", "EncryptionInfo", "EncryptedPackage"]

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + struct.pack("<HBBiii", len(raw), kind, 1, -1, right, child)
        return head + bytes(36) + struct.pack("<iQ", start, size)

    stream = zlib.compress(b"x").ljust(4096, b"\x01")
    directory = (
        entry(names[0], 5, 1, -1, -2, 0)
        + entry(names[1], 2, -1, 2, 2, len(stream))
        + entry(names[2], 2, -1, -1, 10, len(stream))
        + bytes(128)
    )
    chains = [-3, -2, *range(3, 10), -2, *range(11, 18), -2]
    fat = struct.pack("<128i", *chains, *[-1] * (128 - len(chains)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x9i", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, -2, 0, -2, 0)
    header = header.ljust(76, b"\0") + struct.pack("<109i", 0, *[-1] * 108)
    return header + fat + directory + stream + stream
