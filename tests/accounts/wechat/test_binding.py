"""Binding a WeChat to a member by slip or phone button, several phones, and taking it off again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import structlog
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import queries, services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import ActivationSlip, AuthSession, Throttle, WechatIdentity
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import NotFound, Refused
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.constants import MemberStatus, Switch
from brickwall.organisations.models import Member, SwitchChange
from tests.accounts.wechat.conftest import PHONE
from tests.factories.organisations import make_member, make_organisation
from tests.support.fake_wechat import FakeWeChat
from tests.support.phones import Mini

SlipFor = Callable[[Member], str]


def said(session: Session, tag: Tag) -> list[str]:
    session.rollback()
    return [sentence(entry) for entry in session.scalars(select(AuditEntry).where(AuditEntry.tag == tag))]


def identity_of(session: Session) -> WechatIdentity:
    session.rollback()
    return session.scalars(select(WechatIdentity)).one()


def test_a_slip_binds_and_the_resident_becomes_the_member(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    alice = mini("alice")
    resident = alice.token
    answer = alice.bind(slip_for(member))
    assert answer.status_code == 201
    assert answer.get_json()["member"] == {
        "id": member.public_id,
        "name": "林秀峰",
        "branch": member.organisation.name,
    }
    assert alice.call("GET", "/me").get_json()["member"] == member.public_id
    assert said(session, Tag.WECHAT_BOUND) == ["把一个微信绑定到党员“林秀峰”（凭激活条，原先已绑 0 个）"]
    assert said(session, Tag.ACTIVATION_USED) == ["“林秀峰”用激活条开通了手机"]
    alice.token = resident
    assert alice.call("GET", "/me/kept").status_code == 401


def test_a_slip_without_wechat_opens_a_pocket_as_before(
    client: FlaskClient, session: Session, member: Member, slip_for: SlipFor
):
    answer = client.post("/api/v1/sessions/activation", json={"code": slip_for(member)})
    assert answer.status_code == 201
    row = session.scalars(select(AuthSession).where(AuthSession.kind == SessionKind.DEVICE)).one()
    assert (row.identity_id, session.scalars(select(WechatIdentity)).all()) == (None, [])


def test_a_bound_wechat_opens_the_pocket_silently_from_then_on(mini: Mini, member: Member, slip_for: SlipFor):
    mini("alice").bind(slip_for(member))
    body = mini("alice").sign_in().get_json()
    assert (body["member"]["name"], body["can_bind_phone"]) == ("林秀峰", False)


def test_a_slip_used_by_another_wechat_says_so_and_binds_nothing(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    code = slip_for(member)
    mini("alice").bind(code)
    answer = mini("bob").bind(code)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "activation.used")
    assert len(said(session, Tag.WECHAT_BOUND)) == 1


def test_a_wechat_bound_to_another_member_is_not_taken_over(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    other = make_member(session, member.organisation, "韩德水")
    session.commit()
    alice = mini("alice")
    alice.bind(slip_for(member))
    code = slip_for(other)
    answer = alice.bind(code)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "accounts.wechat_bound")
    assert "解除绑定" in answer.get_json()["title"]
    session.rollback()
    slip = session.scalars(select(ActivationSlip).where(ActivationSlip.member_id == other.id)).one()
    assert slip.used_at is None
    assert mini("bob").bind(code).status_code == 201


def test_a_binding_to_somebody_who_left_stands_in_nobodys_way(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    again = make_member(session, member.organisation, "林秀峰")
    session.commit()
    alice = mini("alice")
    alice.bind(slip_for(member))
    session.rollback()
    member.status = MemberStatus.MOVED
    session.commit()
    assert alice.sign_in().get_json()["member"] is None
    assert alice.bind(slip_for(again)).get_json()["member"]["id"] == again.public_id


def test_a_member_binds_a_second_wechat_with_a_second_slip_and_it_is_logged(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    mini("alice").bind(slip_for(member))
    mini("alice-on-her-tablet").bind(slip_for(member))
    assert said(session, Tag.WECHAT_BOUND)[1] == "把一个微信绑定到党员“林秀峰”（凭激活条，原先已绑 1 个）"


def test_several_phones_are_all_listed_and_each_can_be_ended(mini: Mini, member: Member, slip_for: SlipFor):
    first = mini("alice")
    first.bind(slip_for(member))
    second = mini("alice")
    rows = second.call("GET", "/me/sessions").get_json()["items"]
    assert [row["label"] for row in rows] == ["微信（安卓手机）", "微信（安卓手机）"]
    other = next(row["id"] for row in rows if not row["current"])
    assert second.call("DELETE", f"/me/sessions/{other}").status_code == 204
    assert first.call("GET", "/me").status_code == 401
    assert second.call("GET", "/me").status_code == 200


@pytest.mark.parametrize("status", [MemberStatus.LEFT, MemberStatus.MOVED, MemberStatus.DECEASED])
def test_a_member_who_left_is_a_resident_at_the_next_sign_in(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor, status: MemberStatus
):
    alice = mini("alice")
    alice.bind(slip_for(member))
    session.rollback()
    member.status = status
    session.commit()
    assert alice.call("GET", "/me").status_code == 401
    assert alice.sign_in().get_json()["member"] is None


def test_a_disabled_account_is_a_resident_at_the_next_sign_in(
    mini: Mini, session: Session, member: Member, slip_for: SlipFor
):
    alice = mini("alice")
    alice.bind(slip_for(member))
    session.rollback()
    account = queries.find_account_of_member(session, member.id)
    assert account is not None
    account.disabled_at = clock.now()
    session.commit()
    assert alice.call("GET", "/me").status_code == 401
    assert alice.sign_in().get_json()["member"] is None


def test_unbinding_ends_every_phone_of_the_wechat_but_no_pocket_opened_by_slip(
    mini: Mini, client: FlaskClient, session: Session, member: Member, slip_for: SlipFor
):
    web = client.post("/api/v1/sessions/activation", json={"code": slip_for(member)}).get_json()["token"]
    first = mini("alice")
    first.bind(slip_for(member))
    second = mini("alice")
    assert first.call("DELETE", "/me/wechat").status_code == 204
    assert [phone.call("GET", "/me").status_code for phone in (first, second)] == [401, 401]
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {web}"}).status_code == 200
    assert second.sign_in().get_json()["member"] is None
    assert said(session, Tag.WECHAT_UNBOUND) == ["解除了党员“林秀峰”的微信绑定"]
    members = AuthSession.kind == SessionKind.DEVICE, AuthSession.identity_id.is_not(None)
    assert None not in session.scalars(select(AuthSession.revoked_at).where(*members)).all()
    again = second.call("DELETE", "/me/wechat")
    assert (again.status_code, again.get_json()["code"]) == (409, "accounts.wechat_not_bound")


def test_the_desk_takes_every_wechat_off_a_member(
    mini: Mini, session: Session, member: Member, clerk: Actor, slip_for: SlipFor
):
    phones = [mini("alice"), mini("alice-on-her-tablet")]
    for phone in phones:
        phone.bind(slip_for(member))
    session.rollback()
    assert services.unbind_member(session, clerk, member) == 2
    session.commit()
    assert [phone.call("GET", "/me").status_code for phone in phones] == [401, 401]
    with pytest.raises(Refused, match="没有绑定微信"):
        services.unbind_member(session, clerk, member)


def test_another_branchs_clerk_cannot_take_a_wechat_off(
    mini: Mini, session: Session, member: Member, clerk: Actor, slip_for: SlipFor
):
    mini("alice").bind(slip_for(member))
    session.rollback()
    elsewhere = make_organisation(session, code="dongpo", name="东坡村党支部")
    stranger = Actor(
        "别村干事", 99, grants=tuple(type(g)(elsewhere.path, g.permissions) for g in clerk.grants)
    )
    with pytest.raises(NotFound):
        services.unbind_member(session, stranger, member)


def test_the_phone_button_binds_the_one_member_with_that_number(mini: Mini, session: Session, member: Member):
    alice = mini("alice")
    with structlog.testing.capture_logs() as lines:
        answer = alice.press_phone_button(PHONE)
    assert (answer.status_code, answer.get_json()["member"]["name"]) == (201, "林秀峰")
    assert alice.call("GET", "/me").get_json()["member"] == member.public_id
    assert said(session, Tag.WECHAT_BOUND) == ["把一个微信绑定到党员“林秀峰”（凭手机号，原先已绑 0 个）"]
    assert PHONE not in str(lines)
    assert session.scalar(select(Throttle.failures).where(Throttle.failures > 0)) is None


def test_a_number_on_no_roster_binds_nobody_and_is_not_kept(mini: Mini, session: Session, member: Member):
    answer = mini("alice").press_phone_button("13900009999")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "accounts.phone_unknown")
    assert "激活条" in answer.get_json()["title"]
    assert (identity_of(session).account_id, identity_of(session).phone_index) == (None, None)


def test_where_the_county_lets_residents_verify_their_number_its_index_is_kept_for_level_b(
    mini: Mini, session: Session, settings: Settings, member: Member
):
    change = SwitchChange(
        name=Switch.PHONE_CHECK, is_on=True, reason="试行实名评议", actor_label="县委", at=clock.now()
    )
    session.add(change)
    session.commit()
    assert mini("alice").press_phone_button("13900009999").get_json()["code"] == "accounts.phone_unknown"
    identity = identity_of(session)
    assert identity.phone_index == PhoneBox(settings.keys_dir).index("13900009999")
    assert queries.find_roster_member_by_identity(session, identity) is None
    newcomer = make_member(session, member.organisation, "沈小满", phone_index=identity.phone_index)
    assert queries.find_roster_member_by_identity(session, identity) is newcomer


def test_a_number_of_two_members_binds_nobody(mini: Mini, session: Session, member: Member):
    make_member(session, member.organisation, "韩德水", phone_index=member.phone_index)
    session.commit()
    answer = mini("alice").press_phone_button(PHONE)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "accounts.phone_ambiguous")
    assert queries.find_roster_member_by_identity(session, identity_of(session)) is None


def test_a_number_of_somebody_who_left_binds_nobody(mini: Mini, session: Session, member: Member):
    member.status = MemberStatus.LEFT
    session.commit()
    assert mini("alice").press_phone_button(PHONE).get_json()["code"] == "accounts.phone_unknown"


def test_level_b_finds_the_member_by_the_verified_number(mini: Mini, session: Session, member: Member):
    mini("alice").press_phone_button(PHONE)
    found = queries.find_roster_member_by_identity(session, identity_of(session))
    assert found is not None
    assert found.id == member.id
    mini("bob")
    session.rollback()
    bob = session.scalars(select(WechatIdentity).order_by(WechatIdentity.id.desc())).first()
    assert bob is not None
    assert queries.find_roster_member_by_identity(session, bob) is None


def test_the_phone_button_is_locked_after_five_tries_of_one_wechat(
    mini: Mini, wechat: FakeWeChat, session: Session, member: Member
):
    alice = mini("alice")
    answers = [alice.press_phone_button(f"1390000000{number}").status_code for number in range(6)]
    assert answers == [409] * 5 + [429]
    assert wechat.count("phone") == 5
    assert said(session, Tag.ACCOUNT_LOCKED) == ["“微信用户”多次输错，暂时锁住"]
    assert mini("bob").press_phone_button(PHONE).status_code == 201


def test_a_silent_wechat_costs_no_try_of_the_phone_button(
    mini: Mini, wechat: FakeWeChat, session: Session, member: Member
):
    alice = mini("alice")
    wechat.fail("phone", errcode=45011)
    assert {alice.press_phone_button(PHONE).status_code for _ in range(7)} == {503}
    wechat.heal()
    assert alice.press_phone_button(PHONE).status_code == 201


def test_the_phone_button_needs_a_wechat_sign_in(client: FlaskClient, mini: Mini):
    assert client.post("/api/v1/sessions/phone", json={"code": "phone:13800001234"}).status_code == 401


def test_the_pocket_of_a_member_ends_after_half_a_year(mini: Mini, member: Member, slip_for: SlipFor):
    alice = mini("alice")
    alice.bind(slip_for(member))
    with time_machine.travel(clock.now() + timedelta(days=180)):
        assert alice.call("GET", "/me").status_code == 401
        assert alice.sign_in().get_json()["member"]["name"] == "林秀峰"


def test_the_token_of_a_mini_program_is_no_cookie_of_the_web_pocket(
    app: Application, mini: Mini, member: Member, slip_for: SlipFor
):
    alice = mini("alice")
    alice.bind(slip_for(member))
    browser = app.test_client()
    browser.set_cookie("bw_pocket", alice.token)
    assert browser.get("/my").status_code in {302, 303, 401}
    assert browser.get("/api/v1/me").status_code == 401
    assert alice.call("GET", "/me").status_code == 200
