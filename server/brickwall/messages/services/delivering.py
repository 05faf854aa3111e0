"""Telling: a message is written with the event it tells, or by a job where many wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from brickwall.accounts.queries import find_account_of_member
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.jobs import enqueue
from brickwall.kernel.security import keyed_hash
from brickwall.messages import queries, rules
from brickwall.messages.constants import PHONE_KINDS, MessageKind, PhoneState
from brickwall.messages.models import Message, PhoneMessage, Subscription
from brickwall.messages.rules import Letter
from brickwall.messages.services.boxes import insert_new, open_member_mailboxes

DELIVER_JOB = "messages.deliver"
SEND_JOB = "messages.send_to_phone"
CHUNK = 500
_ASKED = "messages.sending_asked"
_MESSAGES: Table = Message.__table__  # type: ignore[assignment]


def topic_hash(settings: Settings, topic: str) -> str:
    """Return what is kept of a topic.

    A keyed hash: a copy of the database does not tell whose complaint somebody waits for.
    """
    return keyed_hash(settings, "message-topic", topic)


def deliver(session: Session, mailbox_ids: Sequence[int], letter: Letter, *, unnamed: bool = False) -> int:
    """Put one letter into mailboxes, at most 1,000 at once; return how many had not got it yet.

    Args:
        unnamed: keep the day only, not the moment (see ``rules.start_of_day``).
    """
    return deliver_all(session, [(each, letter) for each in mailbox_ids], unnamed=unnamed)


def deliver_all(session: Session, post: Sequence[tuple[int, Letter]], *, unnamed: bool = False) -> int:
    """Put letters of one kind into their mailboxes, at most 1,000; return how many were new there.

    Args:
        post: mailbox and letter; a mailbox may get several.
    """
    if not post:
        return 0
    at = rules.start_of_day(clock.today()) if unnamed else clock.now()
    rows = [
        {**asdict(rules.tidy(letter)), "created_at": at, "public_id": new_public_id(), "mailbox_id": mailbox}
        for mailbox, letter in post
    ]
    told = insert_new(session, _MESSAGES, rows, _MESSAGES.c.id, _MESSAGES.c.mailbox_id)
    kind = post[0][1].kind
    if kind in PHONE_KINDS and told:
        _send_on(session, [(row.id, row.mailbox_id) for row in told], kind)
    return len(told)


def _send_on(session: Session, told: Sequence[tuple[int, int]], kind: MessageKind) -> None:
    """Ask for the phone message where its owner has allowed one; ``told``: message and mailbox."""
    allowed = queries.boxes_with_credit(session, {mailbox for _, mailbox in told}, kind)
    if not allowed:
        return
    session.add_all(
        PhoneMessage(message_id=message, state=PhoneState.WAITING, next_at=clock.now())
        for message, mailbox in told
        if mailbox in allowed
    )
    # Once a transaction. A job that waits already may read before this transaction is committed.
    if session.info.get(_ASKED) is not session.get_transaction():
        enqueue(session, SEND_JOB, {})
        session.info[_ASKED] = session.get_transaction()
    session.flush()


def tell_accounts(session: Session, post: Sequence[tuple[int, Letter]]) -> int:
    """Put letters of one kind into members' mailboxes, at most 1,000; return how many were new there.

    Args:
        post: account and letter.
    """
    boxes = open_member_mailboxes(session, {account for account, _ in post})
    return deliver_all(session, [(boxes[account], letter) for account, letter in post])


def tell_member(session: Session, member_id: int, letter: Letter) -> bool:
    """Put a letter into a member's mailbox; tell whether he has one and had not got it yet.

    A member whose phone was never activated has no account and no mailbox.
    """
    account = find_account_of_member(session, member_id)
    if account is None or account.disabled_at is not None:
        return False
    return tell_accounts(session, [(account.id, letter)]) == 1


def announce(session: Session, topic: str, letter: Letter) -> None:
    """Have everybody told who waits for ``topic``; by a job, for there may be thousands.

    ``letter.key`` stays empty: each wait is answered once and then gone.
    """
    enqueue(session, DELIVER_JOB, {"topic": topic, "letter": asdict(letter)})


def letter_from_json(values: Mapping[str, Any]) -> Letter:
    """Return the letter in a job's arguments."""
    return Letter(**{**values, "kind": MessageKind(values["kind"])})


def deliver_chunk(session: Session, settings: Settings, topic: str, letter: Letter) -> int:
    """Tell the next 500 who wait for ``topic`` and forget that they asked; return how many there were.

    Both in one transaction: a worker that dies starts where it left.
    """
    kept = topic_hash(settings, topic)
    waiting = select(Subscription.mailbox_id).where(Subscription.topic == kept)
    mailbox_ids = session.scalars(waiting.order_by(Subscription.mailbox_id).limit(CHUNK)).all()
    if not mailbox_ids:
        return 0
    deliver(session, mailbox_ids, letter, unnamed=True)
    session.execute(
        delete(Subscription).where(Subscription.topic == kept, Subscription.mailbox_id.in_(mailbox_ids))
    )
    return len(mailbox_ids)
