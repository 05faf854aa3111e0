"""``brickwall wechat check``: what works, what does not, and what to do next, in plain sentences."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

import requests

from brickwall.config import MESSAGE_KINDS, WECHAT_API, Settings, WeChatSettings
from brickwall.kernel import clock
from brickwall.kernel.ids import new_code
from brickwall.kernel.labels import Labels
from brickwall.wechat.check_files import check_folder, find_check_file, list_check_files
from brickwall.wechat.client import Timeouts
from brickwall.wechat.constants import Timing
from brickwall.wechat.envelopes import read_aes_key, sign
from brickwall.wechat.errors import Misconfigured, WeChatError, WeChatUnavailable
from brickwall.wechat.gateway import Gateway
from brickwall.wechat.links import LinkRule, deciding_rule

APPID = re.compile(r"wx[0-9a-f]{16}")
SECRET = re.compile(r"[0-9a-f]{32}")
ENV_VERSIONS = ("release", "trial", "develop")
WARN_SKEW = timedelta(minutes=5)
KIND_WORDS = {"result": "评议结果", "due": "承诺到期", "answer": "投诉建议答复"}
TOKEN_STEPS = {
    40013: "appid 不对，请在微信公众平台“开发管理”里核对 BRICKWALL_WECHAT_APPID",
    40125: "密钥不对，请在“开发管理”里重置 AppSecret，填进 BRICKWALL_WECHAT_SECRET",
    40001: "密钥不对，请在“开发管理”里重置 AppSecret，填进 BRICKWALL_WECHAT_SECRET",
    40164: "这台服务器的地址不在白名单里，请在“开发管理”的“IP 白名单”里加上",
}


class Mark(StrEnum):
    """How a finding turned out."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


