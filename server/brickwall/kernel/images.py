"""Pictures people send: checked before decoding, re-encoded, stripped, kept in two sizes.

What leaves here are fresh JPEG files made from pixels only, so no EXIF, position, script or
second file inside the first survives (PACKAGES.md, images).
"""

import errno
import hashlib
import io
import os
import re
import secrets
import struct
import threading
import time
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from brickwall.kernel.ids import ALPHABET, PUBLIC_ID_LENGTH
from brickwall.kernel.problems import Invalid, Unavailable

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")

# A picture of 12,000 × 12,000 is only a warning in Pillow; here it is a refusal.
warnings.simplefilter("error", Image.DecompressionBombWarning)

# One at a time per process: a decoded 40-megapixel PNG takes 160 MB.
_DECODING = threading.BoundedSemaphore(1)

# What undoes the orientation a camera noted (EXIF 0x0112).
_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "这是 GIF 动图，只能传普通照片。请换成 JPG 或 PNG 再传。"),
    (b"%PDF", "这是 PDF 文件，不是照片。请截一张图再传。"),
    (b"PK", "这是一个压缩包或表格，不是照片。请传 JPG 或 PNG 照片。"),
    (b"BM", "这是 BMP 图片，请换成 JPG 或 PNG 再传。"),
    (b"II*\x00", "这是 TIFF 图片，请换成 JPG 或 PNG 再传。"),
    (b"MM\x00*", "这是 TIFF 图片，请换成 JPG 或 PNG 再传。"),
)
_MARKUP = re.compile(
    rb"<script[\s>]|<html[\s>]|<!doctype html|<\?php\s|<iframe\s|<svg\s[^>]{0,200}xmlns", re.IGNORECASE
)
_SVG = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!doctype svg|<svg)", re.IGNORECASE)
_ID = re.compile(f"[{ALPHABET}]{{{PUBLIC_ID_LENGTH}}}")


class Size(StrEnum):
    """The two sizes kept; the value stands in the file's name."""

    SMALL = "s"
    LARGE = "l"


EDGES: dict[Size, int] = {Size.LARGE: 1600, Size.SMALL: 480}
"""Longest edge in pixels."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A re-encoded picture: JPEG bytes by size, width and height of the large one in pixels."""

    files: dict[Size, bytes]
    width: int
    height: int
    digest: str


def _refusal(reason: str, title: str) -> Invalid:
    return Invalid(title, f"photos.{reason}", fields={"photo": title})


def re_encode(data: bytes) -> Encoded:
    """Turn an uploaded file into fresh JPEGs of 1600 and 480 pixels, upright, without metadata.

    Args:
        data: JPEG, PNG or WebP, at most 8 MB and 40 megapixels; both checked before decoding.

    Raises:
        Invalid: any other file, a damaged one, or one that carries a second file; the title
            says what to do.
    """
    _check_bytes(data)
    with _DECODING:
        picture = _decode(data)
        files = {size: _shrink(picture, edge) for size, edge in EDGES.items()}
        width, height = picture.size
    digest = hashlib.sha256(files[Size.LARGE]).hexdigest()
    return Encoded(files, width, height, digest)


def _check_bytes(data: bytes) -> None:
    if not data:
        raise _refusal("empty", "照片是空的，没有传上来。请重新选一张。")
    if len(data) > MAX_BYTES:
        size = len(data) / 1024 / 1024
        raise _refusal("too_large", f"照片有 {size:.1f} MB，最多 8 MB。请在相册里裁剪或压缩一下再传。")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise _refusal(
            "heic",
            "这是苹果手机的 HEIC 照片，别的手机看不了。请在“设置、相机、格式”里选“兼容性最佳”再拍，或截一张图再传。",
        )
    if _SVG.match(data[:512]):
        raise _refusal("svg", "这是 SVG 矢量图或网页文件，不是照片。请传 JPG 或 PNG 照片。")
    for magic, sentence in _OTHERS:
        if data.startswith(magic):
            raise _refusal("wrong_kind", sentence)
    if _hides_something(data):
        raise _refusal("polyglot", "这个文件里除了照片还藏着别的内容，不能收。请重新拍一张或截图再传。")


