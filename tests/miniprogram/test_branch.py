"""A secretary on his phone: second factor, the desk, reviewing, recording on behalf, installing a plaque."""

from collections.abc import Iterator

import pytest

from tests.miniprogram.people import enrol_secretary
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import LOGIN, PASSWORD, Server

SIGN_IN = "/branch/sign-in/sign-in"
DESK = "/branch/desk/desk"


@pytest.fixture(scope="module")
def codes(site: Server) -> Iterator[str]:
    """Return recovery codes of the secretary, each good for one sign-in."""
    return iter(enrol_secretary(site))


def sign_in(mp: MiniProgram, codes: Iterator[str], **options: object) -> None:
    """Sign the secretary in on this phone."""
    mp.open(SIGN_IN, **options)
    mp.fill("登录名", LOGIN)
    mp.fill("密码", PASSWORD)
    mp.tap("登录", role="button")
    mp.fill("6 位数字，或一个备用码", next(codes))
    mp.tap("登录", role="button")
    mp.at(DESK)
    mp.see("等您办的")


def test_a_secretary_signs_in_with_a_second_factor(mp: MiniProgram, codes: Iterator[str]) -> None:
    mp.open(SIGN_IN, who="secretary-1")
    mp.shot("branch-sign-in")
    mp.tap("登录", role="button")
    mp.see("请写登录名。", "请写密码。")
    mp.fill("登录名", LOGIN)
    mp.fill("密码", "wrong")
    mp.tap("登录", role="button")
    mp.see("登录名或密码不对")
    mp.fill("密码", PASSWORD)
    mp.tap("登录", role="button")
    mp.see("还差一步")
    mp.shot("branch-code")
    mp.fill("6 位数字，或一个备用码", "000000")
    mp.tap("登录", role="button")
    mp.see("验证码不对")
    mp.fill("6 位数字，或一个备用码", next(codes))
    mp.tap("登录", role="button")
    mp.at(DESK)
    mp.see("等您办的", "装砖：扫一块")
    mp.shot("branch-desk")
    mp.tap("替党员记一条")
    mp.see("替谁记")
    mp.shot("branch-people")
    mp.back()
    mp.tap("退出")
    mp.at(SIGN_IN)
    assert "bw.staff" not in mp.storage
