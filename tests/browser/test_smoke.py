"""The site answers in a real browser."""

from tests.browser.conftest import OpenPage


def test_the_api_page_opens_on_a_phone_without_sideways_scrolling(open_page: OpenPage) -> None:
    page = open_page("/api/v1/", width=320)
    assert page.locator("h1").inner_text() == "接口说明"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
