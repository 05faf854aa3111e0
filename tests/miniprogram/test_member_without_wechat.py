"""No appid on the server: a slip still opens a member's phone, and his notes arrive."""

import pytest

from tests.miniprogram.people import bind, entries, promises
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

pytestmark = pytest.mark.without_wechat


def test_a_slip_alone_opens_the_pocket(mp: MiniProgram, site: Server) -> None:
    one = promises(site)[0]
    mp.open("/member/mine/mine", who="nobody")
    mp.see("这部手机还没有绑定党员")
    mp.tap("绑定")
    mp.miss("用微信手机号绑定")
    bind(mp, site, one, "nobody")
    mp.tap(f"记一条：{one.title}")
    mp.fill("做了什么", "没有接微信也能记。")
    mp.tap("记下")
    mp.see("传上去了")
    assert entries(site, one.commitment, "没有接微信也能记。") == [(1, 0, one.name)]
