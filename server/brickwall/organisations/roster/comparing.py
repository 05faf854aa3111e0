"""What a line of a roster would change about a member."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from brickwall.kernel.text import remove_spaces
from brickwall.organisations.constants import LABELS, MemberStatus, Sex
from brickwall.organisations.roster.cells import UNSAID_EXEMPTION
from brickwall.organisations.roster.matching import Existing
from brickwall.organisations.roster.rows import RosterRow


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would change. Phones are named, never shown."""

    field: str
    old: str | None
    new: str | None


FIELD_LABELS = {
    "name": "姓名",
    "sex": "性别",
    "born_on": "出生年月",
    "joined_on": "入党时间",
    "regular_on": "转正时间",
    "phone": "联系电话",
    "post": "党内职务",
    "group": "党小组",
    "status": "状态",
    "exemption": "免诺原因",
    "position": "墙上位置",
}
_DATES = ("born_on", "joined_on", "regular_on")


def compare(row: RosterRow, member: Existing) -> tuple[Change, ...]:
    """Return what a line would change about a member.

    What the roster does not tell stays; a date that is only less precise than the one
    there stays too.
    """
    changes: list[Change] = []
    for name in ("name", "sex", *_DATES, "post", "group", "status", "exemption", "position"):
        old, new = getattr(member, name), getattr(row, name)
        if new is None or _same(name, old, new):
            continue
        changes.append(Change(name, shown(old), shown(new)))
    if row.phone_index is not None and row.phone_index != member.phone_index:
        changes.append(Change("phone", "有" if member.phone_index else None, row.phone_index[:12]))
    return tuple(changes)


def _same(name: str, old: Any, new: Any) -> bool:
    if name in _DATES:
        return bool(old) and old.startswith(new)
    if name == "group":
        return bool(old) and remove_spaces(old) == remove_spaces(new)
    if name == "exemption":
        return old is not None and (new in (old, UNSAID_EXEMPTION))
    return bool(old == new)


def shown(value: Any) -> str | None:
    """Return a value as people read it."""
    if value is None or value == "":
        return None
    return LABELS[value] if isinstance(value, Sex | MemberStatus) else str(value)


def as_applied(row: RosterRow, member: Existing | None, new_id: int) -> Existing:
    """Return the member as he would be after the line was written; ``new_id`` is his if he is new."""
    if member is None:
        member = Existing(new_id, row.name, row.status or MemberStatus.ACTIVE)
    values: dict[str, Any] = {}
    for change in compare(row, member):
        attribute = "phone_index" if change.field == "phone" else change.field
        values[attribute] = getattr(row, attribute)
    return dataclasses.replace(member, **values)
