"""Cleaning of text: repairs what software broke, leaves what people wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.kernel import text


@pytest.mark.parametrize(
    ("private", "character"),
    [
        ("\ue816", "\U00020087"),
        ("\ue81e", "\u9fb4"),
        ("\ue831", "\U000215d7"),
        ("\ue855", "\U000241fe"),
        ("\ue863", "\u4dae"),
        ("\ue864", "\u9fbb"),
        ("\ue7c7", "\u1e3f"),
        ("\ue815", "\u2e81"),
    ],
)
def test_private_use_codes_of_old_systems_become_the_characters_they_stand_for(
    private: str, character: str
) -> None:
    assert text.repair_private_use(f"王{private}") == f"王{character}"


def test_bytes_of_gb18030_files_are_repaired() -> None:
    decoded = bytes.fromhex("fe59fe61fe66fe67fe6dfe7efe90fea0").decode("gb18030")
    assert text.repair_private_use(decoded) == "龴龵龶龷龸龹龺龻"


def test_unknown_private_use_codes_stay_and_are_told() -> None:
    assert text.repair_private_use("王\ue000") == "王\ue000"
    assert text.has_private_use("王\ue000")
    assert not text.has_private_use(text.repair_private_use("王\ue863"))


@pytest.mark.parametrize(
    "name", ["䶮", "㛃", "𬎆", "𠅤", "𬍛", "𰻝", "﨑", "葛\U000e0100", "\u00e9", "e\u0301"]
)
def test_rare_names_pass_untouched(name: str) -> None:
    assert text.clean_line(name) == name


def test_nothing_is_normalised() -> None:
    compatibility = "\uf900"
    assert unicodedata.normalize("NFC", compatibility) != compatibility
    assert text.clean_line(compatibility) == compatibility


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u200f", "\u2066", "\u200b", "\ufeff", "\x07", "\x7f", "\U000e0041"]
)
def test_invisible_marks_are_seen_and_removed(mark: str) -> None:
    assert text.has_invisible(f"张{mark}三")
    assert text.remove_invisible(f"张{mark}三") == "张三"


def test_bidirectional_marks_are_told_from_other_controls() -> None:
    assert text.has_bidi("张\u202e三")
    assert not text.has_bidi("张\x07三")


def test_line_breaks_become_spaces_in_a_line_and_stay_in_paragraphs() -> None:
    assert text.clean_line("修 路\r\n 三 组\t灯") == "修 路 三 组 灯"
    assert text.clean_paragraphs("一\r\n\r\n\r\n\r\n二\u202e \n") == "一\n\n二"


def test_full_width_digits_become_half_width() -> None:
    assert text.to_half_width("１３８－１２３４　Ａ（") == "138-1234 A("


@pytest.mark.parametrize(
    ("character", "expected"), [("䶮", True), ("𰻝", True), ("〇", True), ("a", False), ("·", False)]
)
def test_ideographs_are_told_from_other_letters(character: str, expected: bool) -> None:
    assert text.is_ideograph(character) is expected


@given(st.text())
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    once = text.clean_line(value)
    assert text.clean_line(once) == once
    assert not text.has_invisible(once)


@given(st.text())
def test_cleaning_paragraphs_twice_changes_nothing_more(value: str) -> None:
    once = text.clean_paragraphs(value)
    assert text.clean_paragraphs(once) == once