LABELS = Labels({Mark.GOOD: "✓", Mark.NOTE: "·", Mark.BAD: "✗"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``step`` says what to do next."""

    mark: Mark
    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered."""

    status: int
    body: bytes
    date: str


Fetch = Callable[[str], Fetched | None]


def fetch(url: str) -> Fetched | None:
    """Open an address within the usual time limits; None when nobody answers properly."""
    try:
        answer = requests.get(url, timeout=Timeouts(), allow_redirects=False)
    except requests.RequestException:
        return None
    return Fetched(answer.status_code, answer.content, answer.headers.get("Date", ""))


def check_settings(wechat: WeChatSettings) -> Iterator[Finding]:
    """Look at the settings themselves."""
    if wechat.api_base != WECHAT_API:
        yield Finding(
            Mark.NOTE, "现在连的不是微信，是 BRICKWALL_WECHAT_API 指定的服务器", "正式使用请删掉这一项"
        )
    elif not APPID.fullmatch(wechat.appid):
        yield Finding(
            Mark.BAD, "appid 的写法不对", "应当是 wx 开头的 18 位字符，请核对 BRICKWALL_WECHAT_APPID"
        )
    elif not SECRET.fullmatch(wechat.secret):
        yield Finding(Mark.BAD, "AppSecret 的写法不对", "应当是 32 位字符，请核对 BRICKWALL_WECHAT_SECRET")
    else:
        yield Finding(Mark.GOOD, "appid 和 AppSecret 的写法正确")
    if wechat.env_version not in ENV_VERSIONS:
        yield Finding(Mark.BAD, "BRICKWALL_WECHAT_ENV 填得不对", "只能填 release、trial 或 develop")


def check_token(gate: Gateway) -> Finding:
    """Get an access token, whatever happened a moment ago."""
    gate.store.resume()
    try:
        gate.check_token()
    except WeChatUnavailable:
        return Finding(Mark.BAD, "连不上微信", "请检查这台服务器能不能访问外网的 443 端口，过一会儿再试")
    except Misconfigured as error:
        step = TOKEN_STEPS.get(error.errcode, "请核对 appid 和 AppSecret")
        return Finding(Mark.BAD, f"微信不给接口凭证（{error.errcode}）", step)
    except WeChatError as error:
        return Finding(Mark.BAD, f"微信不给接口凭证（{error.errcode}）", error.title)
    return Finding(Mark.GOOD, "取得了接口凭证")


def check_clock(wechat: WeChatSettings, look: Fetch) -> Finding:
    """Compare our clock with WeChat's: pushes ten minutes off are refused."""
    answer = look(wechat.api_base)
    if answer is None or not answer.date:
        return Finding(Mark.NOTE, "没能和微信对时间", "请用 timedatectl 看一下时钟是否同步")
    try:
        skew = abs(clock.now() - parsedate_to_datetime(answer.date))
    except (TypeError, ValueError):
        return Finding(Mark.NOTE, "没能和微信对时间", "请用 timedatectl 看一下时钟是否同步")
    minutes = round(skew.total_seconds() / 60)
    step = "请打开时间同步：timedatectl set-ntp true"
    if skew > Timing.PUSH_WINDOW:
        return Finding(Mark.BAD, f"服务器的时钟差了 {minutes} 分钟，微信推送会被拒收", step)
    if skew > WARN_SKEW:
        return Finding(Mark.NOTE, f"服务器的时钟差了 {minutes} 分钟", step)
    return Finding(Mark.GOOD, "时钟准确")


def _is_public_name(host: str) -> bool:
    """Tell whether a host is a name that can have an ICP filing."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".lan", ".internal"))
    return False


def check_host(settings: Settings, look: Fetch) -> Iterator[Finding]:
    """Look at the public address as phones see it."""
    parts = urlsplit(settings.base_url)
    if parts.scheme != "https" or parts.port not in (None, 443) or not _is_public_name(parts.hostname or ""):
        step = "小程序只连 https 的域名，不带端口，不能是 IP。请改 BRICKWALL_BASE_URL"
        yield Finding(Mark.BAD, f"对外网址 {settings.base_url} 不能给小程序用", step)
    else:
        yield Finding(Mark.GOOD, f"对外网址 {settings.base_url}")
        step = f"请确认 {parts.hostname} 已经备案，并在“开发管理”里加为 request 和 uploadFile 合法域名"
        yield Finding(Mark.NOTE, "备案和合法域名这里查不到", step)
    answer = look(f"{settings.base_url}/healthz")
    if answer is None or answer.status != 200:
        yield Finding(Mark.BAD, "从这台服务器打不开对外网址", "请检查域名解析、证书和 nginx")
    else:
        yield Finding(Mark.GOOD, "对外网址打得开，证书有效" if parts.scheme == "https" else "对外网址打得开")


def check_rules(settings: Settings, rules: list[LinkRule]) -> Iterator[Finding]:
    """Try a brick's link against the rules typed into the console."""
    wanted = f"{settings.base_url}/q/"
    link = f"{wanted}{new_code()}"
    if not rules:
        step = f"在“扫普通链接二维码打开小程序”里加 {wanted} ，功能页面 pages/scan/scan，再用 --rule 核对"
        yield Finding(Mark.NOTE, "没有给出二维码规则", step)
        return
    rule = deciding_rule(rules, link)
    if rule is None:
        yield Finding(Mark.BAD, "给出的规则都不含砖上的链接", f"规则要写成 {wanted} ，结尾的 / 不能少")
    elif not rule.published:
        step = "请把它发布；没有发布时，更宽的规则也不起作用"
        yield Finding(Mark.BAD, f"砖上的链接归 {rule.url} 管，这条规则还没有发布", step)
    else:
        yield Finding(Mark.GOOD, f"砖上的链接归 {rule.url} 管，会打开小程序")


def check_files(settings: Settings, look: Fetch) -> Iterator[Finding]:
    """Open every check file at both of its places."""
    names = list_check_files(settings)
    if not names:
        step = f"后台给的校验文件放进 {check_folder(settings)}"
        yield Finding(Mark.NOTE, "还没有校验文件", step)
    for name in names:
        body = find_check_file(settings, name)
        for path in (f"/q/{name}.txt", f"/{name}.txt"):
            answer = look(f"{settings.base_url}{path}")
            if answer is not None and (answer.status, answer.body) == (200, body):
                yield Finding(Mark.GOOD, f"校验文件 {path} 打得开")
            else:
                yield Finding(Mark.BAD, f"校验文件 {path} 打不开", "请检查 nginx 是否用了新的配置")


def check_templates(wechat: WeChatSettings) -> Iterator[Finding]:
    """Look which kinds of messages have a template; the others stay in the inbox."""
    for kind in MESSAGE_KINDS:
        if wechat.template(kind):
            yield Finding(Mark.GOOD, f"“{KIND_WORDS[kind]}”的通知模板已填")
        else:
            step = f"申请订阅消息模板后填 BRICKWALL_WECHAT_TEMPLATE_{kind.upper()}；不填就只进收件箱"
            yield Finding(Mark.NOTE, f"“{KIND_WORDS[kind]}”没有通知模板", step)


def check_pushes(settings: Settings, wechat: WeChatSettings, look: Fetch) -> Iterator[Finding]:
    """Check the push address as the console does when it is saved."""
    address = f"{settings.base_url}/wechat/push"
    if not wechat.push_token:
        step = f"在“消息推送”里填 {address}，令牌填进 BRICKWALL_WECHAT_PUSH_TOKEN；不接，照片要人来放行"
        yield Finding(Mark.NOTE, "没有接消息推送", step)
        return
    try:
        read_aes_key(wechat.push_key)
    except ValueError:
        bad = Mark.BAD if wechat.push_key else Mark.NOTE
        step = "请选安全模式，把 43 位的 EncodingAESKey 填进 BRICKWALL_WECHAT_PUSH_KEY"
        yield Finding(bad, "消息推送没有用安全模式", step)
    else:
        yield Finding(Mark.GOOD, "消息推送用安全模式")
    timestamp, nonce, echo = str(int(clock.now().timestamp())), str(time.monotonic_ns()), new_code()
    query = {"timestamp": timestamp, "nonce": nonce, "echostr": echo}
    query["signature"] = sign(wechat.push_token, timestamp, nonce)
    answer = look(f"{address}?{urlencode(query)}")
    if answer is not None and answer.body == echo.encode():
        yield Finding(Mark.GOOD, f"推送地址 {address} 应答正确")
    else:
        yield Finding(Mark.BAD, f"推送地址 {address} 应答不对", "改了设置要重启网站；请检查 nginx")


def examine(
    settings: Settings, wechat: WeChatSettings, gate: Gateway, rules: list[LinkRule], look: Fetch = fetch
) -> Iterator[Finding]:
    """Yield the whole report, line by line.

    Args:
        rules: link rules as typed into WeChat's console, which no program can ask for.
        look: opens an address; replaced by tests.
    """
    yield from check_settings(wechat)
    yield check_token(gate)
    yield check_clock(wechat, look)
    yield from check_host(settings, look)
    yield from check_rules(settings, rules)
    yield from check_files(settings, look)
    yield from check_templates(wechat)
    yield from check_pushes(settings, wechat, look)
