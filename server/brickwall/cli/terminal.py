"""What ``brickwall run`` draws into a terminal."""

import unicodedata

import qrcode

QUIET = 2
# Upper half light, lower half light: two modules in one character.
HALVES = {(True, True): " ", (False, True): "▀", (True, False): "▄", (False, False): "█"}
BLACK_ON_WHITE = "\x1b[30;107m"
RESET = "\x1b[0m"


def draw_qr(text: str, *, colour: bool) -> str:
    """Return a QR code as lines of half blocks, for a phone that looks at the screen.

    Args:
        text: what the code says.
        colour: whether the terminal knows colours. Then the code is dark on light whatever
            the terminal's own; otherwise light blocks, right on a dark terminal.
    """
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_L, mask_pattern=2)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        pairs = zip(upper, lower, strict=True)
        if colour:
            line = "".join(HALVES[not above, not below] for above, below in pairs)
            lines.append(f"{BLACK_ON_WHITE}{line}{RESET}")
        else:
            lines.append("".join(HALVES[above, below] for above, below in pairs))
    return "\n".join(lines)


def width(text: str) -> int:
    """Return how many columns a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with spaces to ``columns`` columns."""
    return text + " " * max(0, columns - width(text))
