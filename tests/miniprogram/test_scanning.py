"""The door: what is scanned, typed or handed over by WeChat, and what is said when it leads nowhere."""

from urllib.parse import quote

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_worker

SCAN, BRICK = "/pages/scan/scan", "/pages/brick/brick"
NUMBER = "砖上的编号（8 位）"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/q/7k3m9qx2",
        "http://127.0.0.1:8000.evil.example/q/7k3m9qx2",
        "http://127.0.0.1:8000@evil.example/q/7k3m9qx2",
        "javascript:alert(1)",
        "weixin://dl/business/?t=x",
    ],
)
def test_a_foreign_link_is_not_opened(mp: MiniProgram, link: str) -> None:
    mp.open(SCAN, q=link, who="cheated")
    mp.see("这不是承诺砖墙的码", "没有替您打开")
    mp.at(SCAN)
    mp.find(NUMBER)
    assert mp.requests == []
    mp.tap("看整面墙")
    mp.at("/pages/wall/wall")


@pytest.mark.parametrize("rest", ["/q/", "/q/7k3m", "/q/7k3m9qx2/and/more", "/elsewhere"])
def test_half_a_link_says_to_scan_once_more(mp: MiniProgram, site: Server, rest: str) -> None:
    mp.open(SCAN, q=f"{site.url}{rest}", who="hasty")
    mp.see("这个码只读到一部分", "再扫一次")
    mp.find(NUMBER)
    mp.accessible()


def test_a_scene_longer_than_wechat_allows_is_not_believed(mp: MiniProgram, village: Village) -> None:
    mp.open(SCAN, scene=village.brick_code + "x" * 25, who="long")
    mp.see("这个码只读到一部分")
    assert mp.requests == []


def test_a_scene_of_our_own_code_opens_its_brick(mp: MiniProgram, village: Village) -> None:
    mp.open(SCAN, scene=village.brick_code, who="suncode")
    mp.at(BRICK)
    mp.see("陈凯")


def test_a_link_to_the_wall_opens_the_wall(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.open(SCAN, q=f"{site.url}/w/{village.organisation_code}", who="wallgoer")
    mp.at("/pages/wall/wall")
    mp.see("柳河村党员承诺墙")


@pytest.mark.parametrize("style", ["{0} {1}", "{0}-{1}", "　{0}{1} ", "{0}_{1}"])
def test_a_typed_code_is_read_as_it_was_meant(mp: MiniProgram, village: Village, style: str) -> None:
    code = village.brick_code.upper()
    typed = style.format(code[:4], code[4:]).replace("0", "O").replace("1", "l")
    mp.open(SCAN, who="typist")
    mp.fill(NUMBER, typed)
    mp.tap("看这块砖")
    mp.at(BRICK)
    mp.see("陈凯")


def test_full_width_digits_are_digits(mp: MiniProgram, village: Village) -> None:
    mp.open(SCAN, who="wide")
    mp.fill(NUMBER, "".join(chr(ord(one) + 0xFEE0) for one in village.brick_code))
    mp.tap("看这块砖")
    mp.at(BRICK)


def test_what_is_no_code_is_told_apart(mp: MiniProgram) -> None:
    mp.open(SCAN, who="wrong")
    mp.fill(NUMBER, "陈凯")
    mp.tap("看这块砖")
    mp.see("砖上的编号是 8 位数字和字母")
    mp.fill(NUMBER, "VK77-PGJ0-CRFC")
    mp.miss("砖上的编号是 8 位数字和字母")
    mp.tap("看这块砖")
    mp.see("这像是 12 位的回执号")
    mp.shot("scan-long-code")
    mp.tap("看答复")
    mp.at("/pages/feedback/feedback")
    mp.find("读答复的编号（12 位）")


def test_an_unknown_code_explains_itself_and_leads_on(mp: MiniProgram) -> None:
    mp.open(SCAN, who="unknown")
    mp.fill(NUMBER, "zzzzzzzz")
    mp.tap("看这块砖")
    mp.see("没有找到这块砖", "zzzz zzzz", "很像的字最容易看错")
    mp.shot("brick-unknown")
    mp.tap("扫码或输入编号")
    mp.at(SCAN)
    assert mp.find(NUMBER, "textbox").input_value() == "zzzzzzzz"


def test_a_retired_and_a_blank_brick_explain_themselves(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    code = record.bricks(site)["杨林"]
    record.retire(site, code)
    mp.open(SCAN, q=f"{site.url}/q/{code}", who="visitor")
    mp.see("这块砖已经停用", "砖裂了", "看柳河村党支部的砖墙")
    mp.shot("brick-retired")
    mp.fits()
    mp.accessible()
    mp.tap("看柳河村党支部的砖墙")
    mp.at("/pages/wall/wall")
    mp.open(SCAN, q=f"{site.url}/q/{record.blank(site, village.organisation_code)}")
    mp.see("这块砖还没有配人")
    mp.tap("扫码或输入编号")
    mp.at(SCAN)


def test_scanning_from_inside(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.scans(f"{site.url}/q/{village.brick_code}")
    mp.open(SCAN, who="scanner")
    mp.tap("扫砖上的码")
    mp.at(BRICK)
    mp.see("陈凯")


def test_scanning_a_mini_program_code(mp: MiniProgram, village: Village) -> None:
    scene = quote(village.brick_code)
    mp.answer("scanCode", {"result": "", "path": f"pages/scan/scan?scene={scene}"})
    mp.open(SCAN, who="sunscanner")
    mp.tap("扫砖上的码")
    mp.at(BRICK)


def test_scanning_something_else(mp: MiniProgram) -> None:
    mp.scans("https://pay.example/abc")
    mp.open(SCAN, who="payer")
    mp.tap("扫砖上的码")
    mp.see("这不是承诺砖墙的码")


def test_a_closed_scanner_says_nothing_and_a_refused_camera_does(mp: MiniProgram) -> None:
    mp.open(SCAN, who="shy")
    mp.tap("扫砖上的码")
    mp.at(SCAN)
    mp.miss("相机没有打开")
    mp.refuse("scanCode", "scanCode:fail auth deny")
    mp.tap("扫砖上的码")
    mp.see("相机没有打开", "或者输入砖上的编号")


def test_the_first_time_is_explained_once_and_bricks_are_remembered(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    mp.open(SCAN, who="newcomer")
    mp.see("第一次来，先知道三件事")
    mp.miss("这部手机最近看过")
    mp.tap("知道了")
    mp.open(BRICK, id=village.brick_code)
    mp.see("陈凯")
    mp.open(SCAN)
    mp.see("这部手机最近看过", "陈凯", "柳河村党支部")
    mp.miss("第一次来")
    mp.shot("scan-again")
    mp.accessible()
    mp.tap("陈凯，柳河村党支部，刚才看的")
    mp.at(BRICK)


def test_a_full_phone_still_shows_bricks(mp: MiniProgram, village: Village) -> None:
    mp.storage_full()
    mp.open(BRICK, id=village.brick_code, who="stuffed")
    mp.see("陈凯")
