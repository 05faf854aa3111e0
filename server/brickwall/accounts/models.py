"""Accounts, roles, WeChat identities, sessions and activation slips."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.accounts.constants import Role, SessionKind
from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.models import Member, Organisation


class Account(Base):
    """Somebody who signs in: staff by login and password, a member by an activated phone.

    ``totp_sealed`` is the second factor's secret, encrypted; ``totp_last_step`` stops a code
    from being used twice (RFC 6238, 5.2).
    """

    __tablename__ = "account"
    __kept__ = Kept(
        Whose.STAFF,
        {
            "login": "登录名",
            "display_name": "称呼",
            "password_hash": "密码换算的值",
            "must_change_password": "密码是不是要换",
            "totp_sealed": "动态验证码的加密密钥",
            "totp_confirmed_at": "动态验证码什么时候设好",
            "totp_last_step": "上次用的验证码序号",
            "disabled_at": "什么时候停用",
        },
        why="登录办公后台，分清是谁办的事",
        until="账号停用以后仍留名字，操作记录要对得上",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    login: Mapped[str | None] = mapped_column(String(60), unique=True)
    display_name: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), unique=True)
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    totp_last_step: Mapped[int | None]
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())

    member: Mapped[Member | None] = relationship()
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="account")


class Assignment(Base):
    """A role at an organisation, reaching its subtree."""

    __tablename__ = "assignment"
    __kept__ = Kept(
        Whose.STAFF,
        {
            "role": "担任什么角色",
        },
        why="决定能办哪些事",
        until="去掉角色时删除",
    )
    __table_args__ = (UniqueConstraint("account_id", "role", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())

    account: Mapped[Account] = relationship(back_populates="assignments")
    organisation: Mapped[Organisation] = relationship()


class RecoveryCode(Base):
    """A one-time code for somebody who lost the second factor; only its hash is kept."""

    __tablename__ = "recovery_code"
    __kept__ = Kept(
        Whose.STAFF,
        {
            "code_hash": "备用码换算的值",
            "used_at": "用没用过",
        },
        why="丢了手机还能登录",
        until="换新的时候删除",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class WechatIdentity(Base):
    """Somebody who opened the mini-program: a keyed hash of appid and openid, perhaps a member.

    ``phone_index`` is the index of a number that WeChat verified (level B is built on it later;
    the number itself is never kept). ``openid_sealed`` is the encrypted openid that content checks
    need, kept for two hours after the sign-in and then wiped. The session_key is not stored.
    """

    __tablename__ = "wechat_identity"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "appid": "是哪个小程序",
            "openid_hash": "微信给这个小程序的编号换算的值",
            "bound_at": "党员绑定微信的日期",
            "phone_index": "您用微信验证过的手机号换算的值",
            "seen_at": "最近用小程序的时间",
            "openid_sealed": "加密的编号，两小时后删",
            "sealed_at": "加密的编号，两小时后删",
        },
        why="在小程序里认得出是同一个人，一人一轮只算一次",
        until="在“设置”里点“离开并删除”马上删；没有绑定党员的，一年没有用过也删",
        never="不是微信号，不是昵称头像，不存手机号本身",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appid: Mapped[str] = mapped_column(String(40))
    openid_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    bound_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime())
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime(), index=True)

    account: Mapped[Account | None] = relationship()


class AuthSession(Base):
    """A revocable sign-in. Only the token's hash is kept; one table serves cookie and bearer.

    ``second_factor_at`` is empty while a staff sign-in still waits for its second factor.
    ``identity_id`` is set for a sign-in from the mini-program; one of somebody who is no member
    has no account.
    """

    __tablename__ = "auth_session"
    __kept__ = Kept(
        Whose.STAFF,
        {
            "token_hash": "登录凭证换算的值",
            "form_token": "防冒充的表单记号",
            "kind": "用什么登录",
            "label": "手机或电脑的种类",
            "last_seen_at": "最近使用和到期的时间",
            "expires_at": "最近使用和到期的时间",
            "second_factor_at": "动态验证码通过的时间",
            "revoked_at": "退出的时间",
        },
        why="认出已经登录的手机和电脑",
        until="退出或到期后再留 30 天",
        never="不记地址，不记走到哪里",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    form_token: Mapped[str] = mapped_column(String(64))
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("wechat_identity.id"), index=True)
    label: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    account: Mapped[Account | None] = relationship()
    identity: Mapped[WechatIdentity | None] = relationship()

    @property
    def owner(self) -> Account:
        """The account of a sign-in that has one: any but a resident's.

        Raises:
            LookupError: for a resident's.
        """
        if self.account is None:
            raise LookupError("this sign-in has no account")
        return self.account


class ActivationSlip(Base):
    """A printed one-time slip with which a member opens his pocket on a phone."""

    __tablename__ = "activation_slip"
    __kept__ = Kept(
        Whose.MEMBER,
        {
            "code_hash": "激活条换算的值",
            "expires_at": "有效期",
            "used_at": "用没用过",
            "revoked_at": "作废的时间",
        },
        why="党员开通自己的手机",
        until="用过或过期后再留 30 天",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    member: Mapped[Member] = relationship()


class Throttle(Base):
    """Failed tries of one subject (a keyed hash of login, slip or address), across all workers."""

    __tablename__ = "throttle"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "failures": "输错的次数（换算成密码值，看不出是谁）",
        },
        why="挡住试密码的人",
        until="一天",
    )

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
