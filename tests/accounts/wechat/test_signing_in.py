"""Silent sign-in: residents, members on several phones, WeChat failing, clocks off."""

from datetime import timedelta

import pytest
import structlog
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts import identities, queries, services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import AuthSession, Throttle, WechatIdentity
from brickwall.accounts.services.identities import MAX_PHONES
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import is_writing_here
from brickwall.kernel.http import Application
from brickwall.kernel.security import keyed_hash
from brickwall.wechat.gateway import Gateway
from tests.support.fake_wechat import FakeWeChat
from tests.support.phones import Mini, MiniProgram


def test_a_resident_signs_in_silently_and_is_nobody(mini: Mini, session: Session):
    alice = mini("alice")
    answer = alice.sign_in()
    body = answer.get_json()
    assert (body["member"], body["can_bind_phone"]) == (None, True)
    row = session.scalars(select(AuthSession).order_by(AuthSession.id.desc())).first()
    assert row is not None
    assert (row.kind, row.account_id, row.label) == (SessionKind.RESIDENT, None, "微信（安卓手机）")
    assert row.expires_at - row.created_at == timedelta(days=30)
    for path in ("/me", "/me/sessions", "/me/pocket", "/accounts"):
        assert alice.call("GET", path).status_code == 403


def test_one_person_is_one_identity_and_two_are_two(mini: Mini, session: Session):
    mini("alice"), mini("alice"), mini("bob")
    assert session.scalar(select(func.count(WechatIdentity.id))) == 2
    assert session.scalar(select(func.count(AuthSession.id))) == 3


def test_the_openid_is_kept_hashed_and_for_two_hours_sealed(
    mini: Mini, session: Session, wechat_settings: Settings
):
    mini("alice")
    identity = session.scalars(select(WechatIdentity)).one()
    appid = wechat_settings.wechat.appid if wechat_settings.wechat else ""
    assert identity.openid_hash == keyed_hash(wechat_settings, "wechat-openid", f"{appid}\0o_alice")
    assert identity.openid_sealed is not None
    assert b"o_alice" not in identity.openid_sealed
    assert identities.fresh_openid(wechat_settings, identity) == "o_alice"
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert identities.fresh_openid(wechat_settings, identity) is None


def test_an_openid_sealed_by_a_clock_that_was_set_back_is_not_fresh(
    mini: Mini, session: Session, wechat_settings: Settings
):
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        mini("alice")
    identity = session.scalars(select(WechatIdentity)).one()
    assert identities.fresh_openid(wechat_settings, identity) is None
    assert services.wipe_openids(session) == 1


def test_a_sealed_openid_whose_key_is_gone_or_changed_is_none(settings: Settings):
    sealed = identities.seal_openid(settings, "o_alice")
    assert identities.open_openid(settings, sealed) == "o_alice"
    assert identities.open_openid(settings, b"999" + sealed[3:]) is None
    assert identities.open_openid(settings, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert identities.open_openid(settings, b"") is None


def test_a_code_works_once_and_the_client_simply_signs_in_again(mini: Mini):
    alice = mini("alice")
    assert alice.sign_in("alice:once").status_code == 201
    again = alice.sign_in("alice:once")
    assert (again.status_code, again.get_json()["code"]) == (409, "wechat.code_refused")
    assert "再试一次" in again.get_json()["title"]
    assert alice.sign_in().status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"errcode": 40226}, 403, "wechat.account_blocked"),
        ({"errcode": -1}, 503, "wechat.unavailable"),
        ({"errcode": 45011}, 503, "wechat.unavailable"),
        ({"errcode": 40013}, 503, "wechat.misconfigured"),
        ({"status": 502, "body": "<html>"}, 503, "wechat.unavailable"),
        ({"hang_up": "silent"}, 503, "wechat.unavailable"),
    ],
)
def test_wechats_refusals_become_sentences_and_leave_nothing(
    mini: Mini, wechat: FakeWeChat, session: Session, fault: dict[str, object], status: int, code: str
):
    alice = mini("alice")
    wechat.fail("sign_in", **fault)
    answer = alice.sign_in()
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert session.scalar(select(func.count(AuthSession.id))) == 1
    wechat.heal()


