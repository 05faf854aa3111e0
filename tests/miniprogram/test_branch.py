"""A secretary on his phone: second factor, desk, reviewing, recording on behalf, installing plaques."""

from collections.abc import Iterator

import pytest

from brickwall.commitments.constants import CommitmentState
from brickwall.plaques.constants import PlaqueState
from tests.miniprogram.people import (
    DESK,
    SIGN_IN,
    Promise,
    commitment_state,
    decide_on,
    enrol_secretary,
    entry_sources,
    first_waiting,
    foreign_plaque,
    plaque_of,
    plaque_state,
    promises,
    sign_in,
    some_plaque,
)
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import LOGIN, PASSWORD, Server

S, P = CommitmentState, PlaqueState


@pytest.fixture(scope="module")
def codes(site: Server) -> Iterator[str]:
    """Return recovery codes of the secretary, each good for one sign-in."""
    return iter(enrol_secretary(site))


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members who are working on something counted."""
    return promises(site)


def test_a_secretary_signs_in_with_a_second_factor_and_leaves(mp: MiniProgram, codes: Iterator[str]) -> None:
    mp.open(DESK, who="secretary-1")
    mp.at(SIGN_IN)
    mp.shot("branch-sign-in")
    mp.tap("登录", role="button")
    mp.see("请写登录名。", "请写密码。")
    mp.fill("登录名", LOGIN)
    mp.fill("密码", "wrong")
    mp.tap("登录", role="button")
    mp.see("登录名或密码不对")
    mp.fill("密码", PASSWORD)
    mp.tap("登录", role="button")
    mp.see("还差一步")
    mp.shot("branch-code")
    mp.fill("6 位数字，或一个备用码", "000000")
    mp.tap("登录", role="button")
    mp.see("验证码不对")
    mp.fill("6 位数字，或一个备用码", next(codes))
    mp.tap("登录", role="button")
    mp.at(DESK)
    mp.see("等您办的", "装砖：扫一块")
    mp.shot("branch-desk")
    mp.accessible()
    mp.tap("退出")
    mp.at(SIGN_IN)
    assert "bw.staff" not in mp.storage
    mp.open(DESK)
    mp.at(SIGN_IN)


def test_a_sign_in_that_ended_leads_back_to_the_door(mp: MiniProgram, codes: Iterator[str]) -> None:
    sign_in(mp, codes, who="secretary-2")
    mp.keep("bw.staff", {**mp.storage["bw.staff"], "token": "no longer good"})
    mp.open(DESK)
    mp.at(SIGN_IN)


def test_what_waits_is_vetted_one_after_another(mp: MiniProgram, site: Server, codes: Iterator[str]) -> None:
    sign_in(mp, codes, who="secretary-3")
    count = mp.data()["tasks"][0]["count"]
    mp.tap(f"{count} 件新承诺等您审")
    mp.see(f"第 1 件，共 {count} 件")
    mp.shot("review")
    mp.accessible()
    first = mp.data()["item"]["card"]["id"]
    mp.tap("退回")
    mp.tap("退回")
    mp.see("请写明原因")
    mp.fill("原因", "请写明修到哪里")
    mp.shot("review-return")
    mp.tap("退回")
    mp.see("退回了，对方会看到原因", f"共 {count - 1} 件")
    assert commitment_state(site, first) == [S.RETURNED]
    second = mp.data()["item"]["card"]["id"]
    mp.tap("审过并公示")
    mp.see("审过了，已经公示")
    mp.shot("review-next")
    assert commitment_state(site, second) == [S.PUBLISHED]


def test_two_clerks_at_once_the_second_is_told_and_sees_what_is_there(
    mp: MiniProgram, site: Server, codes: Iterator[str]
) -> None:
    sign_in(mp, codes, who="secretary-4")
    mp.go("/branch/review/review?queue=check")
    mp.see("看过了，办成了")
    card = mp.data()["item"]["card"]
    total = mp.data()["place"]["total"]
    decide_on(site, card["id"], "send_back", "排水口还堵着")
    mp.tap("看过了，办成了")
    mp.see("您这一步没有办", f"共 {total - 1} 件")
    mp.shot("review-409")
    assert mp.data()["item"]["card"]["id"] != card["id"]
    closed = mp.data()["item"]["card"]["id"]
    mp.tap("看过了，办成了")
    mp.see("核实办成，销号了")
    assert first_waiting(site, S.DONE_CLAIMED) != closed


def test_recording_on_behalf_in_a_meeting_and_without_network(
    mp: MiniProgram, site: Server, codes: Iterator[str], people: list[Promise]
) -> None:
    one = people[0]
    sign_in(mp, codes, who="secretary-5")
    mp.tap("替党员记一条")
    mp.see("替谁记", one.name)
    mp.shot("behalf-people")
    mp.fill("按姓名找", one.name)
    mp.tap(one.name)
    mp.see(one.title, f"替{one.name}记")
    mp.tap("走访")
    mp.fill("做了什么", "上门看到面送到了。")
    mp.shot("behalf-form")
    mp.tap("记下")
    mp.see("传上去了")
    assert entry_sources(site, "上门看到面送到了。") == [("visit", "支部书记", one.name)]
    mp.tap("再记一条")
    mp.offline()
    mp.fill("做了什么", "会上说又送了一家。")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.back()
    mp.see("代录的有 1 条还没传上去", "现在没有网", "替党员记一条")
    mp.shot("behalf-queue")
    mp.online()
    mp.miss("代录的有 1 条还没传上去")
    assert entry_sources(site, "会上说又送了一家。") == [("meeting", "支部书记", one.name)]


def test_a_name_nobody_has_says_what_to_do(mp: MiniProgram, codes: Iterator[str]) -> None:
    sign_in(mp, codes, who="secretary-6")
    mp.tap("替党员记一条")
    mp.fill("按姓名找", "没有这个人")
    mp.see("没有找到这个名字")


def test_a_plaque_on_the_wall_is_scanned_and_noted(
    mp: MiniProgram, site: Server, codes: Iterator[str], people: list[Promise]
) -> None:
    code = plaque_of(site, people[0])
    sign_in(mp, codes, who="installer-1")
    mp.tap("装砖：扫一块")
    mp.shot("install-ask")
    mp.scans(f"{site.url}/q/{code}")
    mp.tap("扫砖上的码")
    mp.see(people[0].name, "现在：")
    mp.shot("install-plaque")
    mp.accessible()
    mp.lose_answer(path="/install", method="POST")
    mp.tap("装好了")
    mp.see("没有连上网")
    mp.tap("装好了")
    mp.see(f"{people[0].name}的砖登记好了", "这次装了 1 块")
    mp.shot("install-done")
    assert plaque_state(site, code) is P.INSTALLED
    mp.tap("扫砖上的码")
    mp.see("这块砖登记过装好了")
    mp.shot("install-again")


def test_a_blank_plaque_is_given_to_a_member_and_then_installed(
    mp: MiniProgram, site: Server, codes: Iterator[str], people: list[Promise]
) -> None:
    code = some_plaque(site, P.BLANK)
    sign_in(mp, codes, who="installer-2")
    mp.tap("装砖：扫一块")
    mp.fill("砖上的编号", f"{code[:4]} {code[4:]}".upper())
    mp.tap("下一步")
    mp.see("空白砖", "还没有配给人")
    mp.shot("install-blank")
    mp.tap("配给一个人")
    mp.fill("按姓名找", people[1].name)
    mp.tap(people[1].name)
    mp.dialog(f"配给{people[1].name}？")
    mp.shot("install-bind")
    mp.tap("配发")
    mp.see(people[1].name, "装好了")
    mp.tap("装好了")
    mp.see("登记好了")
    assert plaque_state(site, code) is P.INSTALLED


def test_another_branchs_a_retired_and_a_foreign_code_explain_themselves(
    mp: MiniProgram, site: Server, codes: Iterator[str]
) -> None:
    sign_in(mp, codes, who="installer-3")
    mp.tap("装砖：扫一块")
    mp.fill("砖上的编号", foreign_plaque(site))
    mp.tap("下一步")
    mp.see("这块砖是东坡村党支部的，不归您装")
    mp.shot("install-foreign")
    mp.fill("砖上的编号", "zzzzzzzz")
    mp.tap("下一步")
    mp.see("没有找到这块砖")
    mp.fill("砖上的编号", "abc")
    mp.tap("下一步")
    mp.see("砖上的编号是 8 个字母和数字")
    mp.scans("https://example.com/q/7k3m9qx2")
    mp.tap("扫砖上的码")
    mp.see("这不是我们砖上的码")
    mp.refuse("scanCode", "scanCode:fail auth deny")
    mp.tap("扫砖上的码")
    mp.see("没有打开相机。可以把砖上的 8 位编号输进来。")
    mp.fill("砖上的编号", some_plaque(site, P.RETIRED))
    mp.tap("下一步")
    mp.see("这块砖停用了，不要再装")
    mp.miss("装好了")
    mp.shot("install-retired")
