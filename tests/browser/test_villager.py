"""A villager scans, reads, rates and complains, in a real Chromium, with and without JavaScript."""

import gzip
import re
import sqlite3
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.support.server import Server, Village

MAX_COMPRESSED = 14 * 1024
RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def brick(village: Village) -> str:
    return f"/q/{village.brick_code}"


def count_ratings(site: Server) -> int:
    """Return the rows of the rating table of the running site."""
    path = Path(site.var_dir) / "brickwall.sqlite3"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM rating").fetchone()[0])


def face(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


@pytest.mark.practice("F2", "F3")
def test_scan_read_and_rate_without_javascript(open_page: OpenPage, village: Village, site: Server) -> None:
    page = open_page(brick(village), javascript=False)
    expect(page.locator(".face .who").last).to_contain_text("党支部")
    before = count_ratings(site)
    face(page, "满意")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("h1")).to_contain_text("记上了")
    assert RECEIPT.search(page.locator("main").inner_text())
    assert page.url.endswith("/ratings/done"), "nothing of the tap is in the address"
    assert count_ratings(site) == before + 1


def test_one_tap_with_javascript_gives_a_receipt(open_page: OpenPage, village: Village, site: Server) -> None:
    page = open_page(brick(village))
    before = count_ratings(site)
    face(page, "一般")
    expect(page.locator("h1")).to_contain_text("记上了")
    assert RECEIPT.search(page.locator("main").inner_text())
    assert count_ratings(site) == before + 1


def test_an_impatient_double_tap_counts_once(open_page: OpenPage, village: Village, site: Server) -> None:
    page = open_page(brick(village))
    before = count_ratings(site)
    page.evaluate(
        """() => { const faces = document.querySelectorAll('.faces button');
                   faces[0].click(); faces[0].click(); faces[2].click(); }"""
    )
    expect(page.locator("h1")).to_contain_text("记上了")
    assert count_ratings(site) == before + 1


def test_a_dropped_answer_is_asked_for_again_and_counts_once(
    open_page: OpenPage, village: Village, site: Server
) -> None:
    page = open_page(brick(village))
    before = count_ratings(site)
    keys: list[str] = []
    lost = {"left": 2}

    def drop(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if lost["left"]:
            lost["left"] -= 1
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/ratings", drop)
    face(page, "不满意")
    expect(page.locator("h1")).to_contain_text("记上了", timeout=15_000)
    assert len(keys) >= 3
    assert len(set(keys)) == 1
    assert count_ratings(site) == before + 1


def test_without_any_network_the_page_says_so_and_can_be_tapped_again(
    open_page: OpenPage, village: Village, site: Server
) -> None:
    page = open_page(brick(village))
    before = count_ratings(site)
    page.evaluate("window.setTimeout = (call) => { Promise.resolve().then(call); return 0; }")
    page.route("**/ratings", lambda route: route.abort("internetdisconnected"))
    face(page, "满意")
    expect(page.locator(".rate p").first).to_contain_text("还没有送到")
    page.unroute("**/ratings")
    face(page, "满意")
    expect(page.locator("h1")).to_contain_text("记上了")
    assert count_ratings(site) == before + 1


def test_a_server_that_cannot_write_is_asked_again_and_then_explains_itself(
    open_page: OpenPage, village: Village
) -> None:
    page = open_page(brick(village))
    page.evaluate("window.setTimeout = (call) => { Promise.resolve().then(call); return 0; }")
    tries: list[int] = []

    def full(route: Route) -> None:
        tries.append(1)
        refusal = "<!doctype html><title>满</title><main><h1>暂时不能保存</h1><p>请过一会儿再试。</p></main>"
        route.fulfill(status=503, content_type="text/html; charset=utf-8", body=refusal)

    page.route("**/ratings", full)
    face(page, "满意")
    expect(page.locator("h1")).to_have_text("暂时不能保存")
    assert len(tries) == 7


def test_from_brick_to_wall_and_to_the_whole_chain(open_page: OpenPage, village: Village) -> None:
    page = open_page(brick(village))
    name = page.locator("h1").inner_text()
    page.get_by_role("link", name=re.compile("看全过程")).first.click()
    expect(page.locator(".truths li")).to_have_count(3)
    page.get_by_role("link", name=f"回到{name}").click()
    page.get_by_role("link", name="看整面墙").click()
    target = page.locator(".wall :target")
    expect(target).to_be_visible()
    expect(target).to_contain_text(name)


def test_a_code_typed_by_hand_in_capitals_and_groups(open_page: OpenPage, village: Village) -> None:
    page = open_page("/code", javascript=False)
    code = village.brick_code.upper()
    page.get_by_label("砖上的编号（8 位）").fill(f"{code[:4]} {code[4:]}")
    page.get_by_role("button", name="看这块砖").click()
    assert page.url.endswith(brick(village))


def test_big_letters_stay_without_javascript(open_page: OpenPage, village: Village) -> None:
    page = open_page(brick(village), javascript=False)
    page.get_by_role("link", name="大字").click()
    assert page.url.endswith(brick(village))
    assert page.locator("html").get_attribute("class") == "big"
    page.get_by_role("link", name="看整面墙").click()
    assert page.locator("html").get_attribute("class") == "big"
    page.get_by_role("link", name="小字").click()
    assert page.locator("html").get_attribute("class") == "std"


def test_big_letters_switch_on_the_spot_with_javascript(open_page: OpenPage, village: Village) -> None:
    page = open_page(brick(village))
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="大字").click()
    assert page.locator("html").get_attribute("class") == "big"
    assert page.evaluate("window.stayed") is True
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.last')).fontSize)")
    assert 24 <= size <= 30
    page.reload()
    assert page.locator("html").get_attribute("class") == "big"


