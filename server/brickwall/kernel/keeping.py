"""What is kept of people, why, and for how long: said by every table itself, shown on /rules.

A model carries ``__kept__``. A test demands it of every table, and of every column that could
say something about a person (tests/whole_app/test_keeping.py), so the public list cannot fall
behind the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from brickwall.kernel.db import Base
from brickwall.kernel.labels import Labels


class Whose(StrEnum):
    """About whom a table tells something."""

    VILLAGER = "villager"
    MEMBER = "member"
    STAFF = "staff"
    RECORD = "record"
    SYSTEM = "system"


LABELS = Labels(
    {
        Whose.VILLAGER: "看砖、评议、提意见的人",
        Whose.MEMBER: "党员",
        Whose.STAFF: "办公后台的工作人员",
        Whose.RECORD: "公开的档案",
        Whose.SYSTEM: "机器自己用的",
    }
)
PERSONAL = frozenset({Whose.VILLAGER, Whose.MEMBER, Whose.STAFF})


@dataclass(frozen=True, slots=True)
class Kept:
    """One table in plain words.

    Args:
        fields: column name → what it holds, in words. Columns with the same words stand once.
        why: what it is needed for.
        until: when it goes, in words; durations come from the constants that enforce them.
        never: what is not kept although one might think so; may be empty.
    """

    whose: Whose
    fields: Mapping[str, str]
    why: str
    until: str
    never: str = ""

    @property
    def what(self) -> str:
        """Return the kept things as one line, each named once."""
        return "、".join(dict.fromkeys(self.fields.values()))


def kept_by(model: type[Any]) -> Kept | None:
    """Return what a model says it keeps, or None when it says nothing."""
    found: Kept | None = model.__dict__.get("__kept__")
    return found


def kept_of(whose: Whose) -> list[Kept]:
    """Return what every table keeps about ``whose``, in the order of the tables' names."""
    models = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda m: m.__tablename__)
    said = [kept_by(model) for model in models]
    return [kept for kept in said if kept is not None and kept.whose is whose]
