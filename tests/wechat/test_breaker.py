"""Who does not answer is left alone for half a minute."""

import pytest

from brickwall.wechat import errors
from brickwall.wechat.breaker import Breaker
from brickwall.wechat.gateway import Gateway
from tests.support.fake_wechat import FakeWeChat


class Watch:
    """A clock to turn by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_five_failures_in_a_row_open_it_for_thirty_seconds_and_one_trial_closes_it() -> None:
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(4):
        breaker.note_failure()
    assert breaker.wait_seconds() == 0
    breaker.note_failure()

    assert breaker.wait_seconds() == 30
    watch.seconds += 29
    assert breaker.wait_seconds() == 1
    watch.seconds += 1.5
    assert breaker.wait_seconds() == 0
    assert breaker.wait_seconds() > 0
    breaker.note_success()
    assert [breaker.wait_seconds() for _ in range(3)] == [0, 0, 0]


def test_a_failed_trial_opens_it_again() -> None:
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(5):
        breaker.note_failure()
    watch.seconds += 31
    assert breaker.wait_seconds() == 0
    breaker.note_failure()

    assert breaker.wait_seconds() == 30


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    breaker = Breaker(Watch())
    for _ in range(3):
        for _ in range(4):
            breaker.note_failure()
        breaker.note_success()
    assert breaker.wait_seconds() == 0


@pytest.mark.parametrize("fault", [{"status": 503}, {"errcode": -1}, {"body": "?"}, {"hang_up": "silent"}])
def test_a_dead_wechat_gets_five_calls_and_then_none(
    gate: Gateway, fake: FakeWeChat, fault: dict[str, object]
) -> None:
    watch = Watch()
    gate.breaker = Breaker(watch)
    fake.fail("sign_in", **fault)

    waits = []
    for number in range(20):
        with pytest.raises(errors.WeChatUnavailable) as told:
            gate.sign_in(f"person{number}")
        waits.append(told.value.retry_after)

    assert fake.count("sign_in") == 5
    assert waits == [0] * 5 + [30] * 15

    fake.heal()
    watch.seconds += 31
    assert gate.sign_in("alice").openid == "o_alice"
    assert gate.sign_in("bob").openid == "o_bob"


def test_refusals_never_open_it(gate: Gateway, fake: FakeWeChat) -> None:
    for _ in range(8):
        with pytest.raises(errors.CodeRefused):
            gate.sign_in("bad")
    assert fake.count("sign_in") == 8
