"""Plaque templates read from qr_assets/plaques.toml: sizes in mm, no code per template."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from brickwall.printing.assets import ASSETS
from brickwall.printing.budget import QUIET_ZONE
from brickwall.printing.errors import TemplateUnknown

BOX = tuple[float, float, float, float]
"""x, y, width, height in mm from the top left corner of a face or page."""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a face; see the head of qr_assets/plaques.toml for what each field does."""

    kind: str
    box: BOX
    colour: str = "ink"
    size: float = 0.0
    align: str = "left"
    tracking: float = 0.0
    weight: float = 0.0
    lines: int = 1
    runs: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A page with a grid of equal faces."""

    name: str
    title: str
    note: str
    page: tuple[float, float]
    face: tuple[float, float]
    origin: tuple[float, float]
    pitch: tuple[float, float]
    columns: int
    rows: int
    margin_note: tuple[float, float]
    elements: tuple[Element, ...] = field(repr=False)
    marks: str = ""
    bleed: float = 0.0

    @property
    def per_page(self) -> int:
        """Faces on one page."""
        return self.columns * self.rows

    @property
    def code_boxes(self) -> tuple[BOX, ...]:
        """Where the codes stand on a face, quiet zone included."""
        return tuple(e.box for e in self.elements if e.kind == "code")

    def slot(self, index: int) -> tuple[float, float]:
        """Top left corner on the page of the face at `index` (row by row, from 0)."""
        row, column = divmod(index, self.columns)
        return (
            round(self.origin[0] + column * self.pitch[0], 4),
            round(self.origin[1] + row * self.pitch[1], 4),
        )

    def module_mm(self, side: int) -> float:
        """Smallest module in mm when a code has `side` modules without its quiet zone."""
        return min(box[2] for box in self.code_boxes) / (side + 2 * QUIET_ZONE)

    def reading_distance(self, side: int) -> str:
        """From how far a phone reads it, in plain words (10 to 13 times the code's width)."""
        code = self.module_mm(side) * side
        return f"约 {code * 10 / 1000:.1f}–{code * 13 / 1000:.1f} 米"


def _element(data: dict[str, Any]) -> Element:
    """Build an element; box and runs become tuples."""
    box = tuple(float(v) for v in data["box"])
    rest = {k: v for k, v in data.items() if k not in ("box", "runs")}
    return Element(box=(box[0], box[1], box[2], box[3]), runs=tuple(data.get("runs", ())), **rest)


def _pair(values: list[float]) -> tuple[float, float]:
    """Two lengths in mm."""
    return float(values[0]), float(values[1])


_PAIRS = ("page", "face", "origin", "pitch", "margin_note")


@cache
def _read() -> tuple[dict[str, str], dict[str, Template]]:
    """Read colours and templates once."""
    data = tomllib.loads((ASSETS / "plaques.toml").read_text("utf-8"))
    templates = {}
    for entry in data["template"]:
        values: dict[str, Any] = {k: v for k, v in entry.items() if k != "element"}
        values |= {k: _pair(entry[k]) for k in _PAIRS}
        elements = tuple(_element(e) for e in entry["element"])
        templates[entry["name"]] = Template(elements=elements, **values)
    return data["colours"], templates


def colours() -> dict[str, str]:
    """Named colours of the templates as `#RRGGBB`."""
    return _read()[0]


def list_templates() -> list[Template]:
    """Every template in the order of the data file."""
    return list(_read()[1].values())


def get_template(name: str) -> Template:
    """Return the template called `name`.

    Raises:
        TemplateUnknown: naming the ones there are.
    """
    templates = _read()[1]
    if name not in templates:
        known = "、".join(templates)
        raise TemplateUnknown(f"没有叫“{name}”的版式。现有的版式：{known}。请改用其中一个。")
    return templates[name]
