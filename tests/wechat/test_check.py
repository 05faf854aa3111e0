"""``brickwall wechat check``: a report an operator can act on, and nothing secret in it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from brickwall.config import WECHAT_API, Settings, WeChatSettings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.wechat import checking
from brickwall.wechat.checking import Fetched, Finding, Mark
from brickwall.wechat.cli import wechat
from brickwall.wechat.gateway import Gateway
from brickwall.wechat.links import LinkRule
from tests.support.fake_wechat import PUSH_TOKEN, FakeWeChat

SITE = "https://liuhe.example"
REAL = WeChatSettings(appid="wx0123456789abcdef", secret="0123456789abcdef" * 2)


@pytest.fixture
def public(wired: Settings, app: Application, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Provide the settings of a site that is reachable from everywhere."""
    public = replace(wired, base_url=SITE)
    monkeypatch.setitem(app.config, "BRICKWALL", public)
    return public


@pytest.fixture
def look(public: Settings, client: FlaskClient) -> Callable[[str], Fetched | None]:
    """Provide how addresses are opened here: our own by the test client, WeChat's by asking the fake."""

    def open_it(url: str) -> Fetched | None:
        if not url.startswith(SITE):
            return checking.fetch(url)
        answer = client.get(url.removeprefix(SITE))
        return Fetched(answer.status_code, answer.data, "")

    return open_it


@pytest.fixture
def one_check_file(settings: Settings) -> Iterator[Path]:
    """Put one check file into its folder."""
    path = settings.var_dir / "wechat" / "q7Gk3mPX2x.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("8f14e45fceea167a")
    yield path
    path.unlink()


def report(settings: Settings, gate: Gateway, look: checking.Fetch, *rules: LinkRule) -> list[Finding]:
    """Return the whole report."""
    assert settings.wechat is not None
    return list(checking.examine(settings, settings.wechat, gate, list(rules), look))


def bad(findings: list[Finding]) -> list[str]:
    """Return what does not work."""
    return [finding.text for finding in findings if finding.mark is Mark.BAD]


def test_a_site_where_all_is_well(
    public: Settings, gate: Gateway, look: checking.Fetch, one_check_file: Path
) -> None:
    findings = report(public, gate, look, LinkRule(f"{SITE}/q/"))

    assert bad(findings) == []
    good = [finding.text for finding in findings if finding.mark is Mark.GOOD]
    for text in ("取得了接口凭证", "时钟准确", "校验文件 /q/q7Gk3mPX2x.txt 打得开", "消息推送用安全模式"):
        assert text in good
    assert f"推送地址 {SITE}/wechat/push 应答正确" in good


def test_every_fault_comes_with_a_next_step(public: Settings, gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("token", errcode=40125)
    fake.control(clock_offset=3600)
    assert public.wechat is not None
    poor = replace(
        public,
        base_url="http://192.168.1.9:8000",
        wechat=replace(public.wechat, push_key="short", templates=(), env_version="beta"),
    )

    findings = report(
        poor,
        gate,
        lambda url: None if url.startswith("http://192") else checking.fetch(url),
        LinkRule("http://192.168.1.9:8000/q"),
    )

    assert len(bad(findings)) == 8
    assert "服务器的时钟差了 60 分钟，微信推送会被拒收" in bad(findings)
    assert "微信不给接口凭证（40125）" in bad(findings)
    assert all(finding.step for finding in findings if finding.mark is not Mark.GOOD)
    assert not any("！" in finding.text + finding.step for finding in findings)


@pytest.mark.parametrize(
    ("minutes", "mark"), [(0, Mark.GOOD), (4, Mark.GOOD), (6, Mark.NOTE), (-6, Mark.NOTE), (60, Mark.BAD)]
)
def test_the_clock(fake: FakeWeChat, minutes: int, mark: Mark) -> None:
    then = format_datetime(clock.now() + timedelta(minutes=minutes), usegmt=True)
    assert checking.check_clock(REAL, lambda _: Fetched(200, b"", then)).mark is mark


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_clock_that_cannot_be_compared_is_a_note(date: str) -> None:
    assert checking.check_clock(REAL, lambda _: Fetched(200, b"", date)).mark is Mark.NOTE


@pytest.mark.parametrize(
    ("wechat", "faults"),
    [
        (REAL, 0),
        (replace(REAL, appid="wx0123"), 1),
        (replace(REAL, secret="no"), 1),
        (replace(REAL, env_version=""), 1),
    ],
)
def test_settings_are_looked_at_before_they_are_used(wechat: WeChatSettings, faults: int) -> None:
    assert wechat.api_base == WECHAT_API
    assert len(bad(list(checking.check_settings(wechat)))) == faults


@pytest.mark.parametrize(
    "base", ["http://liuhe.example", "https://192.0.2.7", "https://localhost", "https://liuhe.example:8443"]
)
def test_a_host_the_mini_program_cannot_use(public: Settings, base: str) -> None:
    findings = checking.check_host(replace(public, base_url=base), lambda _: Fetched(200, b"", ""))
    assert len(bad(list(findings))) == 1


@pytest.mark.parametrize(
    ("rules", "mark"),
    [
        ([], Mark.NOTE),
        ([LinkRule(f"{SITE}/q/")], Mark.GOOD),
        ([LinkRule(f"{SITE}/q")], Mark.BAD),
        ([LinkRule(f"{SITE}/"), LinkRule(f"{SITE}/q/", published=False)], Mark.BAD),
    ],
)
def test_link_rules_are_tried_on_a_brick(public: Settings, rules: list[LinkRule], mark: Mark) -> None:
    assert [finding.mark for finding in checking.check_rules(public, rules)] == [mark]


def test_a_check_file_that_nginx_swallows_is_found_out(public: Settings, one_check_file: Path) -> None:
    findings = checking.check_files(public, lambda _: Fetched(200, b"<html>", ""))
    assert len(bad(list(findings))) == 2


def test_a_pause_does_not_hide_mended_settings(public: Settings, gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("token", errcode=40013)
    assert checking.check_token(gate).mark is Mark.BAD
    fake.heal()
    assert checking.check_token(Gateway(public)).mark is Mark.GOOD


def test_a_dead_wechat_is_said_plainly(gate: Gateway, fake: FakeWeChat) -> None:
    fake.fail("token", status=503)
    assert checking.check_token(gate).text == "连不上微信"


def test_the_command_ends_with_its_verdict_and_prints_no_secret(
    public: Settings, look: checking.Fetch, fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(checking.examine, "__defaults__", (lambda url: asked.append(url) or look(url),))

    fine = CliRunner().invoke(wechat, ["check", "--rule", f"{SITE}/q/"])
    fake.control(revoke=True, secret="another secret")
    wrong = CliRunner().invoke(wechat, ["check", "--rule", f"{SITE}/q", "--unpublished-rule", f"{SITE}/q/"])

    assert fine.exit_code == 0, fine.output
    assert fine.output.endswith("都行。\n")
    assert wrong.exit_code == 1
    for secret in (fake.secret, PUSH_TOKEN, "FAKE_"):
        assert secret not in fine.output + wrong.output
    query = parse_qs(urlsplit(asked[-1]).query)
    assert len(query["signature"][0]) == hashlib.sha1().digest_size * 2


def test_a_site_without_a_mini_program_is_told_what_to_fill_in(app: Application) -> None:
    answer = CliRunner().invoke(wechat, ["check"])
    assert answer.exit_code == 1
    assert "BRICKWALL_WECHAT_APPID" in answer.output
