"""The press in this process: for the worker and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from brickwall.printing import documents, proof
from brickwall.printing.content import (
    ActivationSlip,
    JobLine,
    PlaqueFace,
    PlaqueSheet,
    Progress,
    Reading,
)
from brickwall.printing.errors import MissingGlyphs
from brickwall.printing.fonts import require_glyphs
from brickwall.printing.plaque_templates import Template
from brickwall.printing.plaques import render_plaques
from brickwall.printing.press import Press

PREVIEW_PIXELS = 1000
"""Pixels along the longer side of a preview."""


class DirectPress:
    """See `press.Press`."""

    def plaques(
        self,
        faces: Sequence[PlaqueFace],
        template: Template,
        *,
        skip: int = 0,
        progress: Progress | None = None,
    ) -> PlaqueSheet:
        """Set, proof and return plaques."""
        return render_plaques(faces, template, skip=skip, progress=progress)

    def preview(self, faces: Sequence[PlaqueFace], template: Template, *, skip: int = 0) -> bytes:
        """Return the first page of the real PDF as PNG."""
        room = template.per_page - skip % template.per_page
        sheet = render_plaques(faces[:room], template, skip=skip)
        return proof.preview_png(sheet.pdf, scale=PREVIEW_PIXELS / max(template.page))

    def missing(self, texts: Sequence[str]) -> str:
        """Say which characters of these texts no font has; empty when all can be printed."""
        try:
            require_glyphs(texts)
        except MissingGlyphs as error:
            return str(error)
        return ""

    def activation_slips(self, slips: Sequence[ActivationSlip], *, branch: str, host_words: str) -> bytes:
        """Return activation slips, eight a page."""
        return documents.render_activation_slips(slips, branch=branch, host_words=host_words)

    def poster(self, *, branch: str, url: str, host_words: str, contact: str, round_line: str = "") -> bytes:
        """Return the villager's poster."""
        return documents.render_poster(
            branch=branch, url=url, host_words=host_words, contact=contact, round_line=round_line
        )

    def calibration(self) -> bytes:
        """Return the calibration page."""
        return documents.render_calibration()

    def job_sheet(self, lines: Sequence[JobLine], **words: str) -> bytes:
        """Return the list that goes with a print job."""
        return documents.render_job_sheet(lines, **words)

    def read_pdf(self, pdf: bytes) -> list[Reading]:
        """Read every code of a PDF."""
        return proof.read_pdf(pdf)


DIRECT: Press = DirectPress()
