"""Pictures made on the spot, good ones and bad ones."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 64, height: int = 48, colour: Any = (168, 50, 31), mode: str = "RGB") -> Image.Image:
    """Return a plain picture."""
    return Image.new(mode, (width, height), colour)


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture's bytes."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """Return a small JPEG."""
    return saved(picture(width, height), **options)


def with_gps(orientation: int = 1) -> bytes:
    """Return a JPEG, its first quarter black, with camera, place and orientation in its EXIF."""
    image = picture(80, 40, (255, 255, 255))
    image.paste((0, 0, 0), (0, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (33.0, 34.0, 59.0)
    return saved(image, exif=exif, quality=95)


def png_claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG whose header claims any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
