"""The rules under the pages: what opens us, what the phone keeps, how a call ends."""

import re
from typing import Any

import pytest

from tests.miniprogram.support.program import MiniProgram

pytestmark = pytest.mark.without_worker

RULES = "/pages/rules/rules"


def call(mp: MiniProgram, module: str, expression: str, value: object = None) -> Any:
    """Return what ``expression`` says of ``u``, a module of utils; a promise is waited for.

    What it throws comes back as ``{"title", "code", …}``.
    """
    return mp.page.evaluate(
        """async ([module, source, value]) => {
            const u = __mp.load(`utils/${module}.js`);
            try { return await new Function('u', 'value', `return (${source})`)(u, value); }
            catch (e) { const { title, code, status, fields, offline, retryAfter } = e; return { title, code, status, fields, offline, retryAfter, message: e.message }; }
        }""",
        [module, expression, value],
    )


@pytest.fixture
def phone(mp: MiniProgram, request: pytest.FixtureRequest) -> MiniProgram:
    """Provide somebody's own phone on a page that signs nobody in."""
    mp.open(RULES, who=re.sub(r"\W", "_", request.node.name))
    mp.see("从来不做的")
    return mp


ENTRIES = [
    ({"q": "https%3A%2F%2F127.0.0.1%3A8000%2Fq%2F7k3m9qx2"}, "brick", "7k3m9qx2"),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fq%2F7K3M-9QX2%3Ffrom%3Dwall"}, "brick", "7k3m9qx2"),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fw%2Fliuhe"}, "wall", "liuhe"),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fc%2F0123456789ab"}, "chain", "0123456789ab"),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2F"}, "none", ""),
    ({"q": "7k3m9qx2"}, "brick", "7k3m9qx2"),
    ({"q": "https%3A%2F%2Fevil.example%2Fq%2F7k3m9qx2"}, "foreign", ""),
    ({"q": "https%3A%2F%2F127.0.0.1%3A8000%40evil.example%2Fq%2F7k3m9qx2"}, "foreign", ""),
    ({"q": "https%3A%2F%2F127.0.0.1.evil.example%2Fq%2F7k3m9qx2"}, "foreign", ""),
    ({"q": "weixin%3A%2F%2Fdl%2Fbusiness"}, "foreign", ""),
    ({"q": "%E0%A4%A"}, "foreign", ""),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fq%2F7k3m9"}, "broken", "7k3m9"),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fq"}, "broken", ""),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fq%2F7k3m9qx2%2Fmore"}, "broken", ""),
    ({"q": "http%3A%2F%2F127.0.0.1%3A8000%2Fw%2F..%2525"}, "broken", ""),
    ({"scene": "7k3m9qx2"}, "brick", "7k3m9qx2"),
    ({"scene": "w%3Dliuhe"}, "wall", "liuhe"),
    ({"scene": "7k3m9qx2" + "x" * 25}, "broken", ""),
    ({"scene": "undefined"}, "broken", "undefined"),
    ({"id": "7k3m9qx2"}, "brick", "7k3m9qx2"),
    ({"id": "liuhe", "kind": "wall"}, "wall", "liuhe"),
    ({}, "none", ""),
]


def test_what_opened_us(phone: MiniProgram) -> None:
    """Half and foreign links, a scene of 33 characters, and everything well-formed (BAD INPUT)."""
    found = call(phone, "entry", "value.map((options) => u.parseEntry(options))", [one[0] for one in ENTRIES])
    wanted = [{"kind": kind, "code": code} for _, kind, code in ENTRIES]
    assert [(one[0], got) for one, got in zip(ENTRIES, found, strict=True)] == [
        (one[0], want) for one, want in zip(ENTRIES, wanted, strict=True)
    ]


def test_web_paths_lead_to_our_pages(phone: MiniProgram) -> None:
    pages = {
        "/q/7k3m9qx2": "/pages/brick/brick?id=7k3m9qx2",
        "/w/liuhe": "/pages/wall/wall?id=liuhe",
        "/c/0123456789ab": "/pages/chain/chain?id=0123456789ab",
        "/": "/pages/wall/wall",
        "/feedback?about=7k3m9qx2": "/pages/feedback/feedback?about=7k3m9qx2",
        "/my/commitments/0123456789ab": "/member/commitment/commitment?id=0123456789ab",
        "/console/today": "",
        "https://evil.example/q/7k3m9qx2": "",
    }
    assert call(phone, "entry", "value.map((path) => u.toPage(path))", list(pages)) == list(pages.values())


