"""Whole rosters as clerks keep them, made on the spot."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brickwall.kernel.problems import Invalid
from brickwall.kernel.spreadsheets import Sheet
from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster import rows
from brickwall.organisations.roster.reading import find_table, read_lines
from brickwall.organisations.roster.rows import Roster, RosterRow, read_roster
from brickwall.organisations.roster.values import Severity
from tests.factories.workbooks import csv_file, xls, xlsx

TODAY = dt.date(2026, 11, 21)
HEAD = [
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "入党时间",
    "转正时间",
    "联系电话",
    "党内职务",
    "所在党小组",
    "身份证号",
]


def read(data: bytes) -> Roster:
    return read_roster(data, today=TODAY)


def names(roster: Roster) -> list[str]:
    return [row.name for row in roster.rows]


def reasons(roster: Roster) -> str:
    return "\n".join(issue.reason for issue in roster.issues)


def test_a_full_line_is_read_and_the_national_id_dropped() -> None:
    line = [
        1,
        "张 三",
        "男",
        1950.5,
        "1978年7月1日",
        19790701,
        1.3812345678e10,
        "支部书记",
        "一组",
        "411123195005011234",
    ]
    roster = read(xlsx(("名册", [HEAD, line])))
    assert roster.rows == [
        RosterRow(
            sheet="名册",
            line=2,
            name="张三",
            sex=Sex.MALE,
            born_on="1950-05",
            joined_on="1978-07-01",
            regular_on="1979-07-01",
            phone="13812345678",
            post="支部书记",
            group="一组",
        )
    ]
    assert "身份证号" in reasons(roster)
    assert "411123195005011234" not in repr(roster)


@pytest.mark.parametrize("titles", [0, 1, 3])
def test_headings_are_found_below_title_lines_and_merged_cells(titles: int) -> None:
    above: list[list[Any]] = [["柳河村党支部党员名册"], ["填表日期：2026年1月", None, "共 2 人"], []][:titles]
    data = xlsx([*above, HEAD, [1, "张三"], [2, "李四"]], merge=["A1:J1"] if titles else [])
    roster = read(data)
    assert names(roster) == ["张三", "李四"]
    assert [row.line for row in roster.rows] == [titles + 2, titles + 3]


def test_headings_on_two_lines_are_joined() -> None:
    data = xlsx(
        [
            ["序号", "姓名", "联系方式", None, "党内情况", None],
            [None, None, "手机", "固定电话", "入党时间", "党内职务"],
            [1, "张三", 13812345678, None, "1978-07", "委员"],
        ],
        merge=["A1:A2", "B1:B2", "C1:D1", "E1:F1"],
    )
    (row,) = read(data).rows
    assert (row.phone, row.joined_on, row.post, row.line) == ("13812345678", "1978-07", "委员", 3)


def test_repeated_headings_totals_and_notes_are_left_out() -> None:
    data = xlsx(
        [
            HEAD,
            [1, "张三"],
            ["序号", "姓 名", "性别", "出生年月"],
            [2, "李四"],
            ["小计", 2],
            [None, "共2人"],
            [None, "合计：", None, None, None, None, 2],
            ["总计 2 人"],
            [None, "填表人：王五", None, "审核人：赵六"],
            [None, None, None, None, None, None, "制表日期：2026年1月"],
            ["备注：外出党员未统计"],
            ["第1页"],
            [3, None],
            [],
        ]
    )
    roster = read(data)
    assert names(roster) == ["张三", "李四"]
    assert "没有姓名" not in reasons(roster)


def test_a_line_without_a_name_but_with_a_phone_is_refused_and_told() -> None:
    roster = read(xlsx([HEAD, [1, "张三"], [2, None, "男", None, None, None, 13812345678]]))
    (issue,) = [issue for issue in roster.issues if issue.severity is Severity.REFUSED]
    assert (issue.line, issue.sheet) == (3, "Sheet1")
    assert "没有姓名" in issue.reason


def test_vertically_merged_groups_and_ditto_marks_hold_for_the_lines_below() -> None:
    lines = [
        ["姓名", "组别"],
        ["张三", "一组"],
        ["李四", None],
        ["王五", None],
        ["赵六", "二组"],
        ["钱七", "同上"],
    ]
    expected = ["一组", "一组", "一组", "二组", "二组"]
    assert [row.group for row in read(xlsx(lines, merge=["B2:B4"])).rows] == expected
    assert [row.group for row in read(xls(lines, merge=[(1, 3, 1, 1)])).rows] == expected


def test_a_line_that_only_names_a_group_holds_for_the_lines_below() -> None:
    data = xlsx([["姓名", "性别"], ["第一党小组（2人）"], ["张三", "男"], ["第二党小组"], ["李四", "女"]])
    assert [(row.name, row.group) for row in read(data).rows] == [
        ("张三", "第一党小组"),
        ("李四", "第二党小组"),
    ]


def test_tables_standing_side_by_side_are_both_read() -> None:
    head = ["序号", "姓名", "电话"] * 2
    data = xlsx([head, [1, "张三", 13812345678, 3, "王五", 13812345670], [2, "李四", None, None, None, None]])
    assert sorted((row.name, row.phone) for row in read(data).rows) == [
        ("张三", "13812345678"),
        ("李四", None),
        ("王五", "13812345670"),
    ]


def test_hidden_columns_are_read_and_told() -> None:
    rows = [["姓名", "手机", "身份证号"], ["张三", 13812345678, None]]
    roster = read(xlsx(rows, hide=["B", "C"]))
    assert roster.rows[0].phone == "13812345678"
    assert "“手机”这一列在表里是隐藏的" in reasons(roster)
    assert "“身份证号”这一列" not in reasons(roster)


def test_every_visible_sheet_with_names_is_read_and_others_are_told() -> None:
    data = xlsx(
        ("一支部", [["姓名"], ["张三"]]),
        ("二支部", [["名字"], ["李四"]]),
        ("说明", [["填表要求"]]),
        ("空", []),
    )
    roster = read(data)
    assert [(row.sheet, row.name) for row in roster.rows] == [("一支部", "张三"), ("二支部", "李四")]
    assert [issue.sheet for issue in roster.issues] == ["说明"]


def test_of_two_columns_for_one_thing_the_better_heading_comes_first() -> None:
    data = xlsx(
        [
            ["姓名", "职务", "党内职务", "固定电话", "手机"],
            ["张三", "村主任", "书记", None, 13812345678],
            ["李四", "会计"],
        ]
    )
    assert [row.post for row in read(data).rows] == ["书记", "会计"]
    assert read(data).rows[0].phone == "13812345678"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_rosters_keep_rare_names(encoding: str) -> None:
    people = ["王䶮", "李㛃", "赵𬎆", "𠅤山", "𬍛水", "𰻝面"]
    roster = read(csv_file([["姓名", "电话"], *[[name, "13812345678"] for name in people]], encoding))
    assert names(roster) == people


def test_gb18030_bytes_of_private_characters_are_repaired() -> None:
    data = "姓名,性别\r\n王".encode("gb18030") + bytes.fromhex("fe59") + ",男\r\n".encode("gb18030")
    assert names(read(data)) == ["王龴"]


def test_status_exemption_branch_and_position_columns() -> None:
    data = xlsx(
        [["所在支部", "姓名", "状态", "免诺原因", "砖号"], ["柳河村党支部", "张三", "去世", "年老体弱", 7]]
    )
    (row,) = read(data).rows
    assert (row.branch, row.status, row.exemption, row.position) == (
        "柳河村党支部",
        MemberStatus.DECEASED,
        "年老体弱",
        7,
    )


def test_dates_of_one_row_that_cannot_both_be_true_are_doubtful() -> None:
    roster = read(xlsx([HEAD, [1, "张三", "男", 1970.5, "1975-01", "1974-01"]]))
    assert "相隔太近" in reasons(roster)
    assert "早于入党" in reasons(roster)
    assert {issue.who for issue in roster.issues if issue.line == 2} == {"张三"}


def test_a_padded_column_of_decimals_reads_1978_1_as_october() -> None:
    roster = read(xlsx([["姓名", "入党时间"], ["张三", 1978.1], ["李四", 1980.05]]))
    assert [row.joined_on for row in roster.rows] == ["1978-10", "1980-05"]


@pytest.mark.parametrize(
    ("others", "date"),
    [(["1980.5"], None), (["1980.05"], "1978-10"), (["1980.10"], "1978-01")],
)
def test_a_csv_file_may_have_lost_the_zero_of_october(others: list[str], date: str | None) -> None:
    roster = read(
        csv_file([["姓名", "入党时间"], ["张三", "1978.1"], *[["李四", other] for other in others]])
    )
    assert roster.rows[0].joined_on == date
    assert ("分不清" in reasons(roster)) is (date is None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx([["甲", "乙"], [1, 2]]), "roster.no_names"),
        (xlsx([]), "roster.no_names"),
        (xlsx([HEAD]), "roster.no_rows"),
        (b"", "spreadsheets.file_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "spreadsheets.file_not_table"),
    ],
)
def test_files_without_members_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(data)
    assert caught.value.code == code


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_MEMBERS", 3)
    with pytest.raises(Invalid) as caught:
        read(xlsx([["姓名"], *[[name] for name in ("张三", "李四", "王五", "赵六")]]))
    assert caught.value.code == "roster.too_many"


CELL = st.one_of(
    st.none(),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "姓名",
            "姓 名",
            "手机",
            "组别",
            "所在党小组",
            "合计",
            "张三",
            "第一党小组",
            "同上",
            "职务",
            "入党时间",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELL, max_size=7), max_size=12),
    st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=3),
)
def test_no_sheet_makes_the_reader_raise(
    cells: list[list[Any]], merged: list[tuple[int, int, int, int]]
) -> None:
    sheet = Sheet("x", cells, merged=tuple(merged), hidden_columns=frozenset({0, 3}))
    table = find_table(sheet)
    lines = list(read_lines(table)) if table else []
    reader = rows._RowReader(table, TODAY) if table else None
    for line in lines:
        assert reader is not None
        row, found = reader.read(line)
        assert row is not None or found
        assert row is None or row.name.strip()
