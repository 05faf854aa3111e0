"""Alembic's entry: runs the steps on the engine that ``brickwall.kernel.migrating`` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

import brickwall.models as models
from brickwall.kernel.types import UTCDateTime


def render_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a step with plain types, so that it stays true when our own types change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        render_item=render_type,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
