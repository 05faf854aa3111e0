"""投诉建议 from the phone: taken once, kept while typing, answered by code, told when asked for."""

import json

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

PAGE = "/pages/feedback/feedback"
TEXT, CODE = "什么事，在哪里，希望怎么办", "读答复的编号（12 位）"


def send(mp: MiniProgram, words: str) -> str:
    """Write and send a message; return its reading code as shown."""
    mp.fill(TEXT, words)
    mp.tap("交上去")
    mp.see("交上去了")
    return str(mp.data()["code"])


def test_from_a_brick_to_the_answer(mp: MiniProgram, site: Server, village: Village) -> None:
    words = "村口路灯不亮，晚上看不清"
    mp.open("/pages/brick/brick", id=village.brick_code, who="complainer")
    mp.see("陈凯")
    mp.tap("投诉建议")
    mp.at(PAGE)
    mp.see("关于：陈凯（柳河村党支部）")
    code = send(mp, words)
    mp.see(code, "丢了没法补")
    assert mp.calls("login") == [], "complaining signs nobody in"
    mp.tap("看答复")
    mp.see(words, "还没有答复")
    record.answer(site, words, "明天就修，谢谢提醒。")
    mp.open(PAGE, answer="1")
    mp.see("这部手机交过的", code)
    mp.shot("feedback-ask")
    mp.fill(CODE, code.lower().replace("-", " "))
    mp.tap("看答复", role="button")
    mp.see("明天就修，谢谢提醒。", "陈支书")
    mp.shot("feedback-answered")
    mp.fits()
    mp.accessible()


def test_what_was_typed_is_still_there_and_gone_once_sent(mp: MiniProgram, village: Village) -> None:
    mp.open(PAGE, about=village.brick_code, who="slow_writer")
    mp.fill(TEXT, "水渠堵了")
    mp.open(PAGE, about=village.brick_code)
    mp.see("关于：")
    assert mp.data()["text"] == "水渠堵了"
    mp.tap("交上去")
    mp.see("交上去了")
    assert not [key for key in mp.storage if "draft" in key]
    mp.open(PAGE, about=village.brick_code)
    mp.see("关于：")
    assert mp.data()["text"] == ""


def test_a_lost_answer_is_one_message(mp: MiniProgram, site: Server, village: Village) -> None:
    words = "垃圾桶满了三天"
    mp.open(PAGE, about=village.brick_code, who="unlucky")
    mp.see("关于：")
    mp.lose_answer(path="/feedback", method="POST", times=2)
    mp.fill(TEXT, words)
    mp.tap("交上去")
    mp.see("没有连上网", "您写的还在")
    mp.tap("交上去")
    mp.see("交上去了")
    assert record.complaints(site).count(words) == 1
    posts = [one for one in mp.requests if one.path == "/api/v1/feedback"]
    assert len({one.key for one in posts}) == 1


def test_without_network_it_stays_written_and_is_not_sent_later(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    words = "路口缺一面镜子"
    mp.open(PAGE, wall=village.organisation_code, who="valley")
    mp.see("关于：")
    mp.offline()
    mp.fill(TEXT, words)
    mp.tap("交上去")
    mp.see("没有连上网", "您写的还在")
    mp.online()
    mp.page.wait_for_timeout(300)
    assert words not in record.complaints(site)
    mp.tap("交上去")
    mp.see("交上去了")
    assert record.complaints(site).count(words) == 1


def test_too_little_and_too_much(mp: MiniProgram, village: Village) -> None:
    mp.open(PAGE, about=village.brick_code, who="terse")
    mp.see("关于：")
    mp.fill(TEXT, "   ")
    mp.tap("交上去")
    mp.see("还没有写")
    mp.fill(TEXT, "字" * 950)
    mp.see("还可以写 50 字")
    assert mp.page.locator(".wx-page.top textarea").get_attribute("maxlength") == "1000"
    mp.server_says(422, {"title": "最多写 1000 字", "code": "invalid", "status": 422}, path="/feedback")
    mp.tap("交上去")
    mp.see("最多写 1000 字。您写的还在")


def test_too_many_messages_are_told_to_wait(mp: MiniProgram, village: Village) -> None:
    busy = {
        "title": "这会儿交上来的太多了。您写的还在，请过一会儿再交一次",
        "code": "too_many",
        "status": 429,
    }
    mp.open(PAGE, about=village.brick_code, who="crowd")
    mp.see("关于：")
    mp.server_says(429, busy, path="/feedback")
    mp.fill(TEXT, "大家都在写")
    mp.tap("交上去")
    mp.see("这会儿交上来的太多了")


def test_a_wrong_reading_code_is_told_apart_from_an_unknown_one(mp: MiniProgram) -> None:
    mp.open(PAGE, answer="1", who="mistaken")
    mp.fill(CODE, "7k3m 9qx2")
    mp.tap("看答复", role="button")
    mp.see("编号是 12 位，分三组")
    mp.fill(CODE, "0000-0000-0000")
    mp.tap("看答复", role="button")
    mp.see("没有找到这个编号")


def test_being_told_of_the_answer(mp: MiniProgram, village: Village) -> None:
    mp.subscriptions("accept")
    mp.open(PAGE, about=village.brick_code, who="waiting")
    mp.see("关于：")
    code = send(mp, "请把公告栏修一修")
    mp.tap("答复了告诉我")
    mp.see("到时候发到微信")
    assert [one["tmplIds"] for one in mp.calls("requestSubscribeMessage")] == [["template-answer"]]
    wish = next(one for one in mp.requests if one.path.endswith("/message-subscriptions"))
    assert json.loads(wish.body or "") == {"topic": "feedback", "code": code}


def test_a_full_phone_takes_the_message_and_says_to_copy_the_code(mp: MiniProgram, village: Village) -> None:
    mp.open(PAGE, about=village.brick_code, who="crowded")
    mp.see("关于：")
    mp.storage_full()
    send(mp, "手机满了也要说一句")
    mp.see("编号没有存进这部手机，请现在抄下来")


def test_a_brick_nobody_has_is_no_addressee(mp: MiniProgram) -> None:
    mp.open(PAGE, about="zzzzzzzz", who="nowhere")
    mp.see("编号 zzzz zzzz")
    mp.fill(TEXT, "有人吗")
    mp.tap("交上去")
    mp.see("没有找到要写给谁")
