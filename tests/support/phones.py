"""Phones with WeChat, against the fake: ``wechat`` runs it, ``mini`` opens the mini-program."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from brickwall.config import Settings
from brickwall.kernel.http import Application
from tests.support.fake_wechat import FakeWeChat

AGENT = "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.49 MiniProgramEnv/android"
_turn = count()


@dataclass
class MiniProgram:
    """The mini-program of one person on one phone; ``token`` is what it sends as a bearer."""

    client: FlaskClient
    who: str
    token: str = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Call the API as the mini-program does: JSON, a bearer, no cookie."""
        headers = {"User-Agent": AGENT, **more.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers, **more)

    def sign_in(self, code: str = "") -> TestResponse:
        """Sign in silently with a new code of this person, and keep the token."""
        self.token = ""
        answer = self.call("POST", "/sessions/wechat", {"code": code or f"{self.who}:{next(_turn)}"})
        self.token = answer.get_json().get("token", "")
        return answer

    def bind(self, code: str) -> TestResponse:
        """Bind with an activation slip's code, and keep the member's token."""
        return self._keep(self.call("POST", "/sessions/activation", {"code": code}))

    def press_phone_button(self, number: str) -> TestResponse:
        """Bind by the phone button, and keep the member's token."""
        return self._keep(self.call("POST", "/sessions/phone", {"code": f"phone:{number}:{next(_turn)}"}))

    def _keep(self, answer: TestResponse) -> TestResponse:
        self.token = answer.get_json().get("token", self.token)
        return answer


Mini = Callable[[str], MiniProgram]


@pytest.fixture
def wechat(app: Application, settings: Settings) -> Iterator[FakeWeChat]:
    """Run the fake WeChat and let the application under test belong to its mini-program."""
    with FakeWeChat() as fake:
        app.config["BRICKWALL"] = replace(settings, wechat=fake.settings)
        yield fake
        app.config["BRICKWALL"] = settings


@pytest.fixture
def wechat_settings(app: Application, wechat: FakeWeChat) -> Settings:
    """The settings of the application while the fake runs."""
    found: Settings = app.config["BRICKWALL"]
    return found


@pytest.fixture
def mini(app: Application, wechat: FakeWeChat) -> Mini:
    """Return ``mini("alice")``: the mini-program of alice, opened and signed in silently."""

    def opened(who: str) -> MiniProgram:
        phone = MiniProgram(app.test_client(), who)
        assert phone.sign_in().status_code == 201
        return phone

    return opened
