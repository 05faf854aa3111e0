"""From view models to bytes: the public templates in an environment that knows no web framework."""

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brickwall.publicity.assets import page_assets, static_files
from brickwall.publicity.view_models import (
    BrickPage,
    ChainPage,
    NoticePage,
    WallListPage,
    WallPage,
)
from brickwall.publicity.words import keep_measures

AnyPage = BrickPage | ChainPage | NoticePage | WallListPage | WallPage
TEMPLATES: dict[type[AnyPage], str] = {
    BrickPage: "publicity/brick.html",
    WallPage: "publicity/wall.html",
    WallListPage: "publicity/wall_list.html",
    ChainPage: "publicity/chain.html",
    NoticePage: "publicity/notice.html",
}
# The tag that the big-letters variant changes; both forms have the same length.
STANDARD_TAG = b'<html lang="zh-CN" class="std">'
BIG_TAG = b'<html lang="zh-CN" class="big">'
_INDENTS = re.compile(r"\n\s+")


def set_up_environment(environment: Environment) -> None:
    """Give ``environment`` what the public templates expect besides their view model."""
    assets = page_assets()
    environment.globals["assets"] = {
        "css": Markup(assets.css),  # noqa: S704 - our own file, never input
        "script": assets.script,
        "icon": assets.icon,
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("brickwall.publicity"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    set_up_environment(environment)
    return environment


def render_page(page: AnyPage) -> bytes:
    """Return a finished page as UTF-8, in its standard size of letters."""
    template = _environment().get_template(TEMPLATES[type(page)])
    chrome = page.chrome
    html = template.render(page=page, here=chrome.path, host=chrome.host, receipts=chrome.receipts, big=False)
    return keep_measures(_INDENTS.sub("\n", html)).encode()


def in_big_letters(body: bytes) -> bytes:
    """Return the big-letters variant of a finished page."""
    return body.replace(STANDARD_TAG, BIG_TAG, 1)


@cache
def fingerprint() -> str:
    """Return a hash of templates, view models and assets: pages made with others are out of date."""
    digest = hashlib.sha256(page_assets().css.encode())
    for name in ("view_models.py", "twins.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    for name in static_files():
        digest.update(name.encode())
    for path in sorted((Path(__file__).parent / "templates").rglob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
