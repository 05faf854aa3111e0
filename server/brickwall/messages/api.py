"""The inbox over the API: what I was told, what I wait for, what may go to my phone."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from brickwall.accounts.identities import current_identity, fresh_openid, seal_openid
from brickwall.kernel.db import db
from brickwall.kernel.http import idempotent, settings
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import find_actor, public
from brickwall.kernel.problems import Refused, SignInRequired
from brickwall.messages import queries, schemas, services
from brickwall.messages.constants import PHONE_KINDS, MessageKind
from brickwall.messages.models import Message, Subscription
from brickwall.messages.queries import Owner

blueprint = Blueprint("api_messages", __name__, url_prefix="", description="收件箱")


def reader() -> Owner:
    """Return whose messages this request may read: the account's, the WeChat identity's, or both.

    Raises:
        SignInRequired: when nobody is signed in.
    """
    actor, identity = find_actor(), current_identity()
    owner = Owner(actor.account_id if actor else None, identity.id if identity else None)
    if owner == Owner():
        raise SignInRequired("请先登录，再看消息")
    return owner


def asker() -> Owner:
    """Return in whose mailbox an answer goes: what is asked for in WeChat arrives in WeChat.

    Raises:
        SignInRequired: when nobody is signed in.
    """
    owner = reader()
    if owner.identity_id is not None:
        return Owner(identity_id=owner.identity_id)
    return owner


def _credits(session: Session, owner: Owner) -> dict[str, int]:
    held = queries.credits_of(session, owner.identity_id) if owner.identity_id is not None else {}
    return {kind.value: held.get(kind, 0) for kind in PHONE_KINDS}


@blueprint.get("/inbox")
@public
@blueprint.arguments(schemas.InboxQuery, location="query")
@blueprint.response(200, schemas.InboxOut)
def read_inbox(query: dict[str, Any]) -> dict[str, Any]:
    """Return my messages, the newest first, and what I wait for. Needs a sign-in."""
    session, owner = db.session(), reader()
    page = cursor_page(
        session, queries.messages_of(owner), Message.id.expression, query["cursor"], query["limit"]
    )
    return {
        **page,
        "unread": queries.count_unread(session, owner),
        "waiting": queries.list_subscriptions(session, owner),
        "credits": _credits(session, owner),
    }


@blueprint.post("/inbox/read")
@public
@blueprint.arguments(schemas.ReadIn)
@blueprint.response(200, schemas.ReadOut)
def mark_read(body: dict[str, Any]) -> dict[str, int]:
    """Note that I read some of my messages, or all of them. Needs a sign-in."""
    return {"unread": services.mark_read(db.session(), reader(), body["ids"])}


@blueprint.post("/message-subscriptions")
@public
@idempotent
@blueprint.arguments(schemas.SubscriptionIn)
@blueprint.response(201, schemas.SubscriptionOut)
def subscribe(body: dict[str, str]) -> Subscription:
    """Ask to be told once: of a round's result, or of the answer a reading code opens. Needs a sign-in."""
    return services.subscribe(db.session(), settings(), asker(), body["topic"], body["code"])


@blueprint.delete("/message-subscriptions/<public_id>")
@public
@blueprint.response(204)
def unsubscribe(public_id: str) -> None:
    """Take back a wish to be told. Needs a sign-in."""
    services.unsubscribe(db.session(), reader(), public_id)


@blueprint.post("/message-credits")
@public
@idempotent
@blueprint.arguments(schemas.CreditsIn)
@blueprint.response(200, schemas.CreditsOut)
def keep_credits(body: dict[str, list[MessageKind]]) -> dict[str, int]:
    """Note what WeChat's consent dialog said: one accepted kind is one message. Needs a WeChat sign-in."""
    session, identity = db.session(), current_identity()
    if identity is None:
        raise SignInRequired("请在微信小程序里点，网页发不到微信")
    if body["accepted"]:
        openid = fresh_openid(settings(), identity)
        if openid is None:
            raise Refused("登录久了，请重新打开小程序再点一次", "messages.sign_in_again")
        sealed = seal_openid(settings(), openid)
        services.add_credits(session, identity.id, sealed, body["accepted"])
    return _credits(session, Owner(identity_id=identity.id))
