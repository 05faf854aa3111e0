"""The API as docs/openapi.json describes it: does a request of the mini-program belong to it?"""

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parents[3] / "docs/openapi.json"


@cache
def operations() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return method and path pattern of every operation of the snapshot."""
    paths = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"]
    found = []
    for path, methods in paths.items():
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        found += [(method.upper(), pattern) for method in methods if method != "parameters"]
    return tuple(found)


def is_described(method: str, path: str) -> bool:
    """Tell whether the snapshot has an operation for a request; the query string does not count."""
    bare = path.split("?", 1)[0]
    return any(known == method.upper() and pattern.fullmatch(bare) for known, pattern in operations())


def fits(method: str, template: str) -> bool:
    """Tell whether an address as written in a script can be an operation: its ``*`` stands for any part."""
    parts = template.split("?", 1)[0].split("/")
    return any(known == method.upper() and _match(parts, path) for known, path in _paths())


@cache
def _paths() -> tuple[tuple[str, tuple[str, ...]], ...]:
    paths = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"]
    return tuple(
        (method.upper(), tuple(path.split("/"))) for path, methods in paths.items() for method in methods
    )


def _match(parts: list[str], operation: tuple[str, ...]) -> bool:
    """Compare part by part; a part such as ``week-*`` may fill a parameter as well."""
    if len(parts) != len(operation):
        return False
    return all(
        known.startswith("{") or fnmatchcase(known, part)
        for part, known in zip(parts, operation, strict=True)
    )
