"""Text that always fits its box: measured with the fonts' own widths before it is set.

A fixed size overflowed 765 of 1,000 plaques; here every element gets the largest
size up to its own at which all of it fits, and a long name may break into lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypedDict

from brickwall.printing.fonts import line_size
from brickwall.printing.plaque_templates import Element

POINTS_PER_MM = 72 / 25.4
SLACK = 0.995
"""Half a per cent for kerning, which the widths do not know."""

MIN_BREAK = 8
"""From this many characters on, a name may be broken."""

GAIN = 1.2
"""A further line must make the text this much larger to be worth it."""

DOTS = "·•‧・ 　"

Line = list[tuple[int, str]]
"""Runs of one line: index of the run in its element, text."""


class FittedText(TypedDict):
    """A text ready to be placed."""

    size: float
    """Type size in pt."""

    tracking: float
    """Extra space between characters in pt."""

    lines: list[Line]


def fit(element: Element, fields: dict[str, str], families: tuple[str, ...]) -> FittedText | None:
    """Fill an element's runs and find its size; None when every run is empty.

    A run with an empty field is left out, and with it the separator it begins with.
    """
    runs = _filled(element, fields)
    if not runs:
        return None
    best = _fitted(element, [runs], families)
    for count in range(2, element.lines + 1):
        if len(runs) == 1 and len(runs[0][1]) >= MIN_BREAK:
            index, text = runs[0]
            lines = [[(index, part)] for part in broken(text, count)]
            other = _fitted(element, lines, families)
            if other["size"] > best["size"] * GAIN:
                best = other
    return best


def _filled(element: Element, fields: dict[str, str]) -> Line:
    """The runs that have something to say."""
    runs: Line = []
    for index, run in enumerate(element.runs):
        text = run["text"]
        if all(fields[name] for name in fields if "{" + name + "}" in text):
            # Without a run before it, a separator would push the text off its edge.
            text = text if runs else text.lstrip("　")
            runs.append((index, text.format_map(fields)))
    return runs


def _fitted(element: Element, lines: list[Line], families: tuple[str, ...]) -> FittedText:
    """The largest size at which these lines fit the element's box."""
    texts = ["".join(text for _, text in line) for line in lines]
    tracking = element.tracking * _spread(max(map(len, texts)))
    sizes = [line_size(text, families) for text in texts]
    widest = max(w + tracking * (len(t) - 1) for (w, _), t in zip(sizes, texts, strict=True))
    tall = sum(height for _, height in sizes)
    _, _, width, height = element.box
    size = min(
        element.size,
        width * POINTS_PER_MM * SLACK / max(widest, 0.1),
        height * POINTS_PER_MM / max(tall, 0.1),
    )
    return {"size": round(size, 3), "tracking": round(size * tracking, 3), "lines": lines}


def _spread(length: int) -> float:
    """Share of the tracking that a line of that many characters still gets."""
    if length <= 3:
        return 1.0
    return 0.6 if length == 4 else 0.25


def broken(text: str, count: int) -> list[str]:
    """Break `text` into `count` lines, after the "·" or space nearest each even cut.

    A line never begins with a dot; a text without dots is cut evenly.
    """
    places = [i + 1 for i, c in enumerate(text[:-1]) if c in DOTS]
    cuts: list[int] = []
    for cut in _even_cuts(len(text), count):
        free = [p for p in places if p > (cuts[-1] if cuts else 0)]
        near = min(free, key=lambda place: abs(place - cut), default=cut)
        cuts.append(near if abs(near - cut) <= max(3, len(text) // 4) else cut)
    edges = [0, *sorted(set(cuts)), len(text)]
    return [text[a:b] for a, b in pairwise(edges) if a < b]


def _even_cuts(length: int, count: int) -> Iterator[int]:
    """Places that cut `length` characters into `count` parts, the longer ones first."""
    return (-(-length * part // count) for part in range(1, count))
