"""What is printed and what comes back: plain data, nothing heavy to import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], None]
"""Called with (plaques done, plaques in all)."""


@dataclass(frozen=True, slots=True)
class PlaqueFace:
    """What stands on one plaque. Empty fields are left out of the face."""

    name: str
    post: str
    branch: str
    brick_number: int | None
    code: str
    """The 8 characters, ungrouped."""

    url: str
    """The whole link the code says, for example `https://liuhe.example/q/7k3m9qx2`."""

    host_words: str
    """The address as people read it, without `https://`."""

    def fields(self) -> dict[str, str]:
        """Values for the fields of a template's runs."""
        brick = f"{self.brick_number} 号砖" if self.brick_number is not None else ""
        half = len(self.code) // 2
        grouped = f"{self.code[:half]} {self.code[half:]}"
        return {
            "name": self.name,
            "post": self.post,
            "branch": self.branch,
            "brick": brick,
            "code": grouped,
            "host": self.host_words,
        }


@dataclass(frozen=True, slots=True)
class PlaqueSheet:
    """A finished and proofed job."""

    pdf: bytes
    pages: int
    fingerprint: str
    """First 12 hex digits of the input's SHA-256; printed in the margin."""

    version: int
    level: str


@dataclass(frozen=True, slots=True)
class ActivationSlip:
    """What one member needs to sign in on his phone once."""

    name: str
    code: str
    """The typed code, already in groups."""

    url: str
    """The address the code on the slip opens; it carries the secret in its fragment."""

    valid_until: str
    """In words, for example `11月28日前有效`."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """One plaque on the sheet that goes with a print job."""

    serial: int
    brick: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One code found in a PDF."""

    page: int
    """Counted from 1."""

    code: str
    """What stands after the last slash of the link."""

    text: str
    """The whole content of the code."""

    decoders: tuple[str, ...]
    """Which of zxing and zbar read it."""
