"""A tap on a face when things go wrong: it counts once, is acknowledged or said to be lost, and leaves no trace."""

import json
import re

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.fake_wechat import FakeWeChat
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_worker

BRICK, RECEIPT = "/pages/brick/brick", "/pages/receipt/receipt"
# Utils wait 1, 2, 4 … seconds between tries; nobody here has that time.
HURRY = """() => {
    const wait = window.setTimeout;
    window.setTimeout = (f, ms, ...more) => wait(f, [1000, 2000, 4000].includes(ms) ? 30 : ms, ...more);
}"""


def stand_before(mp: MiniProgram, village: Village, who: str, *, agreed: bool = True) -> None:
    """Open a brick on somebody's phone and wait for the faces."""
    if agreed:
        mp.privacy("agreed")
    mp.inject(f"({HURRY})()")
    mp.open(BRICK, id=village.brick_code, who=who)
    mp.see("您对陈凯今年办的事满意吗？")


def sent(mp: MiniProgram) -> list[tuple[str | None, str]]:
    """Return key and value of every rating that left the phone."""
    posts = [one for one in mp.requests if one.path == "/api/v1/ratings"]
    return [(one.key, json.loads(one.body or "")["value"]) for one in posts]


def test_an_impatient_double_tap_counts_once(mp: MiniProgram, site: Server, village: Village) -> None:
    stand_before(mp, village, "impatient")
    before = len(record.ratings(site))
    mp.find("满意").scroll_into_view_if_needed()
    boxes = [mp.find(face).bounding_box() for face in ("满意", "满意", "不满意")]
    mp.slow()
    for box in boxes:
        assert box is not None
        mp.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mp.at(RECEIPT)
    assert len(sent(mp)) == 1
    assert len(record.ratings(site)) == before + 1


def test_a_lost_answer_is_asked_for_again_under_the_same_key(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "unlucky")
    before = len(record.ratings(site))
    mp.lose_answer(path="/ratings", method="POST", times=2)
    mp.tap("不满意")
    mp.at(RECEIPT)
    assert len(sent(mp)) == 3
    assert len({key for key, _ in sent(mp)}) == 1
    assert all(key for key, _ in sent(mp))
    assert len(record.ratings(site)) == before + 1


def test_without_network_it_says_so_and_the_same_tap_can_be_sent_again(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "valley")
    before = len(record.ratings(site))
    mp.offline()
    mp.tap("满意")
    mp.see("没有连上网", "还没有送到", "再试一次")
    mp.shot("rating-offline")
    assert not any("rating" in key or "tap" in key for key in mp.storage), "nothing waits to be sent later"
    mp.online()
    mp.page.wait_for_timeout(300)
    assert len(record.ratings(site)) == before, "never sent behind one's back"
    mp.tap("再试一次")
    mp.at(RECEIPT)
    assert len(record.ratings(site)) == before + 1


def test_another_face_after_a_lost_answer_takes_its_place(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "wavering")
    before = sorted(record.ratings(site))
    mp.lose_answer(path="/ratings", method="POST", times=3)
    mp.tap("满意")
    mp.see("还没有送到")
    mp.tap("一般")
    mp.at(RECEIPT)
    last = [one for one in mp.requests if one.path == "/api/v1/ratings"][-1]
    lost = sent(mp)[0][0]
    assert json.loads(last.body or "")["supersedes"] == [lost]
    added = sorted(record.ratings(site))
    for each in before:
        added.remove(each)
    assert added == [(1, "satisfied"), (2, "fair")]


def test_a_server_that_cannot_write_is_asked_again_and_then_explains_itself(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "full_disk")
    full = {"code": "unavailable.full", "title": "暂时不能保存，请过一会儿再试", "status": 503}
    mp.server_says(503, full, path="/ratings", method="POST", times=3)
    mp.tap("满意")
    mp.see("暂时不能保存，请过一会儿再试", "再试一次")
    assert len(sent(mp)) == 3
    mp.tap("再试一次")
    mp.at(RECEIPT)
    assert len({key for key, _ in sent(mp)}) == 1


def test_a_second_phone_of_the_same_person_leaves_the_first_rating_alone(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "two_phones")
    mp.tap("满意")
    mp.at(RECEIPT)
    before = record.ratings(site)
    second = mp.another("two_phones")
    stand_before(second, village, "two_phones")
    second.tap("不满意")
    second.see("原来的评价没有动")
    second.miss("再试一次")
    assert record.ratings(site) == before


