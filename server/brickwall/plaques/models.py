"""Plaques and their ledger."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.kernel.db import Base
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueEventKind, PlaqueState


class Plaque(Base):
    """A brick's code, for ever.

    ``organisation_id`` is the branch that holds it; ``member_id`` is empty for
    the branch's own plaque and for blank stock.
    """

    __tablename__ = "plaque"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "code": "砖的编号、状态和指向",
        },
        why="扫码能打开",
        until="一直留着，停用了也留着",
    )
    __table_args__ = (
        CheckConstraint("member_id IS NULL OR state <> 'blank'", name="blank_has_no_member"),
        Index("ix_plaque_organisation_id_state", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    serial: Mapped[int]
    state: Mapped[PlaqueState] = mapped_column(enum_type(PlaqueState))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    installed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    organisation: Mapped[Organisation] = relationship()
    member: Mapped[Member | None] = relationship()


class PlaqueEvent(Base):
    """One line of the plaque ledger: what happened, who did it, why."""

    __tablename__ = "plaque_event"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "note": "砖什么时候印、装、换、停，谁办的，为什么",
        },
        why="砖改指向要公开",
        until="一直留着",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plaque_id: Mapped[int] = mapped_column(ForeignKey("plaque.id"), index=True)
    kind: Mapped[PlaqueEventKind] = mapped_column(enum_type(PlaqueEventKind))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    actor_label: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    plaque: Mapped[Plaque] = relationship()
