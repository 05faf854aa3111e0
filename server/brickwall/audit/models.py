"""The append-only log of what staff and members did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from brickwall.audit.constants import Tag
from brickwall.kernel.db import Base
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type


class AuditEntry(Base):
    """One act. ``organisation_path`` narrows who may read it; ``subject`` is a readable name."""

    __tablename__ = "audit_entry"
    __kept__ = Kept(
        Whose.STAFF,
        {
            "at": "什么时候",
            "account_id": "谁办的",
            "actor_label": "谁办的",
            "tag": "办了什么事",
            "organisation_path": "哪个党组织的",
            "subject": "办的是谁的事",
            "data": "原因等几个字",
        },
        why="每件事都查得到是谁、为什么",
        until="一直留着，只增不改",
    )
    __table_args__ = (Index("ix_audit_entry_organisation_path_id", "organisation_path", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    account_id: Mapped[int | None]
    actor_label: Mapped[str]
    tag: Mapped[Tag] = mapped_column(enum_type(Tag, length=60, checked=False))
    organisation_path: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
