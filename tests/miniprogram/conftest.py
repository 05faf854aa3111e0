"""A phone with our mini-program, a real server with the sample village, and the fake WeChat."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.miniprogram.support.compiled import CONFORMANCE, compile_program
from tests.miniprogram.support.program import MiniProgram
from tests.support.fake_wechat import FakeWeChat
from tests.support.server import Server, Village, copy_village

NEEDS_CHROMIUM = {"chromium"}
LONGEST_FLOW = 1.5
DURATIONS = pytest.StashKey[dict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marker and the table of flows."""
    config.addinivalue_line("markers", "without_wechat: the server of this file has no appid")
    config.addinivalue_line("markers", "without_worker: nothing in this file waits for a background job")
    config.stash[DURATIONS] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: it does not depend on the database engine."""
    for item in items:
        if "tests/miniprogram/" in str(item.path):
            needs = NEEDS_CHROMIUM & set(getattr(item, "fixturenames", ()))
            item.add_marker(pytest.mark.browser if needs else pytest.mark.once)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show how long the measured flows took."""
    flows = config.stash.get(DURATIONS, {})
    if flows:
        terminalreporter.section("mini-program flows")
        for flow, seconds in sorted(flows.items(), key=lambda one: -one[1]):
            terminalreporter.line(f"{seconds:6.2f} s  {flow}")


@pytest.fixture(scope="module")
def wechat(request: pytest.FixtureRequest) -> Iterator[FakeWeChat]:
    """Provide the fake WeChat."""
    with FakeWeChat() as fake:
        yield fake


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest,
    village: Village,
    wechat: FakeWeChat,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """Provide a running site on a copy of the village, with the fake WeChat behind it."""
    marks = {mark.name for mark in request.node.iter_markers()}
    folder = copy_village(village, tmp_path_factory.mktemp("site") / "var")
    environ = {} if "without_wechat" in marks else wechat.environ
    with Server(folder, environ=environ, with_jobs="without_worker" not in marks) as server:
        wechat.push_to(f"{server.url}/wechat/push")
        yield server


@pytest.fixture(scope="session")
def compiled() -> str:
    """Return the page that runs our mini-program."""
    return compile_program()


@pytest.fixture
def mp(
    request: pytest.FixtureRequest, chromium: Browser, compiled: str, site: Server
) -> Iterator[MiniProgram]:
    """Provide a phone; what went wrong on it unnoticed fails the test at its end."""
    phone = MiniProgram(chromium, compiled, site.url, "villager", request.config.stash[DURATIONS])
    yield phone
    complaints = phone.finish()
    assert complaints == []


@pytest.fixture(scope="session")
def conformance() -> str:
    """Return the page that runs the conformance program."""
    return compile_program(CONFORMANCE)


@pytest.fixture
def probe(
    request: pytest.FixtureRequest, chromium: Browser, conformance: str, site: Server
) -> Iterator[MiniProgram]:
    """Provide a phone with the conformance program."""
    phone = MiniProgram(chromium, conformance, site.url, "prober", request.config.stash[DURATIONS])
    yield phone
    complaints = phone.finish()
    assert complaints == []
