"""Telling a member what became of his commitment, in the transaction in which it became so."""

from sqlalchemy.orm import Session

from brickwall.commitments.models import Commitment
from brickwall.kernel.permissions import SYSTEM, Actor
from brickwall.messages.constants import MessageKind
from brickwall.messages.rules import Letter
from brickwall.messages.services import tell_member

K = MessageKind
# Heading, and a sentence; ``{reason}`` where somebody wrote one.
_WORDS: dict[MessageKind, tuple[str, str]] = {
    K.RETURNED: ("退回来了，请改一改", "“{title}”退回来了。原因：{reason}。改好再交。"),
    K.APPROVED: ("审过了，等着公示", "“{title}”支部审过了，公示以后扫砖就看得到。"),
    K.PUBLISHED: ("公示了", "“{title}”公示了，扫砖就看得到。做一次，记一条。"),
    K.SENT_BACK: ("核实后退回了", "“{title}”核实后退回了。原因：{reason}。补上以后记一条，再报办成。"),
    K.CLOSED_OUT: ("核实办成了", "“{title}”核实办成，已经销号。"),
    K.ENTRY_REFUSED: (
        "有一条记录没有公开",
        "“{title}”有一条记录没有公开。原因：{reason}。可以换个说法再记一条。",
    ),
}
_FULL_STOPS = "。．.；;，, "


def tell_owner(
    session: Session,
    actor: Actor,
    commitment: Commitment,
    kind: MessageKind,
    reason: str = "",
    *,
    occasion: str = "",
) -> bool:
    """Put a message about his commitment into the member's mailbox; tell whether he got one.

    Nothing for a branch's own commitment, nor for what somebody does to his own.

    Args:
        reason: what somebody wrote about it.
        occasion: names what happened; the commitment's version when empty.
    """
    if commitment.member_id is None or actor.member_id == commitment.member_id:
        return False
    heading, sentence = _WORDS[kind]
    words = sentence.format(title=commitment.title, reason=reason.rstrip(_FULL_STOPS) or "没有写")
    told = Letter(
        kind=kind,
        subject=commitment.title,
        title=heading,
        text=words,
        page=f"/my/commitments/{commitment.public_id}",
        key=f"{kind.value}:{commitment.public_id}:{occasion or commitment.version}",
    )
    return tell_member(session, commitment.member_id, told)


def tell_entry_refused(session: Session, commitment: Commitment, entry_public_id: str, reason: str) -> bool:
    """Tell a member that an entry of his is not shown, and why."""
    return tell_owner(session, SYSTEM, commitment, K.ENTRY_REFUSED, reason, occasion=entry_public_id)
