"""The world around a phone: its network, its server, its camera and its owner's answers."""

import base64
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Request, Route

from tests.miniprogram.support.phone import Phone

# 50 kbit/s and half a second, EXPERIENCE.md.
SLOW = {"offline": False, "latency": 500, "downloadThroughput": 6250, "uploadThroughput": 6250}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


def picture(path: Path) -> dict[str, str]:
    """Return a picture file in the form the runtime takes it."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"data": base64.b64encode(path.read_bytes()).decode(), "type": kind}


class World(Phone):
    """Scripts what happens to one phone. Methods may be called before and after the first start."""

    _devtools: CDPSession | None = None

    def _tell(self, script: str, value: object = None) -> None:
        """Run ``script`` in the running program, if there is one."""
        self.page.evaluate(f"value => {{ if (window.__mp) {{ {script} }} }}", value)

    def offline(self) -> None:
        """Take the network away; ``wx.onNetworkStatusChange`` fires."""
        self._context.set_offline(True)

    def online(self) -> None:
        """Give the network back, at full speed."""
        self._context.set_offline(False)
        self._conditions(FAST)

    def slow(self) -> None:
        """Leave 50 kbit/s with 500 ms latency."""
        self._conditions(SLOW)

    def close(self) -> None:
        """Let go of the network before the phone is put away."""
        if self._devtools is not None:
            self._devtools.send("Network.emulateNetworkConditions", FAST)
            self._devtools.detach()
            self._devtools = None
        super().close()

    def _conditions(self, conditions: dict[str, object]) -> None:
        if self._devtools is None:
            self._devtools = self._context.new_cdp_session(self.page)
            self._devtools.send("Network.enable")
        self._devtools.send("Network.emulateNetworkConditions", conditions)

    def _intercept(
        self, path: str, method: str | None, times: int, act: Callable[[Route, Request], None]
    ) -> None:
        """Let ``act`` deal with the next ``times`` requests whose path contains ``path``."""
        left = [times]

        def handle(route: Route, request: Request) -> None:
            if left[0] < 1 or (method and request.method != method.upper()):
                route.fallback()
                return
            left[0] -= 1
            act(route, request)

        self._context.route(lambda url: "/__mp__" not in url and path in url, handle)

    def server_says(
        self,
        status: int,
        body: object = None,
        *,
        path: str = "/api/",
        method: str | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next matching requests instead of the server; ``body`` is sent as JSON."""
        answer = {"code": "test", "title": "测试里的回答", "status": status} if body is None else body
        kind = "application/problem+json" if status >= 400 else "application/json"
        self._intercept(
            path, method, times, lambda route, _: route.fulfill(status=status, json=answer, content_type=kind)
        )

    def lose_answer(self, *, path: str = "/api/", method: str | None = None, times: int = 1) -> None:
        """Let the server get the next matching requests, and the phone never get the answers."""

        def lose(route: Route, request: Request) -> None:
            route.fetch()
            route.abort("connectionreset")

        self._intercept(path, method, times, lose)

    def no_answer(self, *, path: str = "/api/", method: str | None = None, times: int = 1000) -> None:
        """Let matching requests hang: neither the server nor the phone hears anything."""
        self._intercept(path, method, times, lambda route, request: None)

    def answer(self, name: str, value: object = None) -> None:
        """Say what ``wx.<name>`` answers from now on; a list is answered in turn, its last for ever."""
        values = value if isinstance(value, list) else [value if value is not None else {}]
        self._script(name, {"ok": True, "values": values})

    def refuse(self, name: str, message: str = "fail cancel") -> None:
        """Let ``wx.<name>`` fail from now on with this ``errMsg``."""
        self._script(name, {"ok": False, "values": [message]})

    def _script(self, name: str, answer: dict[str, Any]) -> None:
        self._answers[name] = answer
        self._tell("__mp.phone.answers[value[0]] = value[1];", [name, answer])

    def camera(self, *paths: Path | str) -> None:
        """Let camera and album give these picture files."""
        files = {"files": [picture(Path(path)) for path in paths]}
        self.answer("chooseMedia", files)
        self.answer("chooseImage", files)

    def scans(self, text: str) -> None:
        """Let the scanner read ``text``."""
        self.answer("scanCode", {"result": self.link(text)})

    def phone_number(self, number: str) -> None:
        """Let the phone button hand over a code that stands for ``number``."""
        self.answer("getPhoneNumber", {"code": f"phone:{number}"})

    def subscriptions(self, decision: str) -> None:
        """Let requestSubscribeMessage end with ``accept``, ``reject`` or ``ban`` for every template."""
        self.answer("requestSubscribeMessage", decision)

    def privacy(self, state: str) -> None:
        """Say whether the privacy consent was given: ``agreed`` or ``needed``."""
        self._privacy_agreed = state == "agreed"
        self._tell("__mp.phone.privacyAgreed = value;", self._privacy_agreed)

    def storage_full(self, full: bool = True) -> None:
        """Leave no room for another byte in storage and files."""
        self._full = full
        self._tell("__mp.phone.storageFull = value;", full)
