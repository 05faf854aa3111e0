"""No token, secret, code, openid or number in a log line, an error or a printed thing."""

import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest

from brickwall.kernel.logging import set_up_logging
from brickwall.wechat import errors
from brickwall.wechat.gateway import Gateway, SignedIn
from tests.support.fake_wechat import FakeWeChat

OPENID, CODE, PHONE, ADDRESS = "o_somebodysecret", "somebodysecret", "13812345678", "203.0.113.9"


@pytest.fixture
def written() -> Iterator[Callable[[], str]]:
    """Log everything there is, as chattily as possible, and provide what was written."""
    lines, ours = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(lines)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with redirect_stderr(ours):
        set_up_logging(logging.DEBUG)
        yield lambda: lines.getvalue() + ours.getvalue()
    root.removeHandler(handler)
    root.setLevel(level)
    set_up_logging()


def everything(gate: Gateway) -> list[Callable[[], Any]]:
    """Return every call, about somebody whose names must not be seen."""
    return [
        lambda: gate.sign_in(CODE),
        lambda: gate.phone_number(f"phone:{PHONE}"),
        lambda: gate.check_text("违禁", OPENID),
        lambda: gate.check_image(f"http://127.0.0.1:9/{OPENID}", OPENID),
        lambda: gate.risk_rank(OPENID, ADDRESS),
        lambda: gate.send_message(OPENID, "template", {"thing1": "到期"}),
        lambda: gate.mini_code("id=1"),
    ]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"status": 500},
        {"errcode": 40003},
        {"errcode": 40001},
        {"body": "{"},
        {"hang_up": "silent"},
        {"hang_up": "short"},
        {"seconds": 3, "times": 2},
    ],
)
def test_nothing_secret_is_written_or_raised(
    gate: Gateway, fake: FakeWeChat, written: Callable[[], str], fault: dict[str, Any]
) -> None:
    told = []
    if fault:
        fake.fail("*" if "errcode" not in fault else "api", **fault)
    for call in everything(gate):
        try:
            told.append(repr(call()))
        except errors.WeChatError:
            told.append(traceback.format_exc())

    gate_repr = repr(gate) + repr(gate._client) + repr(gate._keeper._kept) + repr(gate._wechat)
    seen = written() + "".join(told[:1] + told[2:]) + gate_repr
    secrets = [fake.secret, OPENID, CODE, f"phone:{PHONE}", ADDRESS, "session_key=", "FAKE_"]
    assert [secret for secret in secrets if secret in seen] == []
    assert "api.weixin" not in seen
    if fault and "seconds" not in fault:
        assert "wechat.refused" in seen or "wechat.no_answer" in seen


def test_the_http_library_would_write_addresses_without_their_query(
    gate: Gateway, fake: FakeWeChat, written: Callable[[], str]
) -> None:
    gate.sign_in(CODE)

    assert '"GET /sns/jscode2session?…' in written()


def test_an_error_hangs_on_to_nothing_it_came_from(gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("sign_in", hang_up="silent")
    with pytest.raises(errors.WeChatUnavailable) as told:
        gate.sign_in(CODE)

    assert told.value.__cause__ is None
    assert told.value.__context__ is None
    assert CODE.encode() not in pickle.dumps(told.value.args)


def test_a_person_is_not_shown_when_printed() -> None:
    assert "o_" not in repr(SignedIn("o_alice", "u_alice"))
