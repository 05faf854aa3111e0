"""Single cells of a roster: what is read, what is repaired, what is said."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster import cells
from brickwall.organisations.roster.columns import Column, recognise
from brickwall.organisations.roster.dates import DateStyle, date_style, read_date
from brickwall.organisations.roster.phones import read_phone
from brickwall.organisations.roster.values import Severity

NATIONAL_ID = "411123197805011234"
ANY_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=80),
    st.text("0123456789.年月日-/+ eE一二三十转、:", max_size=24),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("姓名", Column.NAME),
        ("姓  名", Column.NAME),
        ("姓\n名（必填）", Column.NAME),
        ("党员姓名：", Column.NAME),
        ("名字", Column.NAME),
        ("性 别", Column.SEX),
        ("出生年月", Column.BORN_ON),
        ("出生日期(年月日)", Column.BORN_ON),
        ("入党时间", Column.JOINED_ON),
        ("加入党组织日期", Column.JOINED_ON),
        ("转正时间", Column.CONFIRMED_ON),
        ("联系电话", Column.PHONE),
        ("＊手机号码", Column.PHONE),
        ("电话", Column.PHONE),
        ("职务", Column.POST),
        ("党内职务", Column.POST),
        ("所在党小组", Column.GROUP),
        ("组别", Column.GROUP),
        ("所属党支部名称", Column.BRANCH),
        ("身份证号", Column.NATIONAL_ID),
        ("公民身份号码", Column.NATIONAL_ID),
        ("本人身份证号码（18位）", Column.NATIONAL_ID),
        ("入党介绍人姓名", None),
        ("配偶姓名", None),
        ("家属联系电话", None),
        ("序号", None),
        ("某某村党员基本情况登记表", None),
        ("", None),
        (None, None),
        (3.5, None),
    ],
)
def test_headings_are_recognised_by_many_names(heading: Any, column: Column | None) -> None:
    assert recognise(heading) is column


@pytest.mark.parametrize(
    ("cell", "name", "words"),
    [
        ("张三", "张三", ""),
        ("张　三", "张三", ""),
        (" 诸 葛 亮 ", "诸葛亮", ""),
        ("欧 阳 修 文", "欧阳修文", ""),
        ("阿旺 次仁", "阿旺 次仁", ""),
        ("买买提·吐尔逊江·阿卜杜热西提", "买买提·吐尔逊江·阿卜杜热西提", ""),
        ("王䶮", "王䶮", ""),
        ("𬎆𠅤𬍛", "𬎆𠅤𬍛", ""),
        ("王\ue863", "王䶮", "造字码"),
        ("王\ue000", "王\ue000", "造字"),
        ("张\u202e三", "张三", "控制字符"),
        ("张\x00三", "张三", "控制字符"),
        (f"张三 {NATIONAL_ID}", "张三", "身份证"),
        ("\uf900山", "\uf900山", ""),
        ("Élodie Martin", "Élodie Martin", ""),
    ],
)
def test_names_stay_as_given_but_for_repairs(cell: Any, name: str, words: str) -> None:
    read = cells.read_name(cell)
    assert read.value == name
    assert words in "".join(finding.reason for finding in read.findings)
    assert bool(words) == bool(read.findings)


@pytest.mark.parametrize("cell", ["字" * 61, "12", 13800000000, "***", "张三2", "……"])
def test_what_cannot_be_a_name_is_refused_with_a_reason(cell: Any) -> None:
    read = cells.read_name(cell)
    assert read.value is None
    assert read.findings[-1].severity is Severity.REFUSED


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b", NATIONAL_ID])
def test_a_cell_without_a_name_gives_none(cell: Any) -> None:
    assert cells.read_name(cell).value is None


@pytest.mark.parametrize(
    "cell",
    [
        13812345678,
        13812345678.0,
        "13812345678",
        " 138-1234-5678 ",
        "138 1234 5678",
        "+86 138 1234 5678",
        "008613812345678",
        "8613812345678",
        "１３８１２３４５６７８",
        "1.3812345678E+10",
        "1.3812345678e10",
        "13812345678.0",
        "\u202d13812345678\u202c",
        "手机：13812345678",
        "'13812345678",
    ],
)
def test_phones_are_read_however_written(cell: Any) -> None:
    read = read_phone(cell)
    assert (read.value, read.findings) == ("13812345678", ())


def test_two_phones_in_one_cell_keep_the_first_and_say_so() -> None:
    read = read_phone("13812345678/13912345678")
    assert read.value == "13812345678"
    assert "两个电话" in read.findings[0].reason


@pytest.mark.parametrize("cell", ["0395-1234567", "0395 12345678"])
def test_landlines_are_taken(cell: str) -> None:
    assert read_phone(cell).value == cell.replace("-", "").replace(" ", "")


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("1.38E+10", "科学计数"),
        ("1381234567", "10 位"),
        ("138123456789", "12 位"),
        ("12812345678", "开头"),
        ("见备注", "没有数字"),
        (NATIONAL_ID, "身份证"),
        (float("nan"), "没有数字"),
        (float("inf"), "没有数字"),
    ],
)
def test_wrong_phones_are_left_out_with_a_reason_that_repeats_no_number(cell: Any, word: str) -> None:
    read = read_phone(cell)
    assert read.value is None
    assert word in read.findings[0].reason
    assert str(cell) not in read.findings[0].reason


@pytest.mark.parametrize("cell", [None, "", "无", "/", "0"])
def test_no_phone_is_no_problem(cell: Any) -> None:
    assert read_phone(cell) == cells.Read(None)


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        (1978.5, "1978-05"),
        (1978.12, "1978-12"),
        ("1978.5", "1978-05"),
        ("1978.10", "1978-10"),
        ("1978.1", "1978-01"),
        ("1978.05.01", "1978-05-01"),
        ("1978年5月", "1978-05"),
        ("1978年5月1日", "1978-05-01"),
        ("１９７８年５月", "1978-05"),
        ("一九七八年五月", "1978-05"),
        ("二〇〇一年十二月二十一日", "2001-12-21"),
        ("1978-05-01", "1978-05-01"),
        ("1978/5/1", "1978-05-01"),
        ("1978-05-01 00:00:00", "1978-05-01"),
        ("1978-5", "1978-05"),
        ("19780501", "1978-05-01"),
        (19780501, "1978-05-01"),
        (19780501.0, "1978-05-01"),
        ("197805", "1978-05"),
        (197805, "1978-05"),
        (1978, "1978"),
        ("1978年", "1978"),
        (28611, "1978-05-01"),
        (28611.5, "1978-05-01"),
        ("28611", "1978-05-01"),
        (dt.date(1978, 5, 1), "1978-05-01"),
        (dt.datetime(1978, 5, 1, 12), "1978-05-01"),
    ],
)
def test_dates_keep_the_precision_they_are_given_in(cell: Any, date: str) -> None:
    assert read_date(cell) == cells.Read(date)


@pytest.mark.parametrize(
    "cell",
    [
        1978.1,
        "78.5",
        "1978-13",
        "1978-02-30",
        "五月",
        "1978.5.1.2",
        12,
        -5,
        1e30,
        float("nan"),
        True,
        "3078-01-01",
    ],
)
def test_doubtful_dates_are_left_out_with_a_reason(cell: Any) -> None:
    read = read_date(cell, today=dt.date(2026, 11, 21))
    assert read.value is None
    assert read.findings[0].severity is Severity.DOUBTFUL


def test_a_padded_column_makes_1978_1_october() -> None:
    style = date_style([1965.03, 1978.1])
    assert style is DateStyle.PADDED
    assert read_date(1978.1, style).value == "1978-10"
    assert date_style([1965.3, 1978.1, "x", None]) is DateStyle.BARE


def test_future_dates_are_doubtful_and_today_is_not() -> None:
    today = dt.date(2026, 11, 21)
    assert read_date("2026-11-22", today=today).value is None
    assert read_date("2026-11-21", today=today).value == "2026-11-21"
    assert read_date("2026", today=today).value == "2026"


@pytest.mark.parametrize(
    ("cell", "sex"), [("男", Sex.MALE), ("女 ", Sex.FEMALE), ("F", Sex.FEMALE), (1, Sex.MALE), ("", None)]
)
def test_sex(cell: Any, sex: Sex | None) -> None:
    assert cells.read_sex(cell) == cells.Read(sex)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("在册", MemberStatus.ACTIVE),
        ("正式党员", MemberStatus.ACTIVE),
        ("外出流动", MemberStatus.ACTIVE),
        ("已转出", MemberStatus.MOVED),
        ("去世", MemberStatus.DECEASED),
        ("2024年病故", MemberStatus.DECEASED),
        ("除名", MemberStatus.LEFT),
        ("", None),
    ],
)
def test_status(cell: Any, status: MemberStatus | None) -> None:
    assert cells.read_status(cell) == cells.Read(status)


def test_unknown_sex_and_status_are_doubtful() -> None:
    assert cells.read_sex("不详").findings[0].severity is Severity.DOUBTFUL
    assert cells.read_status("？").findings[0].severity is Severity.DOUBTFUL


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("年老体弱", "年老体弱"),
        ("是", cells.UNSAID_EXEMPTION),
        (True, cells.UNSAID_EXEMPTION),
        ("否", None),
        (None, None),
        ("无", None),
    ],
)
def test_exemption(cell: Any, reason: str | None) -> None:
    assert cells.read_exemption(cell).value == reason


@pytest.mark.parametrize(
    "read", [lambda c: cells.read_text(c, "职务"), cells.read_exemption, read_phone, read_date]
)
def test_national_ids_in_wrong_columns_are_dropped(read: Any) -> None:
    found = read(f"书记{NATIONAL_ID}")
    assert NATIONAL_ID not in str(found)
    assert found.findings


@given(ANY_CELL)
def test_no_cell_makes_a_reader_raise(cell: Any) -> None:
    reads = [
        cells.read_name(cell),
        cells.read_text(cell, "职务"),
        cells.read_sex(cell),
        cells.read_status(cell),
        cells.read_exemption(cell),
        cells.read_position(cell),
        read_phone(cell),
        read_date(cell, today=dt.date(2026, 11, 21)),
        read_date(cell, DateStyle.PADDED),
    ]
    assert all(finding.reason.endswith("。") for read in reads for finding in read.findings)
    assert recognise(cell) is None or isinstance(cell, str)
    assert date_style([cell]) in DateStyle


@given(ANY_CELL)
def test_reading_what_was_read_changes_nothing_more(cell: Any) -> None:
    for read in (cells.read_name, read_phone, read_date, lambda c: cells.read_text(c, "职务")):
        value = read(cell).value
        if value is not None:
            assert read(value).value == value