def _hides_something(data: bytes) -> bool:
    """Tell whether a picture is also an archive, a PDF or a web page.

    Re-encoding would drop it anyhow; a file made this way is no photo somebody took. The
    short film behind many phones' pictures is left alone.
    """
    if b"%PDF-" in data[:1024] or _MARKUP.search(data):
        return True
    return zipfile.is_zipfile(io.BytesIO(data))


def _decode(data: bytes) -> Image.Image:
    """Return the pixels, upright, RGB, at most 1600 pixels long."""
    broken = (OSError, SyntaxError, ValueError, TypeError, struct.error, EOFError, ZeroDivisionError)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_pixels(image.width, image.height)
            return _upright(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise _refusal(
            "not_a_picture", "这个文件不是照片，或者已经损坏。请传 JPG、PNG 或 WebP 照片。"
        ) from error
    except (*broken, zlib.error, IndexError, KeyError, MemoryError, OverflowError) as error:
        raise _refusal("damaged", "照片没有传完整或已经损坏。请重新选一张，或截一张图再传。") from error


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Invalid:
    return _refusal("too_many_pixels", "照片的像素太多，最多 4000 万。请在相册里缩小或截一张图再传。")


def _upright(image: Image.Image) -> Image.Image:
    edge = EDGES[Size.LARGE]
    orientation = image.getexif().get(0x0112, 1)
    # Lets JPEG decode at a half, quarter or eighth: 60 instead of 220 MB for 40 megapixels.
    # thumbnail() alone asks for a square, which hardly ever fits.
    longest = max(image.size)
    image.draft(None, (2 * edge * image.width // longest, 2 * edge * image.height // longest))
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    bare = Image.new("RGB", image.size)
    bare.paste(_flat(image))
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return bare if turn is None else bare.transpose(turn)


def _flat(image: Image.Image) -> Image.Image:
    """Return RGB, transparent parts on white."""
    if image.mode == "RGB":
        return image
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
        return flat
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _shrink(picture: Image.Image, edge: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


# ---------------------------------------------------------------- files


def image_path(media_dir: Path, public_id: str, size: Size) -> Path:
    """Return where a size of a picture is kept: ``<id[:2]>/<id>-<s|l>.jpg``.

    Raises:
        ValueError: when ``public_id`` is not one of ours, so no path can leave the folder.
    """
    if not _ID.fullmatch(public_id):
        raise ValueError("not a public id")
    return media_dir / public_id[:2] / f"{public_id}-{size.value}.jpg"


def store_images(media_dir: Path, public_id: str, picture: Encoded) -> None:
    """Write both sizes so that a name is either absent or complete, also after a power cut.

    Raises:
        Unavailable: the disk is full or cannot be written.
    """
    try:
        for size, body in picture.files.items():
            _write_atomically(image_path(media_dir, public_id, size), body)
    except OSError as error:
        delete_images(media_dir, public_id)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "服务器存满了" if full else "服务器暂时存不了照片"
        raise Unavailable(
            f"{why}，照片没有存下。文字可以先提交，照片过后再补。", "photos.cannot_store"
        ) from error


def _write_atomically(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def delete_images(media_dir: Path, *public_ids: str) -> None:
    """Remove both sizes of each picture; what is already gone is fine."""
    for public_id in public_ids:
        for size in Size:
            image_path(media_dir, public_id, size).unlink(missing_ok=True)


def stored_ids(media_dir: Path, *, older_than: timedelta) -> list[str]:
    """Return the ids of pictures on disk that were written longer ago than ``older_than``.

    Drafts that a crash left behind are removed on the way.
    """
    limit = time.time() - older_than.total_seconds()
    found: set[str] = set()
    for path in media_dir.glob("??/*"):
        try:
            old = path.stat().st_mtime < limit
        except FileNotFoundError:
            continue
        if old and path.name.startswith("."):
            path.unlink(missing_ok=True)
        elif old and path.suffix == ".jpg" and _ID.fullmatch(path.stem[:-2]):
            found.add(path.stem[:-2])
    return sorted(found)
