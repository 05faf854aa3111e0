"""Review of comments: a person reads each before anybody else does, or WeChat's check did.

The check (brickwall.moderation) publishes what it finds nothing wrong with; all else, and every
comment from the web, stays with a person.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
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
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.owners import Described, Owner, register
from brickwall.moderation.services import follow_person

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
    follow_person(session, ContentKind.COMMENT, comment.public_id, released=state is CommentState.PUBLISHED)


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
    _mark_page(session, comment)


def _mark_page(session: Session, comment: RatingComment) -> None:
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


# ---------------------------------------------------------------- WeChat's check


def _find(session: Session, public_id: str) -> RatingComment | None:
    return session.get(RatingComment, public_id)


def _read(session: Session, public_id: str) -> str | None:
    found = _find(session, public_id)
    return found.text if found is not None else None


def _release(session: Session, public_id: str) -> None:
    """Publish a comment WeChat passed, unless a person has decided meanwhile."""
    found = _find(session, public_id)
    if found is not None and found.state is CommentState.HELD:
        found.state = CommentState.PUBLISHED
        _mark_page(session, found)
        session.flush()


def _refuse(session: Session, public_id: str, reason: str) -> None:
    """Do nothing: a comment that did not pass goes on waiting for a person."""


def _describe(session: Session, public_ids: Sequence[str]) -> dict[str, Described]:
    rows = session.scalars(select(RatingComment).where(RatingComment.public_id.in_(public_ids)))
    return {row.public_id: Described(row.text, subject_name(row.subject)) for row in rows}


register(ContentKind.COMMENT, Owner(_read, _release, _refuse, _describe))
