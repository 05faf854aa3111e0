"""The guides speak of what is built: words of the pages, commands, pictures, links."""

import re
from pathlib import Path

import click
import pytest

import brickwall
from brickwall.cli import brickwall as command_line

PACKAGE = Path(brickwall.__file__).parent
GUIDES = sorted((PACKAGE.parents[1] / "docs" / "guides").glob("*.md"))
BOLD = re.compile(r"\*\*([^*]+)\*\*")
COMMAND = re.compile(r"^\s*(?:run|brickwall|.*bin/brickwall) ([a-z][^#|\n]*)$", re.MULTILINE)
# Bold for emphasis, not words of a page.
EMPHASIS = {"加粗", "它印在每一块砖上，挂上墙以后就不能再改", "再抄一份到别的机器"}


@pytest.fixture(scope="module")
def words() -> str:
    """Return everything a page may say: templates, scripts, sources and plaque templates."""
    folders = (PACKAGE, PACKAGE.parents[1] / "qr_assets", PACKAGE.parents[1] / "miniprogram")
    files = [path for folder in folders for path in folder.rglob("*")]
    kinds = {".html", ".py", ".js", ".toml", ".typ", ".wxml"}
    return "\n".join(path.read_text() for path in files if path.suffix in kinds)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_words_in_bold_stand_on_a_page(guide, words):
    missing = [word for word in BOLD.findall(guide.read_text()) if word not in words and word not in EMPHASIS]
    assert missing == []


def commands(guide: Path) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", guide.read_text(), re.DOTALL)
    text = "\n".join(blocks) + "\n" + "\n".join(re.findall(r"`(run [^`]+)`", guide.read_text()))
    return [line.split() for line in COMMAND.findall(text)]


def test_commands_of_the_operator_exist_with_their_options():
    found = [each for guide in GUIDES for each in commands(guide)]
    assert len(found) >= 8
    for parts in found:
        command: click.Command = command_line
        while isinstance(command, click.Group):
            assert parts[0] in command.commands, parts
            command = command.commands[parts.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {part for part in parts if part.startswith("--")} <= options, parts


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_links_and_pictures_lead_somewhere(guide):
    targets = re.findall(r"\]\(([^)#]+)\)", guide.read_text())
    assert [each for each in targets if "://" not in each and not (guide.parent / each).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_guides_keep_chinese_punctuation_and_no_slogans(guide):
    prose = re.sub(r"```.*?```|`[^`]*`", "", guide.read_text(), flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff][,;?!]", prose) == []
    assert "！" not in prose
