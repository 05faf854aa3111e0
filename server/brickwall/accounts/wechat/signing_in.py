"""Signing in and binding with WeChat: calls over the network, between transactions.

This is edge code: WeChat is never asked while the one writer's place in SQLite is held, so a slow
WeChat slows nobody but who asked it. A try is counted for good before it is examined.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from brickwall.accounts import queries, services, throttling
from brickwall.accounts.rules import RESIDENT_LABEL
from brickwall.accounts.services import Opened
from brickwall.accounts.throttling import PHONE_BUTTON, WECHAT_ADDRESS, Limit
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Refused
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.constants import Switch
from brickwall.organisations.queries import is_on
from brickwall.wechat.errors import CodeRefused, WeChatError
from brickwall.wechat.gateway import gateway

T = TypeVar("T")
NOT_ON_ROSTER = "名册上没有这个手机号，没有绑定。请用支部给的激活条绑定，或请支部核对名册上的号码"
TWO_ON_ROSTER = "名册上有几个人用这个手机号，分不清是哪一位。请用支部给的激活条绑定"
ASK_LATER = "，或用支部给的激活条绑定"


def _count(session: Session, subject: str, limit: Limit, next_step: str) -> None:
    """Count a try for good and leave the writer's place.

    Raises:
        TooMany: when the door is locked.
    """
    tally = throttling.count_try(session, subject, limit)
    if tally.just_locked and limit is PHONE_BUTTON:
        record(session, Actor(RESIDENT_LABEL), Tag.ACCOUNT_LOCKED, subject=RESIDENT_LABEL)
    session.commit()
    if tally.wait:
        raise throttling.locked(tally.wait, next_step)


def _ask_wechat(session: Session, subject: str, ask: Callable[[], T]) -> T:
    """Ask WeChat outside any transaction; only a code that it refuses stays counted.

    Raises:
        WeChatError: whatever WeChat answered.
    """
    try:
        return ask()
    except CodeRefused:
        raise
    except WeChatError:
        throttling.give_back(session, subject)
        session.commit()
        raise


def sign_in(
    session: Session,
    settings: Settings,
    code: str,
    *,
    address: str,
    label: str,
    replaces: int | None = None,
) -> Opened:
    """Sign somebody in with the code of ``wx.login``, silently: a resident, or a bound member.

    Args:
        code: works once; a client whose code was refused gets a new one and tries again.
        address: of the network the try comes from; refused codes are counted by it.
        label: the phone in words.
        replaces: row id of the sign-in this phone had before, ended if it is the same WeChat's.

    Raises:
        WeChatOff: when this site has no mini-program.
        TooMany: after a hundred refused codes from one network.
        CodeRefused: when the code was used before, or never was one.
        WeChatError: when WeChat cannot be asked now, or keeps this user out.
    """
    door = gateway(settings)
    subject = throttling.subject_of(settings, WECHAT_ADDRESS, throttling.network_of(address))
    _count(session, subject, WECHAT_ADDRESS, "")
    signed = _ask_wechat(session, subject, lambda: door.sign_in(code))
    throttling.give_back(session, subject)
    appid = settings.wechat.appid if settings.wechat else ""
    identity = services.see_identity(session, settings, appid, signed.openid)
    return services.open_wechat_session(session, identity, label, replaces)


def bind_by_phone(session: Session, settings: Settings, identity_id: int, code: str, label: str) -> Opened:
    """Bind a WeChat to the one member whose number on the roster WeChat has verified.

    Of the number only its keyed index is kept; that of somebody on no roster only where the county
    has switched on that residents verify theirs (level B, RATINGS.md; EXPERIENCE.md, restraint).

    Args:
        code: of the phone button (``getPhoneNumber``), not of ``wx.login``.

    Raises:
        TooMany: after five tries of one WeChat.
        WeChatError: as :func:`sign_in`.
        Refused: when no member or more than one has the number, or the WeChat is another's.
    """
    door = gateway(settings)
    subject = throttling.subject_of(settings, PHONE_BUTTON, str(identity_id))
    _count(session, subject, PHONE_BUTTON, ASK_LATER)
    number = _ask_wechat(session, subject, lambda: door.phone_number(code))
    index = PhoneBox(settings.keys_dir).index(number)
    known = queries.list_members_with_phone(session, index)
    if len(known) != 1:
        if is_on(session, Switch.PHONE_CHECK):
            services.note_phone(session, identity_id, index)
            session.commit()
        unknown = (NOT_ON_ROSTER, "accounts.phone_unknown")
        raise Refused(*(unknown if not known else (TWO_ON_ROSTER, "accounts.phone_ambiguous")))
    services.note_phone(session, identity_id, index)
    opened = services.bind_identity(session, identity_id, known[0], "手机号", label)
    throttling.forget_tries(session, subject)
    return opened
