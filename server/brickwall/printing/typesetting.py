"""Typst, held in one place: a template of qr_assets and data in, the same bytes out each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import typst

from brickwall.printing.assets import ASSETS, TEMPLATES
from brickwall.printing.errors import PrintingError
from brickwall.printing.fonts import chain, supplied_glyphs, typst_fonts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Written into every PDF instead of the hour of printing: same input, same bytes."""


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """Set `template` (a file name in qr_assets/templates) with `data` and return a PDF.

    The template reads `data` as JSON from `sys.inputs.data`; `families` and
    `glyphs` are added. Output is byte-identical for equal input and fonts.

    Raises:
        PrintingError: the template or its data is broken; the cause is chained.
    """
    full = {"families": [font.family for font in chain()], "glyphs": _glyphs(), **data}
    try:
        pdf = typst.compile(
            str(TEMPLATES / template),
            root=str(ASSETS),
            font_paths=typst_fonts(),
            sys_inputs={"data": json.dumps(full, ensure_ascii=False, sort_keys=True)},
            timestamp=EPOCH,
            # Tags triple the size of a sheet; the wall page is what a screen reader opens.
            pdf_tags=False,
            format="pdf",
        )
    except typst.TypstError as error:
        raise PrintingError(
            f"版式 {template} 排不出来，文件没有生成。请把这句话发给管理员：{error}"
        ) from error
    if not isinstance(pdf, bytes):
        raise PrintingError(f"版式 {template} 没有排出一份文件。请把这句话发给管理员。")
    return pdf


def _glyphs() -> dict[str, str]:
    """Supplied outlines that no font of the chain makes unnecessary, by character."""
    return {
        chr(point): path.read_text("utf-8")
        for point, path in supplied_glyphs().items()
        if not any(point in font.characters for font in chain())
    }
