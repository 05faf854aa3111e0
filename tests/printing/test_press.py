"""The press in a child process: same bytes, same refusals, and a light parent."""

import subprocess
import sys

import pytest

from brickwall.printing import press
from brickwall.printing.content import ActivationSlip, JobLine
from brickwall.printing.errors import MissingGlyphs, PrintingError
from brickwall.printing.plaque_templates import get_template
from brickwall.printing.press import CHILD
from brickwall.printing.press_direct import DIRECT
from tests.printing.faces import make_faces

HEAVY = ("typst", "pypdfium2", "zxingcpp", "fontTools", "pyzbar")


def test_child_prints_the_same_bytes_and_tells_the_end() -> None:
    faces, template = make_faces(3), get_template("brick-240x53")
    seen: list[tuple[int, int]] = []
    sheet = CHILD.plaques(faces, template, progress=lambda done, total: seen.append((done, total)))
    assert sheet == DIRECT.plaques(faces, template)
    assert seen == [(3, 3)]
    assert [r.code for r in CHILD.read_pdf(sheet.pdf)] == [face.code for face in faces]


def test_refusals_come_back_whole() -> None:
    faces = make_faces(2, names=("林秀峰", "王\U000323b0"))
    with pytest.raises(MissingGlyphs) as refusal:
        CHILD.preview(faces, get_template("sheet-2x5"))
    assert [m.text for m in refusal.value.missing] == ["王\U000323b0"]
    assert CHILD.missing([face.name for face in faces]) == str(refusal.value)
    assert CHILD.missing([faces[0].name]) == ""


def test_preview_is_the_first_page_only() -> None:
    faces, template = make_faces(25), get_template("sheet-2x5")
    assert CHILD.preview(faces, template).startswith(b"\x89PNG")
    assert DIRECT.preview(faces, template) == DIRECT.preview(faces[:10], template)


def test_small_papers_from_a_child() -> None:
    slip = ActivationSlip("林秀峰", "7k3m 9qx2", "https://a.bc/m/activate#7k3m9qx2", "11 月 28 日前有效")
    line = JobLine(1, "1 号砖", "林秀峰", "7k3m 9qx2")
    words = {"branch": "柳河村党支部", "fingerprint": "0", "printed_on": "今天", "printed_by": "林秀峰"}
    papers = [
        CHILD.activation_slips([slip], branch="柳河村党支部", host_words="a.bc"),
        CHILD.poster(branch="柳河村党支部", url="https://a.bc/w/x", host_words="a.bc", contact=""),
        CHILD.calibration(),
        CHILD.job_sheet([line], template_title="标签纸", **words),
    ]
    assert all(pdf.startswith(b"%PDF") for pdf in papers)


def test_hanging_and_broken_children_are_plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "CHILD_SECONDS", 0.001)
    with pytest.raises(PrintingError, match="太久"):
        CHILD.calibration()
    monkeypatch.setattr(press, "CHILD_SECONDS", 30)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PrintingError, match="没有起来"):
        CHILD.calibration()


def test_the_parent_stays_light() -> None:
    program = "import sys, brickwall.app;print([name for name in sys.argv[1:] if name in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", program, *HEAVY], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_a_process_prints_in_a_child_until_it_installs_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_installed", [CHILD])
    assert press.current() is CHILD
    press.install(DIRECT)
    assert press.current() is DIRECT
