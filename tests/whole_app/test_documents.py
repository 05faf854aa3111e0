"""What the documents tell a user to type, open or look at exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from brickwall.cli import brickwall

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
COMMAND = re.compile(r"(?:^|[\s`])(?:\.venv/bin/)?(?:brickwall|run) ((?:[a-z-]+)(?: [^\n#`]*)?)")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`?\bmake ([a-z-]+)")


def _typed(text: str) -> Iterator[list[str]]:
    """Yield the words of every brickwall command inside code."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S) + re.findall(r"`([^`\n]+)`", text)
    for block in blocks:
        for line in block.replace("\\\n", " ").splitlines():
            found = COMMAND.search(line)
            if found and "sudo -u" not in line:
                yield found.group(1).split()


def _check(words: list[str]) -> str:
    """Return what is wrong with a typed command, or nothing."""
    command: click.Command = brickwall
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        following = command.commands.get(words[0])
        if following is None:
            return f"no command {words[0]!r}"
        command, words = following, words[1:]
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    wrong = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {wrong}" if wrong else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_link_and_target_exists(document: Path) -> None:
    text = document.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    faults = [f"brickwall {' '.join(words)}: {_check(words)}" for words in _typed(text) if _check(words)]
    faults += [
        f"link {link}"
        for link in LINK.findall(text)
        if "://" not in link and not (document.parent / link).exists()
    ]
    faults += [f"make {name}" for name in TARGET.findall(text) if name not in targets]
    assert "\n".join(faults) == ""


def test_the_documents_were_found() -> None:
    assert len(DOCUMENTS) >= 8
    assert any(True for document in DOCUMENTS for _ in _typed(document.read_text()))
