"""What fits a phone, and when it is tried again."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from brickwall.messages import rules
from brickwall.messages.constants import MAX_TEXT
from tests.messages.conftest import letter

DAY = date(2026, 12, 17)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("修好水沟", 20, "修好水沟"),
        ("一二三四五六七八九十" * 2, 20, "一二三四五六七八九十" * 2),
        ("一二三四五六七八九十" * 2 + "多", 20, "一二三四五六七八九十一二三四五六七八九…"),
        ("换\n行\u202e和\u0007控制", 20, "换 行和控制"),
        ("陈𠅤明𬎆", 3, "陈𠅤…"),
    ],
)
def test_a_text_is_cut_with_a_mark(text: str, limit: int, shown: str) -> None:
    found = rules.cut(text, limit)
    assert found == shown
    assert len(found) <= limit


def test_the_usual_fields_carry_subject_title_and_day() -> None:
    data = rules.template_data((), "修好村东头排水沟 120 米，再铺路灯十二盏", "12 月 31 日到期", DAY)
    assert data == {
        "thing1": "修好村东头排水沟 120 米，再铺路灯…",
        "thing2": "12 月 31 日到期",
        "date3": "2026年12月17日",
    }


def test_a_template_may_number_and_type_its_fields_as_it_likes() -> None:
    data = rules.template_data(
        ("time7", "thing4", "phrase2", "thing9"), "看护一片林子", "评议结果出来了", DAY
    )
    assert data == {
        "time7": "2026年12月17日",
        "thing4": "看护一片林子",
        "phrase2": "评议结果…",
        "thing9": "评议结果出来了",
    }
    assert all(data.values()), "WeChat refuses an empty field"


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/w/liuhe?x=1", "", "w/liuhe"])
def test_a_letter_leads_nowhere_but_here(page: str) -> None:
    with pytest.raises(ValueError, match="not a page"):
        rules.tidy(letter(page=page))


def test_a_long_reason_is_cut_not_refused() -> None:
    assert len(rules.tidy(letter(text="长" * 2000)).text) == MAX_TEXT


def test_tries_come_further_apart_up_to_an_hour() -> None:
    waits = [rules.wait_before(tries) for tries in range(1, 7)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=1)


@time_machine.travel(datetime(2026, 12, 17, 23, 30, tzinfo=UTC), tick=False)
def test_the_day_of_an_unnamed_message_is_the_one_in_china() -> None:
    moment = rules.start_of_day(date(2026, 12, 18))
    assert moment == datetime(2026, 12, 17, 16, tzinfo=UTC)
