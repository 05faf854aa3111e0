"""The printing press, in this process or in a child of its own.

Typesetter, decoders and fonts take 90 MB; the worker and the command line hold
them (`DIRECT` in `press_direct`, see `install`), a web worker borrows them from a short-lived
child instead (`CHILD`), so that looking at a preview does not double its size.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from brickwall.printing.content import (
    ActivationSlip,
    JobLine,
    PlaqueFace,
    PlaqueSheet,
    Progress,
    Reading,
)
from brickwall.printing.errors import PrintingError
from brickwall.printing.plaque_templates import Template

CHILD_SECONDS = 120
"""A page of anything takes two; this only ends a child that hangs."""


class Press(Protocol):
    """What can be printed. Every method raises the errors of `printing.errors`."""

    def plaques(
        self,
        faces: Sequence[PlaqueFace],
        template: Template,
        *,
        skip: int = 0,
        progress: Progress | None = None,
    ) -> PlaqueSheet:
        """Set, proof and return plaques; see `plaques.render_plaques`."""

    def preview(self, faces: Sequence[PlaqueFace], template: Template, *, skip: int = 0) -> bytes:
        """Return the first page of the real PDF as PNG."""

    def missing(self, texts: Sequence[str]) -> str:
        """Say which characters of these texts no font has; empty when all can be printed."""

    def activation_slips(self, slips: Sequence[ActivationSlip], *, branch: str, host_words: str) -> bytes:
        """Return activation slips, eight a page."""

    def poster(self, *, branch: str, url: str, host_words: str, contact: str, round_line: str = "") -> bytes:
        """Return the villager's poster."""

    def calibration(self) -> bytes:
        """Return the calibration page."""

    def job_sheet(
        self,
        lines: Sequence[JobLine],
        *,
        branch: str,
        template_title: str,
        fingerprint: str,
        printed_on: str,
        printed_by: str,
    ) -> bytes:
        """Return the list that goes with a print job."""

    def read_pdf(self, pdf: bytes) -> list[Reading]:
        """Read every code of a PDF."""


class ChildPress:
    """A press in a child process that ends with its piece of work."""

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Let a child do one piece of work; both ends are this package, so pickle is safe."""
        command = [sys.executable, "-m", "brickwall.printing.press_child"]
        try:
            ended = subprocess.run(
                command,
                input=pickle.dumps((name, args, kwargs)),
                capture_output=True,
                timeout=CHILD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PrintingError("排版用了太久，没有排成。请稍后再试一次。") from error
        if ended.returncode:
            reason = ended.stderr.decode("utf-8", "replace")[-500:]
            raise PrintingError("排版程序没有起来，请把这件事告诉管理员。") from RuntimeError(reason)
        answer = pickle.loads(ended.stdout)  # noqa: S301 - written by our own child above
        if isinstance(answer, PrintingError):
            raise answer
        return answer

    def plaques(
        self,
        faces: Sequence[PlaqueFace],
        template: Template,
        *,
        skip: int = 0,
        progress: Progress | None = None,
    ) -> PlaqueSheet:
        """Set, proof and return plaques; progress is told once, at the end."""
        sheet: PlaqueSheet = self._ask("plaques", list(faces), template, skip=skip)
        if progress is not None:
            progress(len(faces), len(faces))
        return sheet

    def preview(self, faces: Sequence[PlaqueFace], template: Template, *, skip: int = 0) -> bytes:
        """Return the first page of the real PDF as PNG."""
        return bytes(self._ask("preview", list(faces), template, skip=skip))

    def missing(self, texts: Sequence[str]) -> str:
        """Say which characters of these texts no font has; empty when all can be printed."""
        return str(self._ask("missing", list(texts)))

    def activation_slips(self, slips: Sequence[ActivationSlip], *, branch: str, host_words: str) -> bytes:
        """Return activation slips, eight a page."""
        return bytes(self._ask("activation_slips", list(slips), branch=branch, host_words=host_words))

    def poster(self, *, branch: str, url: str, host_words: str, contact: str, round_line: str = "") -> bytes:
        """Return the villager's poster."""
        words = {"branch": branch, "url": url, "host_words": host_words}
        return bytes(self._ask("poster", **words, contact=contact, round_line=round_line))

    def calibration(self) -> bytes:
        """Return the calibration page."""
        return bytes(self._ask("calibration"))

    def job_sheet(self, lines: Sequence[JobLine], **words: str) -> bytes:
        """Return the list that goes with a print job."""
        return bytes(self._ask("job_sheet", list(lines), **words))

    def read_pdf(self, pdf: bytes) -> list[Reading]:
        """Read every code of a PDF."""
        found: list[Reading] = self._ask("read_pdf", pdf)
        return found


CHILD: Press = ChildPress()

_installed: list[Press] = [CHILD]


def install(press: Press) -> None:
    """Let this process print with `press`; the worker installs `press_direct.DIRECT` at its start."""
    _installed[0] = press


def current() -> Press:
    """Return the press of this process: a child unless another was installed."""
    return _installed[0]
