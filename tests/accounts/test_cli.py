"""The commands for whoever has the machine: accounts, tokens, phone keys."""

import re

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import queries
from brickwall.accounts.cli import account, phones, token
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account
from brickwall.accounts.rules import actor_of
from brickwall.audit.models import AuditEntry
from brickwall.config import Settings
from brickwall.kernel.permissions import Permission
from brickwall.kernel.problems import Invalid, NotFound
from brickwall.kernel.security import PhoneBox, SealedText
from brickwall.organisations.models import Member, Organisation
from tests.accounts.people import enrol, make_staff
from tests.factories.organisations import make_member, make_organisation

CREATE = ["create", "--login", "Chen.Shuji", "--name", "陈守田", "--role", "secretary", "--organisation"]


@pytest.fixture
def branch(session: Session) -> Organisation:
    made = make_organisation(session)
    session.commit()
    return made


def run(group, *arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments), catch_exceptions=False)


def find(session: Session) -> Account:
    session.rollback()
    return session.scalars(select(Account).where(Account.login == "chen.shuji")).one()


def test_create_prints_a_one_time_password_and_logs_the_system(session: Session, branch: Organisation):
    result = run(account, *CREATE, "liuhe")
    assert result.exit_code == 0
    password = re.search(r"一次性密码：(\S+)", result.output)[1]
    made = find(session)
    assert made.must_change_password
    assert queries.list_held_roles(session, made.id) == [(Role.SECRETARY, branch.path)]
    entries = session.scalars(select(AuditEntry)).all()
    assert {entry.actor_label for entry in entries} == {"系统"}
    assert all(password not in str(entry.data) for entry in entries)


def test_create_refuses_what_is_wrong(branch: Organisation):
    with pytest.raises(NotFound):
        run(account, *CREATE, "nowhere")
    assert run(account, "create", "--login", "x", "--name", "x", "--role", "member").exit_code == 2
    run(account, *CREATE, "liuhe")
    with pytest.raises(Invalid):
        run(account, *CREATE, "liuhe")


def test_reset_gives_a_new_password_and_if_wanted_clears_the_second_factor(
    session: Session, settings: Settings, branch: Organisation
):
    staff = make_staff(session, branch)
    enrol(session, settings, staff)
    assert "一次性密码" in run(account, "reset", "--login", "chen.shuji").output
    assert find(session).totp_confirmed_at is not None
    assert "已清除" in run(account, "reset", "--login", "CHEN.SHUJI", "--second-factor").output
    assert find(session).totp_confirmed_at is None
    with pytest.raises(NotFound):
        run(account, "reset", "--login", "nobody")


def test_list_shows_roles_and_states_and_no_hash(session: Session, branch: Organisation):
    make_staff(session, branch)
    output = run(account, "list").output
    assert "chen.shuji\t陈守田\t柳河村党支部：支部书记\t可以登录\t没设动态验证码" in output
    assert "argon2" not in output


def test_a_token_is_printed_once_and_acts_for_its_account(session: Session, branch: Organisation):
    make_staff(session, branch)
    printed = run(
        token, "issue", "--login", "chen.shuji", "--label", "乡镇平台", "--days", "30"
    ).output.strip()
    session.rollback()
    row = queries.find_session(session, printed, [SessionKind.TOKEN])
    assert row is not None
    assert row.label == "乡镇平台"
    assert (row.expires_at - row.created_at).days == 30
    assert actor_of(row).may(Permission.COMMITMENT_READ, branch.path)
    assert run(token, "issue", "--login", "chen.shuji", "--label", "x", "--days", "0").exit_code == 2


def test_rotating_seals_every_number_under_a_new_key(
    session: Session, settings: Settings, branch: Organisation
):
    box = PhoneBox(settings.keys_dir)
    member = make_member(session, branch)
    sealed = box.seal("13800000001")
    member.phone_key_id, member.phone_sealed = sealed.key_id, sealed.sealed
    session.commit()
    output = run(phones, "rotate").output
    session.rollback()
    after = session.get_one(Member, member.id)
    assert after.phone_key_id == box.current_key_id() != sealed.key_id
    assert box.open(SealedText(after.phone_key_id, after.phone_sealed)) == "13800000001"
    assert "重新加密 1 个手机号" in output
    assert "13800000001" not in output
