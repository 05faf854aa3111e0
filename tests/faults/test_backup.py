"""Backups: taken while somebody writes, verified, put back, and never trusted when damaged."""

import json
import sqlite3
import tarfile
import threading
from io import BytesIO
from pathlib import Path

import pysqlite3
import pytest

from brickwall.config import Mode, Settings
from brickwall.kernel.backup import (
    BackupError,
    restore_backup,
    verify_backup,
    write_backup,
)

pytestmark = pytest.mark.once

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


def make_settings(var_dir: Path) -> Settings:
    """Return settings whose database and photos live in ``var_dir``."""
    return Settings(
        mode=Mode.TEST,
        var_dir=var_dir,
        database_url=f"sqlite:///{var_dir / 'brickwall.sqlite3'}",
        base_url="http://127.0.0.1",
        secret_key=b"x" * 32,
    )


def connect(settings: Settings) -> pysqlite3.dbapi2.Connection:
    """Open the database of ``settings`` as the server does: WAL."""
    connection = pysqlite3.dbapi2.connect(str(settings.var_dir / "brickwall.sqlite3"), timeout=15)
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def count_ratings(path: Path) -> int:
    """Count the rows of the table ``rating`` in a SQLite file."""
    connection = sqlite3.connect(path)
    try:
        number: int = connection.execute("SELECT count(*) FROM rating").fetchone()[0]
        return number
    finally:
        connection.close()


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A small site: a table with pairs of rows, one photo, one key."""
    settings = make_settings(tmp_path / "var")
    settings.media_dir.joinpath("ab").mkdir(parents=True)
    settings.media_dir.joinpath("ab", "photo.jpg").write_bytes(PHOTO)
    settings.keys_dir.mkdir()
    settings.keys_dir.joinpath("round-1.key").write_bytes(b"K_round must never leave")
    connection = connect(settings)
    connection.execute("CREATE TABLE rating (id INTEGER PRIMARY KEY, pair INTEGER NOT NULL)")
    connection.execute("INSERT INTO rating (pair) VALUES (0), (0)")
    connection.close()
    return settings


def rewrite(backup: Path, changed: str, content: bytes) -> None:
    """Write a backup again with one file's bytes replaced, its manifest left alone."""
    with tarfile.open(backup) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    files[changed] = content
    with tarfile.open(backup, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


@pytest.mark.parametrize("name", ["wall.tar", "wall.tar.gz"])
def test_backup_holds_database_and_photos_but_no_key(site: Settings, tmp_path: Path, name: str) -> None:
    report = write_backup(site, tmp_path / name)

    assert report.rows["rating"] == 2
    assert report.photos == 1
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / name) as archive:
        names = archive.getnames()
        contents = b"".join(archive.extractfile(each).read() for each in names)
    assert sorted(names) == ["database.sqlite3", "manifest.json", "media/ab/photo.jpg"]
    assert b"K_round" not in contents


def test_backup_while_others_write_is_one_moment(site: Settings, tmp_path: Path) -> None:
    stop = threading.Event()

    def write_pairs() -> None:
        connection = connect(site)
        number = 1
        while not stop.is_set():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO rating (pair) VALUES (?)", (number,))
            connection.execute("INSERT INTO rating (pair) VALUES (?)", (number,))
            connection.execute("COMMIT")
            number += 1
        connection.close()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        counts = [write_backup(site, tmp_path / f"{index}.tar").rows["rating"] for index in range(5)]
    finally:
        stop.set()
        writer.join()

    assert all(count % 2 == 0 for count in counts), counts
    assert counts == sorted(counts)
    assert counts[-1] > 2


