"""Every word of the code has its Chinese word, and every act in the log reads as a sentence."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

import brickwall
from brickwall.audit.constants import SENTENCES, Tag
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.web.words import LABELS, label

ROOT = Path(brickwall.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
EXCLAMATION = re.compile("[!！]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?(]|[,;:?)][\u4e00-\u9fff]")


def enums() -> list[type[StrEnum]]:
    """Return every StrEnum that a ``constants`` module defines, the audit tags left out."""
    found: list[type[StrEnum]] = []
    for module in pkgutil.walk_packages([str(ROOT)], "brickwall."):
        if module.name.endswith(".constants"):
            members = vars(importlib.import_module(module.name)).values()
            found += [
                each
                for each in members
                if isinstance(each, type) and issubclass(each, StrEnum) and each.__module__ == module.name
            ]
    return [each for each in found if each is not Tag]


def keywords(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}


def wrappers(tree: ast.Module) -> dict[str, set[str]]:
    """Return what a module's own helpers around ``record`` add to the data, by their names."""
    return {
        helper.name: keywords(call)
        for helper in ast.walk(tree)
        if isinstance(helper, ast.FunctionDef)
        for call in ast.walk(helper)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record"
    }


def tags_in(call: ast.Call) -> Iterator[Tag]:
    for argument in call.args:
        if isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "Tag":
            yield Tag[argument.attr]


def recorded() -> Iterator[tuple[str, Tag, set[str]]]:
    """Yield where each tag is recorded, and with which data, read from the source."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        helpers = wrappers(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            callee = call.func.id if isinstance(call.func, ast.Name) else ""
            for tag in tags_in(call):
                given = keywords(call) | helpers.get(callee, set())
                yield f"{path.relative_to(ROOT)}:{call.lineno}", tag, given


def placeholders(tag: Tag) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[tag]) if name and name != "subject"}


def test_the_search_for_enums_finds_every_domain():
    domains = {each.__module__.split(".")[1] for each in enums()}
    assert domains >= {"accounts", "commitments", "evaluations", "feedback", "organisations", "plaques"}


@pytest.mark.parametrize("enum", enums(), ids=lambda each: each.__qualname__)
def test_every_member_of_every_enum_has_a_chinese_label(enum):
    for member in enum:
        assert CHINESE.search(label(member)), f"{enum.__name__}.{member.name}"


def test_no_label_is_left_over():
    known = {member for each in enums() for member in each}
    assert len(known) <= sum(len(each) for each in enums())
    assert all(type(member) in enums() for member in LABELS)


@pytest.mark.parametrize("tag", list(Tag), ids=lambda tag: tag.value)
def test_every_tag_is_named_and_renders(tag):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+\.[a-z_]+", tag.value)
    data = dict.fromkeys(placeholders(tag), "某事")
    text = sentence(AuditEntry(tag=tag, subject="韩德水", data=data))
    assert CHINESE.search(text)
    assert "{" not in text
    assert "—" not in text
    assert not EXCLAMATION.search(text)
    assert not HALF_WIDTH.search(text)


def test_a_gap_in_an_old_entry_is_shown_as_a_dash():
    assert "原因：—" in sentence(AuditEntry(tag=Tag.ACCOUNT_DISABLED, subject="", data={}))


def test_every_place_that_records_a_tag_gives_what_its_sentence_needs():
    missing = [
        f"{where} {tag.name}: {', '.join(sorted(placeholders(tag) - given))}"
        for where, tag, given in recorded()
        if placeholders(tag) - given
    ]
    assert missing == []


def test_tags_are_recorded_somewhere():
    unused = set(Tag) - {tag for _, tag, _ in recorded()}
    assert len(unused) < len(Tag) / 2, sorted(tag.name for tag in unused)
