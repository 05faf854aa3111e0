"""The components on real pages: they fit, are large enough to hit, and read in a sensible order."""

import re

import pytest

from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Village

pytestmark = pytest.mark.without_worker

BRICK = "/pages/brick/brick"
FACES = ("满意", "一般", "不满意")
SMALLEST_FACE = 60
SMALLEST_LETTER = 18
LETTERS = """() => {
    const small = [];
    const walker = document.createTreeWalker(__mp.top().element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
        if (node.textContent.trim() && size < %s - 0.01) small.push([node.textContent.trim(), size]);
    }
    return small;
}"""


@pytest.mark.parametrize("width", [320, 375, 430])
@pytest.mark.parametrize("big", [False, True])
def test_a_brick_fits_and_its_faces_can_be_hit(
    mp: MiniProgram, village: Village, width: int, big: bool
) -> None:
    mp.open(BRICK, id=village.brick_code, width=width, height=1700, big=1.45 if big else False)
    for face in FACES:
        box = mp.find(face, role="button").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_FACE
    mp.fits()
    assert mp.page.evaluate(LETTERS % (24 if big else SMALLEST_LETTER)) == []
    mp.shot(f"components-brick-{width}{'-big' if big else ''}")


def test_a_brick_reads_aloud_in_the_order_it_is_seen(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code)
    mp.see("看全过程")
    spoken = mp.page.locator(".wx-page.top").aria_snapshot()
    wanted = [
        "首页",
        "换成大字",
        "heading",
        "承诺",
        "看全过程",
        "满意",
        "一般",
        "不满意",
        "看整面墙",
        "投诉建议",
    ]
    places = [spoken.index(word) for word in wanted]
    assert places == sorted(places), spoken
    assert re.search(r"img \"[^\"]*践诺[^\"]*\"", spoken), "the six steps are said in words"
    mp.accessible()


def test_letters_change_on_the_spot_and_on_every_open_page(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code)
    mp.tap("换成大字")
    assert mp.data()["letters"]["style"] == "font-size:26px"
    mp.tap("设置")
    mp.see("大字（现在）")
    mp.tap("小字")
    mp.back()
    mp.at(BRICK)
    mp.find("换成大字")
    assert mp.data()["letters"]["style"] == "font-size:18px"


def test_the_foot_leads_everywhere_without_piling_up(mp: MiniProgram, village: Village) -> None:
    """WeChat keeps ten pages at most; an eleventh navigateTo fails."""
    mp.open(BRICK, id=village.brick_code)
    for _ in range(3):
        for link, page in (
            ("设置", "pages/settings/settings"),
            ("我的回执", "pages/receipts/receipts"),
            ("这里做什么、不做什么", "pages/rules/rules"),
            ("消息", "pages/inbox/inbox"),
        ):
            mp.tap(link, role="link")
            mp.at(page)
    mp.tap("首页", role="link")
    mp.at("pages/scan/scan")


def test_loading_and_refusal_have_words_and_a_next_step(mp: MiniProgram, village: Village) -> None:
    mp.no_answer(path="/api/v1/pages/q/", times=1)
    mp.open(BRICK, id=village.brick_code)
    mp.see("正在取")
    mp.shot("components-loading")
    mp.server_says(500, {}, path="/api/v1/pages/q/")
    mp.open(BRICK, id=village.brick_code)
    mp.see("系统正忙，没有办成")
    mp.shot("components-refusal")
    mp.accessible()


def ask(mp: MiniProgram) -> None:
    """Let the page on top ask for the privacy consent; its answer is kept for :func:`answer`."""
    mp.page.evaluate("() => { window.asked = __mp.load('utils/consent.js').askPrivacy(); }")
    mp.see("请您同意")


def answer(mp: MiniProgram) -> bool:
    """Return what the consent ended with."""
    found: bool = mp.page.evaluate("() => window.asked")
    return found


def test_a_consent_can_be_refused_left_open_and_given(mp: MiniProgram) -> None:
    mp.open("/pages/rules/rules", width=320, big=True)
    ask(mp)
    mp.accessible()
    mp.shot("components-consent-320-big")
    mp.tap("不同意，不用这项")
    assert answer(mp) is False
    mp.go("/pages/settings/settings")
    mp.at("pages/settings/settings")
    ask(mp)
    mp.back()
    assert answer(mp) is False, "a page that goes away says no"
    ask(mp)
    mp.tap("同意")
    assert answer(mp) is True
    mp.miss("请您同意")
