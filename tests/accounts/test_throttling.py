"""Counting tries across sessions and processes."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from brickwall.accounts import throttling
from brickwall.accounts.models import Throttle
from brickwall.accounts.throttling import Limit
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db, transaction
from brickwall.kernel.http import Application

LIMIT = Limit("test", 3, timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))


def count(times: int = 1) -> list[throttling.Tally]:
    tallies = []
    for _ in range(times):
        with transaction() as session:
            tallies.append(throttling.count_try(session, "someone", LIMIT))
    return tallies


def test_the_fourth_try_locks_and_says_for_how_long(app: Application):
    tallies = count(5)
    assert [tally.wait > 0 for tally in tallies] == [False, False, False, True, True]
    assert tallies[3] == throttling.Tally(600, just_locked=True)
    assert 0 < tallies[4].wait <= 600
    assert not tallies[4].just_locked


def test_a_lock_ends_and_the_next_one_is_twice_as_long_up_to_the_limit(app: Application):
    waits = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(4):
            tallies = count(4)
            waits.append(tallies[-1].wait)
            assert [tally.wait for tally in tallies[:3]] == [0, 0, 0]
            traveller.shift(tallies[-1].wait + 1)
    assert waits == [600, 1200, 1800, 1800]


def test_tries_while_locked_do_not_lengthen_the_lock(app: Application):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        count(4)
        traveller.shift(300)
        assert count(20)[-1].wait == 300


def test_counts_are_forgotten_after_a_quiet_time(app: Application, session: Session):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        count(3)
        traveller.shift(2 * 3600 + 1)
        count(1)
    assert session.get_one(Throttle, "someone").failures == 1


def test_a_right_try_starts_anew(app: Application):
    count(3)
    with transaction() as session:
        throttling.forget_tries(session, "someone")
    assert count(3)[-1].wait == 0


def test_a_shared_address_gets_its_try_back(app: Application, session: Session):
    count(2)
    with transaction() as other:
        throttling.give_back(other, "someone")
    assert session.get_one(Throttle, "someone").failures == 1


def test_forty_at_once_let_only_three_through(app: Application):
    passed: list[int] = []

    def try_once() -> None:
        with app.app_context():
            if count()[0].wait == 0:
                passed.append(1)
            db.session.remove()

    threads = [threading.Thread(target=try_once) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 3


def test_old_counts_are_swept(app: Application, session: Session):
    with time_machine.travel(clock.now() - timedelta(days=30)):
        count()
    with transaction() as sweeping:
        throttling.forget_old_tries(sweeping)
    assert session.get(Throttle, "someone") is None


def test_the_table_shows_no_login_or_address(settings: Settings):
    subject = throttling.subject_of(settings, throttling.LOGIN, "chen.shuji")
    assert "chen" not in subject
    assert subject != throttling.subject_of(settings, throttling.ADDRESS, "chen.shuji")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40, "40 秒"), (61, "2 分钟"), (900, "15 分钟"), (7200, "2 小时"), (86400, "24 小时")],
)
def test_waiting_times_in_words(seconds: int, words: str):
    assert throttling.in_words(seconds) == words


def test_an_ipv6_customer_is_one_network():
    one, two = "2001:db8:1:2::5", "2001:db8:1:2:ffff::9"
    assert throttling.network_of(one) == throttling.network_of(two)
    assert throttling.network_of(one) != throttling.network_of("2001:db8:1:3::5")
    assert throttling.network_of("10.0.0.1") == "10.0.0.1"
