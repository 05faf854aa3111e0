"""Chromium and a real server with the sample village, fresh for every module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.server import Server, Village, copy_village

PHONE = {"width": 375, "height": 812}
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: it needs Chromium and does not depend on the database engine."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def site(village: Village, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Provide a running site on a copy of the village."""
    folder: Path = tmp_path_factory.mktemp("site") / "var"
    with Server(copy_village(village, folder)) as server:
        yield server


@pytest.fixture
def open_page(chromium: Browser, site: Server) -> Iterator[OpenPage]:
    """Return ``open_page(path, width=375, height=812, javascript=True, …) -> Page``.

    A page that logs an error to its console, or asks another host for anything, fails the test.
    """
    contexts, complaints = [], []

    def opened(
        path: str, *, width: int = 375, height: int = 812, javascript: bool = True, **options: object
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _note_outside(request.url, site.url, complaints))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _note_outside(url: str, ours: str, complaints: list[str]) -> None:
    if not url.startswith((ours, "data:", "blob:")):
        complaints.append(f"asked another host: {url}")