def test_words_for_dates_do_not_depend_on_the_phones_clock(phone: MiniProgram) -> None:
    """A clock an hour (or a day) off: the server's Date header sets it right."""
    phone.page.evaluate("() => { const own = Date.now; Date.now = () => own() + 26 * 3600 * 1000; }")
    wrong = call(phone, "clock", "u.today()")
    call(phone, "clock", "u.learn(new Date(Date.now() - 26 * 3600 * 1000).toUTCString())")
    right = call(phone, "clock", "u.today()")
    assert wrong != right
    assert call(phone, "words", "u.due(value)", right) == "今天到期"
    assert call(phone, "words", "[u.day('2020-03-05'), u.exact('2020-03-05T16:30:00+00:00')]") == [
        "2020\u00a0年 3\u00a0月 5\u00a0日",
        "2020\u00a0年 3\u00a0月 6\u00a0日 00:30",
    ]
    assert call(phone, "words", "[u.day(null), u.near('soon'), u.moment('')]") == ["—", "—", "—"]


def test_codes_are_read_as_people_write_them(phone: MiniProgram) -> None:
    typed = ["7K3M 9QX2", "７ｋ３ｍ－９ｑｘ２", "7k3m—9qx2", "oil0k3m9", "7k3m9qxu", "", "7k3m9qx22"]
    assert call(phone, "words", "value.map((text) => u.normaliseCode(text))", typed) == [
        "7k3m9qx2",
        "7k3m9qx2",
        "7k3m9qx2",
        "0110k3m9",
        "",
        "",
        "",
    ]


REFUSALS = [
    (409, {}, "情况已经变了，请返回看看最新的，再决定"),
    (409, {"title": "这一轮已经结束", "code": "round.closed"}, "这一轮已经结束"),
    (413, {"title": "Request Entity Too Large"}, "照片或文字太大了，请减少后再试"),
    (500, {}, "系统正忙，没有办成。请过一会儿再试"),
    (503, {"title": "系统正忙，没有保存成功", "code": "unavailable.busy"}, "系统正忙，没有保存成功"),
    (418, {}, "没有办成，请返回再试一次"),
]


def test_every_refusal_is_a_sentence(phone: MiniProgram) -> None:
    for status, body, sentence in REFUSALS:
        phone.server_says(status, body, path="/api/v1/client")
        found = call(phone, "request", "u.request({path: '/client'})")
        assert (found["title"], found["status"]) == (sentence, status)


def test_no_network_a_late_answer_and_a_foreign_gate_are_told_apart(phone: MiniProgram) -> None:
    phone.server_says(200, "<html>请先登录无线网</html>", path="/api/v1/client")
    gate = call(phone, "request", "u.request({path: '/client'})")
    assert (gate["code"], gate["offline"]) == ("net.strange", True)
    phone.no_answer(path="/api/v1/client", times=1)
    late = call(phone, "request", "u.request({path: '/client', timeout: 300})")
    assert (late["code"], late["offline"]) == ("net.timeout", True)
    phone.offline()
    none = call(phone, "request", "u.request({path: '/client'})")
    assert (none["code"], none["offline"]) == ("net.none", True)
    assert none["title"] == "没有连上网。请看看手机有没有信号，再试一次"


def test_a_write_keeps_its_key_over_retries(phone: MiniProgram) -> None:
    phone.server_says(503, {"title": "系统正忙", "code": "unavailable.busy"}, path="/api/v1/devices")
    call(
        phone,
        "request",
        "u.request({method: 'POST', path: '/devices', data: {}, key: 'k'.repeat(32), retries: 1})",
    )
    sent = [one for one in phone.requests if one.path == "/api/v1/devices"]
    assert [(one.status, one.key) for one in sent] == [(503, "k" * 32), (201, "k" * 32)]


def test_not_more_than_ten_at_once(phone: MiniProgram) -> None:
    """The harness complains about an eleventh."""
    done = call(
        phone,
        "request",
        "Promise.all(Array(30).fill(0).map(() => u.request({path: '/client'}))).then((all) => all.length)",
    )
    assert done == 30


def test_one_silent_sign_in_for_many_callers(phone: MiniProgram) -> None:
    tokens = call(
        phone,
        "session",
        "Promise.all([1, 2, 3].map(() => u.ensurePhone())).then((all) => all.map((one) => one.token))",
    )
    assert len(set(tokens)) == 1
    assert len(phone.calls("login")) == 1


def test_an_expired_token_is_renewed_once_and_the_call_replayed(phone: MiniProgram) -> None:
    call(phone, "session", "u.ensurePhone().then(() => null)")
    kept = {**phone.storage["bw.session"], "token": "gone" * 8}
    phone.keep("bw.session", kept)
    found = call(phone, "session", "u.keptAbout()")
    assert found["items"]
    sent = [
        (one.path.removeprefix("/api/v1"), one.status) for one in phone.requests if "/rules" not in one.path
    ]
    assert sent[-3:] == [("/me/kept", 401), ("/sessions/wechat", 201), ("/me/kept", 200)]


def test_a_token_refused_for_ever_ends_after_one_replay(phone: MiniProgram) -> None:
    phone.server_says(401, {"title": "请先登录", "code": "sign_in_required"}, path="/me/kept", times=9)
    found = call(phone, "session", "u.keptAbout()")
    assert found["status"] == 401
    assert len([one for one in phone.requests if one.path.endswith("/me/kept")]) == 2


