"""Intervals against published values, and hidden cells against everybody who does the sums."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brickwall.evaluations.constants import Level
from brickwall.evaluations.rules import (
    FEWER_THAN_THREE,
    NOT_SHOWN,
    enough_for_percentage,
    enough_to_publish,
    notes_on,
    shown_cells,
    wilson_interval,
)

# Newcombe (1998), Statistics in Medicine 17, table I, method 3: four digits.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("successes", "total", "low", "high"), NEWCOMBE)
def test_wilson_agrees_with_newcombe(successes: int, total: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, total)
    assert round(interval.low, 4) == low
    assert round(interval.high, 4) == high


def test_wilson_of_the_mock() -> None:
    interval = wilson_interval(36, 50)
    assert (round(100 * interval.low), round(100 * interval.high)) == (58, 83)


@given(st.integers(1, 5_000), st.data())
def test_interval_holds_the_share_and_mirrors(total: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, total))
    interval = wilson_interval(successes, total)
    mirrored = wilson_interval(total - successes, total)
    assert 0 <= interval.low <= successes / total <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)


@given(st.integers(1, 2_000), st.integers(2, 20))
def test_more_ratings_make_a_narrower_interval(total: int, times: int) -> None:
    few, many = wilson_interval(total // 2, total), wilson_interval(total // 2 * times, total * times)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("successes", "total"), [(0, 0), (3, 2), (-1, 5), (1, -5)])
def test_impossible_counts_are_refused(successes: int, total: int) -> None:
    with pytest.raises(ValueError, match="positive total"):
        wilson_interval(successes, total)


def test_minimums() -> None:
    assert enough_to_publish(10, 10)
    assert not enough_to_publish(9, 10)
    assert not enough_to_publish(9, 3), "ten is the floor whatever a round says"
    assert not enough_to_publish(14, 15)
    assert enough_for_percentage(30, Level.ONLINE)
    assert not enough_for_percentage(29, Level.ONLINE)
    assert enough_for_percentage(12, Level.ROSTER)


def _texts(counts: tuple[int, int, int]) -> tuple[str, ...]:
    return tuple(cell.text for cell in shown_cells(counts))


@pytest.mark.parametrize(
    ("counts", "texts"),
    [
        ((36, 8, 6), ("36", "8", "6")),
        ((50, 0, 0), ("50", "0", "0")),
        ((40, 8, 2), ("40", NOT_SHOWN, FEWER_THAN_THREE)),
        ((2, 5, 40), (FEWER_THAN_THREE, NOT_SHOWN, "40")),
        ((47, 0, 2), ("47", FEWER_THAN_THREE, FEWER_THAN_THREE)),
        ((47, 2, 2), ("47", NOT_SHOWN, NOT_SHOWN)),
        ((47, 3, 1), ("47", NOT_SHOWN, NOT_SHOWN)),
        ((5, 5, 2), (NOT_SHOWN, NOT_SHOWN, FEWER_THAN_THREE)),
    ],
)
def test_small_cells_are_hidden_with_their_complement(
    counts: tuple[int, int, int], texts: tuple[str, ...]
) -> None:
    assert _texts(counts) == texts


def _all_results(total: int) -> list[tuple[int, int, int]]:
    return [(s, f, total - s - f) for s in range(total + 1) for f in range(total + 1 - s)]


@pytest.mark.parametrize("total", range(10, 61))
def test_nobody_can_work_out_a_hidden_cell(total: int) -> None:
    """Knowing the sum, what is shown and this very code, a hidden cell still has two values."""
    same_looks: dict[tuple[str, ...], list[tuple[int, int, int]]] = defaultdict(list)
    for counts in _all_results(total):
        same_looks[_texts(counts)].append(counts)
    for looks, results in same_looks.items():
        for place, text in enumerate(looks):
            if text in {FEWER_THAN_THREE, NOT_SHOWN}:
                assert len({counts[place] for counts in results}) > 1, (looks, results)


@given(
    st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)).filter(lambda c: sum(c) >= 10)
)
def test_a_shown_number_is_true_and_never_one_or_two(counts: tuple[int, int, int]) -> None:
    for cell, number in zip(shown_cells(counts), counts, strict=True):
        assert cell.number in {None, number}
        assert cell.number not in {1, 2}


def test_notes_warn_of_what_cannot_be_right() -> None:
    assert notes_on((30, 5, 5), 412) == ()
    assert "比应评人数还多" in notes_on((30, 5, 5), 39)[0]
    assert "罕见" in notes_on((40, 0, 0), None)[0]
    assert notes_on((39, 0, 0), None) == ()
