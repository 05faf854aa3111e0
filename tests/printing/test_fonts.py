"""The font chain: no hole in any name, and words that help when a character is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from brickwall.printing import fonts
from brickwall.printing.errors import MissingGlyphs
from brickwall.printing.plaque_templates import get_template
from brickwall.printing.plaques import render_plaques
from tests.printing.faces import HARD_NAMES, make_faces

NOWHERE = "\U000323b0"
"""A code point beyond every block of ideographs: no font can have it."""


def test_hard_names_are_all_in_the_first_font() -> None:
    assert fonts.missing_characters(HARD_NAMES) == []
    for name in HARD_NAMES:
        assert fonts.family_order(name)[0] == "LXGW WenKai"


def test_name_is_set_in_one_hand() -> None:
    only_noto = next(
        chr(p) for p in sorted(fonts.chain()[1].characters - fonts.chain()[0].characters) if p > 0x20000
    )
    assert fonts.family_order(f"王{only_noto}")[0] == "Noto Sans CJK SC"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"王{NOWHERE}", "U+323B0"),
        ("王\u00ad明", "SOFT HYPHEN"),
        ("王\u202e明", "RIGHT-TO-LEFT OVERRIDE"),
        ("王\x07", "U+0007"),
    ],
)
def test_missing_character_is_named_with_the_remedy(text: str, shown: str) -> None:
    with pytest.raises(MissingGlyphs) as refusal:
        fonts.require_glyphs(["林秀峰", text])
    assert shown in str(refusal.value)
    assert "SVG 字形" in str(refusal.value)
    assert [m.text for m in refusal.value.missing] == [text]


def test_shape_selectors_and_spaces_need_no_ink() -> None:
    assert fonts.missing_characters(["葛\U000e0100城　某"]) == []


def test_refused_name_prints_nothing() -> None:
    faces = make_faces(2, names=("林秀峰", f"王{NOWHERE}"))
    with pytest.raises(MissingGlyphs, match=f"王{NOWHERE}"):
        render_plaques(faces, get_template("sheet-2x5"))


def test_width_of_a_line_counts_characters_beyond_the_basic_plane_once() -> None:
    families = fonts.family_order("𰻝")
    assert fonts.line_size("𰻝面", families)[0] == pytest.approx(2.0)


@pytest.fixture
def own_glyph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A supplied outline for a character that no font has."""
    (tmp_path / "U+323B0.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M1 1h8v8h-8z"/></svg>', "utf-8"
    )
    monkeypatch.setattr(fonts, "OWN_GLYPHS", tmp_path)
    fonts.forget()
    yield tmp_path
    monkeypatch.undo()
    fonts.forget()


def test_supplied_glyph_lets_the_name_print(own_glyph: Path) -> None:
    faces = make_faces(1, names=(f"王{NOWHERE}",))
    sheet = render_plaques(faces, get_template("sheet-2x5"))
    assert sheet.pages == 1


def test_refused_again_without_it() -> None:
    assert fonts.missing_characters([NOWHERE]) != []
