"""Forgetting: old messages, mailboxes nobody uses, wishes that were never answered."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.messages import rules
from brickwall.messages.constants import MailboxKind
from brickwall.messages.models import Credit, Mailbox, Message, Subscription

BATCH = 1000


def sweep_messages(session: Session) -> int:
    """Delete up to 1,000 messages older than 400 days, and what is over around them.

    Call it again until it returns 0.

    Returns:
        how many messages and mailboxes were deleted.
    """
    old = select(Message.id).where(Message.created_at < clock.now() - rules.KEPT_FOR).limit(BATCH)
    gone = session.execute(delete(Message).where(Message.id.in_(old)).returning(Message.id)).all()
    session.execute(delete(Subscription).where(Subscription.asked_on < clock.today() - rules.KEPT_FOR))
    session.execute(delete(Credit).where(Credit.count == 0))
    empty = (
        select(Mailbox.id)
        .where(
            Mailbox.kind == MailboxKind.WEB,
            Mailbox.made_on < clock.today() - rules.EMPTY_BOX_KEPT_FOR,
            ~select(Message.id).where(Message.mailbox_id == Mailbox.id).exists(),
            ~select(Subscription.topic).where(Subscription.mailbox_id == Mailbox.id).exists(),
        )
        .limit(BATCH)
    )
    boxes = session.execute(delete(Mailbox).where(Mailbox.id.in_(empty)).returning(Mailbox.id)).all()
    return len(gone) + len(boxes)
