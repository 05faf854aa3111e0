"""The pages as files: the same bytes, compressed beside, only what changed."""

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from brickwall.commitments.services import record_entry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.kernel.images import Size, image_path
from brickwall.publicity import export
from brickwall.publicity.assets import static_files
from brickwall.publicity.cli import export_site as command
from brickwall.publicity.export import export_site
from tests.publicity.conftest import Bricks, ReadPage


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.practice("L13")
def test_every_public_page_becomes_a_file_with_its_compressed_form(
    bricks: Bricks, settings: Settings, read: ReadPage, tmp_path: Path
) -> None:
    result = export_site(settings, tmp_path)
    names = files_of(tmp_path)
    expected = {
        "index.html",
        "w/liuhe.html",
        "w/jishi.html",
        "q/7k3m9qx2.html",
        f"c/{bricks.drain.public_id}.html",
    }
    assert expected <= names
    assert {f"{name}.gz" for name in expected} <= names
    assert {f"static/{name}" for name in static_files()} <= names
    body = (tmp_path / "q/7k3m9qx2.html").read_bytes()
    assert body.decode().replace("\u00a0", " ") == read("/q/7k3m9qx2")
    assert gzip.decompress((tmp_path / "q/7k3m9qx2.html.gz").read_bytes()) == body
    assert result.written == len([name for name in names if not name.endswith(".gz")])
    assert not [name for name in names if name.endswith(".part")]


def test_a_second_export_writes_only_what_changed(
    bricks: Bricks, session: Session, settings: Settings, tmp_path: Path
) -> None:
    first = export_site(settings, tmp_path)
    assert export_site(settings, tmp_path).written == 0
    record_entry(session, bricks.village.clerk, session.merge(bricks.patrol), EntryInput("第 1 次"))
    session.commit()
    again = export_site(settings, tmp_path)
    assert 0 < again.written < first.written
    assert "第 1\u00a0次" in (tmp_path / f"c/{bricks.patrol.public_id}.html").read_text()


def test_files_of_pages_that_are_gone_are_removed_and_others_left(
    bricks: Bricks, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "gone0000.html").write_text("old")
    (tmp_path / "q" / "WW_verify.txt").write_text("somebody else's")
    assert export_site(settings, tmp_path).removed == 1
    assert not (tmp_path / "q" / "gone0000.html").exists()
    assert (tmp_path / "q" / "WW_verify.txt").exists()


def test_photos_of_a_page_come_along_once(bricks: Bricks, settings: Settings, tmp_path: Path) -> None:
    source = image_path(settings.media_dir, "0123456789ab", Size("s"))
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(b"jpeg")
    result = export.ExportResult()
    body = b'<img src="/media/0123456789ab-s.jpg"><a href="/media/zzzzzzzzzzzz-l.jpg">'
    export._put_photos(settings, tmp_path, body, result)
    export._put_photos(settings, tmp_path, body, result)
    assert files_of(tmp_path) == {"media/0123456789ab-s.jpg"}
    assert result.written == 1


def test_the_command_says_what_it_did(bricks: Bricks, tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path / "site")])
    assert answer.exit_code == 0, answer.output
    assert "新写或更新" in answer.output
    assert (tmp_path / "site" / "index.html").exists()
