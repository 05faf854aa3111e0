"""The pictures of the mini-program in the README and the guides, taken from the running program.

``BRICKWALL_PICTURES=1 python -m pytest tests/miniprogram/test_pictures.py`` writes them.
"""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.miniprogram.people import bind, promises
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_worker

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures" / "miniprogram"
NAMES = {"brick", "mine"}
COLOURS = 96
MOST_BYTES = 150_000


def keep(mp: MiniProgram, name: str) -> None:
    """Take a picture; write it if asked to, and hold what lies there to its size and kind."""
    file = FOLDER / f"{name}.png"
    with Image.open(mp.shot(f"picture-{name}")) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    if os.environ.get("BRICKWALL_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        small.save(file, "PNG", optimize=True)
    with Image.open(file) as kept:
        assert kept.size == small.size
        assert len(kept.convert("RGB").getcolors(MOST_BYTES) or []) > 8
    assert file.stat().st_size < MOST_BYTES


def test_a_brick(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.open("/pages/scan/scan", q=f"{site.url}/q/{village.brick_code}")
    mp.at("/pages/brick/brick")
    mp.see("满意")
    keep(mp, "brick")


def test_what_a_member_has_to_do(mp: MiniProgram, site: Server) -> None:
    mp.privacy("agreed")
    promise = promises(site)[0]
    bind(mp, site, promise, "picture-member")
    mp.see(promise.title)
    keep(mp, "mine")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_picture_stands_in_the_readme_or_a_guide(name: str) -> None:
    texts = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    shown = {
        one for text in texts for one in re.findall(r"pictures/miniprogram/(\w+)\.png", text.read_text())
    }
    assert name in shown
    assert {path.stem for path in FOLDER.glob("*.png")} == NAMES
