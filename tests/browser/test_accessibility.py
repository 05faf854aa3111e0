"""Every public page under axe-core, at every width, in both sizes of letters; no sideways scrolling."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.server import Server, Village

WIDTHS = (320, 375, 1280)
# Text on these pages reaches 7:1 (EXPERIENCE.md), which axe checks only when asked.
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
NAMES = (
    "home",
    "wall",
    "brick",
    "branch",
    "chain",
    "code",
    "unknown",
    "rules",
    "feedback",
    "answer",
    "receipt",
    "inbox",
)


@pytest.fixture(scope="module")
def paths(site: Server, village: Village) -> dict[str, str]:
    """Return the addresses of one page of each kind."""
    database = Path(site.var_dir) / "brickwall.sqlite3"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        busiest = connection.execute(
            "SELECT c.public_id FROM commitment c JOIN fulfilment_entry e ON e.commitment_id = c.id "
            "WHERE c.published_at IS NOT NULL GROUP BY c.id ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        branch = connection.execute(
            "SELECT code FROM plaque WHERE member_id IS NULL AND state NOT IN ('blank', 'retired') LIMIT 1"
        ).fetchone()
    return {
        "home": "/",
        "wall": f"/w/{village.organisation_code}",
        "brick": f"/q/{village.brick_code}",
        "branch": f"/q/{branch[0]}",
        "chain": f"/c/{busiest[0]}",
        "code": "/code",
        "unknown": "/q/zzzzzzzz",
        "rules": "/rules",
        "feedback": f"/feedback?about={village.brick_code}",
        "answer": "/feedback/answer",
        "receipt": "/r",
        "inbox": "/inbox",
    }


@pytest.fixture(scope="module", params=[False, True], ids=["standard", "big"])
def phone(request: pytest.FixtureRequest, chromium: Browser, site: Server) -> Iterator[Page]:
    """Provide a page whose reader has standard or big letters."""
    context = chromium.new_context(base_url=site.url, locale="zh-CN")
    context.add_cookies([{"name": "big", "value": "1" if request.param else "0", "url": site.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    phone: Page, paths: dict[str, str], name: str, width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 812})
    phone.goto(paths[name])
    assert phone.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(phone, options=OPTIONS)
    assert found.violations_count == 0, found.generate_report()


def test_text_is_large_enough_to_read(phone: Page, paths: dict[str, str]) -> None:
    phone.set_viewport_size({"width": 375, "height": 812})
    least = 24 if phone.context.cookies()[0]["value"] == "1" else 18
    for name in NAMES:
        phone.goto(paths[name])
        smallest = phone.evaluate(
            """() => { let least = 99; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) { if (walk.currentNode.data.trim()) {
                  least = Math.min(least, parseFloat(getComputedStyle(walk.currentNode.parentElement).fontSize)); } }
                return least; }"""
        )
        assert smallest >= least, name


def test_everything_to_tap_is_large_enough(phone: Page, paths: dict[str, str]) -> None:
    phone.set_viewport_size({"width": 375, "height": 812})
    for name in NAMES:
        phone.goto(paths[name])
        small = phone.evaluate(
            """() => Array.from(document.querySelectorAll('main a, header a, nav a, footer a, button, summary, select'))
                .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44 && !one.closest('p, .list'))
                .map((one) => one.textContent.trim() + ' ' + one.getBoundingClientRect().height)"""
        )
        assert small == [], name
    phone.goto(paths["brick"])
    faces = phone.locator(".faces button")
    assert all((faces.nth(place).bounding_box() or {"height": 0})["height"] >= 60 for place in range(3))


def test_twice_the_zoom_needs_no_sideways_scrolling(phone: Page, paths: dict[str, str]) -> None:
    phone.set_viewport_size({"width": 640, "height": 400})
    for name in NAMES:
        phone.goto(paths[name])
        assert phone.evaluate("document.documentElement.scrollWidth") <= 640, name


def test_paper_shows_the_page_and_not_its_buttons(phone: Page, paths: dict[str, str]) -> None:
    phone.emulate_media(media="print")
    phone.goto(paths["brick"])
    assert phone.locator("h1").is_visible()
    assert not phone.locator(".tools").is_visible()
    assert not phone.locator(".faces").is_visible()
    phone.emulate_media(media="screen")
