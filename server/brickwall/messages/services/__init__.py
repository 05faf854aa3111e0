"""What can be done with messages: telling, asking to be told, sending to a phone, forgetting."""

from brickwall.messages.services.asking import add_credits, end_credits, mark_read, subscribe, unsubscribe
from brickwall.messages.services.boxes import forget_mailbox, open_mailbox
from brickwall.messages.services.delivering import (
    announce,
    deliver,
    deliver_chunk,
    tell_accounts,
    tell_member,
)
from brickwall.messages.services.sending import (
    Outcome,
    Outgoing,
    claim_phone_message,
    finish_phone_message,
)
from brickwall.messages.services.sweeping import sweep_messages

__all__ = [
    "Outcome",
    "Outgoing",
    "add_credits",
    "announce",
    "claim_phone_message",
    "deliver",
    "deliver_chunk",
    "end_credits",
    "finish_phone_message",
    "forget_mailbox",
    "mark_read",
    "open_mailbox",
    "subscribe",
    "sweep_messages",
    "tell_accounts",
    "tell_member",
    "unsubscribe",
]
