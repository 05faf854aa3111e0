"""Ledgers as branches keep them: headings, deadlines, counts, doubts with their lines."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.commitments.constants import Category, CommitmentKind
from brickwall.commitments.ledger import cells
from brickwall.commitments.ledger.columns import Column, recognise
from brickwall.commitments.ledger.reading import read_ledger
from brickwall.kernel.problems import Invalid
from tests.factories.workbooks import csv_file, xls, xlsx

HEAD = ["序号", "姓名", "承诺内容", "措施", "完成时限", "受益对象", "类别", "次数"]
ROW = [1, "林秀峰", "修好村东头排水沟 120 米", "自家出机械", "2026-11-30", "村东 32 户", "水利灌溉", None]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("姓 名", Column.NAME),
        ("承诺人", Column.NAME),
        ("公开承诺事项（必填）", Column.TITLE),
        ("具体措施：", Column.MEASURES),
        ("兑现时限", Column.DUE),
        ("服务对象", Column.BENEFICIARY),
        ("承诺类别", Column.CATEGORY),
        ("频次", Column.AMOUNT),
        ("联系电话", None),
        (12, None),
    ],
)
def test_headings_by_many_names(heading: object, column: Column | None) -> None:
    assert recognise(heading) is column


@pytest.mark.parametrize(
    ("cell", "on", "standing"),
    [
        ("2026-11-30", dt.date(2026, 11, 30), False),
        (dt.datetime(2026, 11, 30), dt.date(2026, 11, 30), False),
        ("2026年11月底前", dt.date(2026, 11, 30), False),
        ("2026年2月", dt.date(2026, 2, 28), False),
        ("11月30日前完成", dt.date(2026, 11, 30), False),
        ("9月", dt.date(2026, 9, 30), False),
        ("年底", dt.date(2026, 12, 31), False),
        ("2027年底前", dt.date(2027, 12, 31), False),
        ("长期坚持", dt.date(2026, 12, 31), True),
        ("每月一次", dt.date(2026, 12, 31), True),
        ("２０２６．１１．３０", dt.date(2026, 11, 30), False),
        (2026.06, dt.date(2026, 6, 30), False),
        ("", None, False),
        ("无", None, False),
        (None, None, False),
    ],
)
def test_deadlines_however_written(cell: object, on: dt.date | None, standing: bool) -> None:
    found = cells.read_due(cell, 2026)  # type: ignore[arg-type]
    assert found.value == cells.Due(on, standing)
    assert found.findings == ()


@pytest.mark.parametrize("cell", ["尽快", "2月30日", "13月", "2026-13-01", True])
def test_a_deadline_nobody_can_read_is_doubtful(cell: object) -> None:
    found = cells.read_due(cell, 2026)  # type: ignore[arg-type]
    assert found.value == cells.Due()
    assert cell is True or "看不出是哪一天" in found.findings[0].reason


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        (12, 12, ""),
        (12.0, 12, ""),
        ("12次", 12, "次"),
        ("全年12场", 12, "场"),
        ("每月1次", 12, "次"),
        ("每月两次", 24, "次"),
        ("每季度一次", 4, "次"),
        ("每周至少1次", 52, "次"),
        ("340座", 340, "座"),
    ],
)
def test_counts_however_written(cell: object, number: int, unit: str) -> None:
    assert cells.read_amount(cell).value == cells.Amount(number, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["若干", "0", "99999999999", "12次以上的各种各样的活动"])
def test_a_count_nobody_can_read_is_doubtful(cell: str) -> None:
    found = cells.read_amount(cell)
    assert found.value is None
    assert "次数" in found.findings[0].reason


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("平安巡防", Category.SAFETY),
        ("修路", Category.ROAD),
        ("助困类", Category.CARE),
        ("玄学", Category.OTHER),
        ("", None),
    ],
)
def test_categories_by_name_or_words(cell: str, category: Category | None) -> None:
    assert cells.read_category(cell).value is category


def test_a_long_text_keeps_its_first_clause_as_title() -> None:
    whole = "修好村东头排水沟 120 米，" + "带两户一起挖，自家出机械，" * 6
    found = cells.read_words(whole)
    assert found.value is not None
    assert found.value.title == "修好村东头排水沟 120 米"
    assert found.value.detail == whole
    assert "第一句作标题" in found.findings[0].reason


def test_a_national_id_number_is_dropped() -> None:
    found = cells.read_words("帮 11010519491231002X 办证")
    assert found.value is not None
    assert "1949" not in found.value.title
    assert "身份证号" in found.findings[0].reason


@given(st.text(max_size=40) | st.floats() | st.integers() | st.none() | st.booleans() | st.dates())
def test_no_cell_breaks_a_reader(cell: object) -> None:
    for read in (
        cells.read_words,
        cells.read_amount,
        cells.read_category,
        cells.read_paragraph,
        cells.read_year,
    ):
        read(cell)  # type: ignore[arg-type]
    assert cells.read_due(cell, 2026).value is not None  # type: ignore[arg-type]


class TestFiles:
    @pytest.mark.parametrize(
        "data",
        [
            xlsx([["柳河村党支部党员承诺台账"], [], HEAD, ROW]),
            xls([HEAD, ROW]),
            csv_file([HEAD, ROW]),
            csv_file([HEAD, ROW], "gb18030"),
            csv_file([HEAD, ROW], "utf-8-sig"),
        ],
        ids=["xlsx with a title", "xls", "csv", "gb18030", "bom"],
    )
    def test_every_kind_of_file(self, data: bytes) -> None:
        ledger = read_ledger(data, 2026)
        row = ledger.rows[0]
        assert (row.name, row.text.title) == ("林秀峰", "修好村东头排水沟 120 米")
        assert row.text.due_on == dt.date(2026, 11, 30)
        assert (row.text.category, row.text.kind) == (Category.WATER, CommitmentKind.ONE_OFF)
        assert ledger.issues == []

    def test_merged_names_hold_for_the_lines_below(self) -> None:
        rows = [HEAD, ROW, [2, None, "全年义务夜巡", "", "年底", "", "平安巡防", "每月1次"]]
        ledger = read_ledger(xlsx(rows, merge=["B2:B3"]), 2026)
        assert [row.name for row in ledger.rows] == ["林秀峰", "林秀峰"]
        assert (ledger.rows[1].text.kind, ledger.rows[1].text.target_amount) == (CommitmentKind.COUNTED, 12)

    def test_totals_repeated_headings_and_notes_are_left_out(self) -> None:
        rows = [HEAD, ROW, HEAD, [], ["合计", None, "2 件"], ["填表人：张三", None, None]]
        ledger = read_ledger(xlsx(rows), 2026)
        assert len(ledger.rows) == 1
        assert ledger.issues == []

    def test_doubts_carry_sheet_and_line(self) -> None:
        bad = [2, "周大勇", "夜巡", "", "尽快", "", "", ""]
        nameless = [3, None, "没人认的事"]
        empty = [4, "王芳", None]
        ledger = read_ledger(xlsx(("承诺", [HEAD, ROW, bad, nameless, empty])), 2026)
        found = [(issue.sheet, issue.line, issue.severity.value) for issue in ledger.issues]
        assert found == [("承诺", 3, "doubtful"), ("承诺", 4, "refused"), ("承诺", 5, "refused")]
        assert "支部自己的请写“支部”" in ledger.issues[1].reason

    def test_a_text_that_breaks_a_rule_keeps_only_its_line_out(self) -> None:
        long = [2, "周大勇", "夜巡", "长" * 1200]
        ledger = read_ledger(xlsx([HEAD, ROW, long]), 2026)
        assert len(ledger.rows) == 1
        assert "最多 1000 个字" in ledger.issues[0].reason

    def test_a_sheet_without_the_two_columns_is_refused(self) -> None:
        with pytest.raises(Invalid, match="没有找到“姓名”和“承诺内容”两列"):
            read_ledger(xlsx([["姓名", "电话"], ["林秀峰", "139"]]), 2026)

    def test_too_many_lines_are_refused(self) -> None:
        rows = [["姓名", "承诺内容"], *[["林秀峰", f"第 {n} 件"] for n in range(2002)]]
        with pytest.raises(Invalid, match="最多导入 2000 件"):
            read_ledger(csv_file(rows), 2026)
