"""Review of comments: a person reads each before anybody else does."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.evaluations.constants import CommentState
from brickwall.evaluations.models import RatingComment
from brickwall.evaluations.queries import subject_name
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import mark_stale
from brickwall.kernel.text import clean_paragraphs

MAX_REASON = 500


def _decide(session: Session, comment: RatingComment, state: CommentState) -> None:
    """Turn a held comment into ``state``; of two reviewers at once one is refused."""
    decided = session.execute(
        update(RatingComment)
        .where(RatingComment.public_id == comment.public_id, RatingComment.state == CommentState.HELD)
        .values(state=state)
        .returning(RatingComment.public_id),
        execution_options={"synchronize_session": False},
    ).all()
    if not decided:
        raise Refused("这条留言别人已经看过了", "comment.decided")
    session.expire(comment)


def publish_comment(session: Session, actor: Actor, comment: RatingComment) -> None:
    """Let a comment appear on the public page once its round has ended.

    Raises:
        Forbidden, NotFound: the actor may not review comments there.
        Refused: somebody has decided already.
    """
    path = comment.subject.round.organisation.path
    require_at(actor, Permission.COMMENT_REVIEW, path)
    _decide(session, comment, CommentState.PUBLISHED)
    record(session, actor, Tag.COMMENT_PUBLISHED, path=path, subject=subject_name(comment.subject))
    about = comment.subject
    mark_stale(
        session, f"member:{about.member_id}" if about.member_id else f"organisation:{about.organisation_id}"
    )


def reject_comment(session: Session, actor: Actor, comment: RatingComment, reason: str) -> None:
    """Keep a comment from being shown, for a reason that the audit log keeps.

    Raises:
        Forbidden, NotFound: the actor may not review comments there.
        Invalid: without a reason.
        Refused: somebody has decided already.
    """
    path = comment.subject.round.organisation.path
    require_at(actor, Permission.COMMENT_REVIEW, path)
    reason = clean_paragraphs(reason)[:MAX_REASON]
    if not reason:
        raise Invalid("请写明不公开的原因，一句话就行", fields={"reason": "请写明原因"})
    _decide(session, comment, CommentState.REJECTED)
    record(
        session, actor, Tag.COMMENT_REJECTED, path=path, subject=subject_name(comment.subject), reason=reason
    )
