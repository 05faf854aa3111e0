"""Which role may do what, how long a sign-in lives, what a password must be."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, ActivationSlip, AuthSession
from brickwall.kernel.permissions import Actor, Grant, Permission
from brickwall.kernel.text import remove_spaces, to_half_width
from brickwall.organisations.constants import MemberStatus

CONSOLE_IDLE = timedelta(minutes=30)
LIFETIMES: dict[SessionKind, timedelta] = {
    SessionKind.CONSOLE: timedelta(hours=12),
    SessionKind.DEVICE: timedelta(days=180),
    SessionKind.TOKEN: timedelta(days=365),
    SessionKind.RESIDENT: timedelta(days=30),
    SessionKind.STAFF_PHONE: timedelta(hours=12),
}
STAFF_KINDS = frozenset({SessionKind.CONSOLE, SessionKind.STAFF_PHONE})
# Somebody who has not opened the mini-program for a year will not miss what was kept of him.
FORGET_RESIDENTS_AFTER = timedelta(days=365)
SLIP_LIFETIME = timedelta(days=30)
SLIP_CODE_LENGTH = 12
TOUCH_EVERY = timedelta(minutes=1)
MINIMUM_PASSWORD = 10
MAXIMUM_PASSWORD = 200

_READING = frozenset(
    {
        Permission.ORGANISATION_READ,
        Permission.MEMBER_READ,
        Permission.PLAQUE_READ,
        Permission.COMMITMENT_READ,
        Permission.OWN_SESSION,
    }
)
_CLERK = _READING | {
    Permission.MEMBER_WRITE,
    Permission.ROSTER_IMPORT,
    Permission.PLAQUE_PRINT,
    Permission.PLAQUE_WRITE,
    Permission.COMMITMENT_PROPOSE,
    Permission.ENTRY_RECORD,
    Permission.ROUND_READ,
    Permission.CONTENT_REVIEW,
    Permission.FEEDBACK_READ,
    Permission.FEEDBACK_ANSWER,
    Permission.ACTIVATION_ISSUE,
    Permission.EXPORT_TABLE,
}

# DOMAIN.md, Roles. The operator keeps the system and never reads ratings; a withdrawal is
# approved above the branch.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SECRETARY: _CLERK
    | {
        Permission.ORGANISATION_WRITE,
        Permission.COMMITMENT_VET,
        Permission.COMMITMENT_PUBLISH,
        Permission.COMMITMENT_CLOSE_OUT,
        Permission.ROUND_MANAGE,
        Permission.COMMENT_REVIEW,
        Permission.ACCOUNT_READ,
        Permission.ACCOUNT_MANAGE,
        Permission.AUDIT_READ,
    },
    Role.CLERK: _CLERK,
    Role.SUPERIOR: _READING
    | {
        Permission.SWITCH_MANAGE,
        Permission.ORGANISATION_WRITE,
        Permission.COMMITMENT_VET,
        Permission.COMMITMENT_PUBLISH,
        Permission.COMMITMENT_CLOSE_OUT,
        Permission.COMMITMENT_WITHDRAW,
        Permission.ROUND_READ,
        Permission.ROUND_MANAGE,
        Permission.COMMENT_REVIEW,
        Permission.CONTENT_REVIEW,
        Permission.FEEDBACK_READ,
        Permission.ACCOUNT_READ,
        Permission.ACCOUNT_MANAGE,
        Permission.AUDIT_READ,
        Permission.EXPORT_TABLE,
    },
    Role.INSPECTOR: _READING,
    Role.WITNESS: frozenset({Permission.ORGANISATION_READ, Permission.ROUND_READ, Permission.OWN_SESSION}),
    Role.OPERATOR: frozenset(
        {
            Permission.ORGANISATION_READ,
            Permission.ORGANISATION_WRITE,
            Permission.ACCOUNT_READ,
            Permission.ACCOUNT_MANAGE,
            Permission.AUDIT_READ,
            Permission.SYSTEM_OPERATE,
            Permission.SWITCH_MANAGE,
            Permission.OWN_SESSION,
        }
    ),
    Role.MEMBER: frozenset({Permission.OWN_COMMITMENT, Permission.OWN_SESSION}),
}

# The roles that a holder of the key role may give, reset and take away at and below his place.
ROLES_GIVEN_BY: dict[Role, frozenset[Role]] = {
    Role.SECRETARY: frozenset({Role.SECRETARY, Role.CLERK, Role.WITNESS}),
    Role.SUPERIOR: frozenset({Role.SUPERIOR, Role.SECRETARY, Role.CLERK, Role.INSPECTOR, Role.WITNESS}),
    Role.OPERATOR: frozenset(Role) - {Role.MEMBER},
}

# No second factor stands behind a token, so it can neither make accounts nor open phones; what
# staff do on a phone is desk work, and a phone is lost more easily than a desk.
WITHHELD_FROM_TOKENS = frozenset(
    {
        Permission.ACCOUNT_MANAGE,
        Permission.ACTIVATION_ISSUE,
        Permission.SWITCH_MANAGE,
        Permission.SYSTEM_OPERATE,
    }
)

# Somebody in the mini-program may look after what is kept of himself; that lies at no
# organisation, and no path begins with this one.
OWN_WECHAT = frozenset({Permission.OWN_WECHAT})
NOWHERE = "-"
RESIDENT_LABEL = "微信用户"

COMMON_PASSWORDS = frozenset(
    {
        "1234567890", "0123456789", "9876543210", "0987654321", "12345678910", "1122334455",
        "1111111111", "0000000000", "6666666666", "8888888888", "1234512345", "123123123123",
        "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop", "asdfghjkl1", "abcdefghij", "abcd123456",
        "abc1234567", "a123456789", "aa12345678", "q123456789", "woaini1314", "woaini520",
        "5201314520", "password12", "password123", "password1234", "passw0rd123", "admin12345",
        "admin123456", "administrator", "letmein123", "iloveyou123", "dangyuan123", "zhibu12345",
        "zhongguo123", "mima123456", "huanying123", "brickwall1", "brickwall123", "chengnuo123",
    }
)  # fmt: skip

_LOGIN = re.compile(r"[\w][\w.@-]{1,39}")


def is_active_member(account: Account | None) -> bool:
    """Tell whether an account is that of a member still on the roster, and not disabled."""
    if account is None or account.disabled_at is not None or account.member is None:
        return False
    return account.member.status is MemberStatus.ACTIVE


def session_is_live(row: AuthSession, now: datetime) -> bool:
    """Tell whether a session may still be used at ``now``.

    A staff session ends after 30 minutes without use and after 12 hours at the latest; a member's
    phone after 180 days. A disabled account or a member who left the branch has none, and a
    WeChat sign-in of a member ends when his WeChat is unbound.
    """
    if row.revoked_at is not None or now >= row.expires_at:
        return False
    if row.kind is SessionKind.RESIDENT:
        return row.identity_id is not None
    if row.account is None or row.account.disabled_at is not None:
        return False
    if row.kind in STAFF_KINDS:
        return now - row.last_seen_at < CONSOLE_IDLE
    if row.kind is SessionKind.DEVICE:
        bound = row.identity is None or row.identity.account_id == row.account_id
        return bound and is_active_member(row.account)
    return True


def is_complete(row: AuthSession) -> bool:
    """Tell whether a sign-in has passed every step: second factor done, own password chosen."""
    if row.kind not in STAFF_KINDS or row.account is None:
        return True
    return row.second_factor_at is not None and not row.account.must_change_password


def grants_of(row: AuthSession) -> tuple[Grant, ...]:
    """Return what a session may do, and where.

    A phone carries its owner's rights as a member only, even when he is also the secretary: it
    has no second factor and may lie on a kitchen table. Staff who work on a phone sign in there
    with password and second factor.
    """
    own = () if row.identity_id is None else (Grant(NOWHERE, OWN_WECHAT),)
    if row.account is None:
        return own
    if row.kind is SessionKind.DEVICE:
        member = row.account.member
        if member is None:
            return ()
        return (Grant(member.organisation.path, ROLE_PERMISSIONS[Role.MEMBER]), *own)
    withheld = frozenset() if row.kind is SessionKind.CONSOLE else WITHHELD_FROM_TOKENS
    return tuple(
        Grant(assignment.organisation.path, ROLE_PERMISSIONS[assignment.role] - withheld)
        for assignment in row.account.assignments
        if assignment.role is not Role.MEMBER
    )


def actor_of(row: AuthSession) -> Actor:
    """Return the person behind a live session."""
    on_phone = row.kind is SessionKind.DEVICE
    return Actor(
        label=row.account.display_name if row.account else RESIDENT_LABEL,
        account_id=row.account_id,
        member_id=row.account.member_id if row.account and on_phone else None,
        session_id=row.id,
        identity_id=row.identity_id,
        grants=grants_of(row),
    )


def may_give(held: Iterable[tuple[Role, str]], role: Role, path: str) -> bool:
    """Tell whether somebody with the roles ``held`` (role, organisation path) gives ``role`` at ``path``."""
    return any(
        role in ROLES_GIVEN_BY.get(own, frozenset()) and path.startswith(own_path) for own, own_path in held
    )


def may_manage(held: Iterable[tuple[Role, str]], account: Account) -> bool:
    """Tell whether somebody with the roles ``held`` may reset or disable ``account``.

    He must be able to give every role the account has; otherwise a secretary could take over
    the operator's account by resetting its password.
    """
    own = list(held)
    return all(
        assignment.role is Role.MEMBER or may_give(own, assignment.role, assignment.organisation.path)
        for assignment in account.assignments
    )


def clean_login(text: str) -> str:
    """Return a login as it is stored: half-width, lower case, no spaces."""
    return remove_spaces(to_half_width(text)).casefold()


def login_refusal(login: str) -> str:
    """Return why ``login`` (cleaned) cannot be used, or an empty text."""
    if _LOGIN.fullmatch(login):
        return ""
    return "登录名要 2 到 40 个字，可以用字母、数字、汉字和 . _ - @"


def password_refusal(password: str, login: str | None) -> str:
    """Return why ``password`` is too weak, or an empty text (NIST SP 800-63B, 5.1.1.2)."""
    if len(password) < MINIMUM_PASSWORD:
        return f"密码太短，至少 {MINIMUM_PASSWORD} 个字"
    if len(password) > MAXIMUM_PASSWORD:
        return f"密码太长，最多 {MAXIMUM_PASSWORD} 个字"
    folded = password.casefold()
    if folded in COMMON_PASSWORDS or len(set(folded)) < 4:
        return "这个密码太常见，别人容易猜到，请换一个"
    if login and login in folded:
        return "密码里不要带登录名，请换一个"
    return ""


def slip_refusal(slip: ActivationSlip | None, now: datetime) -> tuple[str, str]:
    """Return ``(code, sentence)`` why a slip opens nothing, or two empty texts."""
    if slip is None:
        return "activation.unknown", "没有这张激活条。请对照纸条再输一次，或请支部重新打印一张"
    if slip.used_at is not None:
        return "activation.used", "这张激活条已经用过了，一张只能用一次。换了手机，请找支部再要一张"
    if slip.revoked_at is not None:
        return (
            "activation.revoked",
            "这张激活条已经作废，支部后来又开了新的。请用最新的那张，或找支部再要一张",
        )
    if now >= slip.expires_at:
        return "activation.expired", "这张激活条过期了，30 天内有效。请找支部再要一张"
    if slip.member.status is not MemberStatus.ACTIVE:
        return "activation.not_active", "名册上您已不在这个支部，手机不能开通。如有疑问请找支部书记"
    return "", ""
