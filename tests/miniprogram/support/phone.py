"""Chromium as a phone: starts the program, takes down what it noted."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from tests.miniprogram.support.compiled import PHONE_MARK
from tests.miniprogram.support.contract import is_described
from tests.miniprogram.support.records import Record

# utils/config.js of the mini-program, develop version.
HOME = "http://127.0.0.1:8000"
# The mini-program that the fake WeChat knows.
APP_ID = "wx0000000000000000"
WAIT = 5000
SIZE = {"width": 375, "height": 812}
# Contexts put away clean. A new one opens a whole window: a second of processor time, which the
# tests would spend more on than on the program.
_IDLE: list[tuple[BrowserContext, Page]] = []


def _take(browser: Browser) -> tuple[BrowserContext, Page]:
    """Return a context without any memory, and its page."""
    while _IDLE:
        context, page = _IDLE.pop()
        if context.browser is browser and not page.is_closed():
            page.set_viewport_size(SIZE)  # type: ignore[arg-type]
            return context, page
    context = browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    return context, context.new_page()


class Phone:
    """One phone: a browser context to itself, with storage that outlives the program's starts."""

    def __init__(
        self, browser: Browser, html: str, base_url: str, who: str, durations: dict[str, float]
    ) -> None:
        self._browser, self._html, self._base_url = browser, html, base_url
        self._who, self._durations = who, durations
        self._size = dict(SIZE)
        self._letters = 1.0
        self._expected: list[str] = []
        self._complaints: list[str] = []
        self._earlier = Record()
        self._started = False
        self._logins = 0
        self._context, page = _take(browser)
        self.page: Page = page
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", self._on_page_error)
        self._answers: dict[str, dict[str, Any]] = {}
        self._privacy_agreed = False
        self._full = False
        self._is_own = False

    def _on_page_error(self, error: Error) -> None:
        """Note what went wrong before the runtime could note it itself."""
        if not self._started:
            self._complaints.append(f"before the start: {error}")

    def _serve(self, url: str, entrance: int) -> Callable[[Route], None]:
        """Return a route handler that hands over the program with this phone's facts."""
        facts = {
            "url": url,
            "entrance": entrance,
            "who": self._who,
            "logins": self._logins,
            "letterScale": self._letters,
            "online": True,
            "privacyAgreed": self._privacy_agreed,
            "storageFull": self._full,
            "home": HOME,
            "appId": APP_ID,
            "answers": self._answers,
        }
        text = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
        body = self._html.replace(PHONE_MARK, f"<script>window.__PHONE={text}</script>", 1)
        return lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")

    def start(self, url: str, entrance: int) -> None:
        """Start the program at ``url``, after taking down what the run before noted."""
        self._gather()
        address = f"{self._base_url}/__mp__"
        self._context.route(address, self._serve(url, entrance))
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_function("window.__mp && window.__mp.started", timeout=WAIT)
        self._context.unroute(address)
        self._started = True

    def link(self, text: str) -> str:
        """Return a link to the running server as the program knows it: its address in config.js."""
        return HOME + text.removeprefix(self._base_url) if text.startswith(f"{self._base_url}/") else text

    def _gather(self) -> None:
        if not self._started:
            return
        self.page.evaluate("() => __mp.settled()")
        self._logins = self.page.evaluate("() => __mp.phone.logins")
        self._privacy_agreed = self.page.evaluate("() => __mp.phone.privacyAgreed")
        self._earlier = self.record
        self._started = False

    @property
    def record(self) -> Record:
        """Everything noted so far, over all starts."""
        raw = self.page.evaluate("() => window.__mp ? __mp.record : null") if self._started else None
        return self._earlier.plus(raw)

    def complaints(self) -> list[str]:
        """Return what was wrong with this run that the test did not expect."""
        record = self.record
        found = self._complaints + record.errors
        found += [f"warning: {one}" for one in record.warnings]
        found += [f"unsupported: {one}" for one in record.unsupported]
        for request in record.requests:
            if not is_described(request.method, request.path):
                found.append(f"not in docs/openapi.json: {request.method} {request.path}")
        return [one for one in found if not any(part in one for part in self._expected)]

    def inject(self, script: str) -> None:
        """Run ``script`` before the program at every start; such a phone serves no other test."""
        self.page.add_init_script(script)
        self._is_own = True

    def close(self) -> None:
        """Put the phone away for the next one: nothing on it, nothing listening, the network back."""
        if self._is_own:
            self._context.close()
            return
        self.page.remove_listener("pageerror", self._on_page_error)
        self._context.set_offline(False)
        self._context.unroute_all(behavior="ignoreErrors")
        self.page.goto("about:blank")
        devtools = self._context.new_cdp_session(self.page)
        devtools.send("Storage.clearDataForOrigin", {"origin": self._base_url, "storageTypes": "all"})
        devtools.detach()
        self._context.clear_cookies()
        _IDLE.append((self._context, self.page))
