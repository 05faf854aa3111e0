"""docs/GLOSSARY.md says what the code says."""

import re
from pathlib import Path

import pytest

from brickwall.web.words import label
from tests.whole_app.test_labels import enums

GLOSSARY = Path(__file__).parents[2] / "docs" / "GLOSSARY.md"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.+?) \|$", re.MULTILINE)


def sections() -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of each enum's table, by the enum's name."""
    _, _, words = GLOSSARY.read_text().partition("## Words in the code")
    parts = re.split(r"^### (\w+)$", words, flags=re.MULTILINE)[1:]
    return {name: ROW.findall(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize("enum", enums(), ids=lambda each: each.__qualname__)
def test_every_label_stands_in_the_glossary(enum):
    wanted = [(member.name, member.value, label(member)) for member in enum]
    assert sections().get(enum.__name__) == wanted


def test_the_glossary_explains_no_enum_that_is_gone():
    assert set(sections()) == {each.__name__ for each in enums()}


def test_code_names_of_the_field_exist():
    named = set(re.findall(r"\| `([A-Z]\w+)` \|", GLOSSARY.read_text().partition("## Words in the code")[0]))
    source = "\n".join(path.read_text() for path in (GLOSSARY.parents[1] / "server/brickwall").rglob("*.py"))
    gone = {name for name in named if not re.search(rf"\b(?:class )?{name}\b", source)}
    assert named
    assert gone == set()
