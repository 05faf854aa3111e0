"""Column types: what SQLite and PostgreSQL do not keep by themselves."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops time zones, so naive values are refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC; raise ValueError for a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def enum_type(enum: type[StrEnum], length: int = 24, *, name: str = "", checked: bool = True) -> Enum:
    """Return a column type that stores the enum's values as text.

    Args:
        name: of the CHECK constraint, where one table uses the enum twice.
        checked: False for lists that grow with every feature (audit tags), so that a new
            member needs no migration.
    """
    return Enum(
        enum,
        native_enum=False,
        create_constraint=checked,
        length=length,
        name=name or enum.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
