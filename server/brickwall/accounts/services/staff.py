"""Accounts of console staff: opening, roles, passwords, ending."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.accounts import passwords, queries, rules, throttling
from brickwall.accounts.constants import LABELS, Role
from brickwall.accounts.models import Account, Assignment
from brickwall.accounts.services.sessions import end_sessions_of, home_path
from brickwall.accounts.throttling import LOGIN
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.permissions import SYSTEM, Actor, Permission, require_at
from brickwall.kernel.problems import Forbidden, Invalid, Refused
from brickwall.kernel.text import clean_line
from brickwall.organisations.models import Organisation

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account starts with. An empty ``password`` lets a one-time password be made."""

    login: str
    display_name: str
    role: Role
    password: str = ""


def create_account(
    session: Session, actor: Actor, new: NewAccount, organisation: Organisation
) -> tuple[Account, str]:
    """Open an account with one role and return it with its password, which nobody can read again.

    A one-time password must be changed at the first sign-in.

    Raises:
        NotFound, Forbidden: when ``actor`` may not manage accounts there.
        Invalid: when the login is taken or badly formed, or the password too weak.
    """
    _require_giving(session, actor, new.role, organisation)
    login, name = rules.clean_login(new.login), clean_line(new.display_name)
    _check_new(session, login, name, new.password)
    password = new.password or passwords.new_one_time_password()
    account = Account(
        login=login,
        display_name=name,
        password_hash=passwords.hash_password(password),
        must_change_password=not new.password,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    record(session, actor, Tag.ACCOUNT_CREATED, path=organisation.path, subject=name)
    add_assignment(session, actor, account, new.role, organisation)
    return account, password


def _check_new(session: Session, login: str, name: str, password: str) -> None:
    fields = {}
    if refusal := rules.login_refusal(login):
        fields["login"] = refusal
    elif queries.find_account_by_login(session, login) is not None:
        fields["login"] = "这个登录名已经有人用了，请换一个"
    if not 0 < len(name) <= MAX_NAME:
        fields["display_name"] = f"请填写姓名，最多 {MAX_NAME} 个字"
    if password and (refusal := rules.password_refusal(password, login)):
        fields["password"] = refusal
    if fields:
        raise Invalid("账号没有开设，有几处需要改一下", "accounts.invalid", fields=fields)


def _require_giving(session: Session, actor: Actor, role: Role, organisation: Organisation) -> None:
    if actor is SYSTEM:
        return
    require_at(actor, Permission.ACCOUNT_MANAGE, organisation.path)
    held = queries.list_held_roles(session, actor.account_id)
    if not rules.may_give(held, role, organisation.path):
        raise Forbidden(
            f"您不能给人加“{LABELS[role]}”，请找上级党组织或系统管理员", "accounts.role_not_yours"
        )


def require_managing(session: Session, actor: Actor, account: Account) -> None:
    """Make sure that ``actor`` may reset or disable ``account``.

    Raises:
        Forbidden: when it is his own, or has roles he cannot give.
    """
    if actor is SYSTEM:
        return
    if actor.account_id == account.id:
        raise Forbidden("自己的账号不能自己这样改，请找另一位管理账号的人", "accounts.own_account")
    held = queries.list_held_roles(session, actor.account_id)
    if not actor.paths(Permission.ACCOUNT_MANAGE) or not rules.may_manage(held, account):
        raise Forbidden(
            "这个账号还有您管不到的角色，请找上级党组织或系统管理员", "accounts.account_not_yours"
        )


def add_assignment(
    session: Session, actor: Actor, account: Account, role: Role, organisation: Organisation
) -> Assignment:
    """Give an account a role at an organisation, reaching its subtree.

    Raises:
        NotFound, Forbidden: when ``actor`` may not give this role there, or gives it to himself.
        Refused: when the account has it already.
    """
    _require_giving(session, actor, role, organisation)
    if actor is not SYSTEM and actor.account_id == account.id:
        raise Forbidden("不能给自己加角色，请找另一位管理账号的人", "accounts.own_account")
    if any(each.role is role and each.organisation_id == organisation.id for each in account.assignments):
        raise Refused(
            f"{account.display_name} 已经是 {organisation.name} 的{LABELS[role]}", "accounts.role_held"
        )
    assignment = Assignment(role=role, organisation_id=organisation.id, created_at=clock.now())
    assignment.organisation = organisation
    account.assignments.append(assignment)
    session.flush()
    record(
        session,
        actor,
        Tag.ASSIGNMENT_ADDED,
        path=organisation.path,
        subject=account.display_name,
        role=LABELS[role],
    )
    return assignment


def remove_assignment(
    session: Session, actor: Actor, account: Account, role: Role, organisation: Organisation, reason: str
) -> None:
    """Take a role away from an account; its open sessions lose it at once.

    Raises:
        NotFound, Forbidden: when ``actor`` could not give this role there, or it is his own.
        Refused: when the account does not have it.
    """
    _require_giving(session, actor, role, organisation)
    if actor is not SYSTEM and actor.account_id == account.id:
        raise Forbidden("不能去掉自己的角色，请找另一位管理账号的人", "accounts.own_account")
    for assignment in account.assignments:
        if assignment.role is role and assignment.organisation_id == organisation.id:
            break
    else:
        raise Refused("这个角色已经去掉了", "accounts.role_not_held")
    account.assignments.remove(assignment)
    session.delete(assignment)
    session.flush()
    record(
        session,
        actor,
        Tag.ASSIGNMENT_REMOVED,
        path=organisation.path,
        subject=account.display_name,
        role=LABELS[role],
        reason=reason,
    )


def disable_account(session: Session, actor: Actor, account: Account, reason: str) -> None:
    """Disable an account and end its sessions.

    Raises:
        Forbidden: when it is the actor's own, or has roles he cannot give.
        Refused: when it is disabled already.
    """
    require_managing(session, actor, account)
    if account.disabled_at is not None:
        raise Refused("这个账号已经停用了", "accounts.disabled")
    account.disabled_at = clock.now()
    end_sessions_of(session, account)
    record(
        session,
        actor,
        Tag.ACCOUNT_DISABLED,
        path=home_path(account),
        subject=account.display_name,
        reason=reason,
    )


def enable_account(session: Session, actor: Actor, account: Account) -> None:
    """Let a disabled account sign in again.

    Raises:
        Forbidden: when it has roles the actor cannot give.
        Refused: when it is not disabled.
    """
    require_managing(session, actor, account)
    if account.disabled_at is None:
        raise Refused("这个账号没有停用", "accounts.not_disabled")
    account.disabled_at = None
    record(session, actor, Tag.ACCOUNT_ENABLED, path=home_path(account), subject=account.display_name)


def reset_password(session: Session, settings: Settings, actor: Actor, account: Account) -> str:
    """Give an account a new one-time password, end its sessions, unlock it, and return the password.

    Raises:
        Forbidden: when it is the actor's own, or has roles he cannot give.
        Refused: when the account signs in by phone only.
    """
    require_managing(session, actor, account)
    if account.login is None:
        raise Refused("这个账号只用手机登录，没有密码", "accounts.no_login")
    password = passwords.new_one_time_password()
    account.password_hash = passwords.hash_password(password)
    account.must_change_password = True
    end_sessions_of(session, account)
    throttling.forget_tries(session, throttling.subject_of(settings, LOGIN, account.login))
    record(session, actor, Tag.PASSWORD_RESET, path=home_path(account), subject=account.display_name)
    return password


def change_password(session: Session, account: Account, password: str, *, keep: int | None = None) -> None:
    """Let somebody choose his own password; his other sessions end.

    Args:
        keep: row id of the session in which it is done.

    Raises:
        Invalid: when the password is too weak or the one in use.
    """
    refusal = rules.password_refusal(password, account.login)
    if not refusal and passwords.password_matches(account.password_hash, password):
        refusal = "新密码和现在的一样，请换一个"
    if refusal:
        raise Invalid("密码没有改，请看提示", "accounts.weak_password", fields={"password": refusal})
    account.password_hash = passwords.hash_password(password)
    account.must_change_password = False
    end_sessions_of(session, account, keep=keep)
    actor = Actor(account.display_name, account.id)
    record(session, actor, Tag.PASSWORD_CHANGED, path=home_path(account), subject=account.display_name)
