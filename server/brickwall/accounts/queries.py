"""Reading accounts, sessions and activation slips."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from brickwall.accounts import rules
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import (
    Account,
    ActivationSlip,
    Assignment,
    AuthSession,
    RecoveryCode,
    WechatIdentity,
)
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import NotFound
from brickwall.kernel.security import token_hash
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation


def find_account_by_login(session: Session, login: str) -> Account | None:
    """Return the account that signs in as ``login`` (any writing of it), or None."""
    cleaned = rules.clean_login(login)
    # What cannot be a login never reaches the database, which would refuse some of it loudly.
    if rules.login_refusal(cleaned):
        return None
    return session.scalar(select(Account).where(Account.login == cleaned))


def find_account_of_member(session: Session, member_id: int) -> Account | None:
    """Return a member's account, or None while he has none."""
    return session.scalar(select(Account).where(Account.member_id == member_id))


def accounts_below(paths: Sequence[str]) -> Select[Account]:
    """Return a SELECT of the accounts that have a role at or below any of ``paths``, by name."""
    reach = or_(*(Organisation.path.startswith(path, autoescape=True) for path in paths))
    held = (
        select(Assignment.id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Assignment.account_id == Account.id, reach)
    )
    return (
        select(Account)
        .where(exists(held))
        .options(selectinload(Account.assignments).joinedload(Assignment.organisation))
        .order_by(Account.display_name, Account.id)
    )


def staff_below(paths: Sequence[str]) -> Select[Account]:
    """Return a SELECT of the accounts below ``paths`` that sign in with a password."""
    return accounts_below(paths).where(Account.login.is_not(None))


def get_account(
    session: Session, actor: Actor, public_id: str, permission: Permission = Permission.ACCOUNT_READ
) -> Account:
    """Return an account with a role where ``actor`` holds ``permission``.

    Raises:
        NotFound: when there is none, or it belongs to another branch.
    """
    paths = actor.paths(permission)
    query = accounts_below(paths).where(Account.public_id == public_id)
    found = session.scalar(query) if paths else None
    if found is None:
        raise NotFound("没有找到这个账号，请从账号列表里重新打开")
    return found


def list_held_roles(session: Session, account_id: int | None) -> list[tuple[Role, str]]:
    """Return the roles of an account with the paths of their organisations."""
    query = (
        select(Assignment.role, Organisation.path)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Assignment.account_id == account_id)
    )
    return [(role, path) for role, path in session.execute(query)]


def find_session(session: Session, token: str, kinds: Collection[SessionKind]) -> AuthSession | None:
    """Return the live session with ``token`` if it is of one of ``kinds``, complete or not.

    Everything :func:`brickwall.accounts.rules.actor_of` needs is loaded with it.
    """
    query = (
        select(AuthSession)
        .where(AuthSession.token_hash == token_hash(token), AuthSession.kind.in_(kinds))
        .options(
            joinedload(AuthSession.account).options(
                selectinload(Account.assignments).joinedload(Assignment.organisation),
                joinedload(Account.member).joinedload(Member.organisation),
            ),
            joinedload(AuthSession.identity),
        )
    )
    found = session.scalar(query)
    return found if found is not None and rules.session_is_live(found, clock.now()) else None


def list_sessions(session: Session, account_id: int, kind: SessionKind | None = None) -> list[AuthSession]:
    """Return an account's live sessions, the one used last first."""
    query = (
        select(AuthSession)
        .where(AuthSession.account_id == account_id, AuthSession.revoked_at.is_(None))
        .options(joinedload(AuthSession.account).joinedload(Account.member), joinedload(AuthSession.identity))
        .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
    )
    if kind is not None:
        query = query.where(AuthSession.kind == kind)
    now = clock.now()
    return [
        row for row in session.scalars(query) if rules.session_is_live(row, now) and rules.is_complete(row)
    ]