def test_who_refuses_consent_rates_all_the_same_and_stays_unknown(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "careful", agreed=False)
    before = len(record.ratings(site))
    mp.tap("满意")
    mp.see("请您同意", "保证一个人一轮只算一票", "不同意也能评")
    mp.shot("rating-consent")
    mp.tap("不同意，不用这项")
    mp.at(RECEIPT)
    assert mp.calls("login") == []
    assert len(record.ratings(site)) == before + 1
    mp.tap("回到这块砖")
    mp.tap("一般")
    mp.at(RECEIPT)
    mp.miss("请您同意")
    assert len(record.ratings(site)) == before + 2, "a second version of the one rating"
    assert mp.calls("login") == []


def test_words_go_with_the_person_a_tap_alone_never(
    mp: MiniProgram, site: Server, village: Village, wechat: FakeWeChat
) -> None:
    stand_before(mp, village, "talker")
    mp.tap("满意")
    mp.at(RECEIPT)
    mp.fill("想多说一句（可以不写）", "路灯修得快，多谢。")
    mp.tap("送出这句话")
    mp.see("收到了")
    first, second = [one for one in mp.requests if one.path.endswith("/ratings")]
    assert not first.signed_in
    assert second.signed_in


def test_wechat_away_does_not_keep_anybody_from_rating(
    mp: MiniProgram, site: Server, village: Village, wechat: FakeWeChat
) -> None:
    stand_before(mp, village, "lonely")
    before = len(record.ratings(site))
    wechat.fail("sign_in", status=503)
    try:
        mp.tap("满意")
        mp.at(RECEIPT)
        assert len(record.ratings(site)) == before + 1
        mp.tap("告诉我结果")
        mp.see("微信")
        mp.miss("放进“消息”里")
    finally:
        wechat.heal()


def test_wechat_coming_back_does_not_make_a_second_voter(
    mp: MiniProgram, site: Server, village: Village, wechat: FakeWeChat
) -> None:
    before = record.ratings(site)
    stand_before(mp, village, "returning")
    wechat.fail("sign_in", status=503)
    try:
        mp.tap("满意")
        mp.at(RECEIPT)
    finally:
        wechat.heal()
    mp.tap("回到这块砖")
    mp.tap("不满意")
    mp.at(RECEIPT)
    added = sorted(record.ratings(site))
    for each in before:
        added.remove(each)
    assert added == [(1, "satisfied"), (2, "dissatisfied")]


def test_a_phone_whose_wechat_refuses_to_sign_in_rates_under_its_own_mark(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    mp.refuse("login", "fail interface not ready")
    stand_before(mp, village, "no_login")
    mp.tap("一般")
    mp.at(RECEIPT)
    devices = [one for one in mp.requests if one.path == "/api/v1/devices"]
    assert [one.status for one in devices] == [201]


def test_an_expired_token_is_renewed_on_the_way(mp: MiniProgram, site: Server, village: Village) -> None:
    stand_before(mp, village, "expired")
    mp.keep("bw.session", {"token": "long expired", "member": None, "canBindPhone": False})
    mp.tap("满意")
    mp.at(RECEIPT)
    assert [one.status for one in mp.requests if one.path == "/api/v1/devices"] == [401, 201]


def test_no_face_is_ever_written_to_the_phone(mp: MiniProgram, site: Server, village: Village) -> None:
    stand_before(mp, village, "private")
    mp.lose_answer(path="/ratings", method="POST", times=3)
    mp.tap("不满意")
    mp.see("还没有送到")
    check_untold(mp)
    mp.tap("再试一次")
    mp.at(RECEIPT)
    check_untold(mp)
    for path in (BRICK, RECEIPT):
        mp.open(path, id=village.brick_code)
        mp.see("回执")
    assert not re.search("satisfied|fair", json.dumps(mp.data(), ensure_ascii=False))


def check_untold(mp: MiniProgram) -> None:
    """Fail when storage or the address of a page tells how one rated."""
    written = [
        json.dumps(one, ensure_ascii=False) for one in (*mp.calls("setStorage"), *mp.calls("setStorageSync"))
    ]
    told = json.dumps(mp.storage, ensure_ascii=False) + json.dumps(mp.query()) + "".join(written)
    assert not re.search("satisfied|fair|不满意|一般", told)


def test_a_full_phone_still_rates_and_says_to_photograph_the_receipt(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    stand_before(mp, village, "crowded")
    before = len(record.ratings(site))
    mp.storage_full()
    mp.tap("满意")
    mp.at(RECEIPT)
    mp.see("记上了，谢谢您", "回执没有存进这部手机，请现在拍下来")
    assert len(record.ratings(site)) == before + 1
