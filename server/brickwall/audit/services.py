"""Writing the audit log, and reading its sentences."""

from typing import Any

from sqlalchemy.orm import Session

from brickwall.audit.constants import SENTENCES, Tag
from brickwall.audit.models import AuditEntry
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor


def record(
    session: Session, actor: Actor, tag: Tag, *, path: str = "/", subject: str = "", **data: Any
) -> AuditEntry:
    """Add one act to the log, in the transaction that does it.

    Args:
        path: materialised path of the organisation concerned; ``/`` is the whole system.
        subject: readable name of the thing, as it was then.
        data: JSON values the tag's sentence uses; never a secret, phone, token or rating.
    """
    entry = AuditEntry(
        at=clock.now(),
        account_id=actor.account_id,
        actor_label=actor.label,
        tag=tag,
        organisation_path=path,
        subject=subject,
        data=data,
    )
    session.add(entry)
    session.flush()
    return entry


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(entry: AuditEntry) -> str:
    """Return the entry as a readable Chinese sentence without the actor's name."""
    return SENTENCES[entry.tag].format_map(_Gaps(entry.data, subject=entry.subject or "—"))
