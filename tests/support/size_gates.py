"""Size gates of ARCHITECTURE.md, run by ``make lint``.

A source file holds at most 500 lines, a function 50, a view 15 (its docstring
and decorators not counted), a conftest 150. A gate that is passed is a file or
function to split, not a number to raise.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_FILE_LINES = 500
MAX_CONFTEST_LINES = 150
MAX_FUNCTION_LINES = 50
MAX_VIEW_LINES = 15

SOURCE_SUFFIXES = {".py", ".html", ".css", ".js", ".mjs", ".typ", ".sh", ".wxml", ".wxss", ".wxs"}
ROUTE_DECORATORS = {"route", "get", "post", "put", "patch", "delete"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def is_view(node: FunctionNode) -> bool:
    """Tell whether a function is registered with a router by a decorator such as ``@pages.get``."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTE_DECORATORS
        for decorator in node.decorator_list
    )


def count_lines(node: FunctionNode) -> int:
    """Count the lines of a function from ``def`` to its last line."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def count_view_lines(node: FunctionNode) -> int:
    """Count the lines of a view without its docstring: words about it do not make it a fat view."""
    first = node.body[0]
    words = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if words else 0
    return count_lines(node) - docstring


def check_functions(path: Path, text: str) -> Iterator[str]:
    """Yield a sentence for every function of a Python file that is over a gate."""
    # A migration step is a list of statements that is never edited again: there is nothing to split.
    if path.parts[:3] == ("server", "migrations", "versions"):
        return
    in_package = path.parts[:2] == ("server", "brickwall")
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, FunctionNode):
            continue
        where = f"{path}:{node.lineno} {node.name}"
        if (lines := count_lines(node)) > MAX_FUNCTION_LINES:
            yield f"{where}: {lines} lines, a function holds {MAX_FUNCTION_LINES}"
        if in_package and is_view(node) and (lines := count_view_lines(node)) > MAX_VIEW_LINES:
            yield f"{where}: {lines} lines, a view holds {MAX_VIEW_LINES}"


def check_file(path: Path, text: str) -> Iterator[str]:
    """Yield a sentence for every gate that one source file passes."""
    limit = MAX_CONFTEST_LINES if path.name == "conftest.py" else MAX_FILE_LINES
    lines = len(text.splitlines())
    if lines > limit:
        yield f"{path}: {lines} lines, the gate is {limit}"
    if path.suffix == ".py":
        yield from check_functions(path, text)


def list_sources() -> list[Path]:
    """List the source files git knows or would take, in a stable order."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    paths = {Path(name) for name in names}
    return sorted(path for path in paths if path.suffix in SOURCE_SUFFIXES and path.is_file())


def main() -> int:
    """Print every gate that is passed; the exit code says whether there was one."""
    problems = [
        problem for path in list_sources() for problem in check_file(path, path.read_text(encoding="utf-8"))
    ]
    print("\n".join(problems) or "size gates: every file and function within its gate")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
