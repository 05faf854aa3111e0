"""The pocket's own style and scripts: read once, addressed by the hash of their bytes."""

import hashlib
from functools import cache
from pathlib import Path

from brickwall.publicity.assets import squeeze_css

FOLDER = Path(__file__).parent / "static"
SCRIPT = "pocket.js"
WORKER = "worker.js"


@cache
def read_file(name: str) -> tuple[bytes, str]:
    """Return bytes and version (12 hex digits of SHA-256) of one of the two scripts."""
    body = (FOLDER / name).read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:12]


@cache
def pocket_style() -> str:
    """Return what the pocket adds to the style of the public pages."""
    return squeeze_css((FOLDER / "pocket.css").read_text(encoding="utf-8"))


def file_path(name: str) -> str:
    """Return the address of a script, with its version in it."""
    return f"/my/files/{read_file(name)[1]}/{name}"
