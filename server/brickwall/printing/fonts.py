"""The font chain: which fonts are installed and which characters they can draw.

No typesetter reports a missing glyph, so every character is looked up in the
fonts' own tables before anything is set.
"""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, KeysView
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont

from brickwall.printing.assets import ASSETS, OWN_FONTS, OWN_GLYPHS
from brickwall.printing.errors import MissingCharacter, MissingGlyphs, PrintingError

INVISIBLE_OK = frozenset(" \u3000\u00a0")
"""Spaces that need no ink."""


@dataclass(frozen=True, slots=True)
class Font:
    """One installed family of the chain."""

    family: str
    path: Path
    advances: dict[int, float] = field(repr=False)
    """Width of each character it can draw, in em."""

    height: float
    """Ascender to descender, in em."""

    @property
    def characters(self) -> KeysView[int]:
        """Code points it can draw."""
        return self.advances.keys()


def _find_file(name: str, folders: Iterable[Path]) -> Path | None:
    """Return the first file of that name below `folders`, in a stable order."""
    for folder in folders:
        for place, below, files in os.walk(folder):
            below.sort()
            if name in files:
                return Path(place) / name
    return None


def _member(path: Path, family: str) -> int:
    """Number of the member of a collection that is called `family`; -1 for a single font."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return -1
    with TTCollection(path, lazy=True) as collection:
        names = [member["name"].getDebugName(1) for member in collection.fonts]
    return names.index(family) if family in names else 0


@cache
def chain() -> tuple[Font, ...]:
    """Return the installed fonts of qr_assets/fonts.toml and qr_assets/fonts, best first.

    Raises:
        PrintingError: not one font of the chain is installed.
    """
    data = tomllib.loads((ASSETS / "fonts.toml").read_text("utf-8"))
    folders = [OWN_FONTS, *(Path(f).expanduser() for f in data["folders"])]
    found: list[Font] = []
    for entry in data["font"]:
        path = _find_file(entry["file"], folders)
        if path is not None:
            found.append(_measured(path, entry["family"]))
    found += _own_fonts({font.path for font in found})
    if not found:
        raise PrintingError(
            "没有找到可用的中文字体。请安装 fonts-lxgw-wenkai 和 fonts-noto-cjk 两个软件包，再印一次。"
        )
    return tuple(found)


def _measured(path: Path, family: str = "") -> Font:
    """Read which characters a font has and how wide they are."""
    with TTFont(path, lazy=True, fontNumber=_member(path, family)) as font:
        em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        advances = {point: widths[glyph][0] / em for point, glyph in font.getBestCmap().items()}
        height = (font["hhea"].ascent - font["hhea"].descent) / em
        name = family or font["name"].getBestFamilyName() or path.stem
    return Font(name, path, advances, height)


def _own_fonts(known: set[Path]) -> list[Font]:
    """Fonts a branch laid into qr_assets/fonts itself, for a name nothing else can draw."""
    paths = sorted(p for p in OWN_FONTS.glob("*") if p.suffix.lower() in (".ttf", ".otf"))
    return [_measured(path) for path in paths if path not in known]


@cache
def typst_fonts() -> typst.Fonts:
    """The chain as the typesetter wants it; built once (7 ms), reused by every job."""
    folders = sorted({str(font.path.parent) for font in chain()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def is_variation(character: str) -> bool:
    """Whether this only chooses the shape of the character before it, and has no ink itself."""
    point = ord(character)
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF


@cache
def _drawable() -> frozenset[int]:
    """Every code point that some font of the chain, or a supplied glyph, can draw."""
    points = {ord(space) for space in INVISIBLE_OK}
    points.update(supplied_glyphs())
    points = points.union(*(font.characters for font in chain()))
    # Fonts do map control and direction marks, to nothing: they never belong on a plaque.
    return frozenset(p for p in points if unicodedata.category(chr(p)) not in ("Cc", "Cf"))


@cache
def supplied_glyphs() -> dict[int, Path]:
    """Glyphs laid into qr_assets/glyphs as `U+2A3ED.svg`, by code point."""
    glyphs = {}
    for path in sorted(OWN_GLYPHS.glob("U+*.svg")):
        glyphs[int(path.stem[2:], 16)] = path
    return glyphs


def missing_characters(texts: Iterable[str]) -> list[MissingCharacter]:
    """List the characters that would print as holes, in order of appearance."""
    drawable = _drawable()
    return [
        MissingCharacter(text, character)
        for text in dict.fromkeys(texts)
        for character in dict.fromkeys(text)
        if ord(character) not in drawable and not is_variation(character)
    ]


def require_glyphs(texts: Iterable[str]) -> None:
    """Refuse texts with a character that no font has.

    Raises:
        MissingGlyphs: naming each text, character and the remedy.
    """
    missing = missing_characters(texts)
    if missing:
        raise MissingGlyphs(missing)


@lru_cache(maxsize=4096)
def family_order(text: str) -> tuple[str, ...]:
    """Families to set `text` in: first the one that has all its characters, then the chain."""
    points = {ord(c) for c in text if c not in INVISIBLE_OK and not is_variation(c)}
    families = [font.family for font in chain()]
    whole = next((f.family for f in chain() if points <= f.characters), None)
    if whole is None or whole == families[0]:
        return tuple(families)
    return (whole, *(f for f in families if f != whole))


def line_size(text: str, families: tuple[str, ...]) -> tuple[float, float]:
    """Width and height in em of `text` on one line, set in the first family that has each character."""
    fonts = sorted(chain(), key=lambda font: families.index(font.family))
    width, height = 0.0, fonts[0].height
    for character in text:
        if is_variation(character):
            continue
        point = ord(character)
        font = next((f for f in fonts if point in f.advances), None)
        width += font.advances[point] if font else 1.0
        if font is not None and font.height > height:
            height = font.height
    return width, height


def extractable(text: str) -> str:
    """What of `text` can be copied from the paper: without characters drawn from supplied outlines."""
    outlines = supplied_glyphs()
    if not outlines:
        return text
    return "".join(c for c in text if ord(c) not in outlines or any(ord(c) in f.characters for f in chain()))


def forget() -> None:
    """Drop what was remembered about installed fonts (after files were added, and in tests)."""
    for remembered in (chain, typst_fonts, _drawable, supplied_glyphs, family_order):
        remembered.cache_clear()
