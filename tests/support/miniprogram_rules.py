"""Rules of the mini-program that no other linter knows, run by ``make lint``.

WXML in the subset that WeChat's and our framework both take, a role and a name on everything that
can be tapped, app.json and files that agree, packages within their budget, no host but that of
utils/config.js, and Chinese as this house writes it. WECHAT.md says why.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.miniprogram_files import check_files
from tests.support.wxml import Element, expressions, parse, plain

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "miniprogram"
BUILT_INS = ROOT / "tests/miniprogram/runtime/builtins/templates.js"

TAP = re.compile(r"^(capture-)?(mut-)?(bind|catch):?tap$")
CALL = re.compile(r"([A-Za-z_$][\w$]*)((?:\.[\w$]+)*)\s*\(")
STRING = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`")
SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\\])//[^\n]*", re.DOTALL)
HOST = re.compile(r"\b(?:https?|wss?)://")
CHINESE = "[\u3400-\u9fff]"
SHOUT = re.compile(f"！|{CHINESE}\\s*!")
HALF_WIDTH = re.compile(f"{CHINESE}[,;?]|{CHINESE}[:](?!\\w*\\$)")
OWN_ROLE = {"button", "navigator", "input", "textarea", "switch", "picker", "checkbox", "radio", "slider"}
NEED_LABEL = {"input", "textarea", "slider"}
HOSTS_LIVE_IN = {"utils/config.js", "README.md"}
TEXT_SUFFIXES = {".js", ".json", ".wxml", ".wxs", ".wxss"}


def built_in_tags() -> set[str]:
    """Return the tags our runtime has, beside those that only group."""
    text = BUILT_INS.read_text(encoding="utf-8")
    return set(re.findall(r"^  '?([a-z][a-z-]*)'?: ", text, re.MULTILINE)) | {
        "block",
        "template",
        "import",
        "include",
        "wxs",
        "slot",
    }


def check_markup(name: str, source: str, own_tags: set[str]) -> Iterator[str]:
    """Yield a sentence for everything wrong in one .wxml file.

    ``own_tags`` are the tags of usingComponents in the file's .json.
    """
    root = parse(source)
    scripts = {e.attributes.get("module", "") for e in root.walk() if e.tag == "wxs"}
    known = built_in_tags() | own_tags
    for element in root.walk():
        where = f"{name}:{element.line}"
        if element.tag and element.tag not in known:
            yield f"{where} <{element.tag}> is neither built in nor in usingComponents"
        if element.tag != "wxs":
            yield from _check_expressions(where, element, scripts)
        yield from _check_attributes(where, element)
        yield from _check_access(where, element, own_tags)


def _check_expressions(where: str, element: Element, scripts: set[str]) -> Iterator[str]:
    for text in [element.text, *element.attributes.values()]:
        for expression in expressions(text):
            if not expression.strip():
                yield f"{where} empty {{{{}}}}"
            if "\\" in expression:
                yield f"{where} backslash in {{{{{expression}}}}}"
            bare = STRING.sub("''", expression)
            if any(call[1] not in scripts for call in CALL.finditer(bare)):
                yield f"{where} call in {{{{{expression}}}}}: only functions of a wxs module may be called"


def _check_attributes(where: str, element: Element) -> Iterator[str]:
    for name in element.attributes:
        if name.startswith("wx-"):
            yield f"{where} {name}: write wx:{name[3:]}"
    if "wx:for" in element.attributes and "wx:key" not in element.attributes:
        yield f"{where} wx:for without wx:key"


def _check_access(where: str, element: Element, own_tags: set[str]) -> Iterator[str]:
    """Everything that can be tapped needs a role and a name (EXPERIENCE.md, Phones)."""
    attributes = element.attributes
    if attributes.get("aria-hidden") == "true" or element.tag in own_tags:
        return
    labelled = bool(attributes.get("aria-label"))
    tappable = any(TAP.match(name) for name in attributes) or element.tag in {"button", "navigator"}
    if tappable and not labelled and not element.words():
        yield f"{where} <{element.tag}> can be tapped but has neither aria-label nor text"
    if tappable and element.tag not in OWN_ROLE and not attributes.get("aria-role"):
        yield f"{where} <{element.tag}> can be tapped but has no aria-role"
    if element.tag in NEED_LABEL and not labelled:
        yield f"{where} <{element.tag}> has no aria-label"
    if element.tag == "image" and not labelled:
        yield f"{where} <image> has neither aria-label nor aria-hidden"


def chinese_texts(name: str, source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of everything in a file that people may read."""
    if name.endswith(".wxml"):
        for element in parse(source).walk():
            if element.tag != "wxs":
                yield element.line, plain(element.text)
                yield from ((element.line, plain(value)) for value in element.attributes.values())
                for text in [element.text, *element.attributes.values()]:
                    for expression in expressions(text):
                        yield from ((element.line, found[0]) for found in STRING.finditer(expression))
    elif name.endswith((".js", ".wxs", ".json")):
        bare = SCRIPT_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source)
        for found in STRING.finditer(bare):
            yield bare.count("\n", 0, found.start()) + 1, found[0]


def check_words(name: str, source: str) -> Iterator[str]:
    """Yield a sentence for exclamation marks and half-width punctuation in Chinese."""
    for line, text in chinese_texts(name, source):
        if SHOUT.search(text):
            yield f"{name}:{line} exclamation mark in {text.strip()[:40]}"
        if HALF_WIDTH.search(text):
            yield f"{name}:{line} half-width punctuation in {text.strip()[:40]}"


def check_hosts(name: str, source: str) -> Iterator[str]:
    """Yield a sentence for every host outside utils/config.js."""
    if name in HOSTS_LIVE_IN:
        return
    for found in HOST.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield f"{name}:{line} names a host; only utils/config.js may"


def check_program(program: Path) -> list[str]:
    """Return everything wrong with a mini-program folder, in the order of its files."""
    problems = list(check_files(program))
    for path in sorted(program.rglob("*")):
        if not path.is_file() or path.suffix not in TEXT_SUFFIXES:
            continue
        name = path.relative_to(program).as_posix()
        source = path.read_text(encoding="utf-8")
        problems += check_hosts(name, source)
        problems += check_words(name, source)
        if path.suffix == ".wxml":
            problems += check_markup(name, source, own_tags_of(path))
    return problems


def own_tags_of(markup: Path) -> set[str]:
    """Return the component tags that a template may use: those of its own .json and of app.json."""
    tags: set[str] = set()
    for path in (markup.with_suffix(".json"), _app_of(markup)):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            block = re.search(r'"(?:usingComponents|componentGenerics)"\s*:\s*\{(.*?)\}', text, re.DOTALL)
            tags |= set(re.findall(r'"([\w-]+)"\s*:', block[1])) if block else set()
    return tags


def _app_of(path: Path) -> Path:
    """Return app.json of the program a file belongs to."""
    for folder in path.parents:
        if (folder / "app.json").is_file():
            return folder / "app.json"
    return path.parent / "app.json"


def main() -> int:
    """Print every problem; the exit code says whether there was one."""
    problems = check_program(PROGRAM)
    print("\n".join(problems) or "mini-program: every rule kept")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
