"""The append-only log of what staff and members did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from brickwall.audit.constants import Tag
from brickwall.kernel.db import Base
from brickwall.kernel.types import UTCDateTime, enum_type


class AuditEntry(Base):
    """One act. ``organisation_path`` narrows who may read it; ``subject`` is a readable name."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_organisation_path_id", "organisation_path", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    account_id: Mapped[int | None]
    actor_label: Mapped[str]
    tag: Mapped[Tag] = mapped_column(enum_type(Tag, length=60, checked=False))
    organisation_path: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
