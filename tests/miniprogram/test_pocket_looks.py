"""The pages of members and staff on narrow and wide phones and in 大字: nothing sticks out, all can be read."""

from collections.abc import Iterator

import pytest

from tests.miniprogram.people import (
    Promise,
    bind,
    enrol_secretary,
    plaque_of,
    promises,
    sign_in,
)
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

SIZES = [(320, False), (320, True), (375, True), (430, False)]


@pytest.fixture(scope="module")
def codes(site: Server) -> Iterator[str]:
    """Return recovery codes of the secretary, each good for one sign-in."""
    return iter(enrol_secretary(site))


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members who are working on something counted."""
    return promises(site)


def check(mp: MiniProgram, name: str, size: tuple[int, bool]) -> None:
    """Hold the page on top against the rules and take its picture."""
    mp.fits()
    mp.readable()
    if size == SIZES[0]:
        # Roles, names and contrast are the same in every size.
        mp.accessible()
    mp.shot(f"looks-{name}-{size[0]}{'-big' if size[1] else ''}")


@pytest.mark.parametrize("size", SIZES)
def test_the_members_pages(
    mp: MiniProgram, site: Server, people: list[Promise], size: tuple[int, bool]
) -> None:
    one = people[SIZES.index(size)]
    phone = {"width": size[0], "big": size[1]}
    mp.open("/member/bind/bind", who=f"looks-{size}", **phone)
    mp.see("绑定党员")
    check(mp, "bind", size)
    bind(mp, site, one, f"looks-{size}", **phone)
    check(mp, "mine", size)
    mp.offline()
    mp.tap(f"记一条：{one.title}")
    mp.fill("做了什么", "林大爷家的灶台修好了，顺路把院墙的裂缝补上。")
    check(mp, "entry", size)
    mp.tap("记下")
    mp.see("记在手机里了")
    check(mp, "kept", size)
    mp.tap("返回")
    mp.see("有 1 条还没传上去")
    check(mp, "queue", size)
    mp.online()
    mp.see("都传上去了")
    mp.tap(f"看全过程：{one.title}")
    mp.see("写的是什么")
    check(mp, "commitment", size)
    mp.open("/member/propose/propose", **phone)
    mp.tap("按次数做")
    check(mp, "propose", size)


@pytest.mark.parametrize("size", SIZES)
def test_the_branchs_pages(
    mp: MiniProgram, site: Server, codes: Iterator[str], people: list[Promise], size: tuple[int, bool]
) -> None:
    phone = {"width": size[0], "big": size[1]}
    mp.open("/branch/sign-in/sign-in", who=f"staff-{size}", **phone)
    mp.see("支部工作人员登录")
    check(mp, "sign-in", size)
    sign_in(mp, codes, **phone)
    check(mp, "desk", size)
    for queue in ("vet", "check"):
        mp.go(f"/branch/review/review?queue={queue}")
        mp.see("第 1 件")
        check(mp, f"review-{queue}", size)
        mp.back()
    mp.tap("替党员记一条")
    mp.see("替谁记", people[0].name)
    check(mp, "people", size)
    mp.back()
    mp.tap("装砖：扫一块")
    mp.fill("砖上的编号", plaque_of(site, people[0]))
    mp.tap("下一步")
    mp.see("装好了")
    check(mp, "install", size)
