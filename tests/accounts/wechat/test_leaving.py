"""What is kept of somebody in the mini-program, said to him; leaving; wiping in time."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts import identities, jobs, services
from brickwall.accounts.identities import KeptItem
from brickwall.accounts.models import Account, AuthSession, WechatIdentity
from brickwall.accounts.services.identities import WIPE_JOB
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.jobs import Job, JobState
from brickwall.kernel.permissions import SYSTEM
from brickwall.organisations.models import Member
from tests.accounts.wechat.conftest import PHONE
from tests.support.phones import Mini, MiniProgram

SlipFor = Callable[[Member], str]


@pytest.fixture
def upper_domain() -> Iterator[list[int]]:
    """Stand in for a domain above that keeps something under an identity."""
    left: list[int] = []

    def leave(_: Session, identity_id: int) -> None:
        left.append(identity_id)

    def tell(_: Session, identity_id: int) -> list[KeptItem]:
        return [KeptItem(f"收件箱 {identity_id}", "告诉您结果", "到离开为止")]

    identities.on_leave(leave)
    identities.on_kept(tell)
    yield left
    identities.LEAVING.remove(leave)
    identities.KEEPING.remove(tell)


def kept(phone: MiniProgram) -> str:
    answer = phone.call("GET", "/me/kept")
    assert answer.status_code == 200
    items = answer.get_json()["items"]
    assert all(set(item) == {"what", "why", "how_long"} and all(item.values()) for item in items)
    return "\n".join(item["what"] for item in items)


def test_what_is_kept_is_told_in_plain_words(
    mini: Mini, member: Member, slip_for: SlipFor, upper_domain: list[int]
):
    alice = mini("alice")
    told = kept(alice)
    assert "指纹" in told
    assert "1 次登录" in told
    assert "收件箱" in told
    assert "林秀峰" not in told
    assert "手机号" not in told
    alice.press_phone_button(PHONE)
    assert "您手机号的指纹" in kept(alice)
    alice.bind(slip_for(member))
    assert f"您绑定的党员：林秀峰（{member.organisation.name}）" in kept(alice)


def test_a_wiped_openid_is_not_told_any_more(mini: Mini):
    alice = mini("alice")
    assert "加密保存" in kept(alice)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        with transaction() as session:
            services.wipe_openids(session)
        assert "加密保存" not in kept(alice)


def test_leaving_deletes_identity_and_sign_ins_and_what_others_keep(
    mini: Mini, session: Session, upper_domain: list[int]
):
    alice, second, bob = mini("alice"), mini("alice"), mini("bob")
    assert alice.call("POST", "/me/leave").status_code == 204
    assert upper_domain != []
    assert [phone.call("GET", "/me/kept").status_code for phone in (alice, second, bob)] == [401, 401, 200]
    assert session.scalar(select(func.count(WechatIdentity.id))) == 1
    assert session.scalar(select(func.count(AuthSession.id))) == 1
    assert session.scalar(select(func.count(AuditEntry.id))) == 0, "a resident leaves no trace in the log"


def test_leaving_twice_is_told_to_sign_in(mini: Mini):
    alice = mini("alice")
    alice.call("POST", "/me/leave")
    again = alice.call("POST", "/me/leave")
    assert (again.status_code, again.get_json()["code"]) == (401, "accounts.bad_token")
    assert alice.sign_in().status_code == 201
    assert alice.call("POST", "/me/leave").status_code == 204


def test_leaving_at_the_same_moment_on_two_phones_does_no_harm(mini: Mini, session: Session):
    mini("alice")
    identity_id = session.scalars(select(WechatIdentity.id)).one()
    session.rollback()
    for _ in range(2):
        with transaction() as writing:
            services.forget_identity(writing, SYSTEM, identity_id)
    assert session.scalar(select(func.count(WechatIdentity.id))) == 0


def test_a_member_who_leaves_keeps_his_account_and_record(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    alice = mini("alice")
    alice.bind(slip_for(member))
    assert alice.call("POST", "/me/leave").status_code == 204
    assert alice.sign_in().get_json()["member"] is None
    session.rollback()
    assert session.scalar(select(func.count(Account.id)).where(Account.member_id == member.id)) == 1
    tags = session.scalars(select(AuditEntry.tag).order_by(AuditEntry.id.desc())).first()
    assert tags is Tag.WECHAT_UNBOUND


def test_one_job_wipes_openids_within_two_hours_and_comes_again_while_some_are_left(
    mini: Mini, session: Session
):
    start = clock.now()
    mini("alice")
    with time_machine.travel(start + timedelta(hours=1)):
        mini("bob")
    waiting = session.scalars(select(Job).where(Job.name == WIPE_JOB)).all()
    assert len(waiting) == 1
    assert waiting[0].run_at <= start + timedelta(hours=2)
    job = waiting[0]
    session.rollback()
    with time_machine.travel(start + timedelta(hours=1, minutes=55)):
        assert jobs.wipe(job) == {"wiped": 1}
    session.rollback()
    sealed = session.scalars(select(WechatIdentity.sealed_at).order_by(WechatIdentity.id)).all()
    assert sealed[0] is None
    assert sealed[1] is not None
    again = session.scalars(select(Job).where(Job.name == WIPE_JOB, Job.state == JobState.WAITING)).all()
    assert len(again) == 2
    session.rollback()
    with time_machine.travel(start + timedelta(hours=3)):
        assert jobs.wipe(job) == {"wiped": 1}
    session.rollback()
    assert session.scalars(select(WechatIdentity.openid_sealed)).all() == [None, None]


def test_a_resident_of_a_year_ago_is_forgotten_and_a_member_is_not(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor, upper_domain: list[int]
):
    mini("bob")
    mini("alice").bind(slip_for(member))
    with time_machine.travel(clock.now() + timedelta(days=366)), transaction() as writing:
        while services.sweep_accounts(writing):
            pass
    left = session.scalars(select(WechatIdentity)).all()
    assert len(left) == 1
    assert left[0].account_id is not None
    assert len(upper_domain) == 1


def test_the_two_hours_that_are_promised_are_kept():
    assert timedelta(hours=2) >= identities.OPENID_FRESH_FOR + jobs.WIPE_EVERY