def get_own_session(session: Session, actor: Actor, public_id: str) -> AuthSession:
    """Return one of the actor's own sessions.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    found = session.scalar(select(AuthSession).where(AuthSession.public_id == public_id))
    own = found is not None and found.account_id is not None and found.account_id == actor.account_id
    if found is None or not own or found.revoked_at is not None:
        raise NotFound("没有找到这次登录，可能已经退出了")
    return found


def count_recovery_codes(session: Session, account_id: int) -> int:
    """Return how many unused recovery codes an account has left."""
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def find_slip(session: Session, code_hash: str) -> ActivationSlip | None:
    """Return the activation slip kept under ``code_hash``, or None."""
    query = (
        select(ActivationSlip)
        .where(ActivationSlip.code_hash == code_hash)
        .options(joinedload(ActivationSlip.member).joinedload(Member.organisation))
    )
    return session.scalar(query)


def count_phones_by_member(session: Session, member_ids: Sequence[int]) -> dict[int, int]:
    """Return how many live phone sessions each of ``member_ids`` has; members without one are left out."""
    query = (
        select(Account.member_id, func.count(AuthSession.id))
        .join(AuthSession, AuthSession.account_id == Account.id)
        .where(
            Account.member_id.in_(member_ids),
            AuthSession.kind == SessionKind.DEVICE,
            AuthSession.revoked_at.is_(None),
            AuthSession.expires_at > clock.now(),
        )
        .group_by(Account.member_id)
    )
    return {member_id: count for member_id, count in session.execute(query) if member_id is not None}


def count_wechats_by_member(session: Session, member_ids: Sequence[int]) -> dict[int, int]:
    """Return how many WeChats are bound to each of ``member_ids``; members without one are left out."""
    query = (
        select(Account.member_id, func.count(WechatIdentity.id))
        .join(WechatIdentity, WechatIdentity.account_id == Account.id)
        .where(Account.member_id.in_(member_ids))
        .group_by(Account.member_id)
    )
    return {member_id: count for member_id, count in session.execute(query) if member_id is not None}


def list_waiting_slips(session: Session, member_ids: Sequence[int]) -> dict[int, ActivationSlip]:
    """Return the unused, unexpired slip of each of ``member_ids`` that has one."""
    query = select(ActivationSlip).where(
        ActivationSlip.member_id.in_(member_ids),
        ActivationSlip.used_at.is_(None),
        ActivationSlip.revoked_at.is_(None),
        ActivationSlip.expires_at > clock.now(),
    )
    return {slip.member_id: slip for slip in session.scalars(query)}


def find_identity(session: Session, identity_id: int, *, for_update: bool = False) -> WechatIdentity | None:
    """Return a WeChat identity by its row id with its member, as they are in the database now, or None.

    Args:
        for_update: wait for, and keep away, others who would bind it or leave at the same moment.
    """
    if for_update:
        # A statement of its own: what the one we waited for has joined to the row (a new account)
        # is seen only by a statement that begins after the wait.
        session.execute(select(WechatIdentity.id).where(WechatIdentity.id == identity_id).with_for_update())
    owner = joinedload(WechatIdentity.account).joinedload(Account.member).joinedload(Member.organisation)
    query = select(WechatIdentity).where(WechatIdentity.id == identity_id).options(owner)
    return session.scalar(query.execution_options(populate_existing=True))


def get_identity(session: Session, identity_id: int, *, for_update: bool = False) -> WechatIdentity:
    """Return a WeChat identity as :func:`find_identity` does.

    Raises:
        NotFound: when its person has left.
    """
    found = find_identity(session, identity_id, for_update=for_update)
    if found is None:
        raise NotFound("这个微信在这里已经没有记录了，请重新打开小程序", "accounts.wechat_gone")
    return found


def list_identities(session: Session, account_id: int) -> Sequence[WechatIdentity]:
    """Return the WeChat identities bound to an account, the oldest binding first."""
    bound = select(WechatIdentity).where(WechatIdentity.account_id == account_id)
    return session.scalars(bound.order_by(WechatIdentity.bound_at, WechatIdentity.id)).all()


def count_identities(session: Session, account_id: int) -> int:
    """Return how many WeChat identities are bound to an account."""
    return session.scalar(select(func.count()).where(WechatIdentity.account_id == account_id)) or 0


def count_identity_sessions(session: Session, identity_id: int) -> int:
    """Return on how many phones a WeChat identity is signed in."""
    live = (
        AuthSession.identity_id == identity_id,
        AuthSession.revoked_at.is_(None),
        AuthSession.expires_at > clock.now(),
    )
    return session.scalar(select(func.count()).where(*live)) or 0


def list_members_with_phone(session: Session, phone_index: str) -> Sequence[Member]:
    """Return up to two active members whose number has this index: one is a match, two are a doubt."""
    known = select(Member).where(Member.phone_index == phone_index, Member.status == MemberStatus.ACTIVE)
    return session.scalars(known.options(joinedload(Member.organisation)).order_by(Member.id).limit(2)).all()


def find_roster_member_by_identity(session: Session, identity: WechatIdentity) -> Member | None:
    """Return the one active member whose number WeChat has verified for this identity, or None.

    This is what level B rests on (RATINGS.md, Levels): a number on the roster that belongs to
    exactly one person. Rounds of level B come with a later issue.
    """
    if identity.phone_index is None:
        return None
    known = list_members_with_phone(session, identity.phone_index)
    return known[0] if len(known) == 1 else None
