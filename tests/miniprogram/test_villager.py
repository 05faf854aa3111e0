"""A villager scans the printed link inside WeChat, reads, rates, keeps the receipt, asks to be told."""

import json
import re

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
BRICK, RECEIPT_PAGE = "/pages/brick/brick", "/pages/receipt/receipt"
SIZES = [(320, 640, False), (375, 812, False), (430, 932, False), (375, 812, True), (320, 640, True)]


def scan(mp: MiniProgram, site: Server, code: str, **phone: object) -> None:
    """Scan the link printed on a brick."""
    mp.open("/pages/scan/scan", q=f"{site.url}/q/{code}", **phone)  # type: ignore[arg-type]
    mp.at(BRICK)


def rate(mp: MiniProgram, face: str) -> str:
    """Tap a face and return the receipt."""
    mp.tap(face)
    mp.at(RECEIPT_PAGE)
    mp.see("记上了，谢谢您")
    return str(mp.data()["receipt"])


@pytest.mark.practice("F2", "F3")
def test_from_the_printed_link_to_the_receipt_and_back(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    before = len(record.ratings(site))
    mp.privacy("agreed")
    with mp.timed("scan, read, rate, receipt"):
        scan(mp, site, village.brick_code, who="alice")
        mp.see("陈凯", "柳河村党支部", "件承诺", "还有 39 天", "践诺")
        receipt = rate(mp, "满意")
    assert RECEIPT.fullmatch(receipt)
    mp.see("回执不显示您评的是什么", "封箱，之前可以改")
    mp.miss("满意")
    assert len(record.ratings(site)) == before + 1

    mp.tap("查回执")
    mp.at("/pages/receipts/receipts")
    mp.tap("看看还在不在：陈凯")
    mp.see("在案", "现在算数")
    mp.back()
    mp.tap("回到这块砖")
    mp.at(BRICK)
    mp.see("您这一轮评过了")


def test_asking_to_be_told_when_wechat_may_send(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.privacy("agreed")
    mp.subscriptions("accept")
    scan(mp, site, village.brick_code, who="told")
    rate(mp, "一般")
    assert mp.calls("requestSubscribeMessage") == [], "asked at the tap, never before"
    mp.tap("告诉我结果")
    mp.see("到时候发到微信，也放进“消息”里")
    asked = mp.calls("requestSubscribeMessage")
    assert [one["tmplIds"] for one in asked] == [["template-result"]]
    credits = [one for one in mp.requests if one.path.endswith("/message-credits")]
    assert [json.loads(one.body or "") for one in credits] == [{"accepted": ["result"], "refused": []}]
    wishes = [
        json.loads(one.body or "") for one in mp.requests if one.path.endswith("/message-subscriptions")
    ]
    assert [set(one) for one in wishes] == [{"topic"}], "a wish names the round, never the receipt"
    mp.tap("消息")
    mp.at("/pages/inbox/inbox")


def test_refusing_messages_loses_nothing(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.privacy("agreed")
    mp.subscriptions("reject")
    scan(mp, site, village.brick_code, who="untold")
    rate(mp, "一般")
    mp.tap("告诉我结果")
    mp.see("到时候放进“消息”里")
    mp.miss("告诉我结果")


def test_an_old_sign_in_is_renewed_when_messages_are_allowed(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    mp.privacy("agreed")
    mp.subscriptions("accept")
    scan(mp, site, village.brick_code, who="weeks_ago")
    rate(mp, "一般")
    stale = {"code": "messages.sign_in_again", "title": "登录久了，请重新打开小程序再点一次", "status": 409}
    mp.server_says(409, stale, path="/message-credits")
    mp.tap("告诉我结果")
    mp.see("到时候发到微信")
    assert len([one for one in mp.requests if one.path.endswith("/sessions/wechat")]) == 2


def test_another_face_later_is_a_change_of_mind(mp: MiniProgram, site: Server, village: Village) -> None:
    before = record.ratings(site)
    mp.privacy("agreed")
    scan(mp, site, village.brick_code, who="fickle")
    first = rate(mp, "满意")
    mp.tap("回到这块砖")
    second = rate(mp, "不满意")
    assert first != second
    added = sorted(record.ratings(site))
    for each in before:
        added.remove(each)
    assert added == [(1, "satisfied"), (2, "dissatisfied")]
    kept = mp.storage["bw.receipts"]
    assert [each["receipt"] for each in kept] == [second], "one receipt a brick and round"


def test_words_may_follow_a_rating(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.privacy("agreed")
    scan(mp, site, village.brick_code, who="wordy")
    receipt = rate(mp, "满意")
    before = len(record.ratings(site))
    mp.tap("送出这句话")
    mp.see("还没有写")
    mp.fill("想多说一句（可以不写）", "路修得好，晚上敢出门了")
    mp.lose_answer(path="/ratings", method="POST")
    mp.tap("送出这句话")
    mp.see("收到了")
    assert record.comments(site).count("路修得好，晚上敢出门了") == 1
    assert len(record.ratings(site)) == before, "words are no second rating"
    mp.see(receipt)


@pytest.mark.parametrize(("width", "height", "big"), SIZES)
def test_every_page_fits_and_can_be_read(
    mp: MiniProgram, site: Server, village: Village, width: int, height: int, big: bool
) -> None:
    name = f"{width}{'-big' if big else ''}"
    mp.privacy("agreed")
    mp.open("/pages/scan/scan", who=f"size_{name.replace('-', '_')}", width=width, height=height, big=big)
    mp.see("第一次来")
    look(mp, f"villager-scan-{name}")
    scan(mp, site, village.brick_code, width=width, height=height, big=big)
    mp.see("践诺")
    look(mp, f"villager-brick-{name}")
    mp.scroll_down()
    look(mp, f"villager-faces-{name}")
    faces = [mp.find(face).bounding_box() for face in ("满意", "一般", "不满意")]
    assert all(box and min(box["width"], box["height"]) >= 60 for box in faces)
    rate(mp, "满意")
    look(mp, f"villager-receipt-{name}")
    mp.accessible()
    mp.go("/pages/wall/wall")
    mp.see("第一党小组")
    look(mp, f"villager-wall-{name}")
    mp.go(f"/pages/feedback/feedback?about={village.brick_code}")
    mp.see("关于：")
    look(mp, f"villager-feedback-{name}")
    mp.accessible()


def look(mp: MiniProgram, name: str) -> None:
    """Take a picture; nothing may stick out or be set in small letters."""
    mp.shot(name)
    mp.fits()
    smallest = mp.page.evaluate(
        """() => {
            const words = document.createTreeWalker(document.querySelector('.wx-page.top'), NodeFilter.SHOW_TEXT);
            let least = 99;
            while (words.nextNode()) {
                const box = words.currentNode.parentElement;
                if (words.currentNode.textContent.trim() && box.offsetParent) {
                    least = Math.min(least, parseFloat(getComputedStyle(box).fontSize));
                }
            }
            return least;
        }"""
    )
    assert smallest >= 17.9, f"letters of {smallest} px"


def test_what_can_be_shared_leads_to_the_same_brick(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, scene=village.brick_code, who="sharer")
    mp.see("陈凯")
    shared = mp.share()
    assert shared == {
        "title": "陈凯的承诺 · 柳河村党支部",
        "path": f"/pages/brick/brick?id={village.brick_code}",
    }
    mp.open(BRICK, id=village.brick_code)
    mp.see("陈凯")
    mp.accessible()


def test_looking_signs_nobody_in(mp: MiniProgram, site: Server, village: Village) -> None:
    scan(mp, site, village.brick_code, who="onlooker")
    mp.see("陈凯")
    mp.pull_down()
    mp.see("陈凯")
    assert mp.calls("login") == []
    assert {one.method for one in mp.requests} == {"GET"}
