"""Reading complaints and suggestions. Whoever asks narrows by paths first."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.kernel import clock
from brickwall.kernel.problems import NotFound
from brickwall.organisations.models import Organisation


def feedback_below(paths: Sequence[str]) -> Select[Feedback]:
    """Return a SELECT of the messages to organisations at and below ``paths``.

    Whom they are about is loaded with them; the caller orders and pages.
    """
    inside = (Organisation.path.startswith(path, autoescape=True) for path in paths)
    return (
        select(Feedback)
        .join(Organisation, Organisation.id == Feedback.organisation_id)
        .where(or_(False, *inside))
        .options(joinedload(Feedback.organisation), joinedload(Feedback.member))
    )


def waiting_feedback(paths: Sequence[str]) -> Select[Feedback]:
    """Return a SELECT of the messages that wait for an answer, the longest waiting first."""
    waiting = feedback_below(paths).where(Feedback.state == FeedbackState.WAITING)
    return waiting.order_by(Feedback.created_at, Feedback.id)


def count_waiting(session: Session, paths: Sequence[str]) -> int:
    """Return how many messages wait for an answer below ``paths``."""
    rows = waiting_feedback(paths).order_by(None).options().with_only_columns(Feedback.id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def get_feedback(session: Session, public_id: str, paths: Sequence[str]) -> Feedback:
    """Return a message to an organisation below ``paths``.

    Raises:
        NotFound: when there is none, or it was sent to somebody else.
    """
    found = session.scalar(feedback_below(paths).where(Feedback.public_id == public_id))
    if found is None:
        raise NotFound("没有找到这条投诉建议，请从列表里重新选择")
    return found


def find_by_code_hash(session: Session, code_hash: str) -> Feedback | None:
    """Return the message whose reading code has this keyed hash, or None."""
    return session.scalar(select(Feedback).where(Feedback.code_hash == code_hash))


def count_last_hour(session: Session, organisation_id: int) -> int:
    """Return how many messages an organisation got within the last hour."""
    since = clock.now() - timedelta(hours=1)
    query = select(func.count(Feedback.id)).where(
        Feedback.organisation_id == organisation_id, Feedback.created_at > since
    )
    return session.scalar(query) or 0
