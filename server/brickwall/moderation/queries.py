"""Reading checks. Whoever shows them to people narrows by paths first."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from brickwall.kernel import clock
from brickwall.kernel.problems import NotFound
from brickwall.moderation import rules
from brickwall.moderation.constants import CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.organisations.models import Organisation

NOT_FOUND = "没有找到要看的这一件，可能已被移走"


def is_overdue() -> ColumnElement[bool]:
    """Return the condition "WeChat had its half hour"; true whether or not the worker noticed."""
    limit = clock.now() - rules.ANSWER_WITHIN
    return and_(ContentCheck.state == CheckState.WAITING, ContentCheck.since <= limit)


def _below(paths: Sequence[str]) -> Select[ContentCheck]:
    """Return a SELECT of the checks that hide something below ``paths``, organisations loaded."""
    inside = (Organisation.path.startswith(path, autoescape=True) for path in paths)
    return (
        select(ContentCheck)
        .join(Organisation, Organisation.id == ContentCheck.organisation_id)
        .where(or_(false(), *inside), ContentCheck.kind.in_(rules.HIDING))
        .options(joinedload(ContentCheck.organisation))
    )


def held_below(paths: Sequence[str]) -> Select[ContentCheck]:
    """Return a SELECT of what waits for a person below ``paths``, the longest waiting first."""
    waiting = or_(ContentCheck.state == CheckState.HELD, is_overdue())
    return _below(paths).where(waiting).order_by(ContentCheck.since, ContentCheck.public_id)


def settled_below(paths: Sequence[str]) -> Select[ContentCheck]:
    """Return a SELECT of what was shown or refused below ``paths``, the newest first."""
    settled = ContentCheck.state.not_in(rules.OPEN)
    return _below(paths).where(settled).order_by(ContentCheck.settled_at.desc(), ContentCheck.public_id)


def count_held(session: Session, paths: Sequence[str]) -> int:
    """Return how much waits for a person below ``paths``."""
    rows = held_below(paths).order_by(None).options().with_only_columns(ContentCheck.public_id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def get_check(session: Session, public_id: str, paths: Sequence[str]) -> ContentCheck:
    """Return a check that hides something below ``paths``.

    Raises:
        NotFound: when there is none, or it is another branch's.
    """
    found = session.scalar(_below(paths).where(ContentCheck.public_id == public_id))
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def find_check(session: Session, kind: ContentKind, subject: str) -> ContentCheck | None:
    """Return the check of one thing, or None when it was never looked at."""
    query = select(ContentCheck).where(ContentCheck.kind == kind, ContentCheck.subject == subject)
    return session.scalar(query)


def find_checks(session: Session, kind: ContentKind, subjects: Collection[str]) -> dict[str, ContentCheck]:
    """Return the checks of several things, by the public id of the thing."""
    if not subjects:
        return {}
    query = select(ContentCheck).where(ContentCheck.kind == kind, ContentCheck.subject.in_(list(subjects)))
    return {row.subject: row for row in session.scalars(query)}


def find_hints(session: Session, kind: ContentKind, subjects: Collection[str]) -> dict[str, str]:
    """Return what the machine said of things a person decides on anyway, where it said something."""
    found = find_checks(session, kind, subjects)
    return {each: rules.why(check) for each, check in found.items() if check.state is CheckState.HELD}


def find_by_trace(session: Session, trace_id: str) -> ContentCheck | None:
    """Return the check WeChat answers under this trace id, or None."""
    return session.scalar(select(ContentCheck).where(ContentCheck.trace_id == trace_id).limit(1))


def list_unasked(session: Session, limit: int) -> Sequence[ContentCheck]:
    """Return checks about which WeChat has not been asked yet, the longest waiting first."""
    query = select(ContentCheck).where(
        ContentCheck.state == CheckState.WAITING, ContentCheck.trace_id.is_(None), ~is_overdue()
    )
    return session.scalars(query.order_by(ContentCheck.since, ContentCheck.public_id).limit(limit)).all()


def list_overdue(session: Session) -> Sequence[ContentCheck]:
    """Return every check that WeChat has not answered within half an hour."""
    return session.scalars(select(ContentCheck).where(is_overdue())).all()


def count_waiting(session: Session) -> tuple[int, int]:
    """Return how many checks wait for WeChat, and about how many of them it was not asked yet."""
    waiting = ContentCheck.state == CheckState.WAITING
    every = session.scalar(select(func.count()).where(waiting)) or 0
    unasked = session.scalar(select(func.count()).where(waiting, ContentCheck.trace_id.is_(None))) or 0
    return every, unasked


def waiting_for(check: ContentCheck) -> timedelta:
    """Return how long a check has been waiting; nothing for one that keeps no time."""
    return clock.now() - check.since if check.since is not None else timedelta()
