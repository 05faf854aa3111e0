"""What else a member does on his phone: binding that is refused, proposing, claiming, correcting, leaving."""

from pathlib import Path

import pytest

from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.kernel import clock
from brickwall.publicity.words import day, keep_measures
from tests.miniprogram.people import (
    Promise,
    bind,
    commitment_state,
    decide_on,
    entries,
    phone_number,
    promises,
    slip,
)
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

BIND = "/member/bind/bind"
MINE = "/member/mine/mine"
S = CommitmentState


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members of the village who are working on something that is done once."""
    return promises(site, CommitmentKind.ONE_OFF)


@pytest.fixture(scope="module")
def counted(site: Server) -> list[Promise]:
    """Return members who are working on something counted."""
    return promises(site)


def test_a_slip_works_once_and_a_foreign_code_says_what_it_wants(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    code = slip(site, people[0])
    mp.open(BIND, who="first-phone")
    mp.scans("https://example.com/q/7k3m9qx2")
    mp.tap("扫激活条")
    mp.see("这不是激活条上的码")
    mp.fill("激活码", "abc")
    mp.tap("下一步")
    mp.see("激活码是 12 个字母和数字")
    mp.refuse("scanCode", "scanCode:fail auth deny")
    mp.tap("扫激活条")
    mp.see("没有打开相机。可以把纸条上的 12 个字母和数字输进来。")
    mp.shot("bind-no-camera")
    mp.fill("激活码", f"{code[:4]} {code[4:8]}-{code[8:]}".upper())
    mp.tap("下一步")
    mp.see("是您本人吗")
    mp.tap("不是我")
    mp.see("绑定党员")
    mp.fill("激活码", code)
    mp.tap("下一步")
    mp.tap("是我，绑定")
    mp.see(people[0].title)
    second = mp.another("second-phone")
    second.open(BIND)
    second.fill("激活码", code)
    second.tap("下一步")
    second.see("已经用过了", "请找支部再要一张")
    second.shot("bind-used")


def test_the_phone_button_binds_a_number_on_the_roster(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    mp.privacy("agreed")
    mp.open(BIND, who="by-number")
    mp.tap("用微信手机号绑定")
    mp.see("没有取到手机号。没关系，用激活条也能绑定。")
    mp.phone_number("13900009999")
    mp.tap("用微信手机号绑定")
    mp.see("激活条")
    mp.shot("bind-phone-unknown")
    mp.phone_number(phone_number(people[1]))
    mp.tap("用微信手机号绑定")
    mp.at(MINE)
    mp.see(people[1].title)


def test_a_proposal_is_kept_handed_in_returned_and_handed_in_again(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[2], "proposer")
    mp.tap("提一件新承诺")
    mp.tap("交给支部审核")
    mp.see("还没有写承诺内容")
    mp.fill("我要办的事，一句话", "给村小学修好围墙 30 米")
    mp.tap("按次数做")
    mp.fill("单位", "米")
    mp.tap("交给支部审核")
    mp.see("按次数的承诺要写明一共做多少次")
    mp.shot("propose-wrong")
    mp.fill("一共做多少", "30")
    mp.pick("哪天以前办成", "2026-12-20")
    mp.tap("打算怎么办、属于哪一类（可不填）")
    mp.pick("哪一类", "教育宣讲")
    mp.shot("propose")
    mp.tap("先存着")
    mp.at(MINE)
    mp.see("给村小学修好围墙 30 米", "草稿")
    mp.tap("接着写：给村小学修好围墙 30 米")
    mp.fill("谁受益", "小学生 46 人")
    mp.tap("交给支部审核")
    mp.at(MINE)
    mp.see("等支部的", "等支部审核")
    decide_on(site, "给村小学修好围墙 30 米", "return", "请写明修到哪里")
    mp.pull_down()
    mp.see("退回来了", "请写明修到哪里")
    mp.shot("mine-returned")
    mp.tap("照着改：给村小学修好围墙 30 米")
    mp.see("退回的原因", "请写明修到哪里")
    mp.fill("我要办的事，一句话", "给村小学修好东围墙 30 米")
    mp.tap("交给支部审核")
    mp.at(MINE)
    mp.see("给村小学修好东围墙 30 米", "等支部审核")
    assert commitment_state(site, "给村小学修好东围墙 30 米") == [S.SUBMITTED]


def test_a_proposal_without_network_stays_on_the_phone_and_is_made_once(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[3], "offline-proposer")
    mp.tap("提一件新承诺")
    mp.fill("我要办的事，一句话", "把村口路牌擦一遍")
    mp.offline()
    mp.tap("交给支部审核")
    mp.see("没有网，写的已经留在手机里")
    mp.online()
    mp.lose_answer(path="/commitments", method="POST")
    mp.tap("交给支部审核")
    mp.see("没有网，写的已经留在手机里")
    mp.tap("交给支部审核")
    mp.at(MINE)
    mp.see("把村口路牌擦一遍")
    assert commitment_state(site, "把村口路牌擦一遍") == [S.SUBMITTED]


def test_a_draft_is_dropped_with_a_reason(mp: MiniProgram, site: Server, people: list[Promise]) -> None:
    bind(mp, site, people[4], "dropper")
    mp.tap("提一件新承诺")
    mp.fill("我要办的事，一句话", "写错了的承诺")
    mp.tap("先存着")
    mp.tap("看全过程：写错了的承诺")
    mp.tap("不提这件了")
    mp.tap("不提了")
    mp.see("请写一句为什么。")
    mp.fill("为什么，一句话", "写重了")
    mp.tap("不提了")
    mp.see("这件不提了")
    assert commitment_state(site, "写错了的承诺") == [S.WITHDRAWN]


def test_an_entry_is_corrected_and_the_commitment_claimed(
    mp: MiniProgram, site: Server, people: list[Promise]
) -> None:
    bind(mp, site, people[0], "claimer")
    mp.tap(f"记一条：{people[0].title}")
    mp.fill("做了什么", "挖好 86 米。")
    mp.tap("记下")
    mp.see("传上去了")
    mp.shot("entry-arrived")
    mp.tap("返回")
    mp.tap(f"看全过程：{people[0].title}")
    mp.tap(keep_measures(f"更正{day(clock.today())}这条"))
    mp.see("更正记录")
    mp.fill("做了什么", "挖好 96 米。")
    mp.tap("更正")
    mp.see("请写一句为什么更正。")
    mp.fill("为什么更正，一句话", "量错了")
    mp.shot("correct")
    mp.tap("更正")
    mp.at("/member/commitment/commitment")
    mp.see("量错了", "挖好 96")
    assert len(entries(site, people[0].commitment, "挖好 96 米。")) == 1
    mp.tap("办成了，报给支部")
    mp.fill("想说一句（可以不写）", "请来看看")
    mp.shot("claim")
    mp.tap("报告办成了")
    mp.see("报上去了，等支部核实", "自报办成")
    assert commitment_state(site, people[0].title) == [S.DONE_CLAIMED]


def test_a_clerk_who_was_faster_is_said_as_such(mp: MiniProgram, site: Server, people: list[Promise]) -> None:
    bind(mp, site, people[1], "slow-claimer")
    mp.tap(f"记一条：{people[1].title}")
    mp.fill("做了什么", "都办好了。")
    mp.tap("记下")
    mp.see("传上去了")
    mp.tap("返回")
    mp.tap(f"看全过程：{people[1].title}")
    mp.see("都办好了")
    decide_on(site, people[1].commitment, "claim", "")
    mp.tap("办成了，报给支部")
    mp.tap("报告办成了")
    mp.see("您这一步没有办", "请看看最新情况")
    mp.see("自报办成")
    mp.shot("claim-409")


def test_unbinding_leaves_nothing_of_the_member_on_the_phone(
    mp: MiniProgram, site: Server, counted: list[Promise]
) -> None:
    bind(mp, site, counted[0], "leaver")
    mp.tap("这部手机的绑定")
    mp.see(f"这部手机绑定的是{counted[0].name}")
    mp.shot("bound")
    mp.tap("解除绑定")
    mp.tap("解除")
    mp.see("已经解除绑定")
    mp.open(MINE)
    mp.see("这部手机还没有绑定党员")
    assert counted[0].name not in str(mp.storage)


def test_a_picture_the_server_will_not_take_is_said(
    mp: MiniProgram, site: Server, counted: list[Promise], tmp_path: Path
) -> None:
    mp.privacy("agreed")
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(b"\xff\xd8\xff" + b"\0" * 9_500_000)
    bind(mp, site, counted[1], "big-camera")
    mp.tap(f"记一条：{counted[1].title}")
    mp.camera(huge)
    mp.tap("加照片")
    mp.see("已选 1 张")
    mp.fill("做了什么", "照片太大。")
    mp.tap("记下")
    mp.see("没有收下")
    mp.shot("giant-upload")
    assert entries(site, counted[1].commitment, "照片太大。") == []
    mp.tap("拿回来改")
    assert mp.find("做了什么").input_value() == "照片太大。"
    mp.tap("记下")
    mp.see("传上去了")
    assert entries(site, counted[1].commitment, "照片太大。") == [(1, 0, counted[1].name)]
    assert mp.files() == {}
