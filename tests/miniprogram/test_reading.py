"""Brick, chain and wall: the web's own words, pictures, no network, a slow one, going round in circles."""

import json
import re
import urllib.request

import pytest

from tests.miniprogram import village as record
from tests.miniprogram.support.program import MiniProgram
from tests.support.server import Server, Village

pytestmark = pytest.mark.without_worker

WALL, BRICK, CHAIN = "/pages/wall/wall", "/pages/brick/brick", "/pages/chain/chain"
CHINESE = re.compile("[\u4e00-\u9fff]")
# What stands for colours, machines or other pages, not for eyes.
UNSEEN = {"summary", "steps_in_words", "title", "short", "exact", "text_of_picture", "empty"}


def twin(site: Server, path: str) -> dict[str, object]:
    """Return a page as the server tells it."""
    with urllib.request.urlopen(f"{site.url}/api/v1/pages{path}", timeout=10) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def words_of(value: object) -> set[str]:
    """Return every Chinese text of a view model that stands on the page."""
    if isinstance(value, dict):
        return set().union(*(words_of(each) for name, each in value.items() if name not in UNSEEN))
    if isinstance(value, list):
        return set().union(*(words_of(each) for each in value))
    return {value} if isinstance(value, str) and CHINESE.search(value) else set()


def squeezed(text: str) -> str:
    """Return a text without spaces and line breaks."""
    return re.sub(r"\s", "", text)


def check_words(mp: MiniProgram, page: dict[str, object]) -> None:
    """Fail when a text of the page's view model is missing on the screen."""
    shown = squeezed(mp.text())
    missing = [text for text in words_of(page) if squeezed(text) not in shown]
    assert missing == []


def test_a_brick_says_every_word_of_its_web_page(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code, who="reader")
    mp.see("陈凯")
    page = twin(site, f"/q/{village.brick_code}")
    titles = {str(card["title"]) for card in page["cards"]}  # type: ignore[attr-defined]
    for card in page["cards"]:  # type: ignore[attr-defined]
        for step in card["standing"]["steps"]:
            step["name"] = step["name"] if step["state"] == "now" else step["short"]
    check_words(mp, page)
    for title in titles:
        mp.see(title.split("\u00a0")[0])


def test_a_chain_says_every_word_of_its_web_page(mp: MiniProgram, site: Server, village: Village) -> None:
    brick = twin(site, f"/q/{village.brick_code}")
    path = brick["cards"][0]["path"]  # type: ignore[index]
    mp.open(CHAIN, id=path[3:], who="chain_reader")
    mp.see("三方怎么说")
    page = twin(site, path)
    for step in page["standing"]["steps"]:  # type: ignore[index]
        step["name"] = step["name"] if step["state"] == "now" else step["short"]
    check_words(mp, page)
    mp.fits()
    mp.accessible()
    assert mp.share()["path"] == f"/pages/chain/chain?id={path[3:]}"


def test_a_wall_says_every_word_of_its_web_page(mp: MiniProgram, site: Server, village: Village) -> None:
    mp.open(WALL, id=village.organisation_code, who="wall_reader")
    mp.see("第四党小组")
    check_words(mp, twin(site, f"/w/{village.organisation_code}"))
    mp.accessible()
    assert mp.share()["path"] == f"/pages/wall/wall?id={village.organisation_code}"


def test_going_round_in_circles_never_ends(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code, who="circler")
    for name in ("杨林", "王岩", "刘军", "范阳", "吴艳", "袁莉"):
        mp.tap("看整面墙")
        mp.at(WALL)
        mp.tap(brick_name(mp, name))
        mp.at(BRICK)
        mp.title(name)
    mp.back()
    mp.at(WALL)


def brick_name(mp: MiniProgram, member: str) -> str:
    """Return the accessible name of a member's brick in the wall on top."""
    mp.see(member)
    return str(mp.page.locator(f".wx-page.top .brick[aria-label^='{member}，']").get_attribute("aria-label"))


