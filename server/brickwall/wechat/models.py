"""Tables of the gateway: its token, and the pushes it received."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from brickwall.kernel.db import Base
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.wechat.constants import PushState


class WechatToken(Base):
    """The access token of one mini-program, sealed; shared by all processes.

    ``holder`` and ``lease_until`` say who is fetching a new one, ``paused_until`` keeps everybody
    from fetching after the platform refused a fresh one.
    """

    __tablename__ = "wechat_token"
    __kept__ = Kept(
        Whose.SYSTEM,
        {},
        why="和微信说话要用",
        until="到期就换",
    )

    appid: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    holder: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    paused_until: Mapped[datetime | None] = mapped_column(UTCDateTime())


class WechatPush(Base):
    """One push of the platform's, worked off by a job; kept for a week to know repetitions.

    ``event`` names it (``wxa_media_check``), ``payload`` is what it said without any openid.
    """

    __tablename__ = "wechat_push"
    __kept__ = Kept(
        Whose.SYSTEM,
        {},
        why="图片查完的结果由微信推来",
        until="一周，只为认出重复的",
    )
    __table_args__ = (Index("ix_wechat_push_received_at", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    event: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[PushState] = mapped_column(enum_type(PushState), default=PushState.WAITING)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime())
