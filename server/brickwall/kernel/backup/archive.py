"""Writing a backup file and verifying one.

The file is a tar (gzip when its name ends in .gz) with ``manifest.json`` last: the
database's dump, ``media/…``, and for each its SHA-256.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.backup.databases import BackupError, Database, check_dump, open_database

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a verified backup holds. ``rows`` counts by table; empty for PostgreSQL."""

    path: Path
    kind: str
    created_at: str
    photos: int
    rows: Mapping[str, int]
    size: int


def digest(stream: IO[bytes], copy_to: IO[bytes] | None = None) -> str:
    """Return the SHA-256 of a stream in hexadecimal, copying it along the way when asked."""
    state = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        state.update(chunk)
        if copy_to is not None:
            copy_to.write(chunk)
    return state.hexdigest()


def list_photos(media_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yield each photo with its name in the archive."""
    for path in sorted(media_dir.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"media/{path.relative_to(media_dir).as_posix()}", path


def add_file(archive: tarfile.TarFile, name: str, path: Path, sums: dict[str, str]) -> None:
    """Add one file under ``name`` and note its checksum; a photo deleted meanwhile is left out."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return
    with stream:
        sums[name] = digest(stream)
        stream.seek(0)
        info = tarfile.TarInfo(name)
        info.size = os.fstat(stream.fileno()).st_size
        info.mtime = int(os.fstat(stream.fileno()).st_mtime)
        info.mode = 0o600
        archive.addfile(info, stream)


def add_manifest(archive: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Write the manifest as the last file."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(text)
    info.mode = 0o600
    archive.addfile(info, BytesIO(text))


def fill_archive(target: Path, compress: bool, database: Database, media_dir: Path, room: Path) -> None:
    """Dump the database into ``room``, then write dump, photos and manifest to ``target``.

    The dump comes first: a photo it mentions was on the disk before the row was.
    """
    dump = room / database.dump_name
    database.dump(dump)
    sums: dict[str, str] = {}
    target.touch(mode=0o600)
    with tarfile.open(target, "w:gz" if compress else "w") as archive:
        add_file(archive, database.dump_name, dump, sums)
        for name, path in list_photos(media_dir):
            add_file(archive, name, path, sums)
        manifest = {
            "format": FORMAT,
            "kind": database.kind,
            "created_at": clock.now().isoformat(timespec="seconds"),
            "rows": check_dump(database.kind, room),
            "sums": sums,
        }
        add_manifest(archive, manifest)
    with target.open("rb") as written:
        os.fsync(written.fileno())


def write_backup(settings: Settings, target: Path, *, overwrite: bool = False) -> BackupReport:
    """Back up database and photos while the site runs, verify the result, then give it its name.

    Args:
        settings: where database and photos are.
        target: the file to write, mode 0600; compressed when it ends in ``.gz``.
        overwrite: whether an existing file may be replaced (only by a verified one).

    Raises:
        BackupError: the target exists, there is no room, or verification failed; nothing
            is left behind then, and an older backup stays as it was.
    """
    if target.exists() and not overwrite:
        raise BackupError(f"{target} 已经存在。要覆盖请加 --force，或换一个文件名")
    target.parent.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as room:
            unnamed = Path(room) / "unverified"
            compress = target.suffix in {".gz", ".tgz"}
            fill_archive(unnamed, compress, database, settings.media_dir, Path(room))
            report = verify_backup(unnamed)
            unnamed.replace(target)
    except OSError as error:
        raise BackupError(f"备份没有写成（{error.strerror}），请看看磁盘还有没有空间") from error
    return replace(report, path=target)


def read_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    """Return the manifest of an open archive.

    Raises:
        BackupError: when there is none, or it is of a later version.
    """
    try:
        stream = archive.extractfile(MANIFEST)
    except KeyError:
        stream = None
    if stream is None:
        raise BackupError("这个文件不是承诺砖墙的备份，或者没有写完")
    manifest: dict[str, Any] = json.load(stream)
    if manifest.get("format") != FORMAT:
        raise BackupError("这个备份是更新的版本写的，请先升级程序")
    return manifest


def safe_path(room: Path, name: str) -> Path:
    """Return where an archive's file goes.

    Raises:
        BackupError: for a name that would leave ``room`` or that we never write.
    """
    parts = PurePosixPath(name).parts
    known = name.startswith("media/") or len(parts) == 1
    if not known or name.startswith("/") or ".." in parts:
        raise BackupError(f"备份里有不该有的文件：{name}")
    return room.joinpath(*parts)


def unpack(archive: tarfile.TarFile, sums: Mapping[str, str], room: Path) -> None:
    """Write the archive's files into ``room`` and compare every checksum.

    Raises:
        BackupError: when a file is missing, added or changed.
    """
    left = dict(sums)
    for member in archive:
        if member.name == MANIFEST:
            continue
        path = safe_path(room, member.name)
        stream = archive.extractfile(member)
        if stream is None or member.name not in left:
            raise BackupError(f"备份里有不该有的文件：{member.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            if digest(stream, target) != left.pop(member.name):
                raise BackupError(f"备份里的 {member.name} 已经损坏")
    if left:
        raise BackupError(f"备份里少了 {len(left)} 个文件，不能用")


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[BackupReport, Path]]:
    """Unpack and check a backup; yield what it holds and the folder it was unpacked to.

    Raises:
        BackupError: when it cannot be read, or anything in it differs from its manifest.
    """
    if not path.is_file():
        raise BackupError(f"没有找到备份文件 {path}")
    with tempfile.TemporaryDirectory(prefix=".check-", dir=path.parent) as room:
        try:
            with tarfile.open(path, "r:*") as archive:
                manifest = read_manifest(archive)
                unpack(archive, manifest["sums"], Path(room))
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise BackupError(f"备份文件读不出来，可能没有写完：{error}") from error
        yield describe(path, manifest, Path(room)), Path(room)


def describe(path: Path, manifest: dict[str, Any], room: Path) -> BackupReport:
    """Open the unpacked database and compare its rows with the manifest."""
    rows = check_dump(manifest["kind"], room)
    if rows != manifest["rows"]:
        raise BackupError("备份里的行数和清单不一致，不能用")
    photos = sum(name.startswith("media/") for name in manifest["sums"])
    size = path.stat().st_size
    return BackupReport(path, manifest["kind"], manifest["created_at"], photos, rows, size)


def verify_backup(path: Path) -> BackupReport:
    """Check a backup from its first to its last byte and open the database in it.

    Raises:
        BackupError: with the reason why it cannot be trusted.
    """
    with open_backup(path) as (report, _):
        return report


def copy_photos(room: Path, media_dir: Path) -> None:
    """Put the photos of an unpacked backup back; a photo's name is its own, so none is lost."""
    for name, path in list_photos(room / "media"):
        target = media_dir.joinpath(*PurePosixPath(name).parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
