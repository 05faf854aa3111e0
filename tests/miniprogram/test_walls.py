"""A site with several walls, one of them large."""

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

pytestmark = pytest.mark.without_worker

BRICKS = 150


def test_home_lists_the_walls_and_a_large_one_opens_fast(mp: MiniProgram, site: Server) -> None:
    record.build_large_wall(site, BRICKS)
    mp.open("/pages/wall/wall", who="surveyor")
    mp.see("柳河村党支部", "大坪村党支部")
    mp.shot("walls")
    mp.fits()
    mp.accessible()
    mp.tap("大坪村党支部")
    with mp.timed(f"wall of {BRICKS} bricks"):
        mp.see(f"党员{BRICKS}")
    assert mp.page.locator(".wx-page.top .brick").count() == BRICKS
    mp.shot("wall-large")
    names = mp.page.locator(".wx-page.top .brick-name").all_inner_texts()
    assert names == [f"党员{place + 1}" for place in range(BRICKS)]


def test_complaining_from_nowhere_asks_to_whom(mp: MiniProgram, site: Server) -> None:
    mp.open("/pages/feedback/feedback", who="chooser")
    mp.see("请选一个")
    mp.tap("交上去")
    mp.see("请先选是写给谁的")
    mp.pick("写给谁", "柳河村党支部")
    mp.fill("什么事，在哪里，希望怎么办", "桥头的护栏松了")
    mp.tap("交上去")
    mp.see("交上去了", "关于柳河村党支部")
    assert record.complaints(site).count("桥头的护栏松了") == 1
