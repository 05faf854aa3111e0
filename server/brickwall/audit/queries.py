"""Reading the audit log."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry


def audit_entries(paths: Sequence[str], *, tag: Tag | None = None, text: str = "") -> Select[AuditEntry]:
    """Return a SELECT of entries below any of ``paths``, newest first.

    Args:
        text: part of the actor's or the subject's name.
    """
    query = select(AuditEntry).where(
        or_(*(AuditEntry.organisation_path.startswith(path, autoescape=True) for path in paths))
    )
    if tag is not None:
        query = query.where(AuditEntry.tag == tag)
    if text:
        query = query.where(
            or_(
                AuditEntry.actor_label.contains(text, autoescape=True),
                AuditEntry.subject.contains(text, autoescape=True),
            )
        )
    return query.order_by(AuditEntry.id.desc())
