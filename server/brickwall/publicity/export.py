"""The public pages as files, for any web server: the same bytes, next to their compressed form.

``/q/<code>`` becomes ``q/<code>.html`` and ``q/<code>.html.gz``: with nginx
``try_files $uri.html`` and ``gzip_static on``. A file is replaced in one step, and only when
its bytes have changed, so the folder may be served while it is written and copied by rsync.
"""

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments.models import Commitment
from brickwall.config import Settings
from brickwall.kernel.db import new_session
from brickwall.kernel.images import Size, image_path
from brickwall.organisations.models import Organisation
from brickwall.plaques.models import Plaque
from brickwall.publicity.assets import static_files
from brickwall.publicity.constants import HOME, brick_path, chain_path, wall_path
from brickwall.publicity.services import current_page

GZIP_LEVEL = 9
FOLDERS = ("q", "w", "c")
_PHOTO = re.compile(rb"/media/([0-9a-z]{12})-([sl])\.jpg")
_PHOTO_FILE = re.compile(r"[0-9a-z]{12}-[sl]\.jpg")
_SAFE_NAME = re.compile(r"[0-9A-Za-z_-]{1,60}")


@dataclass(slots=True)
class ExportResult:
    """How many files were written, left as they were, and taken away."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


def list_public_paths(session: Session) -> Iterator[str]:
    """Yield the address of every public page: home, walls, bricks, published commitments."""
    yield HOME
    for code in session.scalars(select(Organisation.code).order_by(Organisation.id)):
        if _SAFE_NAME.fullmatch(code):
            yield wall_path(code)
    for code in session.scalars(select(Plaque.code).order_by(Plaque.id)):
        yield brick_path(code)
    published = select(Commitment.public_id).where(Commitment.published_at.is_not(None))
    for public_id in session.scalars(published.order_by(Commitment.id)):
        yield chain_path(public_id)


def file_name(path: str) -> str:
    """Return the file of a public path: ``/`` is ``index.html``, ``/q/abc`` is ``q/abc.html``."""
    return "index.html" if path == HOME else f"{path[1:]}.html"


def export_site(settings: Settings, folder: Path) -> ExportResult:
    """Write every public page, its photos and static files below ``folder``.

    Pages that are out of date are rebuilt first. Files of pages that no longer exist go.

    Raises:
        OSError: when the folder cannot be written; what is there stays whole.
    """
    result = ExportResult()
    with new_session() as session:
        paths = list(list_public_paths(session))
    kept: set[Path] = set()
    for path in paths:
        found = current_page(settings, path)
        if found is None:
            continue
        target = folder / file_name(path)
        kept |= {target, _compressed_name(target)}
        _put_with_compressed(target, found.body, result)
        kept |= _put_photos(settings, folder, found.body, result)
    for file in static_files().values():
        _put_with_compressed(folder / "static" / file.name, file.body, result)
    _remove_others(folder, kept, result)
    return result


def _compressed_name(target: Path) -> Path:
    return target.with_name(f"{target.name}.gz")


def _put_with_compressed(target: Path, body: bytes, result: ExportResult) -> None:
    packed = _compressed_name(target)
    if target.exists() and packed.exists() and target.read_bytes() == body:
        result.unchanged += 1
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # The compressed form first: a server that finds both must never send the older one.
    _replace(packed, gzip.compress(body, GZIP_LEVEL, mtime=0))
    _replace(target, body)
    result.written += 1


def _put_photos(settings: Settings, folder: Path, body: bytes, result: ExportResult) -> set[Path]:
    """Write the photos of a page that are not there yet; return the files of all of them."""
    shown: set[Path] = set()
    for public_id, size in set(_PHOTO.findall(body)):
        source = image_path(settings.media_dir, public_id.decode(), Size(size.decode()))
        target = folder / "media" / f"{public_id.decode()}-{size.decode()}.jpg"
        shown.add(target)
        if target.exists() or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, source.read_bytes())
        result.written += 1
    return shown


def _replace(target: Path, body: bytes) -> None:
    """Put ``body`` in place in one step; a reader sees the old file or the new one."""
    draft = target.with_name(f".{target.name}.part")
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def _remove_others(folder: Path, kept: set[Path], result: ExportResult) -> None:
    """Take away pages that are no more and photos no page shows, and nothing that is not ours."""
    pages = (file for name in FOLDERS for file in sorted((folder / name).glob("*.html*")))
    photos = (file for file in sorted((folder / "media").glob("*.jpg")) if _PHOTO_FILE.fullmatch(file.name))
    for file in (*pages, *photos):
        if file not in kept:
            file.unlink()
            result.removed += 1
