"""A fake WeChat, settings that use it, and a gateway with little patience."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from brickwall.config import Settings
from brickwall.kernel.http import Application
from brickwall.wechat.client import Timeouts
from brickwall.wechat.gateway import Gateway
from tests.support.fake_wechat import FakeWeChat

QUICK = Timeouts(1.0, 1.0)


@pytest.fixture(scope="session")
def running_fake() -> Iterator[FakeWeChat]:
    """Run one fake for all tests."""
    with FakeWeChat() as fake:
        yield fake


@pytest.fixture
def fake(running_fake: FakeWeChat) -> FakeWeChat:
    """Provide the fake, knowing nothing yet."""
    running_fake.reset()
    return running_fake


@pytest.fixture
def wired(
    settings: Settings, fake: FakeWeChat, app: Application, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Provide the settings of a site with a mini-program; the application uses them, too."""
    wired = replace(settings, wechat=fake.settings)
    monkeypatch.setitem(app.config, "BRICKWALL", wired)
    return wired


@pytest.fixture
def gate(wired: Settings) -> Gateway:
    """Provide a gateway that has called nobody yet."""
    return Gateway(wired, QUICK)
