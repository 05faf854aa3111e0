"""Finished PDFs: read back, repeatable, one font, every name, nothing outside its box."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from brickwall.printing import plaques, proof, qr
from brickwall.printing.content import PlaqueFace
from brickwall.printing.errors import ProofFailed, TemplateUnknown, UnreadableDocument
from brickwall.printing.fitting import SLACK, broken, fit
from brickwall.printing.fonts import family_order, line_size
from brickwall.printing.plaque_templates import get_template, list_templates
from brickwall.printing.plaques import render_plaques
from tests.printing.faces import HARD_NAMES, LONG, make_faces

TEMPLATES = [template.name for template in list_templates()]


def _tool(tmp_path: Path, pdf: bytes, *command: str) -> str:
    file = tmp_path / "plaques.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        [command[0], *command[1:], str(file), *(["-"] if command[0] == "pdftotext" else [])],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_plaque_reads_back_with_both_decoders(name: str) -> None:
    faces = make_faces(23)
    sheet = render_plaques(faces, get_template(name))
    readings = proof.read_pdf(sheet.pdf)
    assert {r.text for r in readings} == {face.url for face in faces}
    assert {r.code for r in readings} == {face.code for face in faces}
    assert {r.decoders for r in readings} == {proof.DECODERS}
    assert sheet.pages == -(-23 // get_template(name).per_page)


@pytest.mark.parametrize("name", TEMPLATES)
def test_one_embedded_subset_family_and_extractable_names(name: str, tmp_path: Path) -> None:
    sheet = render_plaques(make_faces(20), get_template(name))
    fonts = _tool(tmp_path, sheet.pdf, "pdffonts").splitlines()[2:]
    assert len(fonts) == 1
    assert re.match(r"[A-Z]{6}\+LXGWWenKai-Regular .* yes yes yes", fonts[0])
    text = proof.squeeze(_tool(tmp_path, sheet.pdf, "pdftotext", "-raw"))
    assert [n for n in HARD_NAMES if proof.squeeze(n) not in text] == []


def test_codes_are_vectors(tmp_path: Path) -> None:
    sheet = render_plaques(make_faces(3), get_template("brick-240x53"))
    listed = _tool(tmp_path, sheet.pdf, "pdfimages", "-list")
    assert len(listed.splitlines()) == 2, "only the two heading lines: no picture inside"


def test_same_input_same_bytes_and_other_input_other_fingerprint() -> None:
    faces, template = make_faces(11), get_template("sheet-2x5")
    first, second = render_plaques(faces, template), render_plaques(faces, template)
    assert first.pdf == second.pdf
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint in proof.squeeze(next(proof.open_pages(first.pdf, 2.0)).text)
    other = render_plaques([replace(faces[0], post="会计"), *faces[1:]], template)
    assert other.fingerprint != first.fingerprint


def test_size_stays_small() -> None:
    template = get_template("sheet-2x5")
    few, many = render_plaques(make_faces(10), template), render_plaques(make_faces(110), template)
    assert (len(many.pdf) - len(few.pdf)) / 100 <= 1100


def test_used_cells_stay_free() -> None:
    sheet = render_plaques(make_faces(2), get_template("sheet-2x5"), skip=9)
    assert [r.page for r in proof.read_pdf(sheet.pdf)] == [1, 2]


def test_progress_ends_at_all() -> None:
    seen: list[tuple[int, int]] = []
    render_plaques(
        make_faces(25), get_template("brick-240x53"), progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (25, 25)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_unknown_template_names_the_known_ones() -> None:
    with pytest.raises(TemplateUnknown, match="sheet-2x5"):
        get_template("nothing")


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("text", ["王", "赵一", LONG, "长" * 60, "W" * 40])
def test_text_always_fits_its_box(name: str, text: str) -> None:
    fields = PlaqueFace(text, text, text, 100000, "7k3m9qx2", "u", "a-very-long-host.liuhe.example").fields()
    families = family_order(text)
    for element in get_template(name).elements:
        if element.kind == "text":
            fitted = fit(element, fields, families)
            assert fitted is not None
            height = 0.0
            for line in fitted["lines"]:
                joined = "".join(part for _, part in line)
                wide, tall = line_size(joined, families)
                width = wide * fitted["size"] + fitted["tracking"] * (len(joined) - 1)
                assert width <= element.box[2] * 72 / 25.4 * SLACK + 0.1
                height += tall * fitted["size"]
            assert height <= element.box[3] * 72 / 25.4 + 0.1


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_keep_their_promises(name: str) -> None:
    template = get_template(name)
    assert template.module_mm(29) >= 1.0, "read from 1 to 2 m"
    for box in template.code_boxes:
        assert box[0] >= 0
        assert box[0] + box[2] <= template.face[0]
        assert box[1] + box[3] <= template.face[1]
    x, y = template.slot(template.per_page - 1)
    assert x + template.face[0] <= template.page[0]
    assert y + template.face[1] <= template.page[1]


def test_brick_carries_two_copies_and_bleed() -> None:
    brick = get_template("brick-240x53")
    assert len(brick.code_boxes) == 2
    assert brick.face == (240, 53)
    assert brick.bleed == 3


def test_missing_fields_leave_no_separator() -> None:
    element = next(e for e in get_template("brick-240x53").elements if len(e.runs) == 3)
    fields = make_faces(1)[0].fields() | {"branch": "", "post": ""}
    fitted = fit(element, fields, family_order("1 号砖"))
    assert fitted is not None
    assert fitted["lines"] == [[(2, "1 号砖")]]
    assert fit(element, dict.fromkeys(fields, ""), family_order("")) is None


def test_long_name_breaks_after_a_dot() -> None:
    assert broken(LONG, 2) == ["阿卜杜拉·买买提·", "吐尔逊·艾合买提江·热合曼"]
    assert broken("一二三四五六七八九", 2) == ["一二三四五", "六七八九"]
    assert all(not part.startswith("·") for part in broken(LONG, 3))
    assert "".join(broken(LONG, 3)) == LONG


def test_a_thousand_codes_stand_the_strain_or_another_mask_does() -> None:
    weak = [f.url for f in make_faces(300) if proof.weakness(qr.encode(f.url))]
    assert len(weak) <= 3
    assert all(any(not proof.weakness(qr.encode(url, mask)) for mask in qr.MASKS) for url in weak)


def test_weak_code_gets_another_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "weakness", lambda code: "弱" if code.mask == qr.FIRST_MASK else "")
    faces = make_faces(2)
    sheet = render_plaques(faces, get_template("sheet-2x5"))
    assert {r.text for r in proof.read_pdf(sheet.pdf)} == {face.url for face in faces}


def test_plaque_that_never_reads_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = make_faces(3)
    monkeypatch.setattr(
        proof, "weakness", lambda code: "模糊时 zbar 读不出" if code.text == faces[1].url else ""
    )
    with pytest.raises(ProofFailed, match=faces[1].name) as refusal:
        render_plaques(faces, get_template("sheet-2x5"))
    assert [failure.code for failure in refusal.value.failures] == [faces[1].code]


def test_wrong_code_on_the_finished_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = qr.copies_svg
    faces = make_faces(3)

    def swapped(code: qr.Code, boxes: object) -> str:
        wrong = qr.encode(faces[0].url) if code.text == faces[2].url else code
        return right(wrong, boxes)  # type: ignore[arg-type]

    monkeypatch.setattr(plaques.qr, "copies_svg", swapped)
    with pytest.raises(ProofFailed) as refusal:
        render_plaques(faces, get_template("brick-240x53"))
    assert [(f.name, f.page) for f in refusal.value.failures] == [(faces[2].name, 3)]


def test_name_that_is_not_in_the_text_layer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "names_absent", lambda text, names: ["赵一"] if "赵一" in list(names) else [])
    with pytest.raises(ProofFailed, match="取不出"):
        render_plaques(make_faces(10), get_template("sheet-2x5"))


def test_dirt_covers_the_promised_share_of_data_modules_only() -> None:
    for url, share in (("https://ab.cd/q/7k3m9qx2", 0.06), ("https://liuhe.example/q/7k3m9qx2", 0.03)):
        code = qr.encode(url)
        dirty = dict(proof.strained(code))["沾上污点"]
        clean = proof.picture(code)
        flipped = sum(a != b for a, b in zip(dirty.tobytes(), clean.tobytes(), strict=True)) / proof.PIXELS**2
        assert flipped == pytest.approx(share * 567, abs=4)


@pytest.mark.parametrize("bad", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
def test_other_files_are_refused_in_plain_words(bad: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="PDF"):
        proof.read_pdf(bad)


def test_preview_is_a_picture_of_the_page() -> None:
    sheet = render_plaques(make_faces(2), get_template("brick-240x53"))
    png = proof.preview_png(sheet.pdf, page=2, scale=3)
    assert png.startswith(b"\x89PNG")
    with pytest.raises(UnreadableDocument):
        proof.preview_png(sheet.pdf, page=3)


def test_both_decoders_must_read_and_the_one_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    code = qr.encode("https://ab.cd/q/7k3m9qx2")
    image = proof.picture(code, 4)
    assert proof.unread_by(image, code.text) == ""
    assert proof.unread_by(image, "https://ab.cd/q/other000") == "zxing"
    monkeypatch.setattr(proof.zbar, "read_pixels", lambda pixels, width, height: set())
    assert proof.unread_by(image, code.text) == "zbar"
    assert proof.weakness(code) == "模糊、褪色时 zbar 读不出"
