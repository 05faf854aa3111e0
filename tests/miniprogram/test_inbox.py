"""The inbox: looking signs nobody in, one consent is one message, the same words as on the web."""

import re
import time

import pytest

from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Village

INBOX = "/pages/inbox/inbox"
MESSAGE = {
    "id": "0123456789ab",
    "kind": "result",
    "kind_label": "评议结果",
    "subject": "第四季度评议",
    "title": "第四季度评议的结果出来了",
    "text": "柳河村党支部这一轮的结果公布了，打开砖墙就能看到。",
    "page": "/w/liuhe",
    "created_at": "2026-01-05T10:00:00+00:00",
    "read": False,
}
BOX = {
    "items": [
        MESSAGE,
        {**MESSAGE, "id": "0123456789ac", "read": True, "title": "投诉建议有了答复", "page": "/nowhere"},
    ],
    "next_cursor": None,
    "unread": 1,
    "waiting": [],
    "credits": {"result": 0, "due": 2, "answer": 0},
}
MEMBER = {
    "token": "stale" * 8,
    "member": {"id": "0123456789ab", "name": "陈凯", "branch": "柳河村党支部"},
    "canBindPhone": False,
}
TEMPLATES = {
    "host": "x",
    "base_url": "x",
    "contact": "",
    "wechat": True,
    "templates": {"result": "", "due": "t-due", "answer": ""},
}


@pytest.fixture
def phone(mp: MiniProgram, request: pytest.FixtureRequest) -> MiniProgram:
    """Provide somebody's own phone with the inbox open."""
    return mp.open(INBOX, who=re.sub(r"\W", "_", request.node.name))


def test_opening_it_signs_nobody_in(phone: MiniProgram) -> None:
    phone.see("这部手机还没有收过消息")
    assert phone.calls("login") == []
    phone.accessible()
    phone.shot("inbox-unknown")
    phone.tap("取我的消息")
    phone.see("还没有消息。")
    assert len(phone.calls("login")) == 1


def test_what_i_wait_for_can_be_taken_back(phone: MiniProgram, village: Village) -> None:
    phone.tap("取我的消息")
    phone.see("还没有消息。")
    phone.page.evaluate(
        """async (code) => {
            const { request } = __mp.load('utils/request.js');
            const brick = await request({ path: `/pages/q/${code}` });
            await request({ method: 'POST', path: '/message-subscriptions', data: { topic: `round:${brick.rating.round}` }, auth: 'phone' });
        }""",
        village.brick_code,
    )
    phone.open(INBOX)
    phone.see("等着的", "出来了告诉您")
    phone.shot("inbox-waiting")
    phone.page.get_by_role("button", name=re.compile("^不用告诉我了")).tap()
    phone.see("好的，不再告诉您", "还没有消息。")


def test_messages_lead_where_they_belong(phone: MiniProgram) -> None:
    phone.server_says(200, BOX, path="/api/v1/inbox", times=2)
    phone.tap("取我的消息")
    phone.see("有 1 条没看过", "评议结果，1 月 5 日", "第四季度评议的结果出来了（新）")
    phone.accessible()
    phone.fits()
    phone.shot("inbox")
    phone.miss("去看看：投诉建议有了答复")
    phone.tap("去看看：第四季度评议的结果出来了")
    phone.at("pages/wall/wall")
    assert [one.body for one in phone.requests if one.path.endswith("/inbox/read")] == [
        '{"ids":["0123456789ab"]}'
    ]


def test_a_member_may_be_reminded_in_wechat_or_not(phone: MiniProgram) -> None:
    phone.keep("bw.session", {**MEMBER, "at": time.time() * 1000})
    phone.server_says(200, TEMPLATES, path="/api/v1/client")
    phone.server_says(200, BOX, path="/api/v1/inbox", times=9)
    phone.server_says(200, BOX["credits"], path="/api/v1/message-credits", times=2)
    phone.subscriptions("reject")
    phone.open(INBOX, big=True, width=320)
    phone.see("现在还能发 2 条")
    phone.fits()
    phone.tap("微信也提醒我一次")
    phone.see("没有开微信提醒。快到期的事，这里照样会写给您")
    phone.subscriptions("accept")
    phone.tap("微信也提醒我一次")
    phone.see("记下了，快到期时微信提醒您")
    phone.shot("inbox-member-320-big")


def test_no_network_says_so_and_tries_again(phone: MiniProgram) -> None:
    phone.offline()
    phone.tap("取我的消息")
    phone.see("没有连上网")
    phone.shot("inbox-offline")
    phone.online()
    phone.tap("再试一次")
    phone.see("还没有消息。")
