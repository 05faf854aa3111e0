"""A round that ends while somebody stands before the brick; afterwards the same page shows the result."""

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village


def test_a_tap_after_the_end_is_told_so_and_shown_the_result(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    mp.privacy("agreed")
    mp.open("/pages/brick/brick", id=village.brick_code, who="late")
    mp.see("您对陈凯今年办的事满意吗？")
    before = len(record.ratings(site))
    record.end_round(site)
    mp.tap("满意")
    mp.see("这一轮评议已经结束，不能再评了", "群众评价：")
    assert mp.page.locator(".wx-page.top").get_by_role("button", name="不满意").count() == 0
    mp.shot("round-ended")
    assert len(record.ratings(site)) == before
