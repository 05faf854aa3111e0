"""WeChat identities: seen, bound to a member, unbound, forgotten."""

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from brickwall.accounts import queries, rules
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.identities import (
    CLOCK_DOUBT,
    LEAVING,
    OPENID_FRESH_FOR,
    openid_hash,
    seal_openid,
)
from brickwall.accounts.models import Account, AuthSession, WechatIdentity
from brickwall.accounts.services.membership import account_of
from brickwall.accounts.services.sessions import Opened, open_session
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.jobs import Job, JobState, enqueue
from brickwall.kernel.permissions import SYSTEM, Actor, Permission, require_at
from brickwall.kernel.problems import Refused
from brickwall.organisations.models import Member

WIPE_JOB = "accounts.wipe_openids"
# Phones on which one WeChat may be signed in; the one used longest ago makes room and simply
# signs in again, silently.
MAX_PHONES = 8
BOUND_TO_ANOTHER = "这个微信已经绑定了另一位党员。要换人，请先在“设置”里解除绑定，或请支部帮忙解除"
FORGET_BATCH = 200


def see_identity(session: Session, settings: Settings, appid: str, openid: str) -> WechatIdentity:
    """Note that WeChat has just vouched for ``openid``; return its identity, made at first sight.

    One statement, so that two phones of one WeChat at the same moment get the same row.
    """
    now = clock.now()
    fresh = {"seen_at": now, "openid_sealed": seal_openid(settings, openid), "sealed_at": now}
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    hashed = openid_hash(settings, appid, openid)
    seen = (
        insert(WechatIdentity)
        .values(appid=appid, openid_hash=hashed, **fresh)
        .on_conflict_do_update(index_elements=[WechatIdentity.openid_hash], set_=fresh)
        .returning(WechatIdentity.id)
    )
    identity = queries.get_identity(session, session.execute(seen).scalar_one())
    _schedule_wipe(session)
    return identity


def _schedule_wipe(session: Session) -> None:
    waiting = select(Job.id).where(Job.name == WIPE_JOB, Job.state == JobState.WAITING)
    if session.scalar(waiting.limit(1)) is None:
        enqueue(session, WIPE_JOB, {}, run_at=clock.now() + OPENID_FRESH_FOR)


