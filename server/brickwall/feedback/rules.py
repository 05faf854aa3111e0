"""What a message may be, and what may be done with it."""

from brickwall.feedback.constants import FeedbackState
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.text import clean_paragraphs

MAX_TEXT = 1000
MAX_ANSWER = 1000
# A whole village may be angry at once; a script sends more than that.
MESSAGES_PER_HOUR = 200


def clean_message(text: str) -> str:
    """Return a message without control and bidirectional marks.

    Raises:
        Invalid: when nothing is left, or more than 1000 characters are.
    """
    cleaned = clean_paragraphs(text)
    if not cleaned:
        raise Invalid("还没有写内容。写一两句话就行，再点“交上去”", fields={"text": "请写几句话"})
    if len(cleaned) > MAX_TEXT:
        sentence = f"写了 {len(cleaned)} 个字，最多 {MAX_TEXT} 个。请删短一些，或者分两次交"
        raise Invalid(sentence, fields={"text": sentence})
    return cleaned


def clean_answer(text: str, field: str = "answer") -> str:
    """Return an answer without control and bidirectional marks.

    Raises:
        Invalid: when nothing is left, or more than 1000 characters are.
    """
    cleaned = clean_paragraphs(text)
    if not cleaned:
        raise Invalid("还没有写答复。对方凭编号能看到，请写明怎么办", fields={field: "请写答复"})
    if len(cleaned) > MAX_ANSWER:
        raise Invalid(f"答复太长，请写在 {MAX_ANSWER} 字以内", fields={field: f"最多 {MAX_ANSWER} 字"})
    return cleaned


def check_waiting(state: FeedbackState) -> None:
    """Make sure that a message has no answer yet: what the sender has read is never rewritten.

    Raises:
        Refused: when it was answered or closed.
    """
    if state is not FeedbackState.WAITING:
        raise Refused("这条已经有人答复了，请刷新后再看", "feedback.already_answered")


def check_not_closed(state: FeedbackState) -> None:
    """Make sure that a message is not closed yet.

    Raises:
        Refused: when it is.
    """
    if state is FeedbackState.CLOSED:
        raise Refused("这条已经办结了，请刷新后再看", "feedback.already_closed")
