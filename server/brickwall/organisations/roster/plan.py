"""What a roster would do to the members already there: new, changed, left alone, set aside.

Pure comparison, branch by branch: importing the same file twice gives a plan without
changes, and a member the file does not name is listed, never touched.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from brickwall.kernel.text import remove_spaces
from brickwall.organisations.constants import LABELS, MemberStatus
from brickwall.organisations.roster.cells import name_key
from brickwall.organisations.roster.comparing import Change, as_applied, compare
from brickwall.organisations.roster.matching import Existing, Pairing, pair_namesakes
from brickwall.organisations.roster.rows import Issue, RosterRow
from brickwall.organisations.roster.values import Severity


class Action(StrEnum):
    """What happens to a line of the roster."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"

    @property
    def label(self) -> str:
        """The word shown above the preview's tables."""
        return {"new": "新增", "changed": "有变化", "unchanged": "不变", "set_aside": "存疑，先不动"}[
            self.value
        ]


@dataclass(slots=True)
class PlanItem:
    """What happens to one line, in which branch, and to which member."""

    action: Action
    row: RosterRow
    organisation_id: int
    member_id: int | None = None
    changes: tuple[Change, ...] = ()

    def signature(self) -> bytes:
        """Return 8 bytes that are the same only for the same act on the same state.

        Kept with the preview, so that nothing is applied that nobody has seen.
        """
        parts = [
            self.action,
            self.row.sheet,
            self.row.line,
            self.organisation_id,
            self.member_id,
            self.row.name,
        ]
        parts += [(change.field, change.old, change.new) for change in self.changes]
        return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


@dataclass(slots=True)
class BranchPlan:
    """The plan for one branch."""

    organisation_id: int
    items: list[PlanItem] = field(default_factory=list)
    missing: list[Existing] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    new_groups: list[str] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """Count the lines with ``action``."""
        return sum(item.action is action for item in self.items)


def plan_branch(
    organisation_id: int, rows: Sequence[RosterRow], existing: Sequence[Existing], groups: Iterable[str] = ()
) -> BranchPlan:
    """Compare the lines of one branch with its members.

    Args:
        rows: lines of this branch, phones already indexed.
        existing: every member of the branch whatever his status.
        groups: names of the branch's groups.
    """
    plan = BranchPlan(organisation_id)
    by_name: dict[str, list[RosterRow]] = defaultdict(list)
    members: dict[str, list[Existing]] = defaultdict(list)
    for row in rows:
        by_name[name_key(row.name)].append(row)
    for member in existing:
        members[name_key(member.name)].append(member)
    pairings: dict[int, Pairing] = {}
    for key, same in by_name.items():
        pairings.update(_settle(same, members.get(key, [])))
    seen = {pairing.member.id for pairing in pairings.values() if pairing.member}
    for row in rows:
        _add_item(plan, row, pairings[id(row)])
    _note_shared_phones(plan, existing)
    # Whoever shares a name with a line set aside may be meant by it.
    unsure = {name_key(item.row.name) for item in plan.items if item.action is Action.SET_ASIDE}
    plan.missing = [
        member
        for member in existing
        if member.id not in seen
        and member.status is MemberStatus.ACTIVE
        and name_key(member.name) not in unsure
    ]
    plan.new_groups = _new_groups(plan, groups)
    return plan


def _settle(rows: Sequence[RosterRow], members: Sequence[Existing]) -> dict[int, Pairing]:
    """Pair namesakes, and refuse a pairing that a second import would judge otherwise.

    What is applied changes who is like whom. So the outcome is tried out first: unless every
    line would then find its own member with nothing left to change, nobody of this name is
    touched, and the clerk is asked.
    """
    pairings = pair_namesakes(rows, members)
    if len(rows) == 1 and len(members) <= 1:
        return pairings
    after = {member.id: member for member in members}
    for place, row in enumerate(rows, start=1):
        pairing = pairings[id(row)]
        if not pairing.set_aside:
            applied = as_applied(row, pairing.member, -place)
            after[applied.id] = applied
    again = pair_namesakes(rows, list(after.values()))
    if all(_is_settled(row, again[id(row)]) for row in rows):
        return pairings
    return {id(row): _unsettled(row, pairings[id(row)], len(rows), len(members)) for row in rows}


def _is_settled(row: RosterRow, pairing: Pairing) -> bool:
    return pairing.set_aside or (pairing.member is not None and not compare(row, pairing.member))


def _unsettled(row: RosterRow, pairing: Pairing, rows: int, members: int) -> Pairing:
    if pairing.set_aside or (pairing.member is not None and not compare(row, pairing.member)):
        return pairing
    reason = (
        f"名册里有 {rows} 个“{row.name}”，系统里有 {members} 个，分不清谁是谁。请都写上电话、出生或入党时间。"
    )
    return Pairing(set_aside=True, reason=reason)


def _add_item(plan: BranchPlan, row: RosterRow, pairing: Pairing) -> None:
    if pairing.reason:
        plan.issues.append(Issue(pairing.severity, row.sheet, row.line, row.name, pairing.reason))
    if pairing.set_aside:
        plan.items.append(PlanItem(Action.SET_ASIDE, row, plan.organisation_id))
        return
    if pairing.member is None:
        plan.items.append(PlanItem(Action.NEW, row, plan.organisation_id))
        return
    changes = compare(row, pairing.member)
    action = Action.CHANGED if changes else Action.UNCHANGED
    plan.items.append(PlanItem(action, row, plan.organisation_id, pairing.member.id, changes))
    if pairing.member.status is not MemberStatus.ACTIVE and row.status is None:
        reason = f"系统里这位党员的状态是“{LABELS[pairing.member.status]}”，名册里还有。状态没有改，请核对。"
        plan.issues.append(Issue(Severity.DOUBTFUL, row.sheet, row.line, row.name, reason))


def _note_shared_phones(plan: BranchPlan, existing: Sequence[Existing]) -> None:
    """Tell of new people whose phone belongs to a member of another name: perhaps a corrected name."""
    owners = {member.phone_index: member for member in existing if member.phone_index}
    for item in plan.items:
        owner = owners.get(item.row.phone_index) if item.row.phone_index else None
        if item.action is Action.NEW and owner is not None:
            reason = (
                f"电话和已有的“{owner.name}”一样。如果是同一人改了名字，请不要导入这一行，直接改他的姓名。"
            )
            plan.issues.append(Issue(Severity.DOUBTFUL, item.row.sheet, item.row.line, item.row.name, reason))


def _new_groups(plan: BranchPlan, groups: Iterable[str]) -> list[str]:
    known = {remove_spaces(group) for group in groups}
    wanted: dict[str, str] = {}
    for item in plan.items:
        group = item.row.group
        if group and item.action is not Action.SET_ASIDE and remove_spaces(group) not in known:
            wanted.setdefault(remove_spaces(group), group)
    return list(wanted.values())
