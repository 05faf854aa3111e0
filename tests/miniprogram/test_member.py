"""A member binds his phone, notes what he did without a network, and it arrives exactly once."""

from pathlib import Path

import pytest

from tests.factories.pictures import jpeg
from tests.miniprogram.people import Promise, bind, entries, promises, slip, wait_until_public
from tests.miniprogram.support.program import MiniProgram
from tests.support.fake_wechat import FakeWeChat
from tests.support.server import Server

MINE = "/member/mine/mine"
BIND = "/member/bind/bind"
TEXT = "送面到张大爷家，顺路换了灯泡。"


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members of the village who are working on something counted."""
    return promises(site)


def picture(folder: Path, name: str = "well.jpg") -> Path:
    """Write a picture as a phone would hold it."""
    path = folder / name
    path.write_bytes(jpeg(1200, 900))
    return path


def write(mp: MiniProgram, promise: Promise, text: str, *pictures: Path) -> None:
    """Fill in a note from the first page, without keeping it."""
    mp.tap(f"记一条：{promise.title}")
    mp.see("照片可不传")
    if pictures:
        mp.camera(*pictures)
        mp.tap("加照片")
        mp.see(f"已选 {len(pictures)} 张")
    mp.fill("做了什么", text)


def tap_twice(mp: MiniProgram, name: str) -> None:
    """Touch twice with a trembling finger."""
    button = mp.find(name)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    for _ in range(2):
        mp.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_member_binds_and_logs_an_entry_offline_and_it_arrives_once(
    mp: MiniProgram, site: Server, people: list[Promise], tmp_path: Path
) -> None:
    who = people[0]
    mp.open(MINE, who="offline-member")
    mp.see("这部手机还没有绑定党员")
    mp.shot("member-unbound")
    mp.tap("绑定")
    mp.scans(f"{site.url}/activate#{slip(site, who)}")
    mp.shot("member-bind")
    mp.tap("扫激活条")
    mp.see(who.name, "是您本人吗")
    mp.shot("member-confirm")
    mp.tap("是我，绑定")
    mp.at(MINE)
    mp.see(who.title)
    mp.shot("member-mine")
    mp.offline()
    mp.tap(f"记一条：{who.title}")
    mp.see("照片可不传")
    mp.shot("member-entry-empty")
    mp.camera(picture(tmp_path))
    mp.tap("加照片")
    mp.see("请您同意")
    mp.shot("member-consent")
    mp.tap("同意")
    mp.see("已选 1 张")
    mp.fill("做了什么", TEXT)
    mp.scroll_down()
    mp.shot("member-entry")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.shot("member-entry-kept")
    mp.tap("返回")
    mp.at(MINE)
    mp.see("有 1 条还没传上去")
    mp.shot("member-queue")
    assert entries(site, who.commitment, TEXT) == []
    mp.online()
    mp.see("都传上去了")
    mp.miss("有 1 条还没传上去")
    mp.shot("member-arrived")
    assert entries(site, who.commitment, TEXT) == [(1, 1, who.name)]
    assert mp.files() == {}
    mp.tap(f"看全过程：{who.title}")
    mp.see("写的是什么", TEXT)
    mp.shot("member-commitment")
    assert wait_until_public(site, who.commitment, TEXT)
    mp.open("/pages/chain/chain", id=who.commitment)
    mp.see(TEXT)


def test_killed_in_the_field_it_arrives_at_the_next_start(
    mp: MiniProgram, site: Server, people: list[Promise], tmp_path: Path
) -> None:
    mp.privacy("agreed")
    bind(mp, site, people[1], "killed-member")
    mp.offline()
    write(mp, people[1], "夜里巡到半路没信号。", picture(tmp_path), picture(tmp_path, "two.jpg"))
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.online()
    mp.open(MINE)
    mp.see("都传上去了")
    assert entries(site, people[1].commitment, "夜里巡到半路没信号。") == [(1, 2, people[1].name)]


def test_two_taps_and_a_lost_answer_still_make_one_entry(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[2], "lossy-member")
    write(mp, people[2], "两下都点到了。")
    mp.lose_answer(path="/entries", method="POST")
    tap_twice(mp, "记下")
    mp.see("记在手机里了")
    assert entries(site, people[2].commitment, "两下都点到了。") == [(1, 0, people[2].name)]
    mp.tap("返回")
    mp.see("都传上去了")
    assert entries(site, people[2].commitment, "两下都点到了。") == [(1, 0, people[2].name)]
    keys = {one.key for one in mp.requests if one.path.endswith("/entries")}
    assert len(keys) == 1


def test_an_upload_broken_midway_goes_on_with_the_photo_that_was_missing(
    mp: MiniProgram, site: Server, people: list[Promise], tmp_path: Path
) -> None:
    mp.privacy("agreed")
    bind(mp, site, people[3], "broken-member")
    pictures = [picture(tmp_path, f"{number}.jpg") for number in range(3)]
    write(mp, people[3], "传到一半断了。", *pictures)
    mp.lose_answer(path="/uploads", method="POST")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.tap("返回")
    mp.see("都传上去了")
    assert entries(site, people[3].commitment, "传到一半断了。") == [(1, 3, people[3].name)]


def test_a_refused_camera_and_a_refused_consent_leave_the_entry_possible(
    mp: MiniProgram, site: Server, people: list[Promise], tmp_path: Path
) -> None:
    bind(mp, site, people[4], "shy-member")
    mp.tap(f"记一条：{people[4].title}")
    mp.camera(picture(tmp_path))
    mp.tap("加照片")
    mp.tap("不同意，不用这项")
    mp.see("没有拿到相机和相册", "不加照片也能记")
    mp.privacy("agreed")
    mp.refuse("chooseMedia", "fail auth deny")
    mp.tap("加照片")
    mp.see("没有拿到相机和相册")
    mp.shot("member-no-camera")
    mp.fill("做了什么", "没有照片也记上了。")
    mp.tap("多一次")
    mp.tap("昨天")
    mp.tap("记下")
    mp.see("传上去了")
    assert entries(site, people[4].commitment, "没有照片也记上了。") == [(2, 0, people[4].name)]


def test_a_full_phone_says_so_and_the_form_stays(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[5], "full-member")
    mp.tap(f"记一条：{people[5].title}")
    mp.storage_full()
    mp.fill("做了什么", "手机满了。")
    mp.tap("记下")
    mp.see("手机存储空间满了，没有存下")
    assert mp.find("做了什么").input_value() == "手机满了。"
    mp.shot("member-full")
    mp.storage_full(False)
    mp.tap("记下")
    mp.see("传上去了")
    assert entries(site, people[5].commitment, "手机满了。") == [(1, 0, people[5].name)]


def test_an_empty_note_is_asked_for_words_and_a_draft_survives(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[6], "draft-member")
    mp.tap(f"记一条：{people[6].title}")
    mp.tap("记下")
    mp.see("请写一句做了什么。")
    mp.fill("做了什么", "写了一半")
    mp.fill("这次做了几次", "0")
    mp.tap("记下")
    mp.see("请填这次做了多少")
    mp.open(MINE)
    mp.tap(f"记一条：{people[6].title}")
    assert mp.find("做了什么").input_value() == "写了一半"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_keeps_the_note_waiting(
    mp: MiniProgram, site: Server, people: list[Promise], status: int
) -> None:
    bind(mp, site, people[7], f"patient-member-{status}")
    write(mp, people[7], f"遇到 {status}。")
    mp.server_says(status, {"status": status}, path="/entries", method="POST")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.tap("返回")
    mp.see("都传上去了")
    assert len(entries(site, people[7].commitment, f"遇到 {status}。")) == 1


def test_what_the_server_refuses_waits_for_the_member_with_its_reason(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[8], "refused-member")
    write(mp, people[8], "承诺刚办结。")
    refusal = {"code": "commitments.not_working", "title": "这件承诺现在是“办成了”，不能再添记录。"}
    mp.server_says(409, {**refusal, "status": 409}, path="/entries", method="POST")
    mp.tap("记下")
    mp.see("没有收下", "不能再添记录")
    mp.tap("返回")
    mp.see("有 1 条没有收下", "不能再添记录")
    mp.miss("现在传")
    mp.shot("member-refused")
    mp.tap(f"不要了：{people[8].title}")
    mp.dialog("这条不要了？")
    mp.tap("不要了", nth=0)
    mp.miss("有 1 条没有收下", "都传上去了")
    assert entries(site, people[8].commitment, "承诺刚办结。") == []


def test_an_expired_token_is_renewed_silently_and_the_call_replayed_once(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[9], "expired-member")
    mp.keep("bw.session", {**mp.storage["bw.session"], "token": "no longer good"})
    before = len(mp.requests)
    mp.open(MINE)
    mp.see(people[9].title)
    mp.miss("现在没有网")
    mp.see("提一件新承诺")
    mp.page.wait_for_load_state("networkidle")
    asked = [one for one in mp.requests[before:] if one.path.endswith("/me/pocket")]
    assert [one.status for one in asked] == [401, 200]
    assert mp.storage["bw.session"]["member"]["name"] == people[9].name


def test_a_phone_that_changed_hands_sends_nothing_in_anothers_name(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[10], "first-owner")
    mp.offline()
    write(mp, people[10], "原来那位记的。")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.keep("bw.session", None)
    mp.online()
    bind(mp, site, people[11], "second-owner")
    mp.page.wait_for_timeout(500)
    assert entries(site, people[10].commitment, "原来那位记的。") == []


def age_sign_in(mp: MiniProgram) -> None:
    """Let the kept sign-in be three hours old: WeChat has forgotten that it saw this person."""
    kept = mp.storage["bw.session"]
    mp.keep("bw.session", {**kept, "at": kept["at"] - 3 * 3600 * 1000})


def sign_ins(mp: MiniProgram) -> int:
    """Return how often the phone signed in with WeChat."""
    return sum(1 for one in mp.requests if one.path == "/api/v1/sessions/wechat")


def test_words_go_under_a_sign_in_that_wechat_remembers(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[9], "old-member")
    before = sign_ins(mp)
    age_sign_in(mp)
    write(mp, people[9], "隔了半天再记一条。")
    mp.tap("记下")
    mp.see("传上去了")
    assert sign_ins(mp) == before + 1
    assert entries(site, people[9].commitment, "隔了半天再记一条。") == [(1, 0, people[9].name)]


def test_wechat_away_does_not_hold_an_entry_back(
    mp: MiniProgram, site: Server, people: list[Promise], wechat: FakeWeChat
) -> None:
    bind(mp, site, people[9], "old-member")
    age_sign_in(mp)
    wechat.fail("sign_in", status=503)
    try:
        write(mp, people[9], "微信没答应，照样送到。")
        mp.tap("记下")
        mp.see("传上去了")
    finally:
        wechat.heal()
    assert entries(site, people[9].commitment, "微信没答应，照样送到。") == [(1, 0, people[9].name)]
