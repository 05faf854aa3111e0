"""What people type: cleaned, measured, refused in plain words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.commitments import texts
from brickwall.commitments.constants import Category, CommitmentKind
from brickwall.commitments.texts import CommitmentText
from brickwall.kernel import clock
from brickwall.kernel.problems import Invalid

GOOD = CommitmentText(title="修好村东头排水沟 120 米")


def test_invisible_marks_are_cleaned_away() -> None:
    dirty = replace(
        GOOD,
        title="\u202e修好\u0000村东头\u200b\t排水沟\r\n120 米 ",
        measures="第一行\r\n\r\n\r\n\r\n第二行\u0007",
    )
    cleaned = texts.clean_text(dirty, 2026)
    assert cleaned.title == "修好村东头 排水沟 120 米"
    assert cleaned.measures == "第一行\n\n第二行"


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"title": ""}, "title", "还没有写承诺内容"),
        ({"title": "\u202e\u200b "}, "title", "还没有写承诺内容"),
        ({"title": "修" * 300}, "title", "承诺内容有 300 个字，最多 60 个字"),
        ({"detail": "长" * 1001}, "detail", "最多 1000 个字"),
        ({"beneficiary": "人" * 101}, "beneficiary", "最多 100 个字"),
        ({"unit": "很长很长很长的单位"}, "unit", "最多 8 个字"),
        ({"kind": CommitmentKind.COUNTED}, "target_amount", "一共做多少次"),
        ({"kind": CommitmentKind.COUNTED, "target_amount": 0}, "target_amount", "1 到"),
        ({"kind": CommitmentKind.COUNTED, "target_amount": 10**9}, "target_amount", "1 到"),
        ({"due_on": date(2025, 12, 31)}, "due_on", "请核对"),
        ({"due_on": date(2040, 1, 1)}, "due_on", "请核对"),
    ],
)
def test_what_cannot_be_used_is_said_by_field(values: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.clean_text(replace(GOOD, **values), 2026)  # type: ignore[arg-type]
    assert said in refused.value.fields[field]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        texts.clean_text(replace(GOOD, title="", detail="长" * 2000), 2026)
    assert set(refused.value.fields) == {"title", "detail"}


def test_nothing_is_counted_where_nothing_is_counted() -> None:
    assert texts.clean_text(replace(GOOD, target_amount=12), 2026).target_amount is None


def test_what_is_kept_up_all_year_ends_with_the_year() -> None:
    standing = replace(GOOD, kind=CommitmentKind.STANDING)
    assert texts.clean_text(standing, 2026).due_on == date(2026, 12, 31)


@pytest.mark.parametrize("year", [0, 1999, 3000])
def test_only_years_near_by_are_taken(year: int) -> None:
    with pytest.raises(Invalid, match="年度"):
        texts.clean_year(year)
    assert texts.clean_year(clock.today().year) == clock.today().year


@given(
    st.builds(
        CommitmentText,
        title=st.text(max_size=80),
        detail=st.text(max_size=80),
        category=st.sampled_from(Category),
        kind=st.sampled_from(CommitmentKind),
        target_amount=st.none() | st.integers(-5, 10**7),
        unit=st.text(max_size=12),
        due_on=st.none() | st.dates(date(2024, 1, 1), date(2036, 1, 1)),
    )
)
def test_whatever_is_accepted_is_stable_and_survives_json(typed: CommitmentText) -> None:
    cleaned, refused = outcome(typed)
    assert (cleaned is None) is bool(refused)
    if cleaned is not None:
        assert texts.clean_text(cleaned, 2026) == cleaned
        assert texts.from_json(texts.to_json(cleaned)) == cleaned
        assert texts.changes_between(cleaned, cleaned) == []


def outcome(typed: CommitmentText) -> tuple[CommitmentText | None, dict[str, str]]:
    """Return what became of a text: accepted and cleaned, or what is wrong with it."""
    try:
        return texts.clean_text(typed, 2026), {}
    except Invalid as refused:
        return None, refused.fields
