"""A secretary installs plaques by scanning: ready ones, blank ones, and those that are not his."""

from collections.abc import Iterator

import pytest

from brickwall.plaques.constants import PlaqueState
from tests.miniprogram.people import (
    Promise,
    enrol_secretary,
    foreign_plaque,
    plaque_of,
    plaque_state,
    promises,
    sign_in,
    some_plaque,
)
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

INSTALL = "/branch/install/install"
P = PlaqueState


@pytest.fixture(scope="module")
def codes(site: Server) -> Iterator[str]:
    """Return recovery codes of the secretary, each good for one sign-in."""
    return iter(enrol_secretary(site))


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members who have a plaque."""
    return promises(site)


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
