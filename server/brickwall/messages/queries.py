"""Reading mailboxes, messages, what is awaited and what may go to a phone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.kernel import clock
from brickwall.messages.constants import MailboxKind, MessageKind
from brickwall.messages.models import Credit, Mailbox, Message, PhoneMessage, Subscription


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever reads: a member's account, a WeChat identity, both at once, or a browser's mark."""

    account_id: int | None = None
    identity_id: int | None = None
    token_hash: str | None = None


def _is_own(owner: Owner) -> ColumnElement[bool]:
    own: list[ColumnElement[bool]] = [false()]
    if owner.account_id is not None:
        own.append(Mailbox.account_id == owner.account_id)
    if owner.identity_id is not None:
        own.append(Mailbox.identity_id == owner.identity_id)
    if owner.token_hash is not None:
        own.append(Mailbox.token_hash == owner.token_hash)
    return or_(*own)


def messages_of(owner: Owner) -> Select[Message]:
    """Return a SELECT of everything told to ``owner``; the caller orders and pages."""
    return select(Message).join(Mailbox, Mailbox.id == Message.mailbox_id).where(_is_own(owner))


def list_messages(session: Session, owner: Owner, limit: int) -> Sequence[Message]:
    """Return the newest messages of ``owner``."""
    return session.scalars(messages_of(owner).order_by(Message.id.desc()).limit(limit)).all()


def count_unread(session: Session, owner: Owner) -> int:
    """Return how many messages ``owner`` has not read yet."""
    unread = messages_of(owner).where(Message.read_at.is_(None)).subquery()
    return session.scalar(select(func.count()).select_from(unread)) or 0


def subscriptions_of(owner: Owner) -> Select[Subscription]:
    """Return a SELECT of what ``owner`` still waits for, the oldest first."""
    return (
        select(Subscription)
        .join(Mailbox, Mailbox.id == Subscription.mailbox_id)
        .where(_is_own(owner))
        .order_by(Subscription.asked_on, Subscription.public_id)
    )


def list_subscriptions(session: Session, owner: Owner) -> Sequence[Subscription]:
    """Return what ``owner`` still waits for."""
    return session.scalars(subscriptions_of(owner)).all()


def find_mailbox(session: Session, owner: Owner) -> Mailbox | None:
    """Return the one mailbox of an owner with a single mark, or None."""
    return session.scalar(select(Mailbox).where(_is_own(owner)))


def boxes_of_accounts(session: Session, account_ids: Collection[int]) -> dict[int, int]:
    """Return the mailboxes that accounts have, by account id."""
    rows = session.execute(select(Mailbox.account_id, Mailbox.id).where(Mailbox.account_id.in_(account_ids)))
    return {account: mailbox for account, mailbox in rows if account is not None}


def count_web_boxes_of_today(session: Session) -> int:
    """Return how many browsers were given a mailbox today."""
    made = select(func.count()).where(Mailbox.kind == MailboxKind.WEB, Mailbox.made_on == clock.today())
    return session.scalar(made) or 0


def credits_of(session: Session, identity_id: int) -> dict[MessageKind, int]:
    """Return how many messages of each kind a WeChat user has allowed."""
    rows = session.scalars(select(Credit).where(Credit.identity_id == identity_id))
    return {row.kind: row.count for row in rows}


def boxes_with_credit(session: Session, mailbox_ids: Collection[int], kind: MessageKind) -> set[int]:
    """Return which of the mailboxes belong to somebody who has allowed a message of ``kind``."""
    allowed = (
        select(Mailbox.id)
        .join(
            WechatIdentity,
            or_(WechatIdentity.id == Mailbox.identity_id, WechatIdentity.account_id == Mailbox.account_id),
        )
        .join(Credit, Credit.identity_id == WechatIdentity.id)
        .where(Mailbox.id.in_(mailbox_ids), Credit.kind == kind, Credit.count > 0)
    )
    return set(session.scalars(allowed))


def find_credit(session: Session, mailbox: Mailbox, kind: MessageKind) -> Credit | None:
    """Return a credit of the mailbox's owner for ``kind``, locked; None when there is none left."""
    owned = (
        WechatIdentity.id == mailbox.identity_id
        if mailbox.kind is MailboxKind.WECHAT
        else WechatIdentity.account_id == mailbox.account_id
    )
    identities = select(WechatIdentity.id).where(owned)
    return session.scalar(
        select(Credit)
        .where(Credit.identity_id.in_(identities), Credit.kind == kind, Credit.count > 0)
        .order_by(Credit.count.desc(), Credit.identity_id)
        .limit(1)
        .with_for_update()
    )


def find_next_to_phone(session: Session) -> PhoneMessage | None:
    """Return the phone message that has waited longest and is due, locked; None when none is."""
    return session.scalar(
        select(PhoneMessage)
        .where(PhoneMessage.next_at <= clock.now())
        .order_by(PhoneMessage.next_at, PhoneMessage.message_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def find_next_phone_time(session: Session) -> datetime | None:
    """Return when the next phone message is due; None when none waits."""
    return session.scalar(select(func.min(PhoneMessage.next_at)))
