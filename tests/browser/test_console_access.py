"""The console for everybody: axe-core finds nothing, no window is too narrow for it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_secretary import sign_in

PAGES = (
    "/console/today/",
    "/console/members/",
    "/console/organisations/",
    "/console/commitments/",
    "/console/commitments/new",
    "/console/commitments/review/vet",
    "/console/rounds/",
    "/console/rounds/new",
    "/console/feedback/",
    "/console/roster/",
    "/console/plaques/",
    "/console/plaques/print",
    "/console/activation/",
    "/console/accounts/",
    "/console/accounts/new",
    "/console/audit/",
    "/console/my/",
)


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """Return a signed-in secretary's window, a desk wide."""
    page = open_page("/console/today/", width=1280, height=800)
    sign_in(page)
    expect(page.locator("h1")).to_contain_text("今天")
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def test_no_page_of_the_console_violates_axe(desk: Page) -> None:
    found: list[str] = []
    for path in PAGES:
        desk.goto(path)
        found += violations(desk)
    assert found == []


def test_refusals_and_forms_with_faults_are_accessible_too(desk: Page) -> None:
    desk.goto("/console/members/000000000000")
    expect(desk.locator("h1")).to_have_text("没有找到")
    found = violations(desk)
    desk.goto("/console/commitments/new")
    desk.locator("form.form").evaluate("form => { form.noValidate = true }")
    desk.get_by_role("button", name="交上去审核").click()
    expect(desk.get_by_role("alert")).to_be_focused()
    found += violations(desk)
    assert found == []


@pytest.mark.parametrize("width", [1024, 375, 320])
def test_no_page_scrolls_sideways(desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 700})
    wide: list[str] = []
    for path in PAGES:
        desk.goto(path)
        if desk.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert wide == []


def test_text_twice_as_large_still_fits(desk: Page) -> None:
    """200 % zoom of a 1280-pixel window is a window of 640 CSS pixels (WCAG 1.4.4, 1.4.10)."""
    desk.set_viewport_size({"width": 640, "height": 400})
    for path in PAGES:
        desk.goto(path)
        assert desk.evaluate("document.documentElement.scrollWidth") <= 640, path


def test_targets_on_a_phone_are_large_enough(desk: Page) -> None:
    desk.set_viewport_size({"width": 375, "height": 812})
    desk.goto("/console/today/")
    heights = desk.locator("a.btn, .bar .menu, button.btn").evaluate_all(
        "all => all.filter((each) => each.offsetParent).map((each) => each.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 44
