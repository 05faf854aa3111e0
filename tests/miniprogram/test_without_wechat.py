"""A site with no appid: everything a villager needs works, and what needs WeChat is not offered."""

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_wechat


def test_rating_under_the_phones_own_mark(mp: MiniProgram, site: Server, village: Village) -> None:
    before = len(record.ratings(site))
    mp.privacy("agreed")
    mp.open("/pages/scan/scan", q=f"{site.url}/q/{village.brick_code}", who="plain")
    mp.tap("满意")
    mp.at("/pages/receipt/receipt")
    mp.see("记上了，谢谢您")
    mp.page.wait_for_function("() => __mp.storage()['bw.client']")
    mp.miss("告诉我结果")
    assert len(record.ratings(site)) == before + 1


def test_complaining_offers_the_code_only(mp: MiniProgram, village: Village) -> None:
    mp.open("/pages/feedback/feedback", about=village.brick_code, who="plain")
    mp.see("关于：")
    mp.fill("什么事，在哪里，希望怎么办", "没有微信也能说")
    mp.tap("交上去")
    mp.see("交上去了", "读答复的编号")
    mp.miss("答复了告诉我")
