"""A phone with our mini-program on it: what a person does and sees, by name and role."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.miniprogram.support.phone import WAIT
from tests.miniprogram.support.records import Request
from tests.miniprogram.support.world import World

OUTPUT = Path(__file__).resolve().parents[1] / "output"
SMALLEST_TARGET = 44
BIG_LETTERS = 1.4
SCENE_QR, SCENE_CODE, SCENE_PLAIN = 1011, 1047, 1001
ROLES = (
    "button",
    "link",
    "radio",
    "checkbox",
    "switch",
    "tab",
    "textbox",
    "combobox",
    "menuitem",
    "option",
    "img",
)
SMALL_TEXT = """limit => {
    const small = {};
    const walker = document.createTreeWalker(__mp.top().element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.textContent.trim() || !parent.checkVisibility() || parent.closest('option')) continue;
        const size = parseFloat(getComputedStyle(parent).fontSize);
        if (size < limit - 0.01) small[node.textContent.trim().slice(0, 20)] = size;
    }
    return Object.keys(small).length ? small : null;
}"""
AXE = {
    "resultTypes": ["violations"],
    "rules": {
        "color-contrast-enhanced": {"enabled": True},
        "target-size": {"enabled": True},
        # The document around the program, and the box that scrolls, are ours, not the program's.
        "scrollable-region-focusable": {"enabled": False},
        "region": {"enabled": False},
        "landmark-one-main": {"enabled": False},
        "page-has-heading-one": {"enabled": False},
        "document-title": {"enabled": False},
        "meta-viewport": {"enabled": False},
    },
}


class MiniProgram(World):
    """What a test does with a phone; README.md beside is its manual."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._others: list[MiniProgram] = []

    # Opening

    def open(
        self,
        page: str,
        *,
        q: str | None = None,
        scene: str | None = None,
        who: str | None = None,
        width: int | None = None,
        height: int | None = None,
        big: bool | float = False,
        entrance: int | None = None,
        **query: str,
    ) -> "MiniProgram":
        """Start the program at ``page``, as WeChat does after a scan (``q``, ``scene``) or a tap."""
        if who is not None and who != self._who:
            self.become(who)
        self._size = {"width": width or self._size["width"], "height": height or self._size["height"]}
        self.page.set_viewport_size(self._size)
        self._letters = (BIG_LETTERS if big is True else float(big)) if big else 1.0
        if q is not None:
            query = {"q": quote(self.link(q), safe=""), "scancode_time": str(int(time.time())), **query}
        if scene is not None:
            query = {"scene": quote(scene, safe=""), **query}
        default = SCENE_QR if q is not None else SCENE_CODE if scene is not None else SCENE_PLAIN
        search = "&".join(f"{name}={value}" for name, value in query.items())
        self.start(f"{page}?{search}" if search else page, entrance or default)
        return self

    def become(self, who: str) -> None:
        """Hand the phone's WeChat over to somebody else, from the next start on."""
        self._gather()
        self._who, self._logins = who, 0

    def another(self, who: str) -> "MiniProgram":
        """Return a second phone on the same server; it is looked over at the end like this one."""
        phone = MiniProgram(self._browser, self._html, self._base_url, who, self._durations)
        self._others.append(phone)
        return phone

    def go(self, url: str) -> None:
        """Navigate to ``url`` by ``wx.navigateTo``."""
        self.page.evaluate("url => __mp.wx.navigateTo({url})", url)

    # Finding

    def _scope(self) -> Locator:
        """Return the dialog in front, else the page on top."""
        dialog = self.page.locator(".wx-modal")
        return dialog.last if dialog.count() else self.page.locator(".wx-page.top")

    def find(self, name: str, role: str | None = None, nth: int | None = None) -> Locator:
        """Return what has this accessible name or exactly this text; waits until it is there.

        Raises:
            AssertionError: when nothing has, or several have and ``nth`` does not say which.
        """
        deadline = time.monotonic() + WAIT / 1000
        while True:
            # Twice: while the page is drawn, a text may be there a moment before the button around it.
            found = self._first(name, role) and self._first(name, role)
            if found is not None:
                count = found.count()
                assert nth is not None or count == 1, f"{count} things are called {name}: say nth= or role="
                return found.nth(nth or 0)
            assert time.monotonic() < deadline, f"nothing is called {name}; visible: {self.text()[:800]}"
            self.page.wait_for_timeout(20)

    def _first(self, name: str, role: str | None) -> Locator | None:
        """Return what is visible now of the highest rank: a role before a label before mere text."""
        for found in self._candidates(name, role):
            shown = found.locator("visible=true")
            if shown.count() > 0:
                return shown
        return None

    def _candidates(self, name: str, role: str | None) -> Iterator[Locator]:
        scope = self._scope()
        if role is not None:
            yield scope.get_by_role(role, name=name, exact=True)
            return
        by_role = scope.get_by_role(ROLES[0], name=name, exact=True)
        for other in ROLES[1:]:
            by_role = by_role.or_(scope.get_by_role(other, name=name, exact=True))
        yield by_role
        yield scope.get_by_label(name, exact=True)
        yield scope.get_by_text(name, exact=True)

    # Doing

    def tap(self, name: str, role: str | None = None, nth: int | None = None) -> None:
        """Touch what is called ``name``; a target under 44 px fails the test at its end."""
        target = self.find(name, role, nth)
        box = target.evaluate("""element => {
            const own = element.closest('.wx-modal') ? null : element.closest('wx-label, wx-picker') || element;
            const box = own && own.getBoundingClientRect();
            return box && [box.width, box.height];
        }""")
        if box and min(box) < SMALLEST_TARGET - 0.5:
            self._complaints.append(f"small target: {name} is {box[0]:.0f} × {box[1]:.0f} px")
        target.tap()

    def fill(self, label: str, text: str) -> None:
        """Type ``text`` into the field with this label or placeholder."""
        scope = self._scope()
        field = scope.get_by_label(label, exact=True).or_(scope.get_by_placeholder(label, exact=True))
        field.locator("visible=true").fill(text)

    def pick(self, label: str, option: str) -> None:
        """Choose ``option`` in the picker with this label: an option's text, or a date or time."""
        control = (
            self._scope().locator("wx-picker > select, wx-picker > input").and_(self.page.get_by_label(label))
        )
        found = control.locator("visible=true")
        if found.evaluate("element => element.tagName") == "SELECT":
            found.select_option(label=option)
        else:
            found.fill(option)
            found.dispatch_event("change")

    def back(self) -> None:
        """Touch 返回 in the bar."""
        self.page.locator("#wx-bar").get_by_role("button", name="返回").tap()

    def pull_down(self) -> None:
        """Pull the page down to refresh it."""
        self.page.evaluate("() => __mp.wx.startPullDownRefresh()")

    def scroll_down(self) -> None:
        """Scroll to the page's end."""
        self.page.evaluate("() => { const box = __mp.top().element; box.scrollTop = box.scrollHeight; }")

    def hide(self) -> None:
        """Put the program into the background."""
        self.page.evaluate("() => __mp.toBackground()")

    def show(self) -> None:
        """Bring the program back."""
        self.page.evaluate("() => __mp.toForeground()")

    def share(self) -> Any:
        """Return what the page offers for sharing."""
        return self.page.evaluate("() => __mp.share()")

    # Looking

    def see(self, *texts: str) -> None:
        """Wait until every text is visible on the page or in a dialog."""
        for text in texts:
            shown = self.page.locator(".wx-page.top, .wx-modal, #wx-toast").get_by_text(text)
            expect(shown.locator("visible=true").first, self._seen(text)).to_be_visible(timeout=WAIT)

    def _seen(self, text: str) -> str:
        return f"{text} should be visible"

    def miss(self, *texts: str) -> None:
        """Wait until none of the texts is visible."""
        for text in texts:
            shown = self.page.locator(".wx-page.top, .wx-modal, #wx-toast").get_by_text(text)
            expect(shown.locator("visible=true"), f"{text} should not be visible").to_have_count(
                0, timeout=WAIT
            )

    def at(self, page: str) -> None:
        """Wait until ``page`` is on top."""
        expect(self.page.locator(".wx-page.top")).to_have_attribute(
            "data-route", page.lstrip("/"), timeout=WAIT
        )

    def title(self, text: str) -> None:
        """Wait until the bar shows ``text``."""
        expect(self.page.locator("#wx-bar span")).to_have_text(text, timeout=WAIT)

    def toast(self, text: str) -> None:
        """Wait for a toast that contains ``text``."""
        expect(self.page.locator("#wx-toast")).to_contain_text(text, timeout=WAIT)

    def dialog(self, text: str) -> None:
        """Wait for a dialog that contains ``text``."""
        expect(self.page.locator(".wx-modal").last).to_contain_text(text, timeout=WAIT)

    def text(self) -> str:
        """Return the visible text of the page on top."""
        return self.page.locator(".wx-page.top").inner_text()

    def query(self) -> dict[str, str]:
        """Return the options the page on top was opened with."""
        found: dict[str, str] = self.page.evaluate("() => __mp.top().query")
        return found

    def data(self) -> dict[str, Any]:
        """Return the data of the page on top."""
        found: dict[str, Any] = self.page.evaluate("() => __mp.data()")
        return found

    def shot(self, name: str) -> Path:
        """Take a picture of the screen; return its path."""
        OUTPUT.mkdir(exist_ok=True)
        path = OUTPUT / f"{re.sub(r'[^0-9A-Za-z._-]', '-', name)}.png"
        self.page.screenshot(path=path)
        return path

    def fits(self) -> None:
        """Fail when something sticks out sideways."""
        wide = self.page.evaluate(
            "() => { const b = __mp.top().element; return b.scrollWidth - b.clientWidth; }"
        )
        assert wide <= 0, f"{wide} px wider than the screen"

    def readable(self, smallest: float | None = None) -> None:
        """Fail on visible text smaller than 18 px, or 24 px when the phone's letters are big."""
        limit = smallest or (18 if self._letters == 1 else 24)
        found = self.page.evaluate(SMALL_TEXT, limit)
        assert not found, f"text under {limit} px: {found}"

    def accessible(self) -> None:
        """Fail on a violation of WCAG 2.2 AA that axe-core finds on the page on top."""
        found = Axe().run(self.page, ".wx-page.top", AXE).response["violations"]
        lines = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
        assert not lines, "\n".join(lines)

    @property
    def requests(self) -> list[Request]:
        """Every request so far."""
        return self.record.requests

    def calls(self, name: str) -> list[Any]:
        """Return the arguments of every call of ``wx.<name>`` so far."""
        return [options for called, options in self.record.calls if called == name]

    @property
    def storage(self) -> dict[str, Any]:
        """What ``wx.setStorage`` keeps."""
        kept: dict[str, Any] = self.page.evaluate("() => __mp.storage()")
        return kept

    def keep(self, key: str, value: object) -> None:
        """Write into the program's storage."""
        self.page.evaluate("([key, value]) => __mp.wx.setStorageSync(key, value)", [key, value])

    def files(self) -> dict[str, int]:
        """Return saved files, path to size."""
        kept: dict[str, int] = self.page.evaluate("() => __mp.files()")
        return kept

    # The end

    def expect_error(self, part: str) -> None:
        """Let complaints that contain ``part`` pass at the end of the test."""
        self._expected.append(part)

    @contextmanager
    def timed(self, flow: str) -> Iterator[None]:
        """Measure a flow; the run ends with a table."""
        started = time.monotonic()
        yield
        self._durations[flow] = time.monotonic() - started

    def finish(self) -> list[str]:
        """Close this phone and the others; return what was wrong."""
        complaints = self.complaints() if not self.page.is_closed() else []
        self.close()
        for other in self._others:
            complaints += other.finish()
        return complaints
