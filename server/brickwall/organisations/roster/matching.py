"""Who is who among people of one name in one branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from brickwall.kernel.text import remove_spaces
from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster.rows import RosterRow
from brickwall.organisations.roster.values import Severity


class Person(Protocol):
    """What tells namesakes apart."""

    @property
    def phone_index(self) -> str | None:
        """Keyed hash of the phone number."""

    @property
    def born_on(self) -> str | None:
        """ISO date of any precision."""

    @property
    def joined_on(self) -> str | None:
        """ISO date of any precision."""

    @property
    def group(self) -> str | None:
        """Name of the group."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A member already there, as the comparison needs him. ``group`` is the group's name."""

    id: int
    name: str
    status: MemberStatus
    sex: Sex | None = None
    born_on: str | None = None
    joined_on: str | None = None
    regular_on: str | None = None
    phone_index: str | None = None
    post: str = ""
    group: str | None = None
    exemption: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which member a line means: one, a new one (None), or nobody can tell (``set_aside``)."""

    member: Existing | None = None
    set_aside: bool = False
    reason: str = ""
    severity: Severity = Severity.DOUBTFUL


_WEIGHTS = (("phone_index", 4), ("born_on", 3), ("joined_on", 3), ("group", 1))


def likeness(one: Person, other: Person) -> tuple[int, int]:
    """Return how much speaks for one person and how much against, by what both sides tell."""
    agree = differ = 0
    for attribute, weight in _WEIGHTS:
        left, right = getattr(one, attribute), getattr(other, attribute)
        if not left or not right:
            continue
        if _agree(attribute, left, right):
            agree += weight
        else:
            differ += weight
    return agree, differ


def _agree(attribute: str, left: str, right: str) -> bool:
    if attribute in ("born_on", "joined_on"):
        return left.startswith(right) or right.startswith(left)
    return remove_spaces(left) == remove_spaces(right)


def pair_namesakes(rows: Sequence[RosterRow], members: Sequence[Existing]) -> dict[int, Pairing]:
    """Pair the lines of one name with the members of that name.

    Returns:
        a pairing for every line, by ``id(row)``.
    """
    if len(rows) == 1 and len(members) <= 1:
        return {id(rows[0]): _pair_single(rows[0], members)}
    result: dict[int, Pairing] = {}
    left = _without_repeats(rows, result)
    free = list(members)
    _pair_by_likeness(left, free, result)
    for row in left:
        if id(row) not in result:
            result[id(row)] = _judge_rest(row, left, members, free)
    return result


def _pair_single(row: RosterRow, members: Sequence[Existing]) -> Pairing:
    if not members:
        return Pairing()
    agree, differ = likeness(row, members[0])
    if differ >= 6 and agree <= 1:
        return Pairing(
            set_aside=True,
            reason=f"和已有的“{row.name}”同名，但电话、出生或入党时间都对不上，分不清是不是同一人。请核对。",
        )
    return Pairing(members[0])


def _without_repeats(rows: Sequence[RosterRow], result: dict[int, Pairing]) -> list[RosterRow]:
    """Put lines aside that say the same as an earlier one, or less."""
    kept: list[RosterRow] = []
    for row in rows:
        double = next((other for other in kept if _repeats(row, other)), None)
        if double is None:
            kept.append(row)
            continue
        where = (
            f"第 {double.line} 行" if double.sheet == row.sheet else f"“{double.sheet}”第 {double.line} 行"
        )
        result[id(row)] = Pairing(set_aside=True, reason=f"和{where}重复，只算一次。", severity=Severity.HINT)
    return kept


def _repeats(row: RosterRow, other: RosterRow) -> bool:
    agree, differ = likeness(row, other)
    return differ == 0 and agree >= 3


def _pair_by_likeness(rows: Sequence[RosterRow], free: list[Existing], result: dict[int, Pairing]) -> None:
    """Pair the most alike first; a tie stays unpaired."""
    scored = sorted(
        (
            (agree - differ, row, member)
            for row in rows
            for member in free
            for agree, differ in [likeness(row, member)]
            if agree > differ
        ),
        key=lambda each: -each[0],
    )
    for score, row, member in scored:
        if id(row) in result or member not in free:
            continue
        rivals = [
            each
            for each in scored
            if each[0] == score
            and (each[1] is row) != (each[2] is member)
            and id(each[1]) not in result
            and each[2] in free
        ]
        if not rivals:
            result[id(row)] = Pairing(member)
            free.remove(member)


def _judge_rest(
    row: RosterRow, rows: Sequence[RosterRow], members: Sequence[Existing], free: Sequence[Existing]
) -> Pairing:
    """Decide about a line that is like none of the members, or like several."""
    others = [other for other in rows if other is not row]
    if any(likeness(row, other)[1] == 0 for other in others):
        return Pairing(
            set_aside=True,
            reason=f"名册里有 {len(rows)} 个“{row.name}”，没有电话、出生、入党时间或小组可以区分。请补上一样再导。",
        )
    if not free:
        return Pairing()
    if all(likeness(row, member)[1] > likeness(row, member)[0] for member in free):
        return Pairing()
    return Pairing(
        set_aside=True,
        reason=f"系统里有 {len(members)} 个“{row.name}”，分不清是哪一个。请在表里写上电话、出生或入党时间。",
    )
