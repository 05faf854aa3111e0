"""The permission matrix, passwords, lives of sessions: rules without a browser."""

from datetime import timedelta

import pytest

from brickwall.accounts import rules
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, Assignment, AuthSession, WechatIdentity
from brickwall.kernel import clock
from brickwall.kernel.permissions import Permission
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation

RATING_PERMISSIONS = {Permission.ROUND_READ, Permission.ROUND_MANAGE, Permission.COMMENT_REVIEW}


def a_session(kind: SessionKind, *roles: Role, member: Member | None = None) -> AuthSession:
    account = Account(id=1, display_name="陈守田", must_change_password=False)
    place = Organisation(id=1, path="/1/", name="柳河村党支部", code="liuhe")
    account.assignments = [Assignment(role=role, organisation=place) for role in roles]
    account.member = member
    account.member_id = member.id if member else None
    now = clock.now()
    return AuthSession(
        id=9,
        kind=kind,
        account=account,
        account_id=1,
        created_at=now,
        last_seen_at=now,
        expires_at=now + rules.LIFETIMES[kind],
        second_factor_at=now,
    )


def a_member(status: MemberStatus = MemberStatus.ACTIVE) -> Member:
    place = Organisation(id=1, path="/1/", name="柳河村党支部", code="liuhe")
    return Member(id=5, name="林秀峰", status=status, organisation=place)


def test_every_role_has_its_line_in_the_table():
    assert set(rules.ROLE_PERMISSIONS) == set(Role)
    for role, permissions in rules.ROLE_PERMISSIONS.items():
        assert Permission.OWN_SESSION in permissions, role


def test_every_permission_belongs_to_somebody():
    held = frozenset().union(*rules.ROLE_PERMISSIONS.values())
    assert held | rules.OWN_WECHAT == set(Permission)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MEMBER, Role.INSPECTOR])
def test_operator_member_and_inspector_read_nothing_of_ratings(role: Role):
    assert not rules.ROLE_PERMISSIONS[role] & RATING_PERMISSIONS


def test_a_clerk_prepares_and_never_decides():
    decisions = {
        Permission.COMMITMENT_VET,
        Permission.COMMITMENT_PUBLISH,
        Permission.COMMITMENT_CLOSE_OUT,
        Permission.ROUND_MANAGE,
        Permission.ACCOUNT_MANAGE,
    }
    assert not rules.ROLE_PERMISSIONS[Role.CLERK] & decisions
    assert rules.ROLE_PERMISSIONS[Role.CLERK] < rules.ROLE_PERMISSIONS[Role.SECRETARY]


def test_only_the_level_above_approves_a_withdrawal():
    holders = [role for role in Role if Permission.COMMITMENT_WITHDRAW in rules.ROLE_PERMISSIONS[role]]
    assert holders == [Role.SUPERIOR]


def test_a_member_role_does_own_things_only():
    assert rules.ROLE_PERMISSIONS[Role.MEMBER] == {Permission.OWN_COMMITMENT, Permission.OWN_SESSION}


def test_a_phone_carries_member_rights_only_even_for_a_secretary():
    actor = rules.actor_of(a_session(SessionKind.DEVICE, Role.SECRETARY, Role.MEMBER, member=a_member()))
    assert actor.member_id == 5
    assert actor.may(Permission.OWN_COMMITMENT, "/1/")
    assert not actor.may(Permission.COMMITMENT_PUBLISH)


def test_a_console_session_acts_as_staff_and_not_as_member():
    actor = rules.actor_of(a_session(SessionKind.CONSOLE, Role.SECRETARY, Role.MEMBER, member=a_member()))
    assert actor.member_id is None
    assert actor.may(Permission.COMMITMENT_PUBLISH, "/1/7/")
    assert not actor.may(Permission.OWN_COMMITMENT)


def test_a_token_manages_no_accounts():
    actor = rules.actor_of(a_session(SessionKind.TOKEN, Role.SECRETARY))
    assert actor.may(Permission.COMMITMENT_READ)
    assert not any(actor.may(permission) for permission in rules.WITHHELD_FROM_TOKENS)


@pytest.mark.parametrize(
    ("kind", "used_for", "live"),
    [
        (SessionKind.CONSOLE, timedelta(minutes=29), True),
        (SessionKind.CONSOLE, timedelta(minutes=30), False),
        (SessionKind.DEVICE, timedelta(days=179), True),
        (SessionKind.DEVICE, timedelta(days=180), False),
        (SessionKind.TOKEN, timedelta(days=364), True),
        (SessionKind.TOKEN, timedelta(days=365), False),
        (SessionKind.STAFF_PHONE, timedelta(minutes=29), True),
        (SessionKind.STAFF_PHONE, timedelta(minutes=30), False),
    ],
)
def test_sessions_end_by_themselves(kind: SessionKind, used_for: timedelta, live: bool):
    row = a_session(kind, Role.SECRETARY, member=a_member())
    assert rules.session_is_live(row, row.created_at + used_for) is live


