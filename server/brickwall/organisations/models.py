"""The organisation tree and its members."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.constants import MemberStatus, OrganisationKind, Sector, Sex, Switch


class Organisation(Base):
    """A node of the tree. ``path`` is ``/1/7/42/``: the ids from the root down to itself.

    "This organisation and below" is one indexed range: ``path LIKE '/1/7/%'``.
    """

    __tablename__ = "organisation"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "name": "党组织的名称和上下级",
            "resident_count": "服务多少群众",
        },
        why="建砖墙、算参与率",
        until="一直留着",
    )
    __table_args__ = (Index("ix_organisation_path", "path", postgresql_ops={"path": "text_pattern_ops"}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind))
    sector: Mapped[Sector] = mapped_column(enum_type(Sector), default=Sector.VILLAGE)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), default="")
    resident_count: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    parent: Mapped["Organisation | None"] = relationship(remote_side=[id])


class Member(Base):
    """A party member. ``name`` is stored exactly as given, any character of Unicode, never normalised.

    ``born_on``, ``joined_on`` and ``regular_on`` are ISO 8601 dates of the precision the
    roster gives (``1978``, ``1978-05``, ``1978-05-01``): a day nobody wrote is not invented.
    No national id number is ever asked for or stored.
    """

    __tablename__ = "member"
    __kept__ = Kept(
        Whose.MEMBER,
        {
            "name": "姓名",
            "sex": "性别",
            "born_on": "出生年月",
            "joined_on": "入党时间",
            "regular_on": "转正时间",
            "post": "职务",
            "status": "是否在册",
            "phone_key_id": "加密的手机号",
            "phone_sealed": "加密的手机号",
            "phone_index": "查找手机号用的密码值",
            "wall_position": "砖在墙上的位置",
            "exemption_reason": "免诺的原因和日期",
            "exempt_since": "免诺的原因和日期",
        },
        why="上墙、联系、激活手机。公开的只有姓名、职务和砖的位置",
        until="一直留着；转出、离开以后不再公开",
        never="不收身份证号，不收住址",
    )
    __table_args__ = (
        Index("ix_member_organisation_id_wall_position", "organisation_id", "wall_position"),
        Index("ix_member_organisation_id_name", "organisation_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    sex: Mapped[Sex | None] = mapped_column(enum_type(Sex))
    born_on: Mapped[str | None] = mapped_column(String(10))
    joined_on: Mapped[str | None] = mapped_column(String(10))
    regular_on: Mapped[str | None] = mapped_column(String(10))
    post: Mapped[str] = mapped_column(default="")
    status: Mapped[MemberStatus] = mapped_column(enum_type(MemberStatus), default=MemberStatus.ACTIVE)
    phone_key_id: Mapped[str | None] = mapped_column(String(12))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    wall_position: Mapped[int | None]
    exemption_reason: Mapped[str | None]
    exempt_since: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    group: Mapped[Organisation | None] = relationship(foreign_keys=[group_id])

    @property
    def exempt(self) -> bool:
        """Whether the member need not commit (PRACTICES L10)."""
        return self.exemption_reason is not None


class SwitchChange(Base):
    """The county switched something on or off, and why; the newest row of a switch counts.

    ``name`` is text without a CHECK: the list grows with the product.
    """

    __tablename__ = "switch_change"
    __kept__ = Kept(
        Whose.RECORD,
        {"name": "县里打开或关掉了什么，谁办的，为什么"},
        why="“这里做什么、不做什么”里写得明白",
        until="一直留着",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Switch] = mapped_column(enum_type(Switch, 40, checked=False), index=True)
    is_on: Mapped[bool]
    reason: Mapped[str]
    actor_label: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
