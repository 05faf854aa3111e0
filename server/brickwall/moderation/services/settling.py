"""What becomes of a check by the machine's word, by its silence, or by a person's decision.

Every change is one UPDATE that names the state it starts from, so that of two at once one wins:
two clerks, or a clerk and a late answer of WeChat.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.text import clean_paragraphs
from brickwall.moderation import queries, rules
from brickwall.moderation.constants import LABELS, CheckReason, CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.owners import Described, owner_of

MAX_REASON = 500
SEEN = "看过没有问题"
_GONE = Described("已经不在了", "—")


def _turn(
    session: Session, check: ContentCheck, condition: ColumnElement[bool], state: CheckState, **values: Any
) -> bool:
    """Turn a check's state while ``condition`` still holds; tell whether it did. Wipes the openid."""
    anonymous = rules.is_anonymous(check.kind)
    settled = None if anonymous or state is CheckState.HELD else clock.now()
    kept: dict[str, Any] = {"since": None} if anonymous else {}
    turned = session.execute(
        update(ContentCheck)
        .where(ContentCheck.public_id == check.public_id, condition)
        .values(state=state, openid_sealed=None, settled_at=settled, **kept, **values)
        .returning(ContentCheck.public_id),
        execution_options={"synchronize_session": False},
    ).all()
    session.expire(check)
    return bool(turned)


def _unanswered() -> ColumnElement[bool]:
    """Return ``rules.may_be_answered`` as a condition of SQL."""
    late = and_(ContentCheck.state == CheckState.HELD, ContentCheck.reason.in_(rules.LATE))
    return or_(ContentCheck.state == CheckState.WAITING, late)


def note_asked(session: Session, check: ContentCheck, trace_id: str) -> None:
    """Keep the number under which WeChat will push its answer about a picture."""
    still = ContentCheck.state == CheckState.WAITING
    session.execute(
        update(ContentCheck)
        .where(ContentCheck.public_id == check.public_id, still)
        .values(trace_id=trace_id)
        .execution_options(synchronize_session=False)
    )
    session.expire(check)


def pass_check(session: Session, check: ContentCheck) -> bool:
    """Show what WeChat found nothing wrong with; False when somebody was faster."""
    kind, subject = check.kind, check.subject
    if not _turn(session, check, _unanswered(), CheckState.PASSED, reason=None):
        return False
    owner_of(kind).release(session, subject)
    return True


def hold_check(session: Session, check: ContentCheck, reason: CheckReason, label: int | None = None) -> bool:
    """Leave it to a person, saying why; False when somebody was faster.

    A picture that WeChat calls risky is refused to its uploader at once, so that he can send
    another; a person may still release it.
    """
    kind, subject = check.kind, check.subject
    if not _turn(session, check, _unanswered(), CheckState.HELD, reason=reason, label=label):
        return False
    if kind is ContentKind.PHOTO and reason is CheckReason.RISKY:
        owner_of(kind).refuse(session, subject, "")
    return True


def drop_check(session: Session, check: ContentCheck) -> None:
    """Forget the check of a thing that is gone."""
    session.execute(delete(ContentCheck).where(ContentCheck.public_id == check.public_id))


def stop_looking(session: Session, kind: ContentKind, subjects: Collection[str]) -> None:
    """Forget the open checks of things their owner will not show any more, whatever the answer."""
    if subjects:
        session.execute(
            delete(ContentCheck).where(
                ContentCheck.kind == kind,
                ContentCheck.subject.in_(list(subjects)),
                ContentCheck.state.in_(rules.OPEN),
            )
        )


def hold_overdue(session: Session) -> int:
    """Give to people what WeChat has not answered within half an hour; return how much that is."""
    overdue = queries.list_overdue(session)
    return sum(
        hold_check(session, check, CheckReason.TIMEOUT if check.trace_id else CheckReason.UNREACHABLE)
        for check in overdue
    )


def _clean_reason(reason: str, *, needed: bool) -> str:
    cleaned = clean_paragraphs(reason)
    if needed and not cleaned:
        raise Invalid("请写明原因，一句话就行", fields={"reason": "请写明原因"})
    if len(cleaned) > MAX_REASON:
        raise Invalid("原因太长，请写在 500 字以内", fields={"reason": f"最多 {MAX_REASON} 字"})
    return cleaned


