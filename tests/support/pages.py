"""What every page must be, whoever asks for it: checked on the bytes a browser would get."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "link": ("href",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "form": ("action",),
}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}


@dataclass
class Page:
    """A parsed HTML page with what is wrong with it."""

    address: str
    html: str
    policy: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = parser.parse(self.html)
        for position, code, values in parser.errors:
            self.faults.append(f"HTML5: {code} {values} in line {position[0]}")
        self._check()

    def elements(self, *tags: str) -> Iterator[Element]:
        """Yield the elements called ``tags`` in the order of the page; all of them when none is given."""
        for element in self.root.iter():
            if isinstance(element.tag, str) and (not tags or element.tag in tags):
                yield element

    def links(self) -> Iterator[str]:
        """Yield path and query of every link to a page of ours."""
        for element in self.elements("a"):
            target = urlsplit(urljoin(f"http://localhost{self.address}", element.get("href") or ""))
            if target.scheme == "http" and target.netloc == "localhost" and "download" not in element.attrib:
                yield f"{target.path}?{target.query}" if target.query else target.path

    def text(self) -> str:
        """Return what is read on the page, without scripts and styles."""
        parts: list[str] = []

        def walk(element: Element) -> None:
            if element.tag not in {"script", "style", "textarea", "title"}:
                parts.append(element.text or "")
                for child in element:
                    walk(child)
            parts.append(element.tail or "")

        walk(self.root)
        return "".join(parts)

    def _check(self) -> None:
        checks = (
            self._check_head,
            self._check_scripts,
            self._check_hosts,
            self._check_ids,
            self._check_fields,
            self._check_words,
        )
        for check in checks:
            self.faults.extend(check())

    def _check_head(self) -> Iterator[str]:
        if self.root.get("lang") != "zh-CN":
            yield "no lang"
        titles = [element.text or "" for element in self.elements("title") if element.text]
        if not titles or not titles[0].strip():
            yield "no title"
        if len(list(self.elements("h1"))) != 1:
            yield "not exactly one h1"
        if not list(self.elements("main")):
            yield "no main"

    def _check_scripts(self) -> Iterator[str]:
        nonces = set(re.findall(r"'nonce-([^']+)'", self.policy))
        for element in self.elements("script"):
            data = element.get("type") == "application/json"
            if "src" not in element.attrib and not data and element.get("nonce") not in nonces:
                yield "inline script without nonce"
        for element in self.elements():
            for name, value in element.attrib.items():
                if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                    yield f"script in attribute {name}"
        if "default-src 'none'" not in self.policy:
            yield "no content security policy"

    def _check_hosts(self) -> Iterator[str]:
        for tag, names in LOADING.items():
            for element in self.elements(tag):
                for name in names:
                    yield from self._outside(tag, element.get(name) or "")
        for style in re.findall(r"url\(\s*['\"]?([^'\")]+)", self.html):
            yield from self._outside("style", style)

    def _outside(self, tag: str, address: str) -> Iterator[str]:
        target = urlsplit(address)
        if target.netloc not in {"", "localhost"} and target.scheme not in {"data", "blob"}:
            yield f"{tag} loads from {target.netloc}"

    def _check_ids(self) -> Iterator[str]:
        ids = [element.get("id") for element in self.elements() if element.get("id")]
        yield from (f"id {each} twice" for each in sorted({each for each in ids if ids.count(each) > 1}))
        known = set(ids)
        for element in self.elements("label"):
            if element.get("for") and element.get("for") not in known:
                yield f"label for {element.get('for')}, which is not there"

    def _check_fields(self) -> Iterator[str]:
        labelled = {element.get("for") for element in self.elements("label")}
        inside = {id(child) for label in self.elements("label") for child in label.iter()}
        for element in self.elements("input", "select", "textarea"):
            named = element.get("id") in labelled or id(element) in inside or element.get("aria-label")
            if element.get("type") not in UNLABELLED_TYPES and not named:
                yield f"field {element.get('name')} without a label"
        for element in self.elements("img"):
            if "alt" not in element.attrib:
                yield "picture without alt"
        for element in self.elements("form"):
            if element.get("method", "get").lower() == "post" and self.address.startswith(
                ("/console", "/my")
            ):
                names = {field.get("name") for field in element.iter("input")}
                signed_out = self.address.startswith("/console/sign-in")
                if "form_token" not in names and not signed_out:
                    yield f"form to {element.get('action')} without form_token"

    def _check_words(self) -> Iterator[str]:
        text = self.text()
        for match in re.finditer("[!！]", text):
            yield f"exclamation mark: {text[max(0, match.start() - 12) : match.end()]!r}"
        for match in re.finditer(r"[\u4e00-\u9fff][,;?][\u4e00-\u9fff]", text):
            yield f"half-width punctuation: {match[0]!r}"
        for gap in ("None", "Undefined", "{{", "{%"):
            if gap in text:
                yield f"{gap} on the page"


def page_of(address: str, answer: TestResponse) -> Page:
    """Return the parsed page of an answer."""
    return Page(address, answer.get_data(as_text=True), answer.headers.get("Content-Security-Policy", ""))
