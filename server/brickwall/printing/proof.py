"""Proof before print: read the finished PDF back, and read each code under strain.

Two decoders that share no code (zxing-cpp and zbar) must both return the exact
link. The strain is put on the code's own picture at 2 pixels a module, each at
20 % contrast: blur (sigma 0.35 module), ink growth and ink loss of 0.2 module an
edge; and spots of dirt over 3 % (level Q) or 6 % (H) of the data modules.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from brickwall.printing import zbar
from brickwall.printing.budget import QUIET_ZONE
from brickwall.printing.content import Reading
from brickwall.printing.errors import UnreadableDocument
from brickwall.printing.fonts import extractable, is_variation
from brickwall.printing.qr import Code

POINTS_PER_MM = 72 / 25.4
PIXELS = 2
"""Pixels a module in the strain pictures: what a cheap phone sees from too far away."""

BLUR = 0.35
INK = 0.2
CONTRAST = 0.2
SPOTS = {"Q": 0.03, "H": 0.06}
"""Share of data modules under dirt. Single flipped modules at 6 % would touch 27 of
the 70 codewords of 3-H, of which 22 can be mended; dirt comes in spots of 2 × 2."""

_PDFIUM = Lock()
"""pdfium keeps global state; one thread at a time."""


def _pixels(rows: Sequence[str], dark: int, light: int) -> Image.Image:
    """One pixel a module, quiet zone included."""
    side = len(rows) + 2 * QUIET_ZONE
    edge = bytes([light]) * QUIET_ZONE
    table = bytes.maketrans(b"01", bytes([light, dark]))
    blank = bytes([light]) * (side * QUIET_ZONE)
    body = b"".join(edge + row.encode().translate(table) + edge for row in rows)
    return Image.frombytes("L", (side, side), blank + body + blank)


def picture(code: Code, pixels: int = PIXELS, dark: int = 0, light: int = 255) -> Image.Image:
    """Draw a code in grey with `pixels` a module, quiet zone included."""
    return _enlarge(_pixels(code.rows, dark, light), pixels)


def _enlarge(image: Image.Image, pixels: int) -> Image.Image:
    """Enlarge without smoothing."""
    size = (image.width * pixels, image.height * pixels)
    return image.resize(size, Image.Resampling.NEAREST)


def _is_data(side: int, x: int, y: int) -> bool:
    """Whether a module carries data in versions 3 to 6 (one alignment pattern)."""
    if x == 6 or y == 6:
        return False
    if y < 9 and (x < 9 or x >= side - 8):
        return False
    if x < 9 and y >= side - 8:
        return False
    middle = side - 7
    return not (abs(x - middle) <= 2 and abs(y - middle) <= 2)


@cache
def _dirt(side: int, level: str) -> Image.Image:
    """White spots of 2 × 2 modules on black, the same for every code of that size."""
    places = {(x, y) for x in range(side) for y in range(side) if _is_data(side, x, y)}
    wanted = round(len(places) * SPOTS[level])
    chance = random.Random(f"{side}{level}")
    hit: set[tuple[int, int]] = set()
    free = sorted(places)
    while len(hit) + 4 <= wanted:
        x, y = chance.choice(free)
        spot = {(x + dx, y + dy) for dx in (0, 1) for dy in (0, 1)}
        if spot <= places and not spot & hit:
            hit |= spot
    rows = ["".join("1" if (x, y) in hit else "0" for x in range(side)) for y in range(side)]
    return _enlarge(_pixels(rows, 255, 0), PIXELS)


DARK = round(255 * (1 - CONTRAST) / 2)
LIGHT = 255 - DARK


def _swollen(image: Image.Image, join: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """Let `join` (darker or lighter) reach one pixel over each edge, 0.2 module of it."""
    wide = join(join(image, ImageChops.offset(image, 1, 0)), ImageChops.offset(image, -1, 0))
    full = join(join(wide, ImageChops.offset(wide, 0, 1)), ImageChops.offset(wide, 0, -1))
    return Image.blend(image, full, INK * PIXELS)


def strained(code: Code) -> Iterator[tuple[str, Image.Image]]:
    """Yield (what was done to it in Chinese, grey picture) for each strain.

    Growth and blur are not put on one picture: together they close a white module
    at 2 pixels, which no plaque of any make survives.
    """
    faded = picture(code, dark=DARK, light=LIGHT)
    yield "模糊、褪色", faded.filter(ImageFilter.GaussianBlur(BLUR * PIXELS))
    yield "墨迹扩散、褪色", _swollen(faded, ImageChops.darker)
    yield "墨迹变细、褪色", _swollen(faded, ImageChops.lighter)
    yield "沾上污点", ImageChops.difference(picture(code), _dirt(code.side, code.level))


_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_zxing(image: Image.Image) -> set[str]:
    """Texts that zxing finds anywhere on a picture, turned or not."""
    found = zxingcpp.read_barcodes(image, formats=_QR)
    return {barcode.text for barcode in found}


def unread_by(image: Image.Image, text: str) -> str:
    """Name the decoder that does not read exactly `text` from grey `image`; empty when both do."""
    pixels = image.tobytes()
    view = memoryview(pixels).cast("B", (image.height, image.width))
    found = zxingcpp.read_barcodes(view, formats=_QR, try_rotate=False, try_downscale=False, try_invert=False)
    if {barcode.text for barcode in found} != {text}:
        return "zxing"
    if zbar.read_pixels(pixels, image.width, image.height) != {text}:
        return "zbar"
    return ""


def weakness(code: Code) -> str:
    """Say under which strain a code fails to read, and for whom; empty when it stands."""
    for strain, image in strained(code):
        decoder = unread_by(image, code.text)
        if decoder:
            return f"{strain}时 {decoder} 读不出"
    return ""


@dataclass(frozen=True, slots=True)
class PageView:
    """A rendered page: grey pixels, their number per mm, and the text layer."""

    number: int
    """Counted from 1."""

    image: Image.Image
    scale: float
    text: str

    def cut(self, x: float, y: float, width: float, height: float) -> Image.Image:
        """Cut out a box given in mm from the top left corner of the page."""
        s = self.scale
        left, top = round(x * s), round(y * s)
        return self.image.crop((left, top, round((x + width) * s), round((y + height) * s)))


def open_pages(pdf: bytes, scale: float) -> Iterator[PageView]:
    """Render each page in grey at `scale` pixels per mm, as a printer's software would.

    Raises:
        UnreadableDocument: not a PDF, encrypted, or damaged.
    """
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(pdf)
        except pdfium.PdfiumError as error:
            raise UnreadableDocument(
                "这个文件不是能打开的 PDF。请选印铭牌时下载的那份文件，再试一次。"
            ) from error
        count = len(document)
    try:
        for index in range(count):
            with _PDFIUM:
                view = _view(document, index, scale)
            yield view
    finally:
        with _PDFIUM:
            document.close()


def _view(document: pdfium.PdfDocument, index: int, scale: float) -> PageView:
    """Render one page; the caller holds the lock."""
    page = document[index]
    bitmap = page.render(scale=scale / POINTS_PER_MM, grayscale=True)
    image = bitmap.to_pil().copy()
    words = page.get_textpage()
    text = words.get_text_range()
    words.close()
    bitmap.close()
    page.close()
    return PageView(index + 1, image, scale, text)


DECODERS = ("zxing", "zbar")

SCALES = (6.0, 12.0, 3.0)
"""Pixels per mm tried in turn: 150, 300 and 75 dpi, for codes of any usual size."""


def read_pdf(pdf: bytes) -> list[Reading]:
    """Read every code of any PDF, page by page, in order of their text within a page.

    Two copies of one code on a page count once.

    Raises:
        UnreadableDocument: the bytes are not a readable PDF.
    """
    readings: list[Reading] = []
    for view in open_pages(pdf, SCALES[0]):
        found = _read_view(view.image)
        for scale in SCALES[1:]:
            if found and all(len(by) == 2 for by in found.values()):
                break
            again = _read_view(_page_at(pdf, view.number, scale).image)
            for text, by in again.items():
                found[text] = tuple(d for d in DECODERS if d in (*found.get(text, ()), *by))
        readings += [
            Reading(view.number, text.rstrip("/").rpartition("/")[2], text, by)
            for text, by in sorted(found.items())
        ]
    return readings


def _page_at(pdf: bytes, number: int, scale: float) -> PageView:
    """Render one page again at another resolution."""
    with _PDFIUM:
        document = pdfium.PdfDocument(pdf)
        view = _view(document, number - 1, scale)
        document.close()
    return view


def _read_view(image: Image.Image) -> dict[str, tuple[str, ...]]:
    """Texts on a picture and who read them."""
    by: dict[str, tuple[str, ...]] = {}
    for name, texts in (("zxing", read_zxing(image)), ("zbar", zbar.read_image(image))):
        for text in texts:
            by[text] = (*by.get(text, ()), name)
    return by


def squeeze(text: str) -> str:
    """Text without white space and shape selectors: line breaks must not hide a name."""
    return "".join(c for c in text if not c.isspace() and not is_variation(c))


def names_absent(view_text: str, names: Iterable[str]) -> list[str]:
    """Names that cannot be copied out of a page's text layer."""
    page = squeeze(view_text)
    return [name for name in names if squeeze(extractable(name)) not in page]


def preview_png(pdf: bytes, page: int = 1, scale: float = 4.0) -> bytes:
    """Picture of one page of the real PDF as PNG, `scale` pixels per mm, in colour.

    Raises:
        UnreadableDocument: the bytes are not a PDF or have no such page.
    """
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(pdf)
            bitmap = document[page - 1].render(scale=scale / POINTS_PER_MM)
        except (pdfium.PdfiumError, IndexError) as error:
            raise UnreadableDocument("这份文件没有这一页。请重新生成，再看预览。") from error
        image = bitmap.to_pil().copy()
        document.close()
    return _png(image)


def _png(image: Image.Image) -> bytes:
    """Encode a picture with few colours small."""
    out = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(out, "PNG", optimize=True)
    return out.getvalue()