def test_a_console_session_ends_after_twelve_hours_of_work():
    row = a_session(SessionKind.CONSOLE, Role.SECRETARY)
    end = row.created_at + timedelta(hours=12)
    row.last_seen_at = end - timedelta(minutes=1)
    assert rules.session_is_live(row, end - timedelta(seconds=1))
    assert not rules.session_is_live(row, end)


@pytest.mark.parametrize("status", [MemberStatus.MOVED, MemberStatus.LEFT, MemberStatus.DECEASED])
def test_a_phone_ends_when_its_member_leaves(status: MemberStatus):
    row = a_session(SessionKind.DEVICE, Role.MEMBER, member=a_member(status))
    assert not rules.session_is_live(row, clock.now())


@pytest.mark.parametrize(("bound_to", "live"), [(1, True), (2, False), (None, False)])
def test_a_wechat_sign_in_of_a_member_ends_with_its_binding(bound_to: int | None, live: bool):
    row = a_session(SessionKind.DEVICE, Role.MEMBER, member=a_member())
    row.identity = WechatIdentity(id=3, account_id=bound_to)
    assert rules.session_is_live(row, clock.now()) is live


def test_a_residents_sign_in_lasts_a_month_and_needs_its_identity():
    now = clock.now()
    row = AuthSession(
        kind=SessionKind.RESIDENT, identity_id=3, last_seen_at=now, expires_at=now + timedelta(30)
    )
    assert rules.session_is_live(row, now + timedelta(days=29))
    assert not rules.session_is_live(row, now + timedelta(days=30))
    row.identity_id = None
    assert not rules.session_is_live(row, now)


def test_revoked_and_disabled_end_at_once():
    revoked, disabled = (a_session(SessionKind.CONSOLE, Role.CLERK) for _ in range(2))
    revoked.revoked_at = disabled.account.disabled_at = clock.now()
    assert not rules.session_is_live(revoked, clock.now())
    assert not rules.session_is_live(disabled, clock.now())


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "九个字的密码不够",
        "1234567890",
        "QWERTYUIOP",
        "aaaaaaaaaabb",
        "my chen.shuji 1",
        "长" * 201,
    ],
)
def test_weak_passwords_are_refused_in_words(password: str):
    assert rules.password_refusal(password, "chen.shuji")


@pytest.mark.parametrize("password", ["correct horse battery", "柳河的井水很甜 2026", "k7-m2p9-xxq4"])
def test_long_uncommon_passwords_pass(password: str):
    assert rules.password_refusal(password, "chen.shuji") == ""


@pytest.mark.parametrize(
    ("typed", "stored"), [(" Chen.Shuji ", "chen.shuji"), ("ＣＨＥＮ０１", "chen01"), ("陈书记", "陈书记")]
)
def test_a_login_is_the_same_however_it_is_typed(typed: str, stored: str):
    assert rules.clean_login(typed) == stored
    assert rules.login_refusal(stored) == ""


@pytest.mark.parametrize("login", ["", "a", "-x", "a/b", "a" * 41, "x\u202ey"])
def test_logins_nobody_could_type_are_refused(login: str):
    assert rules.login_refusal(login)


@pytest.mark.parametrize(
    ("own", "given", "allowed"),
    [
        (Role.SECRETARY, Role.CLERK, True),
        (Role.SECRETARY, Role.SUPERIOR, False),
        (Role.SECRETARY, Role.OPERATOR, False),
        (Role.SUPERIOR, Role.SECRETARY, True),
        (Role.SUPERIOR, Role.OPERATOR, False),
        (Role.OPERATOR, Role.OPERATOR, True),
        (Role.OPERATOR, Role.MEMBER, False),
        (Role.CLERK, Role.CLERK, False),
    ],
)
def test_who_gives_which_role(own: Role, given: Role, allowed: bool):
    assert rules.may_give([(own, "/1/")], given, "/1/7/") is allowed


def test_nobody_gives_roles_above_his_place():
    assert not rules.may_give([(Role.SECRETARY, "/1/7/")], Role.CLERK, "/1/")
    assert not rules.may_give([(Role.SECRETARY, "/1/7/")], Role.CLERK, "/1/8/")
