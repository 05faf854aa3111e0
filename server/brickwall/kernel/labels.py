"""Chinese labels of enum members."""

from collections.abc import Iterator, Mapping
from enum import StrEnum


class Labels(Mapping[StrEnum, str]):
    """Looks a label up by the member itself, its enum included.

    Members of a StrEnum compare and hash as their texts, so a plain dict would give
    ``CommitmentState.RETURNED`` the label of ``EventKind.RETURNED``.

    Args:
        tables: one mapping for each enum, or other Labels.

    Raises:
        ValueError: when a member is given twice.
    """

    def __init__(self, *tables: Mapping[StrEnum, str]) -> None:
        self._texts: dict[tuple[type[StrEnum], str], str] = {}
        self._members: list[StrEnum] = []
        for table in tables:
            for member, text in table.items():
                self._add(member, text)

    def _add(self, member: StrEnum, text: str) -> None:
        key = (type(member), member.value)
        if key in self._texts:
            raise ValueError(f"{member!r} has two labels")
        self._texts[key] = text
        self._members.append(member)

    def __getitem__(self, member: StrEnum) -> str:
        return self._texts[type(member), member.value]

    def __iter__(self) -> Iterator[StrEnum]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