def test_a_used_code_is_tried_once_more_with_a_new_one(phone: MiniProgram) -> None:
    phone.answer("login", [{"code": "hasty"}, {"code": "hasty"}, {"code": "hasty:2"}])
    call(phone, "session", "u.ensurePhone().then(() => null)")
    call(phone, "session", "u.forget()")
    found = call(phone, "session", "u.ensurePhone().then((one) => Boolean(one.token))")
    assert found is True
    assert [one.status for one in phone.requests if one.path.endswith("/sessions/wechat")][-1] == 201


def test_a_full_phone_is_a_sentence_and_loses_nothing(phone: MiniProgram) -> None:
    call(phone, "store", "u.set('letters', 'big')")
    phone.storage_full()
    found = call(phone, "store", "u.set('letters', 'std')")
    assert found["code"] == "phone.full"
    assert "您填的内容还在" in found["title"]
    assert phone.storage["bw.letters"] == "big"


def test_what_arrived_is_dropped_on_a_full_phone_too(phone: MiniProgram) -> None:
    note = {"id": "n1", "state": "waiting", "photos": [], "who": "x", "auth": "phone"}
    phone.keep("bw.queue", ["n1", "n2"])
    phone.keep("bw.queue.n1", note)
    phone.keep("bw.queue.n2", {**note, "id": "n2"})
    phone.storage_full()
    assert call(phone, "queue", "u.drop('n1')") is None
    assert call(phone, "queue", "u.list().map((one) => one.id)") == ["n2"]


def test_a_draft_over_a_megabyte_is_refused_before_wechat_does(phone: MiniProgram) -> None:
    found = call(phone, "store", "u.set('draft', '字'.repeat(400000))")
    assert found["code"] == "phone.too_long"
    assert call(phone, "store", "u.set('draft', '字'.repeat(300000))") is None


def test_what_an_older_release_kept_stays(mp: MiniProgram) -> None:
    mp.open(RULES)
    mp.keep("bw.schema", 9)
    mp.keep("bw.session", {"token": "x", "member": None, "canBindPhone": False})
    mp.keep("bw.receipts", [{"receipt": "AAAA-BBBB-CCCC"}])
    mp.open(RULES)
    assert "bw.session" not in mp.storage
    assert mp.storage["bw.receipts"] == [{"receipt": "AAAA-BBBB-CCCC"}]
    assert mp.storage["bw.schema"] == 1


def test_receipts_keep_no_value_and_the_later_one_stands(phone: MiniProgram) -> None:
    given = {
        "receipt": "AAAA-BBBB-CCCC",
        "round": {"id": "r1", "name": "第四季度"},
        "code": "7k3m9qx2",
        "who": "陈凯",
        "value": "fair",
    }
    call(phone, "receipts", "u.add(value)", given)
    call(phone, "receipts", "u.add(value)", {**given, "receipt": "DDDD-EEEE-FFFF"})
    kept = phone.storage["bw.receipts"]
    assert [one["receipt"] for one in kept] == ["DDDD-EEEE-FFFF"]
    assert "fair" not in str(phone.storage)
    assert set(kept[0]) == {"receipt", "round", "roundName", "code", "who", "day"}


def test_the_mark_is_one_persons_and_one_rounds(phone: MiniProgram) -> None:
    first = call(phone, "device", "u.mark('r1', () => Promise.resolve(true))")
    again = call(phone, "device", "u.mark('r1', () => Promise.resolve(true))")
    assert first == again
    assert len([one for one in phone.requests if one.path == "/api/v1/devices"]) == 1
    other = phone.another("test_the_mark_is_one_persons_and_one_rounds").open(RULES)
    there = call(other, "device", "u.mark('r1', () => Promise.resolve(true))")
    assert there != first, "a secret of its own"


def test_without_wechat_the_phone_has_a_mark_all_the_same(phone: MiniProgram) -> None:
    phone.refuse("login", "fail")
    found = call(phone, "device", "u.mark('r1', () => Promise.resolve(true))")
    assert len(found) > 60


def test_messages_are_asked_for_only_with_templates(phone: MiniProgram) -> None:
    call(
        phone,
        "store",
        "u.set('client', {host: 'x', wechat: true, templates: {result: '', due: '', answer: ''}})",
    )
    found = call(phone, "consent", "u.askMessages(['result'])")
    assert found == {"accepted": [], "refused": []}
    assert phone.calls("requestSubscribeMessage") == []


def test_a_refused_message_is_noted_as_refused(phone: MiniProgram) -> None:
    phone.server_says(200, {"ok": True}, path="/message-credits")
    phone.subscriptions("reject")
    call(
        phone,
        "store",
        "u.set('client', {host: 'x', wechat: true, templates: {result: 't1', due: '', answer: ''}})",
    )
    found = call(phone, "consent", "u.askMessages(['result', 'answer'])")
    assert found == {"accepted": [], "refused": ["result"]}
