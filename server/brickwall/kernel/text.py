"""Cleaning of text that people type, paste or keep in spreadsheets.

Nothing here normalises Chinese characters: a name stays exactly as its bearer
writes it (PACKAGES, "Never NFC a name"). What is repaired is damage done by
software: private-use codes left by old GBK systems, invisible control and
bidirectional marks, full-width digits in numbers.
"""

from __future__ import annotations

import re

_ROW_FE_FIRST_PRIVATE = 0xE815
"""GBK 1.0 put the 80 characters of byte row FE50–FEA0 at U+E815–U+E864."""


def _row_fe_repairs() -> dict[int, str]:
    """Return the private-use code → character table of GBK row FE50–FEA0."""
    repairs: dict[int, str] = {}
    private = _ROW_FE_FIRST_PRIVATE
    for trail in range(0x50, 0xA1):
        if trail == 0x7F:
            continue
        character = bytes((0xFE, trail)).decode("gb18030")
        if not 0xE000 <= ord(character) <= 0xF8FF:
            repairs[private] = character
        private += 1
    return repairs


GB18030_REPAIRS: dict[int, str] = {
    **_row_fe_repairs(),
    # Python's codec follows GB18030-2000 for these; the characters are those
    # that GB18030-2005 and -2022 assign to the same bytes.
    0xE816: "\U00020087",
    0xE817: "\U00020089",
    0xE818: "\U000200cc",
    0xE81E: "\u9fb4",
    0xE826: "\u9fb5",
    0xE82B: "\u9fb6",
    0xE82C: "\u9fb7",
    0xE831: "\U000215d7",
    0xE832: "\u9fb8",
    0xE83B: "\U0002298f",
    0xE843: "\u9fb9",
    0xE854: "\u9fba",
    0xE855: "\U000241fe",
    0xE864: "\u9fbb",
    0xE7C7: "\u1e3f",
    0xE7C8: "\u01f9",
    # Vertical punctuation, GB18030-2022.
    0xE78D: "\ufe10",
    0xE78E: "\ufe12",
    0xE78F: "\ufe11",
    0xE790: "\ufe13",
    0xE791: "\ufe14",
    0xE792: "\ufe15",
    0xE793: "\ufe16",
    0xE794: "\ufe17",
    0xE795: "\ufe18",
    0xE796: "\ufe19",
}
"""Private-use code point → the character it stands for in GBK and GB18030 files."""

_BLANKS = "\t\n\r\x0b\x0c\x85\u2028\u2029"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(f"[{_BLANKS}]+")
_SPACES = re.compile(r"\s+")
_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


def repair_private_use(text: str) -> str:
    """Replace private-use codes of GBK and GB18030 by the characters they stand for."""
    return text.translate(GB18030_REPAIRS)


def has_private_use(text: str) -> bool:
    """Tell whether the text still holds a private-use code nobody else can show."""
    return _PRIVATE.search(text) is not None


def has_invisible(text: str) -> bool:
    """Tell whether the text holds control, zero-width or bidirectional marks."""
    return _INVISIBLE.search(text) is not None or _SURROGATE.search(text) is not None


def has_bidi(text: str) -> bool:
    """Tell whether the text holds marks that reverse the reading direction."""
    return _BIDI.search(text) is not None


def remove_invisible(text: str) -> str:
    """Drop control, zero-width and bidirectional marks and lone surrogates.

    Line breaks and tabs become one space; ideographic variation selectors stay,
    they choose the shape of a rare name.
    """
    text = _SURROGATE.sub("", _INVISIBLE.sub("", text))
    return _BREAKS.sub(" ", text)


def to_half_width(text: str) -> str:
    """Turn full-width digits, Latin letters and signs into half-width ones.

    For numbers, dates and codes only; never for names or sentences.
    """
    return text.translate(_HALF_WIDTH)


def squeeze_spaces(text: str) -> str:
    """Trim the text and make every run of white space one space."""
    return _SPACES.sub(" ", text).strip()


def remove_spaces(text: str) -> str:
    """Drop all white space, the ideographic space included."""
    if text.isalnum():
        return text
    return _SPACES.sub("", text)


def clean_line(text: str) -> str:
    """Clean one line of free text: repairs, no invisible marks, single spaces."""
    return squeeze_spaces(remove_invisible(repair_private_use(text)))


def clean_paragraphs(text: str) -> str:
    """Clean free text of several lines, keeping at most one empty line between them."""
    unified = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", repair_private_use(text))
    lines = [squeeze_spaces(remove_invisible(line)) for line in unified.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_ideograph(character: str) -> bool:
    """Tell whether one character is a Chinese ideograph of any plane."""
    code = ord(character)
    return (
        0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or code in (0x3007, 0x3005)
    )
