"""The fake WeChat beside a test: ``with FakeWeChat() as fake: ...``."""

from types import TracebackType
from typing import Any, Self

from brickwall.config import WeChatSettings
from brickwall.wechat.fake.pushing import send_push
from brickwall.wechat.fake.serving import FakeServer
from brickwall.wechat.fake.world import World

PUSH_TOKEN = "a push token of the tests"
PUSH_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TEMPLATES = (("result", "template-result"), ("due", "template-due"), ("answer", "template-answer"))


class FakeWeChat:
    """Runs the fake on loopback for the length of a block.

    ``settings`` is what the application under test needs (``Settings(wechat=fake.settings)``);
    ``environ`` the same for a server in another process.
    """

    def __init__(self) -> None:
        self.world = World()
        self._server = FakeServer(self.world)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Address of the fake."""
        return self._server.url

    @property
    def appid(self) -> str:
        """The mini-program the fake knows."""
        return self.world.appid

    @property
    def secret(self) -> str:
        """Its secret."""
        return self.world.secret

    @property
    def settings(self) -> WeChatSettings:
        """The settings that make an application use this fake."""
        return WeChatSettings(
            appid=self.appid,
            secret=self.secret,
            api_base=self.url,
            push_token=PUSH_TOKEN,
            push_key=PUSH_KEY,
            templates=TEMPLATES,
        )

    @property
    def environ(self) -> dict[str, str]:
        """The same settings as environment variables."""
        templates = {f"BRICKWALL_WECHAT_TEMPLATE_{kind.upper()}": name for kind, name in TEMPLATES}
        return {
            "BRICKWALL_WECHAT_APPID": self.appid,
            "BRICKWALL_WECHAT_SECRET": self.secret,
            "BRICKWALL_WECHAT_API": self.url,
            "BRICKWALL_WECHAT_PUSH_TOKEN": PUSH_TOKEN,
            "BRICKWALL_WECHAT_PUSH_KEY": PUSH_KEY,
            **templates,
        }

    def control(self, **changes: Any) -> None:
        """Change the world; see ``World.control`` for the names."""
        self.world.control(changes)

    def fail(self, call: str = "*", **fault: Any) -> None:
        """Make a call go wrong from now on; see ``Fault`` (errcode, status, body, seconds, hang_up, times)."""
        self.world.control({"faults": [{"call": call, **fault}]})

    def heal(self) -> None:
        """Make everything work again."""
        self.world.control({"faults": []})

    def reset(self) -> None:
        """Forget everything: calls, spent codes, tokens, faults."""
        self.world.control({"reset": True})

    def push_to(self, url: str, **how: Any) -> None:
        """Send pushes to ``url`` from now on; ``mode`` plain, compatible or safe; ``format`` json or xml."""
        push = {"url": url, "token": PUSH_TOKEN, "key": PUSH_KEY, "mode": "safe", "delay": 0.05, **how}
        self.world.control({"push": push})

    def push(self, event: dict[str, Any]) -> str:
        """Push an event now; return the answer."""
        return send_push(self.world, event)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Every call made so far, oldest first: ``call``, ``method``, ``path``, ``body``."""
        with self.world.lock:
            return list(self.world.calls)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every subscribe message delivered so far, as it was sent."""
        with self.world.lock:
            return list(self.world.messages)

    def count(self, call: str) -> int:
        """Return how often a call was made: token, sign_in, phone, text, image, risk, message, code."""
        return self.world.counts()[call]
