"""Members with mailboxes, WeChat users with credits, and letters, for the tests of messages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from brickwall.accounts.identities import openid_hash, seal_openid
from brickwall.accounts.models import Account, WechatIdentity
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.messages import services
from brickwall.messages.constants import MessageKind
from brickwall.messages.models import Mailbox, Message
from brickwall.messages.queries import Owner, list_messages
from brickwall.messages.rules import Letter
from brickwall.organisations.models import Member
from tests.factories.organisations import make_member, make_organisation
from tests.support.fake_wechat import FakeWeChat


def letter(kind: MessageKind = MessageKind.DUE, **values: Any) -> Letter:
    """Return a letter about a ditch."""
    words = {
        "subject": "修好村东头排水沟 120 米",
        "title": "12 月 31 日到期",
        "text": "“修好村东头排水沟 120 米”还有 14 天。",
        "page": "/my",
    }
    return Letter(kind=kind, **{**words, **values})


@pytest.fixture
def member(session: Session) -> Member:
    """A member of a branch, without a phone yet."""
    found = make_member(session, make_organisation(session))
    session.commit()
    return found


@pytest.fixture
def account(session: Session, member: Member) -> Account:
    """The account of the member, once his phone is activated."""
    made = Account(display_name=member.name, member_id=member.id, created_at=clock.now())
    session.add(made)
    session.commit()
    return made


Wechat = Callable[..., WechatIdentity]


@pytest.fixture
def make_identity(session: Session, settings: Settings, wechat: FakeWeChat) -> Wechat:
    """Return ``make_identity("alice", account=None, due=1, ...)``: a WeChat user with credits."""

    def made(who: str, account: Account | None = None, **credits: int) -> WechatIdentity:
        openid = f"o_{who}"
        row = WechatIdentity(
            appid=wechat.appid,
            openid_hash=openid_hash(settings, wechat.appid, openid),
            account_id=account.id if account else None,
            seen_at=clock.now(),
        )
        session.add(row)
        session.flush()
        for kind, count in credits.items():
            for _ in range(count):
                services.add_credits(session, row.id, seal_openid(settings, openid), [MessageKind(kind)])
        session.commit()
        return row

    return made


def box_of(session: Session, owner: Owner) -> Mailbox:
    """Return an owner's mailbox, made when there is none; commit."""
    found = services.open_mailbox(session, owner)
    session.commit()
    return found


def told(session: Session, owner: Owner) -> list[Message]:
    """Return what an owner was told, the newest first, as committed."""
    session.rollback()
    return list(list_messages(session, owner, 100))
