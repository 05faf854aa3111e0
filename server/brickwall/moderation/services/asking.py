"""Putting something up to be looked at; the request does no more than one INSERT."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from brickwall.accounts.identities import seal_openid
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.jobs import enqueue
from brickwall.moderation import rules
from brickwall.moderation.constants import CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.words import find_word

WORK_JOB = "moderation.work_off"

# The same in SQL, for the rating's batch, which never touches the ORM; written with SQLite's ``?``.
ADD_COMMENT_CHECK = (
    "INSERT INTO content_check (public_id, kind, subject, organisation_id, state, found, openid_sealed, "
    "since, decided_by, decision) SELECT ?, 'comment', ?, r.organisation_id, 'waiting', '', ?, ?, '', '' "
    "FROM evaluation_round r WHERE r.id = ? ON CONFLICT DO NOTHING"
)
ADD_WORK = (
    "INSERT INTO job (public_id, name, args, state, attempts, progress, run_at, created_at) "
    "VALUES (?, 'moderation.work_off', '{}', 'waiting', 0, 0, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text or photo comes from. ``openid`` is one seen within two hours, or empty."""

    settings: Settings
    openid: str = field(default="", repr=False)

    def seal(self) -> bytes | None:
        """Return the openid as a waiting check keeps it, None when there is nobody to ask WeChat about."""
        return seal_openid(self.settings, self.openid) if self.openid and self.settings.wechat else None


def comment_check(subject: str, openid_sealed: bytes, since: object, round_id: int) -> tuple[object, ...]:
    """Return the values of :data:`ADD_COMMENT_CHECK`; ``since`` as the driver takes a moment."""
    return new_public_id(), subject, openid_sealed, since, round_id


def ask_for_work(session: Session, run_at: datetime | None = None) -> None:
    """Ask the worker to work the checks off; the job names none of them."""
    enqueue(session, WORK_JOB, {}, run_at=run_at)


def ask(
    session: Session,
    origin: Origin,
    kind: ContentKind,
    subject: str,
    organisation_id: int,
    *,
    text: str = "",
    by_staff: bool = False,
) -> bool:
    """Put one thing up to be looked at, where the policy wants it; True when it is shown at once.

    Args:
        subject: public id of the thing.
        text: what the word list is compared with; nothing for a photo.
        by_staff: written at the desk, so that a person has seen it.
    """
    if by_staff:
        return True
    site = origin.settings
    found = find_word(site, text) if text else ""
    first = rules.first_step(kind, wechat=site.wechat is not None, openid=bool(origin.openid), found=found)
    if first is None:
        return True
    waiting = first.state is CheckState.WAITING
    timed = waiting or kind in rules.HIDING
    session.add(
        ContentCheck(
            public_id=new_public_id(),
            kind=kind,
            subject=subject,
            organisation_id=organisation_id,
            state=first.state,
            reason=first.reason,
            found="" if waiting else found,
            openid_sealed=origin.seal() if waiting else None,
            since=clock.now() if timed else None,
        )
    )
    if waiting:
        ask_for_work(session)
    session.flush()
    return False


def word_hint(settings: Settings, text: str) -> str:
    """Return what to tell staff whose text has a word of the list in it, or nothing."""
    found = find_word(settings, text)
    return f"里面有“{found}”字样，请再看一眼，不合适就更正" if found else ""
