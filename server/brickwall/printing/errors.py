"""What can go wrong on paper, each with a sentence a clerk understands and the remedy.

The printing layer knows nothing of HTTP or of the database; the domains turn
these into problems or command-line messages.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


class PrintingError(Exception):
    """Something cannot be printed. `str(error)` is a Chinese sentence with the next step."""


class TemplateUnknown(PrintingError):
    """No template of that name lies in qr_assets."""


class HostTooLong(PrintingError):
    """The link does not fit a code that still reads on a wall."""


class UnreadableDocument(PrintingError):
    """The file handed over is not a PDF that can be opened."""


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """One character that no installed font can draw."""

    text: str
    """The text it stands in, for example the member's name."""

    character: str

    @property
    def label(self) -> str:
        """The character for a report: itself if it can be shown, its code point, its name."""
        point = f"U+{ord(self.character):04X}"
        name = unicodedata.name(self.character, "")
        if unicodedata.category(self.character).startswith("C"):
            return f"看不见的字符 {point}" + (f"（{name}）" if name else "")
        return f"“{self.character}” {point}"


class MissingGlyphs(PrintingError):
    """Characters without a glyph. No typesetter reports them: the name would print with a hole."""

    def __init__(self, missing: list[MissingCharacter]) -> None:
        """Take every missing character of the job, so that one message names them all."""
        self.missing = missing
        listed = "；".join(f"{m.text.strip() or '（空白）'} 的{m.label}" for m in missing[:8])
        more = f"，另有 {len(missing) - 8} 处" if len(missing) > 8 else ""
        super().__init__(
            f"这些字没有字体能印：{listed}{more}。"
            "请先核对姓名；字没有错时，把含有该字的字体文件放进 qr_assets/fonts，"
            "或者把该字的 SVG 字形（存成 U+码位.svg）放进 qr_assets/glyphs，再印一次。"
        )

    def __reduce__(self) -> tuple[type[MissingGlyphs], tuple[list[MissingCharacter]]]:
        """Survive the way from the press's child process."""
        return type(self), (self.missing,)


@dataclass(frozen=True, slots=True)
class Failure:
    """One plaque that did not pass its proof."""

    name: str
    code: str
    page: int
    """Counted from 1; 0 when the code failed before any page existed."""

    reason: str


class ProofFailed(PrintingError):
    """At least one plaque cannot be read back, so nobody gets the file."""

    def __init__(self, failures: list[Failure]) -> None:
        """Take every failure, so that the message names the first few and counts the rest."""
        self.failures = failures
        listed = "；".join(f"{f.name}（{f.code}）：{f.reason}" for f in failures[:6])
        more = f"，另有 {len(failures) - 6} 块" if len(failures) > 6 else ""
        super().__init__(
            f"有 {len(failures)} 块铭牌没有通过试读，文件没有交出：{listed}{more}。"
            "请换一个版式再印；仍不通过时，检查设置里的网址，并把这段话发给管理员。"
        )

    def __reduce__(self) -> tuple[type[ProofFailed], tuple[list[Failure]]]:
        """Survive the way from the press's child process."""
        return type(self), (self.failures,)
