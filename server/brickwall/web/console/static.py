"""The frame's own files, read once, addressed by a hash over all of them."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from brickwall.kernel.problems import NotFound

FOLDER = Path(__file__).parent / "shell" / "static"
MIMETYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file: its bytes and media type."""

    body: bytes
    mimetype: str


@cache
def _load() -> dict[str, StaticFile]:
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in MIMETYPES)
    return {path.name: StaticFile(path.read_bytes(), MIMETYPES[path.suffix]) for path in paths}


@cache
def static_version() -> str:
    """Return 12 hex digits that change with any of the files: modules import each other by relative name."""
    digest = hashlib.sha256()
    for name, file in _load().items():
        digest.update(name.encode() + b"\0" + file.body)
    return digest.hexdigest()[:12]


def read_static(name: str) -> StaticFile:
    """Return one of the frame's files.

    Raises:
        NotFound: when there is no such file.
    """
    found = _load().get(name)
    if found is None:
        raise NotFound("没有找到这个文件")
    return found


def static_path(name: str) -> str:
    """Return the address of a file of the frame, with the version in it.

    Raises:
        NotFound: when there is no such file.
    """
    read_static(name)
    return f"/console/static/{static_version()}/{name}"
