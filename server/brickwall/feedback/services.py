"""Taking, answering and closing complaints and suggestions (投诉建议).

Nothing about the sender is stored: no name, phone, address, device or account. He reads the
answer by a code of which only a keyed hash is kept.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import fresh_openid
from brickwall.accounts.models import WechatIdentity
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.feedback import queries, rules
from brickwall.feedback.announcing import announce_answer
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.kernel import clock
from brickwall.kernel.ids import RECEIPT_LENGTH, normalise_code, random_code
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import TooMany
from brickwall.kernel.security import keyed_hash
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.owners import Described, Owner, register
from brickwall.moderation.services import Origin, ask
from brickwall.organisations.models import Member, Organisation

SUBJECT_LENGTH = 24


def new_reading_code() -> str:
    """Return a code by which an answer is read: 12 characters, 60 random bits."""
    return random_code(RECEIPT_LENGTH)


def code_hash(settings: Settings, code: str) -> str:
    """Return what the database keeps of a reading code, typed in any of Crockford's forms.

    Raises:
        ValueError: when it is not such a code.
    """
    return keyed(settings, normalise_code(code, RECEIPT_LENGTH))


def keyed(settings: Settings, code: str) -> str:
    """Return the keyed hash of a canonical code."""
    return keyed_hash(settings, "feedback-code", code)


def send_feedback(
    session: Session,
    settings: Settings,
    organisation: Organisation,
    member: Member | None,
    text: str,
    *,
    ticket: str = "",
    identity: WechatIdentity | None = None,
) -> str:
    """Take a message and return the code by which its answer is read.

    Args:
        member: whom it is about, when it came from his brick.
        ticket: the code that the form carried: a form sent twice (double tap, lost answer)
            is one message, and both times the same code comes back.
        identity: of somebody in the mini-program. Nothing of it stays: WeChat is asked about the
            text, and what it says is a note for the branch.

    Raises:
        Invalid: empty or longer than 1000 characters.
        TooMany: the organisation got 200 within the hour.
    """
    cleaned = rules.clean_message(text)
    code = _usable(ticket) or new_reading_code()
    known = queries.find_by_code_hash(session, keyed(settings, code))
    if known is not None and (known.text, known.organisation_id) == (cleaned, organisation.id):
        return code
    if queries.count_last_hour(session, organisation.id) >= rules.MESSAGES_PER_HOUR:
        raise TooMany("这会儿交上来的太多了。您写的还在，请过一会儿再交一次", retry_after=600)
    code = new_reading_code() if known is not None else code
    row = Feedback(
        code_hash=keyed(settings, code),
        organisation_id=organisation.id,
        member_id=member.id if member else None,
        text=cleaned,
        state=FeedbackState.WAITING,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    origin = Origin(settings, fresh_openid(settings, identity) or "")
    ask(session, origin, ContentKind.FEEDBACK, row.public_id, organisation.id, text=cleaned)
    return code


def _usable(ticket: str) -> str:
    try:
        return normalise_code(ticket, RECEIPT_LENGTH)
    except ValueError:
        return ""


def find_answer(session: Session, settings: Settings, code: str) -> Feedback | None:
    """Return the message behind a reading code as typed, or None when there is none.

    Raises:
        ValueError: when it is not 12 characters of such a code.
    """
    return queries.find_by_code_hash(session, code_hash(settings, code))


def answer_feedback(session: Session, actor: Actor, feedback: Feedback, answer: str) -> None:
    """Write the answer, once; the sender reads it by his code.

    Raises:
        NotFound, Forbidden: not his to answer.
        Refused: it has been answered meanwhile.
        Invalid: empty or too long.
    """
    require_at(actor, Permission.FEEDBACK_ANSWER, feedback.organisation.path)
    rules.check_waiting(_lock(session, feedback))
    _answer(session, actor, feedback, rules.clean_answer(answer))
    feedback.state = FeedbackState.ANSWERED
    _record(session, actor, Tag.FEEDBACK_ANSWERED, feedback)


def close_feedback(session: Session, actor: Actor, feedback: Feedback, reason: str) -> None:
    """Close a message. One without an answer gets the reason as its answer: nobody is left without.

    Raises:
        NotFound, Forbidden: not his to close.
        Refused: it is closed already.
        Invalid: no reason, or too long.
    """
    require_at(actor, Permission.FEEDBACK_ANSWER, feedback.organisation.path)
    state = _lock(session, feedback)
    rules.check_not_closed(state)
    cleaned = rules.clean_answer(reason, "reason")
    if state is FeedbackState.WAITING:
        _answer(session, actor, feedback, cleaned)
    feedback.state = FeedbackState.CLOSED
    _record(session, actor, Tag.FEEDBACK_CLOSED, feedback, reason=cleaned)


def _lock(session: Session, feedback: Feedback) -> FeedbackState:
    """Hold the row until the end of the transaction; return its state as it is now."""
    query = select(Feedback.state).where(Feedback.id == feedback.id)
    return session.scalars(query.with_for_update()).one()


def _answer(session: Session, actor: Actor, feedback: Feedback, text: str) -> None:
    feedback.answer = text
    feedback.answered_by = actor.label
    feedback.answered_at = clock.now()
    announce_answer(session, feedback)


def _about(feedback: Feedback) -> str:
    return feedback.member.name if feedback.member else feedback.organisation.short_name


def _record(session: Session, actor: Actor, tag: Tag, feedback: Feedback, **data: str) -> None:
    subject = f"关于{_about(feedback)}：{feedback.text[:SUBJECT_LENGTH]}"
    record(session, actor, tag, path=feedback.organisation.path, subject=subject, **data)
    session.flush()


# ---------------------------------------------------------------- WeChat's check: a note, never a bar


def _read(session: Session, public_id: str) -> str | None:
    return session.scalar(select(Feedback.text).where(Feedback.public_id == public_id))


def _release(session: Session, public_id: str) -> None:
    """Do nothing: only the branch reads a message, and it has it already."""


def _refuse(session: Session, public_id: str, reason: str) -> None:
    """Do nothing: a message is never kept from the branch."""


def _describe(session: Session, public_ids: Sequence[str]) -> dict[str, Described]:
    rows = session.scalars(select(Feedback).where(Feedback.public_id.in_(public_ids)))
    return {row.public_id: Described(row.text, _about(row)) for row in rows}


register(ContentKind.FEEDBACK, Owner(_read, _release, _refuse, _describe))
