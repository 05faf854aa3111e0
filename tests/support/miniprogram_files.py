"""app.json and the files of a mini-program: complete, nothing left over, packages within budget."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

MAIN_BUDGET = 1024 * 1024
PART_BUDGET = 500 * 1024
PAGE_SUFFIXES = (".js", ".json", ".wxml")
STANDING = {"app.js", "app.json", "app.wxss", "sitemap.json", "project.config.json", "README.md"}
# Files of DevTools and of people, which are not uploaded.
NOT_SHIPPED = {"project.config.json", "project.private.config.json", "README.md"}
REFERENCE = {
    ".js": re.compile(r"require\(\s*['\"]([^'\"]+)['\"]\s*\)"),
    ".wxs": re.compile(r"require\(\s*['\"]([^'\"]+)['\"]\s*\)"),
    ".wxml": re.compile(r"<(?:import|include|wxs)\b[^>]*?\bsrc=\"([^\"]+)\"", re.DOTALL),
    ".wxss": re.compile(r"@import\s+(?:url\()?['\"]([^'\"]+)['\"]"),
}
PICTURE = {".png", ".jpg", ".jpeg", ".svg", ".gif"}


def read_json(path: Path) -> dict[str, Any]:
    """Return a file's object; an empty one for a missing or broken file, which is told elsewhere."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def parts_of(app: dict[str, Any]) -> list[str]:
    """Return the roots of the subpackages."""
    return [part["root"].strip("/") for part in app.get("subPackages", app.get("subpackages", []))]


def pages_of(app: dict[str, Any]) -> list[str]:
    """Return every page, those of subpackages included."""
    pages = list(app.get("pages", []))
    for part in app.get("subPackages", app.get("subpackages", [])):
        pages += [f"{part['root'].strip('/')}/{page}" for page in part["pages"]]
    return pages


def resolve(name: str, reference: str) -> str:
    """Return the path inside the program that a reference in file ``name`` leads to."""
    return reference.lstrip("/") if reference.startswith("/") else normpath(join(dirname(name), reference))


def part_of(name: str, parts: list[str]) -> str:
    """Return the subpackage a file belongs to, or an empty text for the main package."""
    return next((part for part in parts if name.startswith(f"{part}/")), "")


def check_files(program: Path) -> Iterator[str]:
    """Yield a sentence for everything in which app.json, the files and the budget disagree."""
    app = read_json(program / "app.json")
    if not app:
        yield "app.json is missing or not JSON"
        return
    names = {path.relative_to(program).as_posix() for path in program.rglob("*") if path.is_file()}
    for name in sorted(names):
        if name.endswith(".json") and not read_json(program / name):
            yield f"{name} is empty or not JSON"
    reached, problems = _reach(program, app, names)
    yield from problems
    yield from (f"{name} is used by nothing" for name in sorted(names - reached - STANDING - NOT_SHIPPED))
    yield from check_sizes({name: (program / name).stat().st_size for name in names}, parts_of(app))
    project = read_json(program / "project.config.json")
    if project.get("appid") != "touristappid":
        yield "project.config.json: appid must be touristappid; your own belongs into the private file"


def _reach(program: Path, app: dict[str, Any], names: set[str]) -> tuple[set[str], list[str]]:
    """Follow every reference from the pages; return the files reached and what leads nowhere."""
    walk = _Walk(program, names, parts_of(app))
    for page in pages_of(app):
        walk.unit(page, "app.json")
    walk.follow("app.js", "app.wxss")
    return walk.reached, walk.problems


class _Walk:
    """The files reached so far."""

    def __init__(self, program: Path, names: set[str], parts: list[str]) -> None:
        self.program, self.names, self.parts = program, names, parts
        self.reached: set[str] = set()
        self.problems: list[str] = []

    def unit(self, name: str, user: str) -> None:
        """Take in a page or component: three files it must have, a style it may have."""
        missing = [suffix for suffix in PAGE_SUFFIXES if name + suffix not in self.names]
        self.problems += [f"{user}: {name}{suffix} is missing" for suffix in missing]
        if f"{name}.json" in self.reached:
            return
        self.reached |= {name + suffix for suffix in (*PAGE_SUFFIXES, ".wxss") if name + suffix in self.names}
        config = read_json(self.program / f"{name}.json")
        markup = self._text(f"{name}.wxml")
        for tag, reference in config.get("usingComponents", {}).items():
            target = resolve(name, reference)
            self._stay_inside(name, target)
            if f"<{tag}" not in markup and "generic:" not in markup:
                self.problems.append(f"{name}.json: <{tag}> is declared but not used")
            self.unit(target, f"{name}.json")
        self.follow(*(name + suffix for suffix in (".js", ".wxml", ".wxss")))

    def follow(self, *files: str) -> None:
        """Take in what files require, import or show."""
        for name in files:
            if name not in self.names:
                continue
            self.reached.add(name)
            text = self._text(name)
            self._pictures(text)
            pattern = REFERENCE.get(Path(name).suffix)
            for reference in pattern.findall(text) if pattern else ():
                self._reference(name, reference)

    def _reference(self, name: str, reference: str) -> None:
        base = resolve(name, reference)
        target = next((one for one in (base, f"{base}{Path(name).suffix}") if one in self.names), None)
        if target is None:
            self.problems.append(f"{name}: {reference} leads nowhere")
            return
        self._stay_inside(name, target)
        if target not in self.reached:
            self.follow(target)

    def _stay_inside(self, name: str, target: str) -> None:
        """A package may use itself and the main package: another one may not be on the phone."""
        other = part_of(target, self.parts)
        if other and other != part_of(name, self.parts):
            self.problems.append(f"{name} uses {target} of another package")

    def _pictures(self, text: str) -> None:
        self.reached |= {n for n in self.names if Path(n).suffix in PICTURE and Path(n).name in text}

    def _text(self, name: str) -> str:
        path = self.program / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def check_sizes(sizes: dict[str, int], parts: list[str]) -> Iterator[str]:
    """Yield a sentence for a package over its budget; the main one is everything outside the others."""
    totals = {"": 0, **dict.fromkeys(parts, 0)}
    for name, size in sizes.items():
        if name not in NOT_SHIPPED:
            totals[part_of(name, parts)] += size
    for part, size in totals.items():
        budget = PART_BUDGET if part else MAIN_BUDGET
        if size > budget:
            yield f"{part or 'main package'}: {size // 1024} kB, the budget is {budget // 1024} kB"
