"""What somebody hears of his messages when he asks what is kept, and what goes when he leaves."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import KeptItem, on_kept, on_leave
from brickwall.messages import queries, services
from brickwall.messages.models import Mailbox
from brickwall.messages.queries import Owner


@on_leave
def leave(session: Session, identity_id: int) -> None:
    """Delete the mailbox, all that is in it or awaited, and the credits of a WeChat identity."""
    services.end_credits(session, identity_id)
    session.execute(delete(Mailbox).where(Mailbox.identity_id == identity_id))


@on_kept
def describe(session: Session, identity_id: int) -> list[KeptItem]:
    """Say how many messages, wishes and allowed phone messages are kept of a WeChat identity."""
    owner = Owner(identity_id=identity_id)
    messages = session.scalar(
        select(func.count()).select_from(queries.messages_of(owner).order_by(None).subquery())
    )
    waiting = len(queries.list_subscriptions(session, owner))
    allowed = sum(queries.credits_of(session, identity_id).values())
    kept = []
    if messages:
        kept.append(KeptItem(f"发给您的消息 {messages} 条", "给您看结果和答复", "400 天"))
    if waiting:
        kept.append(KeptItem(f"您在等的消息 {waiting} 样", "出来了告诉您", "告诉以后马上删"))
    if allowed:
        kept.append(KeptItem(f"您允许发到微信的消息 {allowed} 条，和加密的微信号", "一次发一条", "发完就删"))
    return kept
