"""Asking to be told: subscriptions, and the credits a WeChat user gives."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Table, case, delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.problems import NotFound, Refused
from brickwall.messages import queries, rules
from brickwall.messages.constants import MAX_CREDITS, MAX_TITLE, PHONE_KINDS, MessageKind
from brickwall.messages.models import Credit, Message, Subscription
from brickwall.messages.queries import Owner
from brickwall.messages.services.boxes import insert_new, open_mailbox
from brickwall.messages.services.delivering import topic_hash
from brickwall.messages.topics import resolve

_SUBSCRIPTIONS: Table = Subscription.__table__  # type: ignore[assignment]
_CREDITS: Table = Credit.__table__  # type: ignore[assignment]


def subscribe(session: Session, settings: Settings, owner: Owner, topic: str, code: str = "") -> Subscription:
    """Note that ``owner`` wants to be told of a topic once; asking again changes nothing.

    Args:
        owner: with a single mark (see :func:`box_of`).
        topic: ``round:<public id>`` or ``feedback``.
        code: the reading code, for ``feedback``: whoever holds it may wait for the answer.

    Raises:
        Problem: whatever the owner of the topic says (unknown, already over).
        Refused: the mailbox waits for 100 things already.
    """
    awaited = resolve(session, settings, topic, code)
    mailbox = open_mailbox(session, owner)
    waiting = queries.list_subscriptions(session, owner)
    if len(waiting) >= rules.MAX_SUBSCRIPTIONS:
        raise Refused("等着的消息已经很多了，请先去“我的消息”里去掉几个", "messages.too_many")
    row = {
        "topic": topic_hash(settings, awaited.topic),
        "mailbox_id": mailbox.id,
        "public_id": new_public_id(),
        "label": rules.cut(awaited.label, MAX_TITLE),
        "asked_on": clock.today(),
    }
    insert_new(session, _SUBSCRIPTIONS, [row], _SUBSCRIPTIONS.c.public_id)
    return session.get_one(Subscription, (row["topic"], mailbox.id))


def unsubscribe(session: Session, owner: Owner, public_id: str) -> None:
    """Forget that ``owner`` wanted to be told.

    Raises:
        NotFound: he waits for no such thing, perhaps because he was told meanwhile.
    """
    query = queries.subscriptions_of(owner).where(Subscription.public_id == public_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound("没有找到，可能已经告诉过您了，请看上面的消息")
    session.delete(found)
    session.flush()


def mark_read(session: Session, owner: Owner, public_ids: Collection[str] | None = None) -> int:
    """Note that messages were read, all of them when none are named; return how many are left unread.

    Ids of somebody else's messages are passed over.
    """
    own = queries.messages_of(owner).with_only_columns(Message.id)
    read = update(Message).where(Message.id.in_(own), Message.read_at.is_(None))
    if public_ids is not None:
        read = read.where(Message.public_id.in_(public_ids))
    session.execute(read.values(read_at=clock.now()).execution_options(synchronize_session=False))
    return queries.count_unread(session, owner)


def add_credits(
    session: Session, identity_id: int, openid_sealed: bytes, kinds: Iterable[MessageKind]
) -> dict[MessageKind, int]:
    """Add one credit for each kind somebody allowed, up to five; return what he has now.

    Args:
        openid_sealed: the encrypted openid, kept while there is a credit.
    """
    for kind in sorted(set(kinds) & set(PHONE_KINDS)):
        _add_one(session, identity_id, kind, openid_sealed)
    return queries.credits_of(session, identity_id)


def _add_one(session: Session, identity_id: int, kind: MessageKind, openid_sealed: bytes) -> None:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = {"identity_id": identity_id, "kind": kind, "count": 1, "openid_sealed": openid_sealed}
    more: ColumnElement[int] = case((_CREDITS.c.count < MAX_CREDITS, _CREDITS.c.count + 1), else_=MAX_CREDITS)
    session.execute(
        insert(_CREDITS)
        .values(row)
        .on_conflict_do_update(
            index_elements=["identity_id", "kind"], set_={"count": more, "openid_sealed": openid_sealed}
        )
    )


def use_credit(session: Session, credit: Credit) -> bytes:
    """Take one credit away and return the sealed openid; with the last one its copy here is wiped."""
    sealed = credit.openid_sealed or b""
    credit.count -= 1
    if credit.count == 0:
        credit.openid_sealed = None
    session.flush()
    return sealed


def end_credits(session: Session, identity_id: int, kind: MessageKind | None = None) -> None:
    """Forget what somebody allowed, for one kind or all: WeChat says that it no longer holds."""
    ended = delete(Credit).where(Credit.identity_id == identity_id)
    session.execute(ended if kind is None else ended.where(Credit.kind == kind))
