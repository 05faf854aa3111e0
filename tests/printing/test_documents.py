"""Slips, poster, calibration page and job sheet: on one page, codes readable, names whole."""

import pytest

from brickwall.printing import documents, proof
from brickwall.printing.content import ActivationSlip, JobLine
from brickwall.printing.errors import MissingGlyphs, ProofFailed
from tests.printing.faces import HARD_NAMES


def _slips(count: int) -> list[ActivationSlip]:
    return [
        ActivationSlip(
            name=HARD_NAMES[n % len(HARD_NAMES)],
            code=f"7k3m 9qx2 {n:04d}",
            url=f"https://liuhe.example/m/activate#7k3m9qx2{n:04d}",
            valid_until="11 月 28 日前有效",
        )
        for n in range(count)
    ]


def _pages(pdf: bytes) -> list[str]:
    return [proof.squeeze(view.text) for view in proof.open_pages(pdf, 1.0)]


def test_eight_slips_a_page_each_with_its_code_and_name() -> None:
    slips = _slips(10)
    pdf = documents.render_activation_slips(slips, branch="柳河村党支部", host_words="liuhe.example")
    pages = _pages(pdf)
    assert len(pages) == 2
    assert {r.text for r in proof.read_pdf(pdf)} == {slip.url for slip in slips}
    assert all(proof.squeeze(slip.name) in pages[n // 8] for n, slip in enumerate(slips))
    assert all(proof.squeeze(slip.code) in pages[n // 8] for n, slip in enumerate(slips))


def test_a_slip_shows_the_secret_only_as_a_code() -> None:
    pdf = documents.render_activation_slips(_slips(1), branch="柳河村党支部", host_words="liuhe.example")
    assert "activate#" not in _pages(pdf)[0]


def test_poster_is_one_page_with_a_readable_code() -> None:
    url = "https://liuhe.example/w/liuhe"
    pdf = documents.render_poster(
        branch="柳河村党支部",
        url=url,
        host_words="liuhe.example",
        contact="电话：0371-5550123",
        round_line="本次评议到 11 月 30 日",
    )
    assert len(_pages(pdf)) == 1
    assert [r.text for r in proof.read_pdf(pdf)] == [url]
    assert "本次评议到11月30日" in _pages(pdf)[0]


def test_calibration_page_says_what_to_measure() -> None:
    pages = _pages(documents.render_calibration())
    assert len(pages) == 1
    assert "170毫米" in pages[0]


def test_job_sheet_lists_every_plaque() -> None:
    lines = [JobLine(n + 1, f"{n + 1} 号砖", HARD_NAMES[n % 10], f"7k3m {n:04d}") for n in range(71)]
    pdf = documents.render_job_sheet(
        lines,
        branch="柳河村党支部",
        template_title="A4 标签纸",
        fingerprint="0123456789ab",
        printed_on="2026 年 11 月 21 日",
        printed_by="林秀峰",
    )
    text = "".join(_pages(pdf))
    assert all(proof.squeeze(line.code) in text for line in lines)


def test_missing_character_on_a_paper_is_refused() -> None:
    with pytest.raises(MissingGlyphs):
        documents.render_poster(
            branch="\U000323b0村党支部", url="https://a.bc", host_words="a.bc", contact=""
        )


def test_unreadable_code_is_refused_without_telling_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "read_pdf", lambda pdf: [])
    with pytest.raises(ProofFailed) as refusal:
        documents.render_activation_slips(_slips(1), branch="柳河村党支部", host_words="liuhe.example")
    assert "7k3m9qx2" not in str(refusal.value)
