"""The frame's own files, read once, addressed by the hash of their bytes."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from brickwall.kernel.problems import NotFound

FOLDER = Path(__file__).parent / "shell" / "static"
MIMETYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file: its bytes, media type, and version (12 hex digits of SHA-256)."""

    body: bytes
    mimetype: str
    version: str


@cache
def _load() -> dict[str, StaticFile]:
    files = [path for path in FOLDER.iterdir() if path.suffix in MIMETYPES]
    return {path.name: _read(path) for path in files}


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(body, MIMETYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])


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
    """Return the address of a file of the frame, with its version in it."""
    return f"/console/static/{read_static(name).version}/{name}"
