"""Complaints and suggestions from the public pages."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.feedback.constants import FeedbackState
from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.models import Member, Organisation


class Feedback(Base):
    """One message. The sender leaves no name and reads the answer by a code; only its hash is kept."""

    __tablename__ = "feedback"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "code_hash": "读答复的编号换算的值",
            "text": "您写的话",
            "state": "答复没有",
            "answer": "答复",
            "answered_by": "谁答复的",
            "answered_at": "什么时候答复的",
        },
        why="支部看了能答复，您凭编号看答复",
        until="一直留着",
        never="不存是谁写的，不存手机号、微信号、地址",
    )
    __table_args__ = (Index("ix_feedback_organisation_id_state", "organisation_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    text: Mapped[str]
    state: Mapped[FeedbackState] = mapped_column(enum_type(FeedbackState), default=FeedbackState.WAITING)
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    organisation: Mapped[Organisation] = relationship()
    member: Mapped[Member | None] = relationship()