def test_from_a_brick_to_its_place_in_the_wall(mp: MiniProgram, site: Server) -> None:
    code = record.bricks(site)["卢满仓"]
    mp.open(BRICK, id=code, who="placer")
    mp.see("卢满仓")
    mp.tap("看整面墙")
    mp.at(WALL)
    place = mp.page.locator(".wx-page.top .brick.target")
    assert "卢满仓" in place.inner_text()
    assert [one["selector"] for one in mp.calls("pageScrollTo")] == [f"#{mp.query()['at']}"]


def test_photos_open_large(mp: MiniProgram, site: Server, village: Village) -> None:
    title = "给 70 岁以上老人送生日面 25 次"
    record.add_photo(site, title)
    mp.open(BRICK, id=village.brick_code, who="viewer")
    mp.tap(photo_link(mp))
    mp.at(CHAIN)
    mp.tap(picture_name(mp))
    shown = mp.calls("previewImage")
    assert len(shown) == 1
    assert shown[0]["current"].endswith("-l.jpg")
    assert shown[0]["urls"] == [shown[0]["current"]]
    mp.shot("chain-photo")


def photo_link(mp: MiniProgram) -> str:
    """Return the name of the link to the chain that has photos."""
    mp.see("看全过程和照片")
    return str(
        mp.page.locator(".wx-page.top [aria-label^='看全过程和照片']").first.get_attribute("aria-label")
    )


def picture_name(mp: MiniProgram) -> str:
    """Return the name of the first photo."""
    mp.see("三方怎么说")
    return str(mp.page.locator(".wx-page.top wx-image").first.get_attribute("aria-label"))


def test_without_network_what_was_seen_is_shown_with_its_time(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code, who="traveller")
    mp.see("陈凯")
    mp.offline()
    mp.pull_down()
    mp.see("看到的。网络不好，不一定是最新的", "陈凯", "连上网以后才能评")
    assert mp.page.locator(".wx-page.top").get_by_role("button", name="满意", exact=True).count() == 0
    mp.shot("brick-offline")
    mp.online()
    mp.tap("再试一次")
    mp.miss("不一定是最新的")
    mp.find("满意")


def test_without_network_and_never_seen_it_says_what_to_do(
    mp: MiniProgram, site: Server, village: Village
) -> None:
    mp.open("/pages/rules/rules", who="stranger")
    mp.offline()
    for url in (f"{BRICK}?id={village.brick_code}", f"{WALL}?id={village.organisation_code}"):
        mp.go(url)
        mp.see("没有连上网。请看看手机有没有信号，再试一次")
    mp.shot("wall-offline")
    mp.online()
    mp.tap("再试一次")
    mp.see("第一党小组")
    mp.back()
    mp.tap("再试一次")
    mp.see("陈凯")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_in_trouble_shows_the_copy(mp: MiniProgram, village: Village, status: int) -> None:
    mp.open(BRICK, id=village.brick_code, who="patient")
    mp.see("陈凯")
    mp.server_says(status, {"code": "x", "title": "系统正忙，没有办成。请过一会儿再试", "status": status})
    mp.pull_down()
    mp.see("不一定是最新的", "陈凯")


def test_a_slow_network_shows_the_copy_until_the_answer_comes(mp: MiniProgram, village: Village) -> None:
    mp.open(BRICK, id=village.brick_code, who="slow")
    mp.see("陈凯")
    mp.no_answer(path="/pages/q/", times=1)
    mp.open(BRICK, id=village.brick_code)
    mp.see("看到的")
    mp.see("陈凯")


def test_at_fifty_kilobits_a_first_look_takes_three_seconds_at_most(
    mp: MiniProgram, village: Village
) -> None:
    mp.open("/pages/rules/rules", who="valley")
    mp.slow()
    with mp.timed("brick at 50 kbit/s, 500 ms"):
        mp.go(f"{BRICK}?id={village.brick_code}")
        mp.see("践诺")


def test_a_commitment_that_is_not_there_leads_on(mp: MiniProgram) -> None:
    mp.open(CHAIN, id="000000000000", who="lost")
    mp.see("没有找到这件承诺")
    mp.tap("看整面墙")
    mp.at(WALL)
    mp.open(CHAIN, id="half")
    mp.see("没有读到是哪一件承诺")
    mp.open(WALL, id="nowhere")
    mp.see("没有找到这面墙", "看别的砖墙")
    mp.tap("扫码或输入编号")
    mp.at("/pages/scan/scan")
