"""Rounds and ratings. Rating tables are keyed by hashes and hold no time, device or person."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.evaluations.constants import (
    CommentState,
    Electorate,
    Level,
    RatingStanding,
    RatingValue,
    RoundEventKind,
    RoundState,
)
from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.models import Member, Organisation


class EvaluationRound(Base):
    """One round. What opening fixes (subjects, electorate, roster size, minimum) never changes.

    ``roster_size`` is N, the adults who may rate; None when nobody has counted them.
    ``participants`` is counted at closing, and so is ``flagged``: the ratings that count although
    WeChat doubts the account. One open round a branch: the index decides, so two
    clerks at once cannot both win.
    """

    __tablename__ = "evaluation_round"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "name": "每一轮评议的时间和办法",
        },
        why="评议按说好的办",
        until="一直留着",
    )
    __table_args__ = (
        Index("ix_evaluation_round_organisation_id_state", "organisation_id", "state"),
        Index(
            "uq_evaluation_round_one_open",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    electorate: Mapped[Electorate] = mapped_column(enum_type(Electorate))
    level: Mapped[Level] = mapped_column(enum_type(Level))
    state: Mapped[RoundState] = mapped_column(enum_type(RoundState))
    roster_size: Mapped[int | None]
    publish_minimum: Mapped[int] = mapped_column(default=10)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime())
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    participants: Mapped[int | None]
    flagged: Mapped[int | None]
    next_opens_on: Mapped[str | None] = mapped_column(String(10))

    organisation: Mapped[Organisation] = relationship()


class RoundEvent(Base):
    """The round's own log: opening with all it fixes, closing with totals and the key's destruction."""

    __tablename__ = "round_event"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "data": "每一轮评议开始和结束的记录",
        },
        why="办法中途不能改",
        until="一直留着",
    )
    __table_args__ = (UniqueConstraint("round_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    sequence: Mapped[int]
    kind: Mapped[RoundEventKind] = mapped_column(enum_type(RoundEventKind))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    actor_label: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoundSubject(Base):
    """Who or what is rated in a round: a member, or the branch itself.

    ``key`` names it in slots and commitments: ``member:<public id>`` or
    ``organisation:<code>``. The three totals stay empty until the round closes; so does
    ``set_aside``, the ratings left out of them because WeChat judged the account abnormal.
    """

    __tablename__ = "round_subject"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "satisfied": "每轮结束后的人数",
        },
        why="公布结果",
        until="一直留着",
    )
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    key: Mapped[str] = mapped_column(String(60))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    satisfied: Mapped[int | None]
    fair: Mapped[int | None]
    dissatisfied: Mapped[int | None]
    set_aside: Mapped[int | None]

    round: Mapped[EvaluationRound] = relationship()
    member: Mapped[Member | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Rating(Base):
    """One version of one rating; the highest version of a slot counts.

    ``slot`` = HMAC(K_round, voter ‖ subject): one person, one subject, one vote. ``leaf`` is
    the salted commitment, ``receipt`` its first 60 bits, ``lock`` the hash of the secret that
    the next version must reveal; ``reveal`` is the secret this version had to show. ``standing``
    stays "counted" but at level C. Without row ids, so there is no arrival order.
    """

    __tablename__ = "rating"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "value": "评的是谁、满意不满意",
            "slot": "核对用的密码值",
            "version": "改过几次",
            "level": "哪一类票",
            "receipt": "回执号",
            "leaf": "核对用的密码值",
            "salt": "核对用的密码值",
            "lock": "核对用的密码值",
            "reveal": "核对用的密码值",
            "standing": "计不计入",
        },
        why="算结果，凭回执能核对",
        until="一直留着；一轮结束，换算用的密钥就销毁，再也对不上人",
        never="不存是谁、几点、用什么手机、从哪里来、微信号",
    )
    __table_args__ = (Index("ix_rating_subject_id", "subject_id"), {"sqlite_with_rowid": False})

    slot: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(ForeignKey("round_subject.id"))
    value: Mapped[RatingValue] = mapped_column(enum_type(RatingValue))
    level: Mapped[Level] = mapped_column(enum_type(Level))
    receipt: Mapped[str] = mapped_column(String(12), unique=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    lock: Mapped[bytes] = mapped_column(LargeBinary(32))
    reveal: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    standing: Mapped[RatingStanding] = mapped_column(
        enum_type(RatingStanding), default=RatingStanding.COUNTED, server_default="counted"
    )


class RoundVoter(Base):
    """``roll`` = HMAC(K_round, voter): counts people, linked to no slot."""

    __tablename__ = "round_voter"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "roll": "评过的人数（换算成密码值）",
        },
        why="一人一轮只算一次",
        until="一直留着，密钥销毁后对不上人",
    )
    __table_args__ = ({"sqlite_with_rowid": False},)

    roll: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)


class RatingNonce(Base):
    """A retried request's key (keyed hash) and the receipt it got; wiped when the round closes.

    ``superseded`` marks the key of an older tap that a later one replaced: should it still
    arrive, it is answered with the later receipt and changes nothing.
    """

    __tablename__ = "rating_nonce"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "nonce": "点一次的编号（换算成密码值）",
            "receipt": "点一次的编号（换算成密码值）",
            "superseded": "点一次的编号（换算成密码值）",
        },
        why="网络不好时重发，不算两次",
        until="一轮结束就删",
    )
    __table_args__ = ({"sqlite_with_rowid": False},)

    nonce: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    receipt: Mapped[str] = mapped_column(String(12))
    superseded: Mapped[bool] = mapped_column(default=False)


class RatingComment(Base):
    """A comment, linked to the subject but to no slot, no rating and no time; random key."""

    __tablename__ = "rating_comment"
    __kept__ = Kept(
        Whose.VILLAGER,
        {
            "text": "您写的留言",
            "state": "公开不公开",
        },
        why="结果出来以后一起公开",
        until="一直留着",
        never="不存是谁写的，也连不到您那一票",
    )
    __table_args__ = (Index("ix_rating_comment_subject_id", "subject_id"), {"sqlite_with_rowid": False})

    public_id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_public_id)
    subject_id: Mapped[int] = mapped_column(ForeignKey("round_subject.id"))
    text: Mapped[str]
    state: Mapped[CommentState] = mapped_column(enum_type(CommentState), default=CommentState.HELD)

    subject: Mapped[RoundSubject] = relationship()
