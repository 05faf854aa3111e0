"""The fake does as the platform does where it matters, and fails on command."""

import time
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from brickwall.kernel.http import Application
from brickwall.wechat import cli
from brickwall.wechat.fake.world import World
from tests.support.fake_wechat import FakeWeChat


def token(fake: FakeWeChat, **more: Any) -> dict[str, Any]:
    """Ask for the stable token."""
    body = {"grant_type": "client_credential", "appid": fake.appid, "secret": fake.secret, **more}
    answer: dict[str, Any] = requests.post(f"{fake.url}/cgi-bin/stable_token", json=body, timeout=5).json()
    return answer


def test_the_stable_token_stays_the_same_and_a_forced_one_ends_the_old(fake: FakeWeChat) -> None:
    first = token(fake)["access_token"]
    assert token(fake)["access_token"] == first

    forced = token(fake, force_refresh=True)["access_token"]
    assert forced != first
    assert not fake.world.knows_token(first)
    assert token(fake, force_refresh=True)["access_token"] == forced


def test_a_token_near_its_end_is_followed_by_another_while_it_lives_on(fake: FakeWeChat) -> None:
    first = token(fake)["access_token"]
    fake.world.tokens[first] = time.monotonic() + 290

    assert token(fake)["access_token"] != first
    assert fake.world.knows_token(first)


@pytest.mark.parametrize(("wrong", "errcode"), [({"appid": "wx1"}, 40013), ({"secret": "x"}, 40125)])
def test_wrong_settings_are_refused(fake: FakeWeChat, wrong: dict[str, str], errcode: int) -> None:
    assert token(fake, **wrong)["errcode"] == errcode


def test_one_consent_is_one_message(fake: FakeWeChat) -> None:
    fake.control(consents={"o_alice": 1})
    url = f"{fake.url}/cgi-bin/message/subscribe/send?access_token={token(fake)['access_token']}"
    body = {"touser": "o_alice", "template_id": "t", "data": {"thing1": {"value": "到期"}}}

    codes = [requests.post(url, json=body, timeout=5).json()["errcode"] for _ in range(2)]

    assert codes == [0, 43101]
    assert len(fake.messages) == 1


def test_it_is_told_what_to_do_from_another_process_too(fake: FakeWeChat) -> None:
    def control(**changes: Any) -> Any:
        return requests.post(f"{fake.url}/__control", json=changes, timeout=5).json()

    assert control(faults=[{"call": "token", "errcode": 45009, "times": 1}]) == {"ok": True}
    assert token(fake)["errcode"] == 45009
    assert "access_token" in token(fake)
    assert "error" in control(nonsense=1)
    assert "error" in control(faults=[{"nonsense": 1}])
    seen = requests.get(f"{fake.url}/__seen", timeout=5).json()
    assert [call["call"] for call in seen["calls"]] == ["token", "token"]


def test_the_code_of_devtools_never_wears_out(fake: FakeWeChat) -> None:
    query = {"appid": fake.appid, "secret": fake.secret, "js_code": "the code is a mock one"}
    for _ in range(2):
        answer = requests.get(f"{fake.url}/sns/jscode2session", params=query, timeout=5).json()
        assert answer["openid"] == "o_tourist"


def test_the_command_takes_a_fault_and_a_push_address(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[World, int]] = []
    monkeypatch.setattr(cli, "serve_fake", lambda world, port: served.append((world, port)))

    answer = CliRunner().invoke(
        cli.wechat,
        [
            "fake",
            "--port",
            "8123",
            "--call",
            "api",
            "--errcode",
            "40001",
            "--push-url",
            "http://x/wechat/push",
        ],
    )

    assert answer.exit_code == 0, answer.output
    assert "BRICKWALL_WECHAT_APPID=wxfake0000000000" in answer.output
    world, port = served[0]
    assert port == 8123
    fault = world.take_fault("text")
    assert fault is not None
    assert fault.errcode == 40001
    assert world.take_fault("sign_in") is None
    assert (world.push.url, world.push.mode) == ("http://x/wechat/push", "plain")
