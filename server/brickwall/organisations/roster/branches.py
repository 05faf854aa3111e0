"""Which branch a line belongs to, by the name a clerk writes for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from brickwall.kernel.text import remove_spaces
from brickwall.organisations.roster.rows import Issue, Roster, RosterRow
from brickwall.organisations.roster.values import Severity

_HEAD = re.compile(r"^(中国共产党|中共)")
_TAIL = re.compile(r"(支部委员会|总支部委员会|委员会|党总支|党支部|党委|支部)$")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that lines can belong to."""

    id: int
    code: str
    name: str
    short_name: str


@dataclass(slots=True)
class Sorted:
    """Lines by branch, and what could not be placed."""

    rows: dict[int, list[RosterRow]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def branch_key(name: str) -> str:
    """Return what the ways of writing a branch share: 柳河村 for 中共柳河村支部委员会."""
    bare = _HEAD.sub("", remove_spaces(name))
    return _TAIL.sub("", bare) or bare


class _Directory:
    def __init__(self, branches: Sequence[Branch]) -> None:
        self._branches = branches
        self._known: dict[str, Branch | str | None] = {}
        self._exact: dict[str, list[Branch]] = defaultdict(list)
        self._loose: dict[str, list[Branch]] = defaultdict(list)
        for branch in branches:
            for name in {branch.code, remove_spaces(branch.name)}:
                self._exact[name].append(branch)
            for name in {branch_key(branch.name), branch_key(branch.short_name)}:
                self._loose[name].append(branch)

    def find(self, text: str) -> Branch | str:
        """Return the branch that a text names, or why there is none."""
        named = self._exact.get(remove_spaces(text)) or self._exact.get(text.lower())
        named = named or self._loose.get(branch_key(text), [])
        if len(named) == 1:
            return named[0]
        if named:
            return f"有 {len(named)} 个党支部都可以叫“{text}”。请写全名或代码。"
        if len(self._branches) == 1:
            return f"写的是“{text}”，不是“{self._branches[0].name}”。请核对，或到上级党组织导入。"
        return f"没有叫“{text}”的党支部。请核对名称，或先建好这个支部。"


def sort_by_branch(roster: Roster, branches: Sequence[Branch]) -> Sorted:
    """Place every line of a roster in one of ``branches``.

    A line names its branch in a column; otherwise the sheet's name counts, and where there
    is only one branch, that is it. What cannot be placed is refused with a reason.
    """
    directory = _Directory(branches)
    result = Sorted()
    answers: dict[tuple[str | None, str], Branch | str] = {}
    for row in roster.rows:
        key = (row.branch, row.sheet)
        if key not in answers:
            answers[key] = _place(directory, branches, *key)
        answer = answers[key]
        if isinstance(answer, str):
            result.issues.append(Issue(Severity.REFUSED, row.sheet, row.line, row.name, answer))
        else:
            result.rows.setdefault(answer.id, []).append(row)
    return result


def _place(directory: _Directory, branches: Sequence[Branch], named: str | None, sheet: str) -> Branch | str:
    if named:
        return directory.find(named)
    if len(branches) == 1:
        return branches[0]
    by_sheet = directory.find(sheet) if sheet else ""
    if isinstance(by_sheet, Branch):
        return by_sheet
    return "没写所在党支部，不知道编到哪里。请加上“所在党支部”一列，或到支部里导入。"