def _decide(
    session: Session,
    actor: Actor,
    check: ContentCheck,
    before: Collection[CheckState],
    to: CheckState,
    why: str,
) -> None:
    """Turn a check by a person's word.

    Raises:
        Refused: it is not as he saw it any more; says what it is now and by whom.
    """
    condition = ContentCheck.state.in_(before)
    if _turn(session, check, condition, to, decided_by=actor.label, decision=why):
        return
    who = check.decided_by or "微信"
    raise Refused(
        f"您看着的时候，{who}刚看过这一件，现在是“{LABELS[check.state]}”。您这一步没有办，请刷新后再看",
        "moderation.decided",
    )


def _seen_states(seen: CheckState) -> frozenset[CheckState]:
    return rules.OPEN if seen in rules.OPEN else frozenset({seen})


def release_check(
    session: Session,
    actor: Actor,
    check: ContentCheck,
    reason: str = "",
    *,
    seen: CheckState = CheckState.HELD,
) -> None:
    """Let everybody see it; one that was refused only with a reason.

    Args:
        seen: the state the person had in front of him.

    Raises:
        NotFound, Forbidden: not his to decide.
        Invalid: a refusal turned round without a reason.
        Refused: it is shown already, or somebody decided meanwhile.
    """
    path, kind, subject = check.organisation.path, check.kind, check.subject
    require_at(actor, Permission.CONTENT_REVIEW, path)
    if seen in rules.SHOWN:
        raise Refused("这一件已经公开了，不用再放行", "moderation.decided")
    cleaned = _clean_reason(reason, needed=seen is CheckState.REFUSED) or SEEN
    about = describe(session, check).about
    _decide(session, actor, check, _seen_states(seen), CheckState.RELEASED, cleaned)
    owner_of(kind).release(session, subject)
    record(session, actor, Tag.CONTENT_RELEASED, path=path, subject=about, kind=LABELS[kind], reason=cleaned)


def refuse_check(
    session: Session, actor: Actor, check: ContentCheck, reason: str, *, seen: CheckState = CheckState.HELD
) -> None:
    """Keep it hidden, or hide it again, for a reason the writer and the audit log get.

    Args:
        seen: the state the person had in front of him.

    Raises:
        NotFound, Forbidden: not his to decide.
        Invalid: without a reason.
        Refused: it was refused already, or somebody decided meanwhile.
    """
    path, kind, subject = check.organisation.path, check.kind, check.subject
    require_at(actor, Permission.CONTENT_REVIEW, path)
    if seen is CheckState.REFUSED:
        raise Refused("这一件已经没有通过，不用再退", "moderation.decided")
    cleaned = _clean_reason(reason, needed=True)
    about = describe(session, check).about
    _decide(session, actor, check, _seen_states(seen), CheckState.REFUSED, cleaned)
    owner_of(kind).refuse(session, subject, cleaned)
    record(session, actor, Tag.CONTENT_REFUSED, path=path, subject=about, kind=LABELS[kind], reason=cleaned)


def follow_person(session: Session, kind: ContentKind, subject: str, *, released: bool) -> None:
    """Settle the check of a thing that a person decided on its owner's own page, if there is one."""
    check = queries.find_check(session, kind, subject)
    if check is not None:
        state = CheckState.RELEASED if released else CheckState.REFUSED
        _turn(session, check, ContentCheck.state.in_(rules.OPEN), state)


def describe(session: Session, check: ContentCheck) -> Described:
    """Return what people see of one thing."""
    return owner_of(check.kind).describe(session, [check.subject]).get(check.subject, _GONE)


def describe_all(session: Session, checks: Collection[ContentCheck]) -> dict[str, Described]:
    """Return what people see of several things, by the check's id, one query a kind."""
    found: dict[str, Described] = {}
    for kind in sorted({check.kind for check in checks}):
        rows = [check for check in checks if check.kind is kind]
        texts = owner_of(kind).describe(session, [row.subject for row in rows])
        found |= {row.public_id: texts.get(row.subject, _GONE) for row in rows}
    return found
