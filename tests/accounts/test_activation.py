"""Activation slips: issued, used once, explained when they open nothing."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts import queries, rules, services, signing_in
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, ActivationSlip
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db, transaction
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Invalid, NotFound, Problem, Refused, TooMany
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member
from tests.accounts.people import actor_for, make_staff
from tests.factories.organisations import make_member, make_organisation


@pytest.fixture
def member(session: Session) -> Member:
    branch = make_organisation(session)
    found = make_member(session, branch, "林秀峰", status=MemberStatus.ACTIVE)
    session.commit()
    return found


@pytest.fixture
def clerk(session: Session, member: Member) -> Actor:
    account = make_staff(session, member.organisation, Role.CLERK, "wang.clerk", "王小满")
    return actor_for(account, Role.CLERK, member.organisation)


@pytest.fixture
def code(session: Session, settings: Settings, clerk: Actor, member: Member) -> str:
    issued = services.issue_activations(session, settings, clerk, [member])
    session.commit()
    return issued[0].code


def use(session: Session, settings: Settings, code: str, label: str = "安卓手机") -> services.Opened:
    opened = services.activate_member(session, settings, code, label)
    session.commit()
    return opened


def refused(session: Session, settings: Settings, code: str) -> Refused:
    with pytest.raises(Refused) as caught:
        services.activate_member(session, settings, code, "")
    session.rollback()
    return caught.value


def test_a_slip_opens_the_pocket_and_makes_the_account(
    session: Session, settings: Settings, member: Member, code: str
):
    opened = use(session, settings, code)
    found = queries.find_session(session, opened.token, [SessionKind.DEVICE])
    assert found is not None
    actor = rules.actor_of(found)
    assert (actor.member_id, actor.label) == (member.id, "林秀峰")
    assert actor.paths(Permission.OWN_COMMITMENT) == [member.organisation.path]
    assert queries.list_held_roles(session, actor.account_id) == [(Role.MEMBER, member.organisation.path)]
    assert found.expires_at - found.created_at == timedelta(days=180)


@pytest.mark.parametrize(
    "write",
    [
        str.upper,
        lambda code: f" {code[:4]}-{code[4:8]}　{code[8:]} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_is_read_however_it_is_typed(session: Session, settings: Settings, code: str, write):
    assert use(session, settings, write(code)).row.account.display_name == "林秀峰"


def test_a_second_use_explains_itself(session: Session, settings: Settings, code: str):
    use(session, settings, code)
    problem = refused(session, settings, code)
    assert problem.code == "activation.used"
    assert "已经用过了" in problem.title


def test_an_expired_slip_explains_itself(session: Session, settings: Settings, code: str):
    with time_machine.travel(clock.now() + timedelta(days=30, seconds=1)):
        assert refused(session, settings, code).code == "activation.expired"


def test_a_new_slip_revokes_the_old_one(
    session: Session, settings: Settings, clerk: Actor, member: Member, code: str
):
    newer = services.issue_activations(session, settings, clerk, [member])[0].code
    session.commit()
    assert refused(session, settings, code).code == "activation.revoked"
    assert use(session, settings, newer).token


def test_a_lost_slip_can_be_revoked(
    session: Session, settings: Settings, clerk: Actor, member: Member, code: str
):
    services.revoke_activations(session, clerk, member)
    session.commit()
    assert refused(session, settings, code).code == "activation.revoked"
    with pytest.raises(Refused):
        services.revoke_activations(session, clerk, member)


def test_an_unknown_code_and_one_of_the_wrong_length(session: Session, settings: Settings, code: str):
    other = "0" * 12 if code != "0" * 12 else "1" * 12
    assert refused(session, settings, other).code == "activation.unknown"
    for typed in ("", "123", code + "0", "uuuuuuuuuuuu", "激活码激活码激活码激活码"):
        with pytest.raises(Invalid) as caught:
            services.activate_member(session, settings, typed, "")
        assert "12 个" in caught.value.title


def test_who_left_the_branch_opens_nothing(session: Session, settings: Settings, member: Member, code: str):
    member.status = MemberStatus.MOVED
    session.commit()
    assert refused(session, settings, code).code == "activation.not_active"


def test_no_slip_for_another_branch_or_for_who_left(
    session: Session, settings: Settings, clerk: Actor, member: Member
):
    elsewhere = make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后")
    stranger = make_member(session, elsewhere, "赵山", status=MemberStatus.ACTIVE)
    session.refresh(stranger)
    with pytest.raises(NotFound):
        services.issue_activations(session, settings, clerk, [member, stranger])
    member.status = MemberStatus.DECEASED
    with pytest.raises(Refused):
        services.issue_activations(session, settings, clerk, [member])


def test_a_second_phone_joins_the_same_account(
    session: Session, settings: Settings, clerk: Actor, member: Member, code: str
):
    first = use(session, settings, code)
    again = services.issue_activations(session, settings, clerk, [member])[0].code
    second = use(session, settings, again, "微信")
    assert second.row.account_id == first.row.account_id
    assert session.scalar(select(func.count(Account.id)).where(Account.member_id == member.id)) == 1
    assert len(queries.list_sessions(session, second.row.account_id)) == 2
    assert queries.count_phones_by_member(session, [member.id]) == {member.id: 2}


def test_a_disabled_member_account_opens_nothing(
    session: Session, settings: Settings, clerk: Actor, member: Member, code: str
):
    use(session, settings, code).row.account.disabled_at = clock.now()
    again = services.issue_activations(session, settings, clerk, [member])[0].code
    session.commit()
    assert refused(session, settings, again).code == "accounts.disabled"


def test_the_code_is_kept_nowhere(session: Session, code: str):
    assert code not in set(session.scalars(select(ActivationSlip.code_hash)))
    entries = session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.ACTIVATION_ISSUED)).all()
    assert [entry.subject for entry in entries] == ["林秀峰"]
    assert all(code not in str(entry.data) for entry in entries)


def test_two_phones_at_the_same_moment_open_one_pocket(app: Application, settings: Settings, code: str):
    results: list[str] = []

    def bring() -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    services.activate_member(session, settings, code, "")
                results.append("opened")
            except Problem as problem:
                results.append(problem.code)
            db.session.remove()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["activation.used"] * 5 + ["opened"]


def test_guessing_codes_from_one_network_is_locked(session: Session, settings: Settings, code: str):
    for number in range(40):
        with pytest.raises(Refused):
            signing_in.activate(session, settings, f"{number:012d}", address="10.0.0.1", label="")
        session.rollback()
    with pytest.raises(TooMany):
        signing_in.activate(session, settings, code, address="10.0.0.1", label="")
    assert signing_in.activate(session, settings, code, address="10.0.0.2", label="").token


def test_right_codes_do_not_use_up_a_village_afternoon(
    session: Session, settings: Settings, clerk: Actor, member: Member
):
    for _ in range(45):
        code = services.issue_activations(session, settings, clerk, [member])[0].code
        session.commit()
        assert signing_in.activate(session, settings, code, address="10.0.0.1", label="").token
        session.commit()


def test_waiting_slips_are_known_by_member(session: Session, settings: Settings, member: Member, code: str):
    assert list(queries.list_waiting_slips(session, [member.id])) == [member.id]
    use(session, settings, code)
    assert queries.list_waiting_slips(session, [member.id]) == {}
