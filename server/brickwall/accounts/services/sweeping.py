"""Forgetting what is no longer needed: ended sign-ins, dead slips, old counts of tries."""

from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from brickwall.accounts.models import ActivationSlip, AuthSession
from brickwall.accounts.services.identities import forget_old_residents
from brickwall.accounts.throttling import forget_old_tries
from brickwall.kernel import clock

KEPT_AFTER_END = timedelta(days=30)
BATCH = 1000


def sweep_accounts(session: Session) -> int:
    """Delete sign-ins and slips that ended 30 days ago, residents long gone, and old counts of tries.

    Up to 1,000 of each kind at a time.

    The audit log keeps that they were. Call it again until it returns 0.

    Returns:
        how many sign-ins, slips and residents were deleted.
    """
    limit = clock.now() - KEPT_AFTER_END
    forget_old_tries(session)
    ended = or_(AuthSession.revoked_at < limit, AuthSession.expires_at < limit)
    sessions = select(AuthSession.id).where(ended).limit(BATCH)
    dead = or_(
        ActivationSlip.used_at < limit, ActivationSlip.revoked_at < limit, ActivationSlip.expires_at < limit
    )
    slips = select(ActivationSlip.id).where(dead).limit(BATCH)
    gone = session.execute(
        delete(AuthSession).where(AuthSession.id.in_(sessions)).returning(AuthSession.id)
    ).all()
    spent = session.execute(
        delete(ActivationSlip).where(ActivationSlip.id.in_(slips)).returning(ActivationSlip.id)
    ).all()
    return len(gone) + len(spent) + forget_old_residents(session)
