"""What the calls return, and what they raise for each error WeChat is known for."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from brickwall.config import Settings
from brickwall.kernel.db import transaction
from brickwall.kernel.problems import Problem
from brickwall.wechat import errors
from brickwall.wechat.constants import Suggest
from brickwall.wechat.gateway import Gateway, SignedIn, gateway, read_suggest
from brickwall.wechat.models import WechatPush
from tests.support.fake_wechat import FakeWeChat

Call = Callable[[Gateway], Any]
CALLS: dict[str, Call] = {
    "phone": lambda gate: gate.phone_number("phone:13800001234"),
    "text": lambda gate: gate.check_text("给村里打一口井", "o_alice"),
    "image": lambda gate: gate.check_image("http://127.0.0.1:9/none", "o_alice"),
    "risk": lambda gate: gate.risk_rank("o_alice", "203.0.113.9"),
    "message": lambda gate: gate.send_message("o_alice", "template-due", {"thing1": "承诺到期"}),
    "code": lambda gate: gate.mini_code("id=7k3m9qx2", "pages/scan/scan"),
}
EVERY: dict[str, Call] = {"sign_in": lambda gate: gate.sign_in("alice"), **CALLS}


def test_signing_in_takes_one_call_and_no_access_token(gate: Gateway, fake: FakeWeChat) -> None:
    fake.control(unionid=True)

    assert gate.sign_in("alice") == SignedIn("o_alice", "u_alice")
    assert gate.sign_in("alice:2").openid == "o_alice"

    assert [call["call"] for call in fake.calls] == ["sign_in", "sign_in"]


def test_every_other_call_works_with_one_token_for_all(gate: Gateway, fake: FakeWeChat) -> None:
    assert gate.phone_number("phone:13800001234") == "13800001234"
    assert gate.check_text("给村里打一口井", "o_alice").suggest is Suggest.PASS
    assert gate.check_image("http://127.0.0.1:9/none", "o_alice").startswith("image-")
    assert gate.risk_rank("o_alice", "203.0.113.9") == 0
    gate.send_message("o_alice", "template-due", {"thing1": "承诺到期"}, "member/mine/mine")
    assert gate.mini_code("id=7k3m9qx2", "pages/scan/scan")[:4] == b"\x89PNG"

    assert fake.count("token") == 1
    assert fake.count("classic_token") == 0
    assert fake.messages == [
        {
            "touser": "o_alice",
            "template_id": "template-due",
            "page": "member/mine/mine",
            "data": {"thing1": {"value": "承诺到期"}},
            "miniprogram_state": "formal",
            "lang": "zh_CN",
        }
    ]


@pytest.mark.parametrize(
    ("text", "suggest", "calls"),
    [
        ("这里有违禁的话", Suggest.RISKY, 1),
        ("这里有可疑的话", Suggest.REVIEW, 1),
        ("好" * 2500 + "违禁" + "好" * 3000, Suggest.RISKY, 3),
        ("", Suggest.PASS, 0),
    ],
)
def test_the_worst_part_of_a_text_decides(
    gate: Gateway, fake: FakeWeChat, text: str, suggest: Suggest, calls: int
) -> None:
    verdict = gate.check_text(text, "o_alice")

    assert verdict.suggest is suggest
    assert fake.count("text") == calls


@pytest.mark.parametrize(
    "result", [None, {}, {"suggest": "block", "label": 100}, {"suggest": "pass", "label": "?"}, []]
)
def test_a_verdict_nobody_understands_is_for_a_person(result: object) -> None:
    assert read_suggest(result)[0] is Suggest.REVIEW


@pytest.mark.parametrize("code", ["phone:+85291234567", "phone:12345678901"])
def test_only_numbers_of_the_mainland_are_taken(gate: Gateway, fake: FakeWeChat, code: str) -> None:
    with pytest.raises(errors.PhoneUnusable):
        gate.phone_number(code)


@pytest.mark.parametrize("scene", ["x" * 33, "", "code=砖", 'a"b', "a%20b"])
def test_a_scene_that_cannot_be_carried_goes_nowhere(gate: Gateway, fake: FakeWeChat, scene: str) -> None:
    with pytest.raises(errors.SceneRefused):
        gate.mini_code(scene)
    assert fake.calls == []


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda gate: [gate.sign_in("alice"), gate.sign_in("alice")], errors.CodeRefused),
        (lambda gate: gate.sign_in("bad"), errors.CodeRefused),
        (lambda gate: gate.sign_in("blocked"), errors.AccountBlocked),
        (lambda gate: gate.phone_number("nothing"), errors.CodeRefused),
        (lambda gate: gate.check_text("好", "nobody"), errors.OpenidUnknown),
        (lambda gate: gate.check_text("好", "o_stale"), errors.OpenidUnknown),
        (lambda gate: gate.send_message("o_no", "template-due", {"thing1": "到期"}), errors.ConsentMissing),
        (lambda gate: gate.send_message("o_alice", "t", {"thing1": "长" * 21}), errors.BadTemplate),
        (lambda gate: gate.send_message("o_alice", "", {"thing1": "到期"}), errors.BadTemplate),
        (lambda gate: gate.mini_code("id=1", "pages/none"), errors.PageUnknown),
    ],
)
def test_a_refusal_says_what_to_do_next(
    gate: Gateway, fake: FakeWeChat, call: Call, error: type[Problem]
) -> None:
    fake.control(refusers=["o_no"], stale=["o_stale"])

    with pytest.raises(error) as refusal:
        call(gate)

    assert refusal.value.code.startswith("wechat.")
    assert "。" in refusal.value.title
    assert "o_" not in str(refusal.value)
    assert gate.breaker.wait_seconds() == 0


@pytest.mark.parametrize(
    ("errcode", "error"),
    [
        (-1, errors.WeChatUnavailable),
        (45011, errors.WeChatUnavailable),
        (45009, errors.QuotaUsedUp),
        (40226, errors.AccountBlocked),
        (48001, errors.Misconfigured),
        (40164, errors.Misconfigured),
        (99999, errors.WeChatError),
    ],
)
@pytest.mark.parametrize("name", EVERY)
def test_an_error_number_means_the_same_in_every_call(
    gate: Gateway, fake: FakeWeChat, name: str, errcode: int, error: type[Problem]
) -> None:
    fake.fail(name, errcode=errcode)

    with pytest.raises(error) as refusal:
        EVERY[name](gate)

    assert type(refusal.value) is error
    assert refusal.value.errcode == errcode
    assert fake.count(name) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502},
        {"status": 302, "body": ""},
        {"body": "<html>登录本网络</html>"},
        {"body": "[1, 2]"},
        {"body": '{"errcode": "what"}'},
        {"body": "{}"},
        {"hang_up": "silent"},
        {"hang_up": "short"},
        {"hang_up": "drip"},
        {"body": "x" * 3_000_000},
        {"seconds": 3},
    ],
)
@pytest.mark.parametrize("name", ["sign_in", "phone", "image", "risk", "code"])
def test_no_sensible_answer_ends_soon_and_after_one_call(
    gate: Gateway, fake: FakeWeChat, name: str, fault: dict[str, Any]
) -> None:
    fake.fail(name, **fault)
    started = time.monotonic()

    with pytest.raises(errors.WeChatUnavailable):
        EVERY[name](gate)

    assert time.monotonic() - started < 3
    assert fake.count(name) == 1


def test_a_text_without_a_sensible_verdict_is_never_passed(gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("text", body='{"errcode":0,"errmsg":"ok"}')

    assert gate.check_text("好", "o_alice").suggest is Suggest.REVIEW


def test_nobody_there_is_told_like_a_silence(wired: Settings, fake: FakeWeChat) -> None:
    gone = Gateway(wired)
    gone._client.API_BASE_URL = "http://127.0.0.1:9/"

    with pytest.raises(errors.WeChatUnavailable):
        gone.sign_in("alice")


def test_a_fault_with_the_token_is_told_as_what_it_is(gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("token", body='{"access_token": "", "expires_in": 7200}')
    with pytest.raises(errors.WeChatUnavailable):
        gate.check_text("好", "o_alice")

    fake.fail("token", body='{"access_token": "x", "expires_in": "soon"}')
    with pytest.raises(errors.WeChatUnavailable):
        gate.check_text("好", "o_alice")


def test_a_site_without_a_mini_program_says_so(settings: Settings) -> None:
    with pytest.raises(errors.WeChatOff, match="没有接入微信小程序。请用网页打开"):
        gateway(settings)


def test_a_process_has_one_gateway_for_its_settings(wired: Settings) -> None:
    assert gateway(wired) is gateway(wired)


@pytest.mark.once
@pytest.mark.parametrize("name", EVERY)
def test_nobody_waits_for_wechat_while_others_wait_to_write(
    gate: Gateway, fake: FakeWeChat, name: str
) -> None:
    with pytest.raises(RuntimeError, match="never inside it"), transaction() as session:
        session.query(WechatPush).all()
        EVERY[name](gate)

    assert fake.calls == []
    EVERY[name](gate)
    assert fake.count(name) == 1
