"""Style, script and icon of the public pages: read once, the script addressed by its bytes."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file served under ``/static/<name>``; the name changes with the bytes."""

    name: str
    mimetype: str
    body: bytes

    @property
    def path(self) -> str:
        """Return the file's address."""
        return f"/static/{self.name}"


@dataclass(frozen=True, slots=True)
class Assets:
    """What templates need: the style to put inline, addresses of the two files."""

    css: str
    script: str
    icon: str


def squeeze_css(text: str) -> str:
    """Return a style sheet without comments and needless white space."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
    # A colon in a selector follows no space; in a declaration the space after it is ours.
    return re.sub(r": ", ":", text).replace(";}", "}").strip()


def _read(name: str, suffix: str, mimetype: str) -> Asset:
    body = (FOLDER / f"{name}.{suffix}").read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:HASH_LENGTH]
    return Asset(f"{name}.{digest}.{suffix}", mimetype, body)


@cache
def static_files() -> dict[str, Asset]:
    """Return the files to serve, by name."""
    files = (_read("public", "js", "text/javascript"), _read("icon", "png", "image/png"))
    return {file.name: file for file in files}


@cache
def page_assets() -> Assets:
    """Return what every page carries."""
    paths = {file.mimetype: file.path for file in static_files().values()}
    css = squeeze_css((FOLDER / "page.css").read_text(encoding="utf-8"))
    return Assets(css, paths["text/javascript"], paths["image/png"])
