"""QR codes for walls: version and level by byte budget, modules, and closed outlines.

The figures come from shared measurements: an ordinary lower-case https link, a
fixed mask (0.4 instead of 3.1 ms; the choice of mask showed no effect on
reading), and the highest error correction that keeps version 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import qrcode
from qrcode import constants as levels
from qrcode.util import MODE_8BIT_BYTE, QRData

from brickwall.printing.budget import BUDGETS, QUIET_ZONE, Budget, budget_for
from brickwall.printing.errors import HostTooLong

FIRST_MASK = 3
"""Any mask reads as well as another; a fixed one makes output repeatable."""

MASKS = (FIRST_MASK, 0, 1, 2, 4, 5, 6, 7)
"""Order in which masks are tried when a code does not pass its stress reading."""

_LEVEL_M = ((5, 84), (6, 106), (7, 122), (8, 152), (10, 213), (13, 331), (16, 450))
"""Version and bytes at level M, for paper in the hand."""

_LEVELS = {"M": levels.ERROR_CORRECT_M, "H": levels.ERROR_CORRECT_H, "Q": levels.ERROR_CORRECT_Q}


@dataclass(frozen=True, slots=True)
class Code:
    """A finished code: what it says and which modules are dark."""

    text: str
    version: int
    level: str
    mask: int
    rows: tuple[str, ...]
    """One string of `0` and `1` per row, without the quiet zone."""

    @property
    def side(self) -> int:
        """Modules along one side, without the quiet zone."""
        return len(self.rows)


def encode(text: str, mask: int = FIRST_MASK) -> Code:
    """Encode `text` in byte mode at the level its length allows.

    Raises:
        HostTooLong: the text is longer than 74 bytes.
    """
    return _encode(text, budget_for(text), mask)


def encode_any(text: str) -> Code:
    """Encode a longer link for paper that is read from the hand, at level M, up to 450 bytes.

    Activation links and notices stay indoors, so size counts more than wear.

    Raises:
        HostTooLong: the text is longer than that.
    """
    size = len(text.encode())
    if size <= BUDGETS[-1].capacity:
        return encode(text)
    for version, capacity in _LEVEL_M:
        if size <= capacity:
            return _encode(text, Budget(version, "M", capacity), FIRST_MASK)
    raise HostTooLong(f"这个网址有 {size} 个字节，印成码也扫不出来。请换一个短网址，再印一次。")


def _encode(text: str, budget: Budget, mask: int) -> Code:
    """Encode `text` as one byte segment with a fixed version, level and mask."""
    maker = qrcode.QRCode(
        version=budget.version,
        error_correction=_LEVELS[budget.level],
        mask_pattern=mask,
        border=0,
    )
    # One byte segment: the budget counts bytes, and a split into modes would not be repeatable.
    maker.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    maker.make(fit=False)
    rows = tuple("".join("1" if dark else "0" for dark in row) for row in maker.modules)
    return Code(text, budget.version, budget.level, mask, rows)


_RUN = re.compile("1+")


def _edges(rows: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Boundaries between neighbouring rows: with dark below them, and with dark above them.

    Each maps its first point (`line * 64 + place`, in walking order) to its last place;
    walking order keeps the dark on the right hand, so the first kind runs forward.
    """
    size = len(rows)
    bits = [0, *(int(row, 2) for row in rows), 0]
    forward: dict[int, int] = {}
    backward: dict[int, int] = {}
    for line in range(size + 1):
        above, below = bits[line], bits[line + 1]
        at = line << 6
        for run in _RUN.finditer(f"{below & ~above:0{size}b}"):
            start, end = run.span()
            forward[at + start] = end
        for run in _RUN.finditer(f"{above & ~below:0{size}b}"):
            start, end = run.span()
            backward[at + end] = start
    return forward, backward


def outline(code: Code) -> str:
    """Trace the dark modules as closed outlines, one unit per module, origin top left.

    Returns SVG path data in relative moves (about 1.5 kB for version 3). Holes run
    the other way round, so both fill rules agree, and there is no seam between
    modules, on screen or under a laser. Where two modules touch at a corner, the
    walk turns right and keeps them apart.
    """
    east, west = _edges(code.rows)
    left, right = _edges(["".join(column) for column in zip(*code.rows, strict=True)])
    # A column's own walk has the dark on its left: turn its edges round.
    north = {(end << 6) + (point >> 6): point & 63 for point, end in left.items()}
    south = {(end << 6) + (point >> 6): point & 63 for point, end in right.items()}
    parts: list[str] = []
    while east:
        point = next(iter(east))
        to_x = east.pop(point)
        x, y = first = point & 63, point >> 6
        parts.append(f"M{x} {y}")
        while True:
            eastward = to_x > x
            corner = (y << 6) + to_x
            near, far = (south, north) if eastward else (north, south)
            to_y = near.pop(corner, -1)
            if to_y < 0:
                to_y = far.pop(corner)
            if (to_x, to_y) == first:
                parts.append(f"h{to_x - x}z")
                break
            parts.append(f"h{to_x - x}v{to_y - y}")
            near, far = (west, east) if to_y > y else (east, west)
            x, y = to_x, to_y
            corner = (y << 6) + x
            to_x = near.pop(corner, -1)
            if to_x < 0:
                to_x = far.pop(corner)
    return "".join(parts)


def svg(code: Code, colour: str = "#000") -> str:
    """Return a stand-alone SVG with its quiet zone, in module units.

    The picture is transparent outside the modules; put it on white or a light ground.
    """
    side = code.side + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="-{QUIET_ZONE} -{QUIET_ZONE} {side} {side}">'
        f'<path fill="{colour}" d="{outline(code)}"/></svg>'
    )


def copies_svg(code: Code, boxes: Sequence[tuple[float, float, float, float]]) -> str:
    """Return one SVG in mm with a copy of the code in each of `boxes` (x, y, width, height).

    The view starts at 0, 0 and ends at the far corner of the last box. One picture
    instead of two lets the file hold the second copy in a few bytes.
    """
    right = max(x + width for x, _, width, _ in boxes)
    bottom = max(y + height for _, y, _, height in boxes)
    path, marks = outline(code), []
    for x, y, width, _ in boxes:
        scale = width / (code.side + 2 * QUIET_ZONE)
        edge = QUIET_ZONE * scale
        marks.append(
            f'<path transform="translate({x + edge:.4f} {y + edge:.4f}) scale({scale:.5f})" d="{path}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right:g}" height="{bottom:g}" '
        f'viewBox="0 0 {right:g} {bottom:g}">{"".join(marks)}</svg>'
    )
