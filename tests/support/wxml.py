"""Reads WXML into a small tree, for the rules of miniprogram_rules.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)((?:\"[^\"]*\"|'[^']*'|[^'\">])*?)(/?)>", re.DOTALL)
ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'))?")
MUSTACHE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Element:
    """One tag: its attributes as written, the text directly inside, the tags inside."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator["Element"]:
        """Yield this element and everything inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def words(self) -> str:
        """Return all text inside, expressions included."""
        return "".join(element.text for element in self.walk()).strip()


def _blank(match: re.Match[str]) -> str:
    """Keep the lines of what is left out."""
    return "\n" * match[0].count("\n")


def parse(source: str) -> Element:
    """Return the document as an element without a tag; unbalanced closing tags are passed over."""
    text = COMMENT.sub(_blank, source)
    root = Element("", 1)
    open_elements = [root]
    end = 0
    for match in TAG.finditer(text):
        open_elements[-1].text += text[end : match.start()]
        end = match.end()
        closing, tag, attributes, alone = match.groups()
        if closing:
            if len(open_elements) > 1 and open_elements[-1].tag == tag:
                open_elements.pop()
            continue
        element = Element(tag, text.count("\n", 0, match.start()) + 1, _attributes(attributes))
        open_elements[-1].children.append(element)
        if not alone:
            open_elements.append(element)
    open_elements[-1].text += text[end:]
    return root


def _attributes(text: str) -> dict[str, str]:
    """Return attribute values without their quotes."""
    return {name: value[1:-1] if value else "" for name, value in ATTRIBUTE.findall(text)}


def expressions(text: str) -> list[str]:
    """Return what stands between ``{{`` and ``}}``."""
    return MUSTACHE.findall(text)


def plain(text: str) -> str:
    """Return text without its expressions."""
    return MUSTACHE.sub("", text)
