"""Plaques: faces in, a proofed PDF out. No database, no web; the same bytes every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from brickwall.printing import proof, qr
from brickwall.printing.content import PlaqueFace, PlaqueSheet, Progress
from brickwall.printing.errors import Failure, ProofFailed
from brickwall.printing.fitting import fit
from brickwall.printing.fonts import family_order, require_glyphs
from brickwall.printing.plaque_templates import Element, Template, colours
from brickwall.printing.typesetting import typeset

PROOF_PIXELS = 3.0
"""Pixels a module when the finished page is read back."""

WORKERS = 2
"""Threads that read; decoders let other threads run, and two cores are the usual machine."""

Placed = tuple[tuple[float, float], PlaqueFace, qr.Code]
"""Top left corner on the page in mm, the face, its code."""


def render_plaques(
    faces: Sequence[PlaqueFace],
    template: Template,
    *,
    skip: int = 0,
    progress: Progress | None = None,
) -> PlaqueSheet:
    """Set `faces` on `template`, read the finished PDF back, and return it.

    Args:
        faces: at least one, in the order of printing.
        template: from `plaque_templates.get_template`.
        skip: cells already used up on the first sheet (0 prints from the first cell).
        progress: called as plaques pass their proof.

    Raises:
        MissingGlyphs: a character no font can draw, by name.
        ProofFailed: a plaque that cannot be read back, by name.
        HostTooLong: the link fits no code.
    """
    require_glyphs(text for face in faces for text in _texts_of(face))
    fingerprint = _fingerprint(faces, template, skip)
    codes = [qr.encode(face.url) for face in faces]
    pages = _paginate(faces, codes, template, skip)
    job = _job(pages, template, fingerprint)
    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="proof") as pool:
        # Nearly every code stands the strain, so typesetting need not wait for it.
        batches = [pool.submit(_weaknesses, codes[i::WORKERS]) for i in range(WORKERS)]
        pdf = typeset("plaques.typ", job)
        if _mend(faces, codes, [batch.result() for batch in batches]):
            pages = _paginate(faces, codes, template, skip)
            pdf = typeset("plaques.typ", _job(pages, template, fingerprint))
        _read_back(pdf, pages, template, pool, progress or _silent)
    return PlaqueSheet(pdf, len(pages), fingerprint, codes[0].version, codes[0].level)


def _silent(done: int, total: int) -> None:
    """Report nothing."""


def _weaknesses(codes: Sequence[qr.Code]) -> list[str]:
    """What each code fails under; empty where it stands."""
    return [proof.weakness(code) for code in codes]


def _texts_of(face: PlaqueFace) -> Iterable[str]:
    """Every text of a face that reaches the paper."""
    return (value for value in face.fields().values() if value)


def _fingerprint(faces: Sequence[PlaqueFace], template: Template, skip: int) -> str:
    """Name a job by its input, so that a reprint can be told from another job."""
    data = [asdict(template), [asdict(face) for face in faces], skip]
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _mend(faces: Sequence[PlaqueFace], codes: list[qr.Code], batches: Sequence[Sequence[str]]) -> bool:
    """Give each code that failed under strain another mask; True when one was changed.

    Raises:
        ProofFailed: naming the plaques whose code fails under every mask.
    """
    failures, changed = [], False
    for index, face in enumerate(faces):
        reason = batches[index % WORKERS][index // WORKERS]
        if reason:
            other = _other_mask(codes[index])
            if other is None:
                failures.append(Failure(face.name, face.code, 0, reason))
            else:
                codes[index], changed = other, True
    if failures:
        raise ProofFailed(failures)
    return changed


def _other_mask(code: qr.Code) -> qr.Code | None:
    """The first mask after the usual one under which the code stands the strain."""
    for mask in qr.MASKS[1:]:
        other = qr.encode(code.text, mask)
        if not proof.weakness(other):
            return other
    return None


def _paginate(
    faces: Sequence[PlaqueFace], codes: Sequence[qr.Code], template: Template, skip: int
) -> list[list[Placed]]:
    """Give each face its cell, page by page, leaving `skip` cells of the first page free."""
    pages: list[list[Placed]] = []
    pairs = zip(faces, codes, strict=True)
    for index, (face, code) in enumerate(pairs, start=skip % template.per_page):
        page, cell = divmod(index, template.per_page)
        if page == len(pages):
            pages.append([])
        pages[page].append((template.slot(cell), face, code))
    return pages


def _job(pages: list[list[Placed]], template: Template, fingerprint: str) -> dict[str, Any]:
    """The data of plaques.typ."""
    texts = [(i, e) for i, e in enumerate(template.elements) if e.kind == "text"]
    return {
        "title": template.title,
        "note": f"{template.title}　批次 {fingerprint}　按实际大小打印，不要缩放",
        "template": asdict(template),
        "colours": colours(),
        "pages": [
            [[slot, _face_data(face, code, template, texts)] for slot, face, code in page] for page in pages
        ],
    }


def _face_data(
    face: PlaqueFace, code: qr.Code, template: Template, texts: list[tuple[int, Element]]
) -> dict[str, Any]:
    """What plaques.typ needs of one face: fitted texts, its fonts, the codes as one picture."""
    fields = face.fields()
    families = family_order("".join(fields.values()))
    return {
        "codes": qr.copies_svg(code, template.code_boxes),
        "link": face.url,
        "families": families,
        "texts": {str(index): fit(element, fields, families) for index, element in texts},
    }


def _read_back(
    pdf: bytes,
    pages: list[list[Placed]],
    template: Template,
    pool: ThreadPoolExecutor,
    progress: Progress,
) -> None:
    """Render the finished PDF and read every code and name of it.

    Raises:
        ProofFailed: with each plaque that did not come back exactly.
    """
    total, done = sum(len(page) for page in pages), 0
    scale = PROOF_PIXELS / template.module_mm(pages[0][0][2].side)
    checks: list[Future[list[Failure]]] = []
    for view, page in zip(proof.open_pages(pdf, scale), pages, strict=True):
        checks.append(pool.submit(_check_page, view, page, template))
        # Hold no more than a few rendered pages: a thousand bricks are a thousand pages.
        if len(checks) > 8:
            done += len(pages[len(checks) - 9])
            checks[len(checks) - 9].result()
            progress(done, total)
    failures = [failure for check in checks for failure in check.result()]
    if failures:
        raise ProofFailed(failures)
    progress(total, total)


def _check_page(view: proof.PageView, page: list[Placed], template: Template) -> list[Failure]:
    """Failures of one page: codes cut out where they must stand, names in the text layer."""
    failures = []
    for (x, y), face, code in page:
        for bx, by, width, height in template.code_boxes:
            decoder = proof.unread_by(view.cut(x + bx, y + by, width, height), code.text)
            if decoder:
                reason = f"成品上的码 {decoder} 读不出"
                failures.append(Failure(face.name, face.code, view.number, reason))
                break
    for name in proof.names_absent(view.text, [face.name for _, face, _ in page]):
        code_of = next(face.code for _, face, _ in page if face.name == name)
        failures.append(Failure(name, code_of, view.number, "成品里取不出这个姓名"))
    return failures
