"""One row for everything that is or was looked at, found by what it is about."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.organisations.models import Organisation


class ContentCheck(Base):
    """A check of one comment, complaint, entry or photo (``subject`` is its public id).

    The key is random and the table has no order of arrival. ``since`` is when it began to wait;
    ``trace_id`` is set once WeChat was asked about a picture. ``label`` is WeChat's number for
    what it saw, ``found`` the word of the list that hit. The constraints hold what may never
    be: an openid in a settled row, and a time beside a settled comment or complaint.
    """

    __tablename__ = "content_check"
    __kept__ = Kept(
        Whose.RECORD,
        {"state": "给别人看的话和照片查过没有，谁放行的，为什么"},
        why="违法的内容不公开，没查过的也不公开",
        until="一直留着；交给微信检查用的编号，查完就删",
        never="评议留言和投诉建议查完以后不留时间，也不留是谁写的",
    )
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_content_check_state_since", "state", "since"),
        CheckConstraint("state = 'waiting' OR openid_sealed IS NULL", name="openid_until_settled"),
        CheckConstraint(
            "state = 'waiting' OR kind IN ('entry', 'photo') OR (since IS NULL AND settled_at IS NULL)",
            name="voices_without_time",
        ),
        {"sqlite_with_rowid": False},
    )

    public_id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_public_id)
    kind: Mapped[ContentKind] = mapped_column(enum_type(ContentKind))
    subject: Mapped[str] = mapped_column(String(12))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[CheckState] = mapped_column(enum_type(CheckState))
    reason: Mapped[CheckReason | None] = mapped_column(enum_type(CheckReason))
    label: Mapped[int | None]
    found: Mapped[str] = mapped_column(default="")
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    trace_id: Mapped[str | None] = mapped_column(String(80), index=True)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    decided_by: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(default="")

    organisation: Mapped[Organisation] = relationship()
