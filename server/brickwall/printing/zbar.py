"""zbar through pyzbar's C bindings, with one scanner a thread and nothing computed twice.

pyzbar's own `decode` builds a scanner, an outline and a hull for every picture;
a proof asks only what the code says, some five thousand times a job.
"""

from __future__ import annotations

import threading
from ctypes import c_char_p, c_void_p, cast, string_at
from typing import Any

from PIL import Image
from pyzbar import wrapper

_OWN = threading.local()
_FOURCC_GREY = int.from_bytes(b"Y800", "little")


def _scanner() -> Any:
    """The calling thread's scanner, reading QR codes only."""
    scanner = getattr(_OWN, "scanner", None)
    if scanner is None:
        scanner = wrapper.zbar_image_scanner_create()
        enable = wrapper.ZBarConfig.CFG_ENABLE
        wrapper.zbar_image_scanner_set_config(scanner, 0, enable, 0)
        wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol.QRCODE.value, enable, 1)
        _OWN.scanner = scanner
    return scanner


def read_pixels(pixels: bytes, width: int, height: int) -> set[str]:
    """Texts of the QR codes in a grey picture, one byte a pixel, row by row."""
    image = wrapper.zbar_image_create()
    try:
        wrapper.zbar_image_set_format(image, _FOURCC_GREY)
        wrapper.zbar_image_set_size(image, width, height)
        wrapper.zbar_image_set_data(image, cast(c_char_p(pixels), c_void_p), len(pixels), None)
        wrapper.zbar_scan_image(_scanner(), image)
        texts = set()
        symbol = wrapper.zbar_image_first_symbol(image)
        while symbol:
            length = wrapper.zbar_symbol_get_data_length(symbol)
            data = string_at(wrapper.zbar_symbol_get_data(symbol), length)
            texts.add(data.decode("utf-8", "replace"))
            symbol = wrapper.zbar_symbol_next(symbol)
        return texts
    finally:
        wrapper.zbar_image_destroy(image)


def read_image(image: Image.Image) -> set[str]:
    """Texts of the QR codes anywhere on a picture."""
    grey = image if image.mode == "L" else image.convert("L")
    return read_pixels(grey.tobytes(), grey.width, grey.height)
