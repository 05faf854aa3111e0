"""The mini-program's labels are the package's own."""

import json
import re
from enum import StrEnum
from pathlib import Path

import pytest
from click.testing import CliRunner

from brickwall.cli.miniprogram import LABELLED, WORDS, labels_script, miniprogram

LABELS_FILE = Path(__file__).parents[2] / "miniprogram" / "utils" / "labels.js"


def test_the_file_is_what_the_command_prints() -> None:
    """``brickwall miniprogram labels > miniprogram/utils/labels.js`` writes it."""
    printed = CliRunner().invoke(miniprogram, ["labels"])
    assert printed.exit_code == 0
    assert LABELS_FILE.read_text(encoding="utf-8") == printed.output


@pytest.mark.parametrize("kind", LABELLED, ids=lambda kind: kind.__name__)
def test_every_member_has_its_own_words(kind: type[StrEnum]) -> None:
    table = _constant("LABELS")[kind.__name__]
    assert table == {member.value: WORDS[member] for member in kind}


def _constant(name: str) -> dict[str, dict[str, str]]:
    """Return one constant of the script as the program will read it."""
    found = re.search(rf"const {name} = (\{{.*?\n\}});", labels_script(), re.DOTALL)
    assert found
    table: dict[str, dict[str, str]] = json.loads(found[1])
    return table
