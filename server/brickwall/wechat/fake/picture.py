"""A picture in place of a mini-program code: it cannot be scanned, it only has the right shape."""

import struct
import zlib

GREY = b"\xee\xee\xee"


def draw_picture(width: int) -> bytes:
    """Return a grey square PNG, ``width`` pixels wide (280 to 1280, as the platform limits it)."""
    width = min(max(width, 280), 1280)
    row = b"\0" + GREY * width
    header = struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(row * width)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
