"""Commitments, their revisions, event chain, fulfilment entries and photos."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brickwall.commitments.constants import (
    Category,
    CommitmentKind,
    CommitmentState,
    EntrySource,
    EventKind,
    RevisionState,
    Showing,
)
from brickwall.kernel.db import Base
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.keeping import Kept, Whose
from brickwall.kernel.types import UTCDateTime, enum_type
from brickwall.organisations.models import Member, Organisation


class Commitment(Base):
    """A public promise of a member, or of an organisation when ``member_id`` is empty.

    The text columns hold what is in force; every earlier text stays in the revisions.
    ``done_amount`` is the sum of the standing entries' amounts, kept by ``s = s + x``.
    ``version`` is the sequence of the last event: it tells two clerks apart who changed the
    same commitment at once.
    """

    __tablename__ = "commitment"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "title": "承诺的内容、期限和办到哪一步",
        },
        why="公开承诺，大家看得见",
        until="一直留着",
    )
    __table_args__ = (
        UniqueConstraint("organisation_id", "year", "file_sequence"),
        CheckConstraint("kind <> 'counted' OR target_amount > 0", name="counted_has_target"),
        Index("ix_commitment_organisation_id_year_state", "organisation_id", "year", "state"),
        Index("ix_commitment_member_id_year", "member_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"), index=True)
    year: Mapped[int]
    file_sequence: Mapped[int | None]
    file_number: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[CommitmentState] = mapped_column(enum_type(CommitmentState))
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=0)
    kind: Mapped[CommitmentKind] = mapped_column(enum_type(CommitmentKind))
    category: Mapped[Category] = mapped_column(enum_type(Category), default=Category.OTHER)
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    measures: Mapped[str] = mapped_column(default="")
    beneficiary: Mapped[str] = mapped_column(default="")
    target_amount: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(8), default="次")
    done_amount: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    closed_out_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_entry_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    organisation: Mapped[Organisation] = relationship()
    member: Mapped[Member | None] = relationship()


class FileSequence(Base):
    """The last file number given in a branch and year; grows by ``s = s + 1`` only."""

    __tablename__ = "file_sequence"
    __kept__ = Kept(
        Whose.SYSTEM,
        {
            "last": "档案编到第几号",
        },
        why="编档案号",
        until="一直留着",
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Revision(Base):
    """A text of a commitment; number 1 is the first. ``text`` holds the frozen fields as JSON."""

    __tablename__ = "commitment_revision"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "text": "承诺每一版的文字",
        },
        why="改过什么看得见",
        until="一直留着",
    )
    __table_args__ = (UniqueConstraint("commitment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    number: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(enum_type(RevisionState))
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(default="")
    actor_label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())


class CommitmentEvent(Base):
    """One link of the chain: who did what, when and why. Never changed, never removed."""

    __tablename__ = "commitment_event"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "actor_label": "承诺每一步是谁、什么时候、为什么",
        },
        why="全过程看得见",
        until="一直留着",
    )
    __table_args__ = (UniqueConstraint("commitment_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    sequence: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    account_id: Mapped[int | None]
    actor_label: Mapped[str]
    from_state: Mapped[CommitmentState | None] = mapped_column(enum_type(CommitmentState, name="from_state"))
    to_state: Mapped[CommitmentState | None] = mapped_column(enum_type(CommitmentState, name="to_state"))
    reason: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class FulfilmentEntry(Base):
    """What was done, when. Corrected by a new entry that supersedes it, never edited or deleted."""

    __tablename__ = "fulfilment_entry"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "text": "哪天办了什么，谁记的",
        },
        why="大家看得见办得怎样",
        until="一直留着；更正了，原来的也看得见",
    )
    __table_args__ = (Index("ix_fulfilment_entry_commitment_id_happened_on", "commitment_id", "happened_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    happened_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str]
    amount: Mapped[int | None]
    source: Mapped[EntrySource] = mapped_column(enum_type(EntrySource))
    account_id: Mapped[int | None]
    recorded_by: Mapped[str]
    on_behalf_of: Mapped[str | None]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("fulfilment_entry.id"), unique=True)
    superseded: Mapped[bool] = mapped_column(default=False)
    showing: Mapped[Showing] = mapped_column(enum_type(Showing), default=Showing.SHOWN)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())

    commitment: Mapped[Commitment] = relationship()
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.position")


class Photo(Base):
    """A re-encoded photo in two sizes, ``media/<public_id[:2]>/<public_id>-{s,l}.jpg``.

    Uploaded first, attached to an entry later; unattached ones are swept after a week.
    """

    __tablename__ = "photo"
    __kept__ = Kept(
        Whose.RECORD,
        {
            "digest": "记录里的照片，拍摄地点等信息上传时就去掉",
        },
        why="照片可以不传",
        until="一直留着；没有用上的一周后删除",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=new_public_id)
    account_id: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("fulfilment_entry.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    showing: Mapped[Showing] = mapped_column(enum_type(Showing), default=Showing.SHOWN)
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
