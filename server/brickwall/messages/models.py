"""Mailboxes, messages, what somebody asked to be told, and what may go to a phone.

Nothing here says who rated or who complained: a round is asked for as a whole, the topic of a
complaint is a keyed hash, and both are kept with a day, not a moment.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.messages.constants import MailboxKind, MessageKind, PhoneState


class Mailbox(Base):
    """A place for messages with one owner: an account, a WeChat identity, or a browser's mark.

    Of the browser's mark only a hash is kept: whoever loses it loses the mailbox.
    """

    __tablename__ = "mailbox"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "kind": "消息放在哪里",
            "token_hash": "浏览器里随机记号换算的值",
            "made_on": "哪天开始收消息",
        },
        why="要了消息，才知道放到哪里",
        until="在“我的消息”里点一下就删；空了 30 天以后也删",
        never="不问姓名、电话，不和评了谁、写了什么连在一起",
    )
    __table_args__ = (
        CheckConstraint(
            "(kind = 'member' AND account_id IS NOT NULL AND identity_id IS NULL AND token_hash IS NULL)"
            " OR (kind = 'wechat' AND account_id IS NULL AND identity_id IS NOT NULL AND token_hash IS NULL)"
            " OR (kind = 'web' AND account_id IS NULL AND identity_id IS NULL AND token_hash IS NOT NULL)",
            name="one_owner",
        ),
        Index("ix_mailbox_kind_made_on", "kind", "made_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MailboxKind] = mapped_column(enum_type(MailboxKind))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    identity_id: Mapped[int | None] = mapped_column(
        ForeignKey("wechat_identity.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_on: Mapped[date] = mapped_column(Date)


class Message(Base):
    """One message, with the same words in the inbox and on the phone.

    ``subject`` is what it is about (a promise's title, a round's name) and stands in the phone's
    first line. ``key`` names the occasion: the same one never tells twice.
    """

    __tablename__ = "message"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "kind": "发给您的消息",
            "subject": "发给您的消息",
            "title": "发给您的消息",
            "text": "发给您的消息",
            "created_at": "哪天发的",
            "read_at": "看过没有",
        },
        why="没收到手机提醒的人也看得到",
        until="400 天",
    )
    __table_args__ = (UniqueConstraint("mailbox_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind] = mapped_column(enum_type(MessageKind))
    key: Mapped[str | None] = mapped_column(String(80))
    subject: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    page: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    mailbox: Mapped[Mailbox] = relationship()


class Subscription(Base):
    """What a mailbox is to be told once: ``round:<public id>`` or the keyed hash of a complaint."""

    __tablename__ = "message_subscription"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "topic": "想知道哪一轮的结果、哪一条的答复（换算成密码值）",
            "label": "等着什么消息，一句话",
            "asked_on": "哪天要的",
        },
        why="结果或答复出来时告诉您",
        until="告诉以后马上删，最长 400 天",
        never="不记您评没评、评的谁",
    )
    __table_args__ = ({"sqlite_with_rowid": False},)

    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(
        ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    label: Mapped[str]
    asked_on: Mapped[date] = mapped_column(Date)


class Credit(Base):
    """How many messages of a kind a WeChat user has allowed. The openid stays while there is one."""

    __tablename__ = "message_credit"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "kind": "允许发到微信的消息种类和次数",
            "count": "允许发到微信的消息种类和次数",
            "openid_sealed": "加密的微信编号",
        },
        why="您点了“允许”，一次发一条",
        until="发完就删",
    )
    __table_args__ = (
        CheckConstraint(
            "count >= 0 AND (count > 0) = (openid_sealed IS NOT NULL)", name="openid_while_allowed"
        ),
    )

    identity_id: Mapped[int] = mapped_column(
        ForeignKey("wechat_identity.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[MessageKind] = mapped_column(enum_type(MessageKind), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class PhoneMessage(Base):
    """A message on its way to a phone; gone when it is sent or can no longer be."""

    __tablename__ = "phone_message"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "state": "等着发到手机的消息",
        },
        why="网络不好时过一会儿再发",
        until="发出去就删，最长两天",
    )
    __table_args__ = (Index("ix_phone_message_next_at", "next_at"),)

    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[PhoneState] = mapped_column(enum_type(PhoneState))
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime())

    message: Mapped[Message] = relationship()
