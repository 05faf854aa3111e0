"""A member binds his phone, notes what he did without a network, and it arrives exactly once."""

from pathlib import Path

import pytest

from tests.factories.pictures import jpeg
from tests.miniprogram.people import Promise, entries, promises, slip
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server

MINE = "/member/mine/mine"
BIND = "/member/bind/bind"
TEXT = "送面到张大爷家，顺路换了灯泡。"


@pytest.fixture(scope="module")
def people(site: Server) -> list[Promise]:
    """Return members of the village who are working on something counted."""
    return promises(site)


def picture(folder: Path) -> Path:
    """Write a picture as a phone would hold it."""
    path = folder / "well.jpg"
    path.write_bytes(jpeg(1200, 900))
    return path


def bind(mp: MiniProgram, site: Server, promise: Promise, who: str) -> None:
    """Bind the phone of ``who`` to a member by typing his slip's code."""
    mp.open(BIND, who=who)
    mp.fill("激活码", slip(site, promise))
    mp.tap("下一步")
    mp.see(promise.name, "是您本人吗")
    mp.tap("是我，绑定")
    mp.at(MINE)
    mp.see(promise.title)


def test_a_member_binds_and_logs_an_entry_offline_and_it_arrives_once(
    mp: MiniProgram, site: Server, people: list[Promise], tmp_path: Path
) -> None:
    who = people[0]
    mp.open(MINE, who="offline-member")
    mp.see("这部手机还没有绑定党员")
    mp.shot("member-unbound")
    mp.tap("绑定")
    code = slip(site, who)
    mp.scans(f"{site.url}/activate#{code}")
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
    mp.shot("member-entry")
    mp.tap("记下")
    mp.see("记在手机里了")
    mp.shot("member-entry-kept")
    mp.tap("返回")
    mp.at(MINE)
    mp.see("有 1 条还没传上去")
    mp.shot("member-queue")
    mp.online()
    mp.see("都传上去了")
    mp.miss("有 1 条还没传上去")
    mp.shot("member-arrived")
    arrived = entries(site, who.commitment, TEXT)
    assert [(row.amount, row.recorded_by) for row in arrived] == [(1, who.name)]
    mp.tap(f"看全过程：{who.title}")
    mp.see("写的是什么", TEXT)
    mp.shot("member-commitment")
