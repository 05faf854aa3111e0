"""The API as docs/openapi.json describes it: does a request of the mini-program belong to it?"""

import json
import re
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
