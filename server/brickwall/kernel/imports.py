"""An uploaded workbook under examination: previewed first, applied by a job, kept for the record."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type


class ImportKind(StrEnum):
    """What a workbook holds."""

    ROSTER = "roster"
    COMMITMENTS = "commitments"


class ImportState(StrEnum):
    """Where an import stands."""

    PREVIEW = "preview"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Import(Base):
    """One uploaded workbook. ``summary`` is the preview: counts, changes and doubts as JSON."""

    __tablename__ = "import_batch"
    __kept__ = Kept(
        Whose.MEMBER,
        {
            "kind": "导入的表格",
            "state": "导入的表格",
            "file_name": "导入的表格",
            "stored_as": "导入的表格",
            "summary": "导入了多少人",
            "account_id": "谁导入的",
            "job_id": "导入的进度",
            "applied_at": "什么时候导入的",
        },
        why="导入前先看一遍，错了能查",
        until="表格确认或放弃后删除，留下谁导入了多少",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    kind: Mapped[ImportKind] = mapped_column(enum_type(ImportKind))
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.PREVIEW)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None]
    file_name: Mapped[str]
    stored_as: Mapped[str]
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job_id: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