def test_read_aloud_is_offered_only_where_a_phone_can_speak(open_page: OpenPage, village: Village) -> None:
    page = open_page(brick(village))
    page.add_init_script(
        """window.spoken = []; window.SpeechSynthesisUtterance = function (text) { this.text = text; };
           Object.defineProperty(window, 'speechSynthesis', { value: {
             speaking: false, speak: function (words) { window.spoken.push(words.text); }, cancel: function () {} } });"""
    )
    page.reload()
    page.get_by_role("button", name="读给我听").click()
    spoken = page.evaluate("window.spoken.join(' ')")
    assert page.locator("h1").inner_text() in spoken
    assert "承诺" in spoken
    assert page.locator("article h3").first.inner_text().replace("；", " ") in spoken
    without = open_page(brick(village), javascript=False)
    assert without.get_by_role("button", name="读给我听").count() == 0


def test_feedback_is_kept_while_typing_and_answered_by_code(open_page: OpenPage, village: Village) -> None:
    page = open_page(brick(village))
    page.get_by_role("link", name="投诉建议").click()
    page.get_by_label("什么事，在哪里，希望怎么办").fill("村口路灯不亮")
    page.reload()
    expect(page.get_by_label("什么事，在哪里，希望怎么办")).to_have_value("村口路灯不亮")
    page.get_by_role("button", name="交上去").click()
    code = page.locator(".slip b").inner_text()
    page.get_by_role("link", name="看答复").click()
    page.get_by_label("读答复的编号（12 位）").fill(code.upper())
    page.get_by_role("button", name="看答复").click()
    expect(page.locator("main")).to_contain_text("村口路灯不亮")
    expect(page.locator("main")).to_contain_text("还没有答复")
    page.goto(f"/feedback?about={village.brick_code}")
    expect(page.get_by_label("什么事，在哪里，希望怎么办")).to_have_value("")


def test_feedback_works_without_javascript(open_page: OpenPage, village: Village) -> None:
    page = open_page(f"/feedback?about={village.brick_code}", javascript=False)
    page.get_by_label("什么事，在哪里，希望怎么办").fill("村口路灯不亮")
    page.get_by_role("button", name="交上去").click()
    assert RECEIPT.fullmatch(page.locator(".slip b").inner_text().upper())


def test_the_page_needs_one_request_to_be_read(open_page: OpenPage, village: Village) -> None:
    page = open_page("/rules")
    # The browser asks for the first page's icon when it likes.
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(brick(village))
    page.wait_for_load_state("networkidle")
    assert asked[0] == "document"
    assert set(asked) <= {"document", "script", "image", "other"}
    assert asked.count("document") == 1
    assert "stylesheet" not in asked
    assert "font" not in asked


def test_the_heaviest_page_of_the_village_fits_one_round_trip(site: Server) -> None:
    with sqlite3.connect(f"file:{Path(site.var_dir) / 'brickwall.sqlite3'}?mode=ro", uri=True) as connection:
        codes = [row[0] for row in connection.execute("SELECT code FROM plaque")]
    weights = {path: weigh(f"{site.url}{path}") for path in ["/", *(f"/q/{code}" for code in codes)]}
    assert len(weights) > 70
    heaviest = max(weights, key=lambda path: weights[path])
    assert weights[heaviest] <= MAX_COMPRESSED, heaviest


def weigh(url: str) -> int:
    """Return the bytes of a page at gzip level 6, style included."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return len(gzip.compress(answer.read(), 6))
