"""Codes: the level a host gets, the outline, the words for the console."""

import io
import re

import pytest
from PIL import Image, ImageDraw

from brickwall.printing import budget, qr, zbar
from brickwall.printing.errors import HostTooLong


@pytest.mark.parametrize(
    ("base", "version", "level"),
    [
        ("https://ab.cd", 3, "H"),
        ("https://abc.de", 3, "Q"),
        ("https://liuhe.example", 3, "Q"),
        ("https://liuhe1.example", 4, "H"),
        ("https://fanzhai.liuhe.example", 4, "Q"),
        ("http://192.168.100.123:8000", 4, "Q"),
    ],
)
def test_host_gets_highest_level_that_fits(base: str, version: int, level: str) -> None:
    described = budget.describe_host(base)
    assert (described.version, described.level) == (version, level)
    code = qr.encode(f"{base}/q/7k3m9qx2")
    assert (code.version, code.level) == (version, level)
    assert code.side == described.modules == 17 + 4 * version
    assert described.host in described.sentence


def test_description_says_how_short_a_host_must_be_for_level_h() -> None:
    assert "5 个字符以内" in budget.describe_host("https://liuhe.example").sentence
    assert "以内" not in budget.describe_host("https://ab.cd").sentence


def test_too_long_a_host_is_refused_with_the_remedy() -> None:
    with pytest.raises(HostTooLong, match="短域名"):
        qr.encode("https://" + "x" * 60 + ".example/q/7k3m9qx2")


def _fill(path: str, side: int, scale: int = 4) -> Image.Image:
    """Fill an outline with the even-odd rule, as an engraver's software would."""
    image = Image.new("1", (side * scale, side * scale), 0)
    for part in path.split("M")[1:]:
        x, y = map(int, part.split("h")[0].split())
        points = [(x, y)]
        for kind, step in re.findall(r"([hv])(-?\d+)", part):
            x, y = (x + int(step), y) if kind == "h" else (x, y + int(step))
            points.append((x, y))
        one = Image.new("1", image.size, 0)
        # Pillow includes the far edge: shrink by half a pixel through the centre of pixels.
        ImageDraw.Draw(one).polygon([(a * scale, b * scale) for a, b in points], fill=1)
        assert points[0][0] == points[-1][0], "only a vertical edge is left to close"
        image = Image.frombytes(
            "1", image.size, bytes(a ^ b for a, b in zip(image.tobytes(), one.tobytes(), strict=True))
        )
    return image


@pytest.mark.parametrize(
    "text",
    [
        "https://ab.cd/q/7k3m9qx2",
        "https://liuhe.example/q/zzzz0000",
        "https://fanzhai.liuhe.example/q/7k3m9qx2",
    ],
)
def test_outline_encloses_exactly_the_dark_modules(text: str) -> None:
    code = qr.encode(text)
    filled = _fill(qr.outline(code), code.side)
    centre = "".join(
        "1" if filled.getpixel((4 * x + 2, 4 * y + 2)) else "0"
        for y in range(code.side)
        for x in range(code.side)
    )
    assert centre == "".join(code.rows)


def test_outline_is_short_and_repeatable() -> None:
    first = qr.svg(qr.encode("https://liuhe.example/q/7k3m9qx2"))
    assert first == qr.svg(qr.encode("https://liuhe.example/q/7k3m9qx2"))
    assert len(first) <= 1800


@pytest.mark.parametrize("length", [10, 74, 75, 120, 300, 450])
def test_longer_links_for_paper_in_the_hand(length: int) -> None:
    text = "https://liuhe.example/" + "x" * (length - 22) if length > 22 else "x" * length
    code = qr.encode_any(text)
    assert code.text == text
    size = (code.side + 8) * 3
    image = Image.new("L", (code.side + 8, code.side + 8), 255)
    for y, row in enumerate(code.rows):
        for x, dark in enumerate(row):
            if dark == "1":
                image.putpixel((x + 4, y + 4), 0)
    assert zbar.read_image(image.resize((size, size), Image.Resampling.NEAREST)) == {text}


def test_far_too_long_a_link_is_refused() -> None:
    with pytest.raises(HostTooLong):
        qr.encode_any("x" * 451)


def test_zbar_reads_coloured_pictures_too() -> None:
    code = qr.encode("https://ab.cd/q/7k3m9qx2")
    image = Image.new("RGB", ((code.side + 8) * 4,) * 2, "white")
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(code.rows):
        for x, dark in enumerate(row):
            if dark == "1":
                draw.rectangle((4 * x + 16, 4 * y + 16, 4 * x + 19, 4 * y + 19), fill="#300")
    kept = io.BytesIO()
    image.save(kept, "PNG")
    assert zbar.read_image(Image.open(kept)) == {code.text}


def test_modules_that_touch_at_a_corner_stay_apart() -> None:
    def drawn(*rows: str) -> str:
        return qr.outline(qr.Code("", 0, "", 0, rows))

    assert drawn("10", "01") == "M0 0h1v1h-1zM1 1h1v1h-1z"
    assert drawn("01", "10").count("M") == 2
    assert drawn("111", "101", "111").count("M") == 2
    assert drawn("00", "00") == ""