def test_only_refused_codes_are_counted_against_a_network(mini: Mini, wechat: FakeWeChat, session: Session):
    alice = mini("alice")
    wechat.fail("sign_in", errcode=45011, times=1)
    alice.sign_in()
    assert session.scalar(select(func.sum(Throttle.failures))) == 0
    alice.sign_in("alice:same")
    alice.sign_in("alice:same")
    session.rollback()
    assert session.scalar(select(func.sum(Throttle.failures))) == 1


def test_a_network_that_guesses_codes_is_locked_out(mini: Mini, wechat: FakeWeChat):
    alice = mini("alice")
    wechat.fail("sign_in", errcode=40029)
    answers = [alice.sign_in("a guess").status_code for _ in range(102)]
    assert (answers[99], answers[100], answers[101]) == (409, 429, 429)
    assert wechat.count("sign_in") == 101


def test_no_writer_waits_while_wechat_is_asked(mini: Mini, monkeypatch: pytest.MonkeyPatch):
    alice = mini("alice")
    seen: list[bool] = []
    asked = Gateway.sign_in

    def watching(gateway: Gateway, code: str) -> object:
        seen.append(is_writing_here())
        return asked(gateway, code)

    monkeypatch.setattr(Gateway, "sign_in", watching)
    assert alice.sign_in().status_code == 201
    assert seen == [False]


def test_without_a_mini_program_the_web_is_named(app: Application):
    phone = MiniProgram(app.test_client(), "alice")
    answer = phone.sign_in()
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wechat.off")
    assert "网页" in answer.get_json()["title"]


def test_a_dead_token_is_401_and_does_not_stand_in_the_way_of_a_new_one(mini: Mini):
    alice = mini("alice")
    alice.token = "x" * 43
    assert alice.call("GET", "/me/kept").status_code == 401
    answer = alice.call("POST", "/sessions/wechat", {"code": "alice:again"})
    assert answer.status_code == 201


def test_a_token_sent_along_is_replaced_if_it_is_the_same_wechats(mini: Mini, session: Session):
    alice, bob = mini("alice"), mini("bob")
    former = alice.token
    answer = alice.call("POST", "/sessions/wechat", {"code": "alice:next"})
    assert alice.call("GET", "/me/kept").status_code == 401
    alice.token = answer.get_json()["token"]
    assert alice.call("GET", "/me/kept").status_code == 200
    assert bob.call("POST", "/sessions/wechat", {"code": "alice:third"}).status_code == 201
    assert bob.call("GET", "/me/kept").status_code == 200
    assert former != alice.token


def test_a_wechat_on_many_phones_keeps_the_eight_used_last(mini: Mini, session: Session):
    phones = [mini("alice") for _ in range(MAX_PHONES + 1)]
    assert phones[0].call("GET", "/me/kept").status_code == 401
    assert [phone.call("GET", "/me/kept").status_code for phone in phones[1:]] == [200] * MAX_PHONES


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_server_clock_off_by_an_hour_signs_nobody_out(mini: Mini, off: timedelta):
    alice = mini("alice")
    with time_machine.travel(clock.now() + off):
        assert alice.call("GET", "/me/kept").status_code == 200
        assert alice.sign_in().status_code == 201
    assert alice.call("GET", "/me/kept").status_code == 200


def test_a_resident_of_a_month_ago_signs_in_anew(mini: Mini):
    alice = mini("alice")
    with time_machine.travel(clock.now() + timedelta(days=30)):
        assert alice.call("GET", "/me/kept").status_code == 401
        assert alice.sign_in().status_code == 201


def test_no_openid_reaches_the_log(mini: Mini, wechat: FakeWeChat):
    with structlog.testing.capture_logs() as lines:
        alice = mini("alice")
        wechat.fail("sign_in", errcode=45011, times=1)
        alice.sign_in()
        alice.press_phone_button("13800001234")
    assert "alice" not in str(lines)
    assert "13800001234" not in str(lines)


def test_the_identity_of_a_request_is_known_by_its_bearer_only(
    app: Application, mini: Mini, session: Session
):
    alice = mini("alice")
    identity = session.scalars(select(WechatIdentity)).one()
    with app.test_request_context("/api/v1/devices", headers={"Authorization": f"Bearer {alice.token}"}):
        app.preprocess_request()
        found = identities.current_identity()
        assert found is not None
        assert found.id == identity.id
    with app.test_request_context("/api/v1/devices", headers={"Cookie": f"bw_pocket={alice.token}"}):
        app.preprocess_request()
        assert identities.current_identity() is None
    assert queries.count_identity_sessions(session, identity.id) == 1
