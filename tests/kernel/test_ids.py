"""Codes as machines make them and as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.kernel.ids import ALPHABET, group_code, new_code, new_public_id, normalise_code


def test_new_codes_are_of_the_alphabet_and_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert len(new_public_id()) == 12


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m9qx1",
        "7K3M 9QX1",
        "7k3m-9qxI",
        "7k3m9qxl",
        " 7K3M\u30009QXL ",
        "７ｋ３ｍ９ｑｘ１",
        "7k3m—9qx1",
        "７Ｋ３Ｍ９ＱＸ１",
    ],
)
def test_what_people_type_is_read_as_meant(typed: str) -> None:
    assert normalise_code(typed) == "7k3m9qx1"


def test_the_letter_o_is_a_zero() -> None:
    assert normalise_code("oO00aaaa") == "0000aaaa"


@pytest.mark.parametrize("typed", ["", "7k3m9qx", "7k3m9qx12", "7k3m9qxu", "承诺砖墙承诺砖墙", "7k3m\x009qx"])
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        normalise_code(typed)


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_grouping_is_undone_by_reading(code: str) -> None:
    assert normalise_code(group_code(code).upper()) == code
