"""Settings, receipts and the page of restraint: what is kept is said, and can be left."""

import pytest

from tests.miniprogram.support.program import MiniProgram

pytestmark = pytest.mark.without_worker

SETTINGS = "/pages/settings/settings"
RECEIPTS = "/pages/receipts/receipts"
RECEIPT = {
    "receipt": "VK77-PGJ0-CRFC",
    "round": "0123456789ab",
    "roundName": "2026 年第四季度评议",
    "code": "7k3m9qx2",
    "who": "陈凯",
    "day": "2026-11-20",
}


@pytest.mark.parametrize("width", [320, 375, 430])
def test_it_fits_every_phone(mp: MiniProgram, width: int) -> None:
    mp.open(SETTINGS, width=width)
    mp.see("字的大小", "这部手机里存了什么", "离开并删除")
    mp.fits()
    mp.shot(f"settings-{width}")
    mp.tap("大字")
    mp.fits()
    mp.shot(f"settings-{width}-big")


def test_it_is_readable_for_everybody(mp: MiniProgram) -> None:
    mp.open(SETTINGS)
    mp.accessible()
    mp.open("/pages/rules/rules")
    mp.see("从来不做的", "留下哪些数据")
    mp.accessible()
    mp.fits()
    mp.shot("rules")
    mp.open(RECEIPTS)
    mp.see("按编号查")
    mp.accessible()


def test_letters_stay_big_after_a_restart_and_follow_wechat(mp: MiniProgram) -> None:
    mp.open(SETTINGS)
    mp.tap("大字")
    mp.see("大字（现在）")
    mp.open(SETTINGS)
    assert mp.data()["letters"]["style"] == "font-size:26px"
    mp.tap("小字")
    mp.open(SETTINGS, big=True)
    assert mp.data()["letters"] == {"big": True, "chosen": False, "cls": "big", "style": "font-size:25px"}


def test_a_full_phone_says_so_and_letters_stay(mp: MiniProgram) -> None:
    mp.open(SETTINGS)
    mp.storage_full()
    mp.tap("大字")
    mp.see("手机存储空间满了")
    assert mp.data()["letters"]["big"] is False


def test_looking_at_settings_signs_nobody_in(mp: MiniProgram) -> None:
    mp.open(SETTINGS)
    mp.see("这部手机还没有登录过")
    assert mp.calls("login") == []


def test_staff_find_their_desk_from_here(mp: MiniProgram) -> None:
    mp.open(SETTINGS)
    mp.tap("打开支部工作台")
    mp.see("登录")


def test_what_is_kept_is_said_and_leaving_forgets_it(mp: MiniProgram) -> None:
    mp.open(SETTINGS, who="leaver")
    mp.keep("bw.receipts", [RECEIPT])
    mp.tap("看看服务器上存了什么")
    mp.see("您的微信在本小程序里的编号的指纹", "1 张评议回执", "微信登录的凭证")
    mp.shot("settings-kept")
    mp.tap("离开并删除")
    mp.dialog("已经评的仍然算数")
    mp.tap("取消")
    assert "bw.session" in mp.storage
    mp.tap("离开并删除")
    mp.tap("删除")
    mp.see("都删掉了", "什么也没存")
    assert [key for key in mp.storage if key.startswith("bw.")] == []


def test_leaving_without_network_deletes_nothing_here(mp: MiniProgram) -> None:
    mp.open(SETTINGS, who="stranded")
    mp.keep("bw.receipts", [RECEIPT])
    mp.offline()
    mp.tap("离开并删除")
    mp.tap("删除")
    mp.see("没有连上网")
    assert "bw.receipts" in mp.storage


def test_receipts_are_looked_up_and_taken_off(mp: MiniProgram) -> None:
    mp.open(RECEIPTS, width=320)
    mp.see("这部手机里还没有回执")
    mp.fill("回执编号", "12345")
    mp.tap("查一查")
    mp.see("回执编号是 12 位")
    mp.keep("bw.receipts", [RECEIPT])
    mp.open(RECEIPTS, width=320)
    mp.see("陈凯", "VK77-PGJ0-CRFC")
    mp.fits()
    mp.shot("receipts-320")
    mp.tap("看看还在不在：陈凯")
    mp.see("没有找到这张回执")
    mp.tap("从手机里去掉：陈凯")
    mp.dialog("评价照样算数")
    mp.tap("去掉")
    mp.see("这部手机里还没有回执")


def test_the_page_of_restraint_says_when_it_cannot_come(mp: MiniProgram) -> None:
    mp.server_says(503, {"title": "系统正忙，请过一会儿再试", "code": "unavailable"}, path="/api/v1/rules")
    mp.open("/pages/rules/rules")
    mp.see("系统正忙，请过一会儿再试")
    mp.tap("再试一次")
    mp.see("从来不做的")
