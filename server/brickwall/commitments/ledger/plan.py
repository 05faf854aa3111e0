"""What a ledger would do to a branch: each line matched to a member and to what is there already."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from brickwall.commitments.ledger.reading import LedgerRow
from brickwall.commitments.models import Commitment
from brickwall.commitments.texts import text_of
from brickwall.kernel.text import remove_spaces
from brickwall.organisations.constants import LABELS, MemberStatus
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.roster.cells import name_key
from brickwall.organisations.roster.rows import Issue
from brickwall.organisations.roster.values import Severity

_OWN = frozenset({"支部", "党支部", "本支部", "支部承诺", "支委会", "支部委员会", "村党支部", "集体"})


class Action(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    SAME = "same"
    OTHER_WORDS = "other_words"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One line: what becomes of it, and whose commitment it is (None: the branch's own)."""

    row: LedgerRow
    action: Action
    member: Member | None = None


@dataclass(slots=True)
class LedgerPlan:
    """Every line of a ledger, and everything doubtful."""

    items: list[PlanItem] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Count lines by action."""
        counted = Counter(item.action for item in self.items)
        return {action.value: counted[action] for action in Action}


def plan_ledger(
    rows: Iterable[LedgerRow],
    branch: Organisation,
    members: Sequence[Member],
    existing: Iterable[Commitment],
) -> LedgerPlan:
    """Match the lines to members and to the commitments there; nothing is written.

    A line equal to what is there changes nothing, so a file can be imported twice. One with
    the same title and other words is left for a person to decide.
    """
    plan = LedgerPlan()
    known = {(row.member_id, row.year, _title(row.title)): row for row in existing}
    seen: dict[tuple[int | None, int, str], int] = {}
    for row in rows:
        member, refusal = _owner(row, branch, members)
        if refusal:
            _refuse(plan, row, refusal)
            continue
        key = (member.id if member else None, row.year, _title(row.text.title))
        if key in seen:
            _refuse(plan, row, f"和第 {seen[key]} 行是同一件承诺，只算一次。")
            continue
        seen[key] = row.line
        plan.items.append(PlanItem(row, _action(plan, row, known.get(key)), member))
    return plan


def _title(title: str) -> str:
    return remove_spaces(title).strip("。.；;")


def _action(plan: LedgerPlan, row: LedgerRow, there: Commitment | None) -> Action:
    if there is None:
        return Action.NEW
    if text_of(there) == row.text:
        return Action.SAME
    reason = "已经有同名的承诺，别的内容不一样，没有动。要改请到承诺页面上改。"
    plan.issues.append(Issue(Severity.DOUBTFUL, row.sheet, row.line, row.name, reason))
    return Action.OTHER_WORDS


def _refuse(plan: LedgerPlan, row: LedgerRow, reason: str) -> None:
    plan.items.append(PlanItem(row, Action.REFUSED))
    plan.issues.append(Issue(Severity.REFUSED, row.sheet, row.line, row.name, reason))


def _owner(row: LedgerRow, branch: Organisation, members: Sequence[Member]) -> tuple[Member | None, str]:
    """Return whose line it is, or why that cannot be said."""
    key = name_key(row.name)
    if key in _OWN or row.name in {branch.name, branch.short_name}:
        return None, ""
    found = [member for member in members if name_key(member.name) == key]
    active = [member for member in found if member.status is MemberStatus.ACTIVE]
    if len(active) > 1 and row.group:
        active = [
            member for member in active if member.group is not None and _in_group(member.group, row.group)
        ]
    if len(active) == 1:
        return active[0], ""
    if len(active) > 1 or (found and len(found) > 1 and not active and row.group):
        return None, "支部里有同名的党员，分不清是哪一位。请加一列“所在党小组”写明。"
    if found:
        return None, f"这位党员{LABELS[found[0].status]}，不能再提新的承诺。"
    return None, "支部名册里没有这个人。请核对姓名，或先把他加到名册里。"


def _in_group(group: Organisation, wanted: str) -> bool:
    bare = remove_spaces(wanted)
    return bare in {remove_spaces(group.name), remove_spaces(group.short_name)}