def test_restore_brings_rows_and_photos_back_and_keeps_the_old_file(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    connection = connect(site)
    connection.execute("DELETE FROM rating")
    connection.close()
    site.media_dir.joinpath("ab", "photo.jpg").unlink()

    restore_backup(site, tmp_path / "wall.tar", overwrite=True)

    assert count_ratings(site.var_dir / "brickwall.sqlite3") == 2
    assert site.media_dir.joinpath("ab", "photo.jpg").read_bytes() == PHOTO
    (aside,) = site.var_dir.glob("brickwall.sqlite3.before-restore-*")
    assert count_ratings(aside) == 0


def test_restore_to_a_new_machine(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar.gz")
    fresh = make_settings(tmp_path / "fresh")

    report = restore_backup(fresh, tmp_path / "wall.tar.gz")

    assert report.rows["rating"] == 2
    assert count_ratings(fresh.var_dir / "brickwall.sqlite3") == 2


def test_restore_does_not_overwrite_unless_told(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")

    with pytest.raises(BackupError, match="--force"):
        restore_backup(site, tmp_path / "wall.tar")


def test_restore_refuses_while_the_site_runs(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    running = connect(site)
    running.execute("INSERT INTO rating (pair) VALUES (9)")

    with pytest.raises(BackupError, match="网站还在运行"):
        restore_backup(site, tmp_path / "wall.tar", overwrite=True)

    assert running.execute("SELECT count(*) FROM rating").fetchone()[0] == 3
    running.close()


def test_restore_replaces_a_damaged_database(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    site.var_dir.joinpath("brickwall.sqlite3").write_bytes(b"not a database" * 500)

    restore_backup(site, tmp_path / "wall.tar", overwrite=True)

    assert count_ratings(site.var_dir / "brickwall.sqlite3") == 2


def test_an_existing_backup_is_not_overwritten_unless_told(site: Settings, tmp_path: Path) -> None:
    target = tmp_path / "wall.tar"
    write_backup(site, target)
    before = target.read_bytes()

    with pytest.raises(BackupError, match="--force"):
        write_backup(site, target)

    assert target.read_bytes() == before
    assert write_backup(site, target, overwrite=True).rows["rating"] == 2


def test_a_failed_backup_leaves_the_older_one(site: Settings, tmp_path: Path) -> None:
    target = tmp_path / "wall.tar"
    write_backup(site, target)
    before = target.read_bytes()
    site.var_dir.joinpath("brickwall.sqlite3").unlink()

    with pytest.raises(BackupError, match="没有找到数据库"):
        write_backup(site, target, overwrite=True)

    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["var", "wall.tar"]


def test_a_damaged_photo_is_noticed(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    rewrite(tmp_path / "wall.tar", "media/ab/photo.jpg", PHOTO[:-1] + b"?")

    with pytest.raises(BackupError, match=r"photo\.jpg 已经损坏"):
        verify_backup(tmp_path / "wall.tar")


def test_a_file_that_leaves_the_folder_is_refused(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    rewrite(tmp_path / "wall.tar", "media/../../outside", b"x")

    with pytest.raises(BackupError, match="不该有的文件"):
        restore_backup(site, tmp_path / "wall.tar", overwrite=True)

    assert not tmp_path.joinpath("outside").exists()


def test_a_backup_cut_short_is_refused_and_the_database_stays(site: Settings, tmp_path: Path) -> None:
    target = tmp_path / "wall.tar"
    write_backup(site, target)
    target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])

    with pytest.raises(BackupError):
        restore_backup(site, target, overwrite=True)

    assert count_ratings(site.var_dir / "brickwall.sqlite3") == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是承诺砖墙的备份|读不出来"),
        (b"PK\x03\x04 a spreadsheet", "读不出来"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    stranger = tmp_path / "roster.xlsx"
    stranger.write_bytes(content)

    with pytest.raises(BackupError, match=words):
        verify_backup(stranger)


def test_a_backup_of_a_later_version_is_refused(site: Settings, tmp_path: Path) -> None:
    write_backup(site, tmp_path / "wall.tar")
    with tarfile.open(tmp_path / "wall.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
    rewrite(tmp_path / "wall.tar", "manifest.json", json.dumps({**manifest, "format": 2}).encode())

    with pytest.raises(BackupError, match="先升级程序"):
        verify_backup(tmp_path / "wall.tar")