def wipe_openids(session: Session) -> int:
    """Wipe the sealed openids no content check may use any more; return how many.

    One sealed in the future belongs to a clock that was set back; nobody knows its age.
    """
    now = clock.now()
    stale = or_(
        WechatIdentity.sealed_at <= now - OPENID_FRESH_FOR, WechatIdentity.sealed_at > now + CLOCK_DOUBT
    )
    wiped = session.execute(
        update(WechatIdentity)
        .where(stale)
        .values(openid_sealed=None, sealed_at=None)
        .returning(WechatIdentity.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(wiped)


def open_wechat_session(
    session: Session, identity: WechatIdentity, label: str, replaces: int | None = None
) -> Opened:
    """Open the sign-in of somebody WeChat has just vouched for.

    A member bound to this WeChat gets his pocket, anybody else (also a member who has left the
    branch, or whose account is disabled) a resident's sign-in.

    Args:
        label: the phone in words.
        replaces: row id of the sign-in this phone had before; one of another WeChat is left alone.
    """
    former = session.get(AuthSession, replaces) if replaces is not None else None
    if former is not None and former.identity_id == identity.id:
        former.revoked_at = clock.now()
        session.flush()
    account = identity.account if rules.is_active_member(identity.account) else None
    kind = SessionKind.DEVICE if account is not None else SessionKind.RESIDENT
    _make_room(session, identity)
    return open_session(session, account, kind, label=label, identity=identity)


def _make_room(session: Session, identity: WechatIdentity) -> None:
    live = (AuthSession.identity_id == identity.id, AuthSession.revoked_at.is_(None))
    kept = (
        select(AuthSession.id)
        .where(*live)
        .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
        .limit(MAX_PHONES - 1)
    )
    crowded = update(AuthSession).where(*live, AuthSession.id.not_in(kept)).values(revoked_at=clock.now())
    session.execute(crowded.execution_options(synchronize_session=False))


def end_sessions_of_identity(session: Session, identity: WechatIdentity) -> int:
    """End every sign-in of an identity, on whatever phone; return how many ended."""
    ended = session.execute(
        update(AuthSession)
        .where(AuthSession.identity_id == identity.id, AuthSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(AuthSession.id)
    ).all()
    return len(ended)


def require_free(identity: WechatIdentity, member: Member) -> None:
    """Make sure that binding ``identity`` to ``member`` takes nobody's WeChat over.

    A binding to somebody who has left the branch stands in nobody's way.

    Raises:
        Refused: when it is bound to another active member.
    """
    bound = identity.account
    if bound is not None and bound.member_id != member.id and rules.is_active_member(bound):
        raise Refused(BOUND_TO_ANOTHER, "accounts.wechat_bound")


def bind_identity(session: Session, identity_id: int, member: Member, how: str, label: str) -> Opened:
    """Bind a WeChat to a member and open his pocket on this phone.

    A member may bind a second WeChat (another phone); every binding is in the log. The
    identity's other sign-ins end: they were a resident's, and sign in again as the member's.

    Args:
        how: in words, for the log: ``激活条`` or ``手机号``.
        label: the phone in words, for the list of his devices.

    Raises:
        NotFound: when the identity has left since.
        Refused: when it is bound to another active member, or the member's account is disabled.
    """
    identity = queries.get_identity(session, identity_id, for_update=True)
    require_free(identity, member)
    account = account_of(session, member)
    if identity.account_id != account.id:
        others = queries.count_identities(session, account.id)
        identity.account, identity.bound_at = account, clock.now()
        session.flush()
        actor = Actor(account.display_name, account.id, member_id=member.id)
        path = member.organisation.path
        record(session, actor, Tag.WECHAT_BOUND, path=path, subject=member.name, how=how, others=others)
    end_sessions_of_identity(session, identity)
    return open_session(session, account, SessionKind.DEVICE, label=label, identity=identity)


def note_phone(session: Session, identity_id: int, index: str) -> None:
    """Keep the index of the number that WeChat has verified for an identity, never the number.

    Raises:
        NotFound: when the identity has left since.
    """
    queries.get_identity(session, identity_id).phone_index = index
    session.flush()


def unbind_identity(session: Session, actor: Actor, identity_id: int) -> None:
    """Take a WeChat off its member by his own wish; all its sign-ins end, others of his stay.

    Raises:
        NotFound: when the identity has left since.
        Refused: when it is bound to nobody.
    """
    identity = queries.get_identity(session, identity_id, for_update=True)
    if identity.account is None:
        raise Refused("这个微信没有绑定党员，不用解除", "accounts.wechat_not_bound")
    _unbind(session, actor, identity, identity.account)


def unbind_member(session: Session, actor: Actor, member: Member) -> int:
    """Take every WeChat off a member, for a lost phone or one in wrong hands; return how many.

    His pockets opened by slip in a browser stay; they are ended one by one.

    Raises:
        NotFound, Forbidden: when ``actor`` may not open phones for him.
        Refused: when no WeChat is bound to him.
    """
    require_at(actor, Permission.ACTIVATION_ISSUE, member.organisation.path)
    account = queries.find_account_of_member(session, member.id)
    bound = queries.list_identities(session, account.id) if account else []
    if account is None or not bound:
        raise Refused(f"{member.name} 没有绑定微信，不用解除", "accounts.wechat_not_bound")
    for each in bound:
        identity = queries.find_identity(session, each.id, for_update=True)
        if identity is not None and identity.account_id == account.id:
            _unbind(session, actor, identity, account)
    return len(bound)


def _unbind(session: Session, actor: Actor, identity: WechatIdentity, account: Account) -> None:
    end_sessions_of_identity(session, identity)
    identity.account, identity.bound_at, identity.phone_index = None, None, None
    session.flush()
    member = account.member
    path = member.organisation.path if member else "/"
    record(session, actor, Tag.WECHAT_UNBOUND, path=path, subject=account.display_name)


def forget_identity(session: Session, actor: Actor, identity_id: int) -> None:
    """Delete all that is kept under an identity: its sign-ins, messages, checks, itself.

    What a member has promised and logged is the branch's record and stays; ratings cannot be
    found by an identity at all. Does nothing when it is gone already.
    """
    identity = queries.find_identity(session, identity_id, for_update=True)
    if identity is None:
        return
    if identity.account is not None:
        _unbind(session, actor, identity, identity.account)
    for handler in LEAVING:
        handler(session, identity_id)
    session.execute(delete(AuthSession).where(AuthSession.identity_id == identity_id))
    session.execute(delete(WechatIdentity).where(WechatIdentity.id == identity_id))


def forget_old_residents(session: Session) -> int:
    """Forget up to 200 who belong to no member and have not come for a year; return how many."""
    limit = clock.now() - rules.FORGET_RESIDENTS_AFTER
    gone = session.scalars(
        select(WechatIdentity.id)
        .where(WechatIdentity.account_id.is_(None), WechatIdentity.seen_at < limit)
        .limit(FORGET_BATCH)
    ).all()
    for identity_id in gone:
        forget_identity(session, SYSTEM, identity_id)
    return len(gone)
