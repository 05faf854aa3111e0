"""Staff accounts, sessions, tokens and phone keys."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import queries, services
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account
from brickwall.accounts.services import NewAccount
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.permissions import SYSTEM, Actor
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.models import Organisation
from tests.accounts.people import actor_for, make_staff
from tests.factories.organisations import make_member, make_organisation


@pytest.fixture
def town(session: Session) -> Organisation:
    return make_organisation(session, code="town", name="清溪镇党委", short_name="清溪")


@pytest.fixture
def branch(session: Session, town: Organisation) -> Organisation:
    return make_organisation(session, parent=town)


@pytest.fixture
def other_branch(session: Session, town: Organisation) -> Organisation:
    return make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后", parent=town)


@pytest.fixture
def secretary(session: Session, branch: Organisation) -> Account:
    return make_staff(session, branch)


@pytest.fixture
def actor(secretary: Account, branch: Organisation) -> Actor:
    return actor_for(secretary, Role.SECRETARY, branch)


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first() or AuditEntry()


def test_a_secretary_opens_a_clerks_account_with_a_one_time_password(
    session: Session, actor: Actor, branch: Organisation
):
    account, password = services.create_account(
        session, actor, NewAccount("wang.clerk", " 王 小满 ", Role.CLERK), branch
    )
    assert account.must_change_password
    assert account.display_name == "王 小满"
    assert len(password) == 14
    assert queries.list_held_roles(session, account.id) == [(Role.CLERK, branch.path)]
    assert sentence(last_entry(session)) == "给“王 小满”加上了“支部工作人员”"
    assert password not in str(last_entry(session).data)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewAccount("chen.shuji", "另一位", Role.CLERK), "login"),
        (NewAccount("CHEN.shuji ", "另一位", Role.CLERK), "login"),
        (NewAccount("a", "另一位", Role.CLERK), "login"),
        (NewAccount("clerk2", "  ", Role.CLERK), "display_name"),
        (NewAccount("clerk2", "长" * 61, Role.CLERK), "display_name"),
        (NewAccount("clerk2", "另一位", Role.CLERK, "12345"), "password"),
    ],
)
def test_a_bad_new_account_is_refused_with_the_field(
    session: Session, actor: Actor, branch: Organisation, new: NewAccount, field: str
):
    with pytest.raises(Invalid) as caught:
        services.create_account(session, actor, new, branch)
    assert list(caught.value.fields) == [field]


def test_nobody_opens_accounts_in_another_branch_or_above_himself(
    session: Session, actor: Actor, town: Organisation, other_branch: Organisation, branch: Organisation
):
    for place in (other_branch, town):
        with pytest.raises(NotFound):
            services.create_account(session, actor, NewAccount("x1", "某人", Role.CLERK), place)
    with pytest.raises(Forbidden):
        services.create_account(session, actor, NewAccount("x1", "某人", Role.OPERATOR), branch)


def test_roles_are_added_once_and_removed_with_a_reason(session: Session, actor: Actor, branch: Organisation):
    clerk = make_staff(session, branch, Role.CLERK, "wang.clerk", "王小满")
    services.add_assignment(session, actor, clerk, Role.WITNESS, branch)
    with pytest.raises(Refused):
        services.add_assignment(session, actor, clerk, Role.WITNESS, branch)
    services.remove_assignment(session, actor, clerk, Role.WITNESS, branch, "换人了")
    assert sentence(last_entry(session)) == "去掉了“王小满”的“见证人”，原因：换人了"
    with pytest.raises(Refused):
        services.remove_assignment(session, actor, clerk, Role.WITNESS, branch, "换人了")


def test_nobody_changes_his_own_roles_or_account(
    session: Session, settings: Settings, actor: Actor, secretary: Account, branch: Organisation
):
    with pytest.raises(Forbidden):
        services.add_assignment(session, actor, secretary, Role.CLERK, branch)
    with pytest.raises(Forbidden):
        services.remove_assignment(session, actor, secretary, Role.SECRETARY, branch, "x")
    for act in (services.reset_password, services.reset_second_factor):
        with pytest.raises(Forbidden):
            act(session, settings, actor, secretary)
    with pytest.raises(Forbidden):
        services.disable_account(session, actor, secretary, "x")


def test_a_secretary_cannot_take_over_an_account_with_higher_roles(
    session: Session, settings: Settings, actor: Actor, branch: Organisation
):
    operator = make_staff(session, branch, Role.OPERATOR, "admin", "管理员")
    for act in (services.reset_password, services.reset_second_factor):
        with pytest.raises(Forbidden):
            act(session, settings, actor, operator)


def test_disabling_ends_every_session_and_enabling_lets_in_again(
    session: Session, actor: Actor, branch: Organisation
):
    clerk = make_staff(session, branch, Role.CLERK, "wang.clerk", "王小满")
    opened = services.open_session(session, clerk, SessionKind.CONSOLE)
    services.disable_account(session, actor, clerk, "调走了")
    assert queries.find_session(session, opened.token, [SessionKind.CONSOLE]) is None
    with pytest.raises(Refused):
        services.disable_account(session, actor, clerk, "调走了")
    services.enable_account(session, actor, clerk)
    fresh = services.open_session(session, clerk, SessionKind.CONSOLE)
    assert queries.find_session(session, fresh.token, [SessionKind.CONSOLE]) is not None
    with pytest.raises(Refused):
        services.enable_account(session, actor, clerk)


def test_a_reset_password_must_be_changed_and_ends_sessions(
    session: Session, settings: Settings, actor: Actor, branch: Organisation
):
    clerk = make_staff(session, branch, Role.CLERK, "wang.clerk", "王小满")
    opened = services.open_session(session, clerk, SessionKind.CONSOLE)
    password = services.reset_password(session, settings, actor, clerk)
    assert clerk.must_change_password
    assert queries.find_session(session, opened.token, [SessionKind.CONSOLE]) is None
    with pytest.raises(Invalid, match="密码没有改"):
        services.change_password(session, clerk, password)
    services.change_password(session, clerk, "新的密码要长一些 9")
    assert not clerk.must_change_password


def test_a_changed_password_keeps_only_the_session_it_was_changed_in(session: Session, secretary: Account):
    here, there = (services.open_session(session, secretary, SessionKind.CONSOLE) for _ in range(2))
    services.change_password(session, secretary, "新的密码要长一些 9", keep=here.row.id)
    assert queries.find_session(session, here.token, [SessionKind.CONSOLE]) is not None
    assert queries.find_session(session, there.token, [SessionKind.CONSOLE]) is None


def test_an_account_is_seen_only_where_it_has_a_role(
    session: Session, actor: Actor, secretary: Account, other_branch: Organisation
):
    stranger = make_staff(session, other_branch, Role.SECRETARY, "zhao", "赵山")
    assert queries.get_account(session, actor, secretary.public_id) is secretary
    with pytest.raises(NotFound):
        queries.get_account(session, actor, stranger.public_id)
    seen = session.scalars(queries.staff_below([secretary.assignments[0].organisation.path])).all()
    assert seen == [secretary]


def test_a_token_is_found_as_a_token_and_as_nothing_else(session: Session, secretary: Account):
    opened = services.issue_token(session, SYSTEM, secretary, "乡镇平台", timedelta(days=1))
    assert queries.find_session(session, opened.token, [SessionKind.TOKEN]) is not None
    assert queries.find_session(session, opened.token, [SessionKind.CONSOLE, SessionKind.DEVICE]) is None
    assert opened.row.expires_at - clock.now() < timedelta(days=1, minutes=1)
    assert last_entry(session).tag is Tag.TOKEN_ISSUED
    assert opened.token not in str(last_entry(session).data)


def test_own_sessions_are_listed_and_ended(session: Session, secretary: Account, branch: Organisation):
    first, second = (services.open_session(session, secretary, SessionKind.CONSOLE) for _ in range(2))
    services.open_session(session, secretary, SessionKind.CONSOLE, complete=False)
    listed = queries.list_sessions(session, secretary.id)
    assert {row.id for row in listed} == {first.row.id, second.row.id}
    own = Actor("陈守田", secretary.id)
    services.end_session(session, own, queries.get_own_session(session, own, first.row.public_id))
    assert [row.id for row in queries.list_sessions(session, secretary.id)] == [second.row.id]
    stranger = make_staff(session, branch, Role.CLERK, "wang.clerk", "王小满")
    with pytest.raises(NotFound):
        queries.get_own_session(session, Actor("王小满", stranger.id), second.row.public_id)


def test_phone_keys_rotate_row_by_row(session: Session, branch: Organisation, tmp_path: Path):
    box = PhoneBox(tmp_path / "keys")
    members = [make_member(session, branch, f"党员{number}") for number in range(3)]
    for number, member in enumerate(members):
        sealed = box.seal(f"1380000000{number}")
        member.phone_key_id, member.phone_sealed = sealed.key_id, sealed.sealed
        member.phone_index = box.index(f"1380000000{number}")
    session.flush()
    assert services.rotate_phone_keys(session, SYSTEM, box) == 0
    before = [(member.phone_sealed, member.phone_index) for member in members]
    assert box.add_key() == "002"
    assert services.rotate_phone_keys(session, SYSTEM, box) == 3
    assert services.rotate_phone_keys(session, SYSTEM, box) == 0
    for number, (member, (sealed_before, index_before)) in enumerate(zip(members, before, strict=True)):
        assert member.phone_key_id == "002"
        assert member.phone_sealed != sealed_before
        assert member.phone_index == index_before
        assert (
            box.open(services.phones.SealedText("002", member.phone_sealed or b"")) == f"1380000000{number}"
        )
    assert sentence(last_entry(session)) == "更换了手机号加密密钥，重新加密 3 个号码"


@pytest.mark.parametrize("login", ["", "\x00", "chen.shuji\ud800", "a b/c", "长" * 500])
def test_what_cannot_be_a_login_is_found_nowhere(session: Session, secretary: Account, login: str):
    assert queries.find_account_by_login(session, login) is None
