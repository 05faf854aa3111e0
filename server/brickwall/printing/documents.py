"""Small papers that are not plaques: activation slips, the villager's poster, calibration, job sheets.

Each is one typst template in qr_assets/templates and plain data; every text is
checked for glyphs first, and every code is read back from the finished PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from brickwall.printing import qr
from brickwall.printing.content import ActivationSlip, JobLine
from brickwall.printing.errors import Failure, ProofFailed
from brickwall.printing.fitting import MIN_BREAK, broken
from brickwall.printing.fonts import require_glyphs
from brickwall.printing.proof import read_pdf
from brickwall.printing.typesetting import typeset


def render_document(template: str, data: Mapping[str, Any], links: Iterable[str] = ()) -> bytes:
    """Set `qr_assets/templates/<template>.typ` with `data` and return a proofed PDF.

    Args:
        template: name without ending, for example `poster`.
        data: JSON values; every text in it must be printable.
        links: what the codes on the paper say; each must be readable from the PDF.

    Raises:
        MissingGlyphs: a text with a character no font has.
        ProofFailed: a code that cannot be read back.
        PrintingError: the template cannot be set.
    """
    require_glyphs(text for text in _texts(data) if not text.startswith("<svg"))
    pdf = typeset(f"{template}.typ", data)
    wanted = list(links)
    if wanted:
        found = {r.text for r in read_pdf(pdf) if len(r.decoders) == 2}
        lost = [link for link in wanted if link not in found]
        if lost:
            # The link may carry a secret (an activation): never put it into the message.
            raise ProofFailed(
                [Failure(f"第 {wanted.index(link) + 1} 个码", "", 0, "成品上读不出") for link in lost]
            )
    return pdf


def _texts(value: Any) -> Iterable[str]:
    """Every string inside JSON data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _slip_data(slip: ActivationSlip) -> dict[str, Any]:
    """What the template needs: the link only as a picture, a long name in two lines."""
    long = len(slip.name) >= MIN_BREAK
    return {
        "name_lines": broken(slip.name, 2) if long else [slip.name],
        "code": slip.code,
        "valid_until": slip.valid_until,
        "svg": qr.svg(qr.encode_any(slip.url)),
    }


def render_activation_slips(slips: Sequence[ActivationSlip], *, branch: str, host_words: str) -> bytes:
    """Print slips, eight on an A4 page, to be cut and handed over one by one.

    Raises: as `render_document`.
    """
    data = {
        "branch": branch,
        "host": host_words,
        "slips": [_slip_data(slip) for slip in slips],
    }
    return render_document("activation_slips", data, [slip.url for slip in slips])


def render_poster(*, branch: str, url: str, host_words: str, contact: str, round_line: str = "") -> bytes:
    """Print the villager's poster: one A4 page for the notice board.

    Args:
        branch: name of the branch.
        url: address of its wall.
        host_words: the address as people read it.
        contact: a line such as a telephone number; may be empty.
        round_line: when ratings are open, in words; may be empty.

    Raises: as `render_document`.
    """
    data = {
        "branch": branch,
        "host": host_words,
        "contact": contact,
        "round_line": round_line,
        "svg": qr.svg(qr.encode_any(url)),
    }
    return render_document("poster", data, [url])


def render_calibration(printer: str = "") -> bytes:
    """Print the calibration page: rulers and a cross to measure a printer's offset and scale."""
    return render_document("calibration", {"printer": printer})


def render_job_sheet(
    lines: Sequence[JobLine],
    *,
    branch: str,
    template_title: str,
    fingerprint: str,
    printed_on: str,
    printed_by: str,
) -> bytes:
    """Print the list that goes with a print job, with boxes to tick at the wall.

    Raises: as `render_document`.
    """
    data = {
        "branch": branch,
        "template": template_title,
        "fingerprint": fingerprint,
        "printed_on": printed_on,
        "printed_by": printed_by,
        "lines": [asdict(line) for line in lines],
    }
    return render_document("job_sheet", data)
