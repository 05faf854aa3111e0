"""The answer to a complaint, for whoever holds its reading code and asked to be told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.feedback import queries
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.kernel.ids import RECEIPT_LENGTH, normalise_code
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.kernel.security import keyed_hash
from brickwall.messages.constants import MessageKind
from brickwall.messages.rules import Letter
from brickwall.messages.services import announce
from brickwall.messages.topics import Awaited, Wish, topic


@topic("feedback")
def await_answer(session: Session, settings: Settings, wish: Wish) -> Awaited:
    """Let whoever holds the reading code wait for the answer. Locks the complaint meanwhile.

    Raises:
        Invalid: it is no reading code.
        NotFound: nobody was given it.
        Refused: there is an answer already.
    """
    try:
        code = normalise_code(wish.code, RECEIPT_LENGTH)
    except ValueError as error:
        raise Invalid(
            "编号是 12 位，分三组。请照着回执再打一遍", fields={"code": "请填 12 位编号"}
        ) from error
    found = queries.find_by_code_hash(session, keyed_hash(settings, "feedback-code", code))
    if found is None:
        raise NotFound("没有找到这个编号。请照着回执再打一遍")
    locked = select(Feedback.state).where(Feedback.id == found.id).with_for_update(read=True)
    if session.scalars(locked).one() is not FeedbackState.WAITING:
        raise Refused("已经有答复了，打编号就能看", "feedback.already_answered")
    return Awaited(f"feedback:{found.public_id}", "投诉建议的答复")


def announce_answer(session: Session, feedback: Feedback) -> None:
    """Have whoever waits for it told that there is an answer; its words are read with the code only."""
    told = Letter(
        kind=MessageKind.ANSWER,
        subject="投诉建议",
        title="有答复了",
        text="您交的投诉建议有答复了。打上当时给您的 12 位编号，就能看到。",
        page="/feedback/answer",
    )
    announce(session, f"feedback:{feedback.public_id}", told)
