"""One token for all: how often it is fetched, when it is renewed, what a wrong clock does to it."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from brickwall.app import create_app
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.wechat import errors
from brickwall.wechat.client import Timeouts
from brickwall.wechat.gateway import PATIENT, Gateway
from brickwall.wechat.models import WechatToken
from tests.support.fake_wechat import FakeWeChat
from tests.wechat.conftest import QUICK

HOUR = timedelta(hours=1)


def check(gate: Gateway) -> None:
    """Make one call that needs a token."""
    gate.check_text("好", "o_alice")


def at_once(app: Application, count: int, work: Callable[[], None]) -> list[BaseException | None]:
    """Run ``work`` in many threads that start together; return what each raised."""
    ready = threading.Barrier(count)
    ends: list[BaseException | None] = []

    def run() -> None:
        with app.app_context():
            ready.wait()
            try:
                work()
            except BaseException as error:
                ends.append(error)
            else:
                ends.append(None)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


def test_sixteen_cold_threads_fetch_one_token(app: Application, wired: Settings, fake: FakeWeChat) -> None:
    gate = Gateway(wired, PATIENT, slots=16)
    fake.fail("token", seconds=0.3)

    assert at_once(app, 16, lambda: check(gate)) == [None] * 16

    assert fake.count("token") == 1
    assert fake.count("text") == 16


def test_sixteen_threads_share_a_silence_instead_of_queueing_for_it(
    app: Application, wired: Settings, fake: FakeWeChat
) -> None:
    gate = Gateway(wired, QUICK, slots=16)
    fake.fail("token", seconds=4)
    started = time.monotonic()

    ends = at_once(app, 16, lambda: check(gate))

    assert time.monotonic() - started < 4
    assert [type(end) for end in ends] == [errors.WeChatUnavailable] * 16
    assert fake.count("token") == 1
    assert fake.count("text") == 0


def test_a_revoked_token_is_replaced_once_and_nobody_notices(gate: Gateway, fake: FakeWeChat) -> None:
    check(gate)
    fake.control(revoke=True)

    check(gate)

    assert (fake.count("token"), fake.count("text")) == (2, 3)


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_token_refused_for_ever_makes_two_fetches_and_a_pause(
    wired: Settings, gate: Gateway, fake: FakeWeChat, errcode: int
) -> None:
    fake.fail("api", errcode=errcode)

    for _ in range(5):
        with pytest.raises(errors.Misconfigured, match="brickwall wechat check"):
            check(gate)
    with pytest.raises(errors.Misconfigured):
        check(Gateway(wired))

    assert (fake.count("token"), fake.count("text")) == (2, 2)


def test_sixteen_threads_with_a_token_refused_for_ever_make_two_fetches(
    app: Application, wired: Settings, fake: FakeWeChat
) -> None:
    gate = Gateway(wired, QUICK, slots=16)
    fake.fail("api", errcode=40001)

    ends = at_once(app, 16, lambda: check(gate))

    assert [type(end) for end in ends] == [errors.Misconfigured] * 16
    assert fake.count("token") <= 2


def test_a_pause_ends(gate: Gateway, wired: Settings, fake: FakeWeChat) -> None:
    fake.fail("api", errcode=40001)
    with pytest.raises(errors.Misconfigured):
        check(gate)
    fake.heal()

    with clock.at(clock.now() + timedelta(seconds=61)):
        check(Gateway(wired))

    gate.store.resume()
    check(Gateway(wired))


@pytest.mark.parametrize("errcode", [40013, 40125, 40164])
def test_wrong_settings_are_asked_for_once_in_a_minute(gate: Gateway, fake: FakeWeChat, errcode: int) -> None:
    fake.fail("token", errcode=errcode)

    for _ in range(3):
        with pytest.raises(errors.Misconfigured):
            check(gate)

    assert (fake.count("token"), fake.count("text")) == (1, 0)


def test_a_second_process_takes_the_stored_token(wired: Settings, gate: Gateway, fake: FakeWeChat) -> None:
    check(gate)

    check(Gateway(wired))

    assert fake.count("token") == 1


def _check_in_a_process(settings: Settings, outcome: Any) -> None:
    with create_app(settings).app_context():
        try:
            Gateway(settings, Timeouts(2.0, 4.0)).check_text("好", "o_alice")
        except BaseException as error:
            outcome.put(repr(error))
        else:
            outcome.put("")


def test_cold_processes_fetch_one_token(wired: Settings, fake: FakeWeChat) -> None:
    fake.fail("token", seconds=1)
    db.engine.dispose()
    context = multiprocessing.get_context("spawn")
    outcome = context.Queue()
    processes = [context.Process(target=_check_in_a_process, args=(wired, outcome)) for _ in range(3)]
    for process in processes:
        process.start()

    assert [outcome.get(timeout=60) for _ in processes] == [""] * 3

    for process in processes:
        process.join(20)
    assert fake.count("token") == 1


def test_the_token_lies_sealed_in_its_row(gate: Gateway, fake: FakeWeChat, session: Session) -> None:
    check(gate)

    row = session.scalars(select(WechatToken)).one()
    assert row.sealed is not None
    assert b"FAKE" not in row.sealed
    assert fake.world.current.encode() not in row.sealed
    everything = session.execute(text("SELECT * FROM wechat_token")).one()
    assert fake.world.current not in str(everything)
    assert fake.secret not in str(everything)


def test_a_row_of_another_mini_program_is_not_looked_at(
    wired: Settings, gate: Gateway, fake: FakeWeChat, session: Session
) -> None:
    check(gate)
    session.execute(update(WechatToken).values(appid="wxsomebodyelse00"))
    session.commit()

    check(Gateway(wired))

    assert fake.count("token") == 2
    assert {row.appid for row in session.scalars(select(WechatToken))} == {"wxsomebodyelse00", fake.appid}


def test_a_row_moved_to_our_appid_or_sealed_by_another_secret_is_not_used(
    wired: Settings, gate: Gateway, fake: FakeWeChat, session: Session
) -> None:
    check(gate)
    session.execute(update(WechatToken).values(sealed=b"\x00" * 64))
    session.commit()

    check(Gateway(wired))

    assert fake.count("token") == 2


def test_a_token_is_renewed_before_its_end_and_the_old_one_lives_on(
    gate: Gateway, wired: Settings, fake: FakeWeChat
) -> None:
    check(gate)
    old, age = fake.world.current, 7200 - 270
    fake.world.tokens[old] -= age
    with clock.at(clock.now() + timedelta(seconds=age)):
        other = Gateway(wired)
        check(other)
        check(other)

    assert fake.count("token") == 2
    assert fake.world.current != old
    assert fake.world.knows_token(old)


def test_a_failed_renewal_disturbs_nobody_while_the_old_token_lasts(gate: Gateway, fake: FakeWeChat) -> None:
    fake.control(expires_in=270)
    check(gate)
    fake.fail("token", status=500)

    check(gate)
    check(gate)

    assert fake.count("text") == 3


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_by_an_hour_changes_nothing_in_a_running_process(
    gate: Gateway, fake: FakeWeChat, jump: timedelta
) -> None:
    check(gate)

    with clock.at(clock.now() + jump):
        check(gate)

    assert fake.count("token") == 1


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_a_clock_an_hour_off_keeps_the_token_for_its_time(
    wired: Settings, fake: FakeWeChat, wrong: timedelta
) -> None:
    fake.control(clock_offset=-wrong.total_seconds())
    with clock.at(clock.now() + wrong):
        check(Gateway(wired))
        check(Gateway(wired))
    assert fake.count("token") == 1


def test_a_stored_token_is_not_made_younger_by_a_clock_set_back(
    wired: Settings, gate: Gateway, fake: FakeWeChat, session: Session
) -> None:
    check(gate)
    with clock.at(clock.now() - HOUR):
        check(Gateway(wired))

    assert fake.count("token") == 2


def test_a_claim_of_a_dead_process_is_taken_over(
    wired: Settings, gate: Gateway, fake: FakeWeChat, session: Session
) -> None:
    assert gate.store.claim()
    assert not Gateway(wired).store.claim()

    for later in (timedelta(seconds=16), -HOUR):
        with clock.at(clock.now() + later):
            assert Gateway(wired).store.claim()


def test_without_a_store_each_process_keeps_its_own_token(
    wired: Settings, gate: Gateway, fake: FakeWeChat, session: Session
) -> None:
    session.execute(text("ALTER TABLE wechat_token RENAME TO gone"))
    session.commit()
    try:
        check(gate)
        check(gate)
        check(Gateway(wired))
    finally:
        session.execute(text("ALTER TABLE gone RENAME TO wechat_token"))
        session.commit()

    assert fake.count("token") == 2
