"""What a WeChat user hears of his waiting checks when he asks what is kept, and what goes when he leaves.

Checks name nobody, so his are found by opening the few that wait and comparing the openid.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import KeptItem, on_kept, on_leave, open_openid
from brickwall.accounts.models import WechatIdentity
from brickwall.kernel.http import settings
from brickwall.moderation.constants import CheckReason, CheckState
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.services import hold_check


def _waiting_of(session: Session, identity_id: int) -> list[ContentCheck]:
    """Return the checks that hold this person's openid; none once it was wiped, after two hours."""
    site, identity = settings(), session.get(WechatIdentity, identity_id)
    own = open_openid(site, identity.openid_sealed) if identity is not None else None
    if own is None:
        return []
    waiting = select(ContentCheck).where(ContentCheck.state == CheckState.WAITING)
    return [row for row in session.scalars(waiting) if open_openid(site, row.openid_sealed) == own]


@on_leave
def leave(session: Session, identity_id: int) -> None:
    """Take the openid out of his waiting checks; people look at what he wrote."""
    for check in _waiting_of(session, identity_id):
        hold_check(session, check, CheckReason.NO_OPENID)


@on_kept
def describe(session: Session, identity_id: int) -> list[KeptItem]:
    """Say how many of his texts and photos wait for WeChat's word, with his openid sealed beside them."""
    waiting = len(_waiting_of(session, identity_id))
    if not waiting:
        return []
    what = f"您刚写的 {waiting} 件还在等微信看，旁边有加密的微信号"
    return [KeptItem(what, "微信要知道是谁写的才肯看", "看完就删，最多半小时")]
