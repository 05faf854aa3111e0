"""One message to one phone: a credit is taken before the call and comes back when WeChat did not send.

So a worker that dies in between sends nothing twice: what it was sending counts as sent, and
the inbox has it anyway.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.kernel import clock
from brickwall.messages import queries, rules
from brickwall.messages.constants import MessageKind, PhoneState
from brickwall.messages.models import PhoneMessage
from brickwall.messages.services.asking import add_credits, end_credits, use_credit


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message about to be sent; ``openid_sealed`` is in memory only once its last credit is taken."""

    message_id: int
    identity_id: int
    kind: MessageKind
    openid_sealed: bytes
    subject: str
    title: str
    day: date


class Outcome(StrEnum):
    """How a try ended."""

    SENT = "sent"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    LATER = "later"
    FAILED = "failed"


def claim_phone_message(session: Session) -> Outgoing | None:
    """Take the next phone message that can be sent, with one credit; None when none is due.

    What lost its credit, grew too old or was being sent by a worker that died is dropped.
    """
    while (row := queries.find_next_to_phone(session)) is not None:
        outgoing = _take(session, row)
        if outgoing is not None:
            return outgoing
        session.delete(row)
        session.flush()
    return None


def _take(session: Session, row: PhoneMessage) -> Outgoing | None:
    message = row.message
    if row.state is PhoneState.SENDING or rules.is_too_late(message.created_at):
        return None
    credit = queries.find_credit(session, message.mailbox, message.kind)
    if credit is None:
        return None
    row.state, row.tries = PhoneState.SENDING, row.tries + 1
    row.next_at = clock.now() + rules.SENDING_LEASE
    return Outgoing(
        message_id=message.id,
        identity_id=credit.identity_id,
        kind=message.kind,
        openid_sealed=use_credit(session, credit),
        subject=message.subject,
        title=message.title,
        day=clock.local(message.created_at).date(),
    )


def finish_phone_message(
    session: Session, sent: Outgoing, outcome: Outcome, wait: timedelta | None = None
) -> None:
    """Note how a try ended.

    Args:
        wait: how long WeChat asked to wait; the growing pause of ``rules.wait_before`` at least.
    """
    _settle_credit(session, sent, outcome)
    row = session.get(PhoneMessage, sent.message_id)
    if row is None:
        return
    if outcome is Outcome.LATER:
        row.state = PhoneState.WAITING
        row.next_at = clock.now() + max(rules.wait_before(row.tries), wait or timedelta())
    else:
        session.delete(row)
    session.flush()


def _settle_credit(session: Session, sent: Outgoing, outcome: Outcome) -> None:
    """Give back the credit of a message that was not sent; end those that WeChat does not honour."""
    if outcome is Outcome.NOT_ALLOWED:
        end_credits(session, sent.identity_id, sent.kind)
    elif outcome is Outcome.GONE:
        end_credits(session, sent.identity_id)
    elif outcome is not Outcome.SENT and session.get(WechatIdentity, sent.identity_id) is not None:
        # He may have left, and everything of his with him, while the call was under way.
        add_credits(session, sent.identity_id, sent.openid_sealed, [sent.kind])
