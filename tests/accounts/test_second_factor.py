"""Codes and steps by themselves."""

import pytest
import time_machine

from brickwall.accounts import second_factor
from brickwall.kernel import clock
from tests.accounts.people import code_of

SECRET = second_factor.new_secret()


@pytest.fixture
def step():
    with time_machine.travel(clock.now(), tick=False):
        yield int(clock.now().timestamp()) // 30


def test_the_step_of_a_code_is_found_one_early_or_late(step: int):
    found = [second_factor.find_step(SECRET, code_of(SECRET, each), None) for each in (-2, -1, 0, 1, 2)]
    assert found == [None, step - 1, step, step + 1, None]


def test_a_step_used_before_or_an_earlier_one_does_not_count(step: int):
    for each in (-1, 0):
        assert second_factor.find_step(SECRET, code_of(SECRET, each), step) is None
    assert second_factor.find_step(SECRET, code_of(SECRET, 1), step) == step + 1


@pytest.mark.parametrize("typed", ["", "abc", "１２", "123456789", "验证码"])
def test_what_is_no_code_belongs_to_no_step(step: int, typed: str):
    assert second_factor.find_step(SECRET, typed, None) is None


def test_the_enrolment_address_names_issuer_and_login():
    address = second_factor.enrolment_address(SECRET, "chen.shuji")
    assert address.startswith("otpauth://totp/")
    assert SECRET in address
    assert "chen.shuji" in address


def test_a_secret_has_160_bits():
    assert len(second_factor.new_secret()) == 32
