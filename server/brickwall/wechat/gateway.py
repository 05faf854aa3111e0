"""The gateway: the one way to WeChat, with typed results, typed errors and an end to waiting.

Call it before the first query of a view that writes: it refuses to go out while the caller
keeps other writers waiting.
"""

import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import structlog

from brickwall.config import Settings
from brickwall.kernel.db import is_writing_here
from brickwall.wechat.breaker import Breaker
from brickwall.wechat.client import MiniProgramClient, NoAnswer, RefusedCall, Timeouts
from brickwall.wechat.constants import TEXT_LIMIT, Scene, Suggest
from brickwall.wechat.errors import (
    STALE_TOKEN,
    Misconfigured,
    PhoneUnusable,
    SceneRefused,
    WeChatOff,
    WeChatUnavailable,
    error_for,
)
from brickwall.wechat.slots import COUNT, Slots
from brickwall.wechat.token_store import TokenStore
from brickwall.wechat.tokens import Token, TokenKeeper

SCENE = re.compile(r"[0-9a-zA-Z!#$&'()*+,/:;=?@._~-]{1,32}")
MOBILE = re.compile(r"1[3-9]\d{9}")
PATIENT = Timeouts()
# For a question whose answer may stay away: a rating must not wait for it.
HURRIED = Timeouts(1.0, 1.5)
MESSAGE_STATES = {"release": "formal", "trial": "trial", "develop": "developer"}
SEVERITY = (Suggest.PASS, Suggest.REVIEW, Suggest.RISKY)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in; the session key is not kept. Neither is shown when printed."""

    openid: str = field(repr=False)
    unionid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What WeChat says of a text; ``label`` is its category number (100: nothing found)."""

    suggest: Suggest
    label: int
    trace_id: str


def read_suggest(result: object) -> tuple[Suggest, int]:
    """Return verdict and category of a check's ``result``; what is not understood is for a person."""
    found = result if isinstance(result, dict) else {}
    try:
        return Suggest(found.get("suggest", "")), int(found.get("label", 0))
    except (TypeError, ValueError):
        return Suggest.REVIEW, 0


def _text(answer: Any, name: str) -> str:
    """Return a text of an answer.

    Raises:
        WeChatUnavailable: when the answer has none: a proxy or a page stands between.
    """
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, str) or not value:
        raise WeChatUnavailable
    return value


def _refuse_inside_write() -> None:
    """Raise RuntimeError when the caller keeps a writer's place: everybody would wait for WeChat."""
    if is_writing_here():
        raise RuntimeError("WeChat is asked before the first query of a write, never inside it")


class Gateway:
    """All calls to WeChat for one mini-program; one for each process, see :func:`gateway`.

    Every call may raise ``errors.WeChatUnavailable``, ``errors.Misconfigured`` and
    ``errors.QuotaUsedUp``; the docstrings name what else.
    """

    def __init__(self, settings: Settings, timeouts: Timeouts = PATIENT, slots: int = COUNT) -> None:
        if settings.wechat is None:
            raise WeChatOff
        self._wechat = settings.wechat
        self._timeouts = timeouts
        self._client = MiniProgramClient(settings.wechat.appid, settings.wechat.api_base)
        self._slots = Slots(slots)
        self.breaker = Breaker()
        self.store = TokenStore(settings, settings.wechat.appid)
        self._keeper = TokenKeeper(self.store, self._fetch_token)

    def sign_in(self, code: str) -> SignedIn:
        """Return who a ``wx.login`` code stands for; needs no access token.

        Raises:
            CodeRefused: for a wrong, old or used code.
            AccountBlocked: when WeChat blocked the person.
        """
        _refuse_inside_write()
        secret, timeouts = self._wechat.secret, self._timeouts
        with self._slots.one():
            answer = self._send(
                "sign_in", lambda: self._client.mini.code_to_session(code, secret, timeout=timeouts)
            )
        union = answer.get("unionid") if isinstance(answer, dict) else None
        return SignedIn(_text(answer, "openid"), union if isinstance(union, str) else "")

    def phone_number(self, code: str) -> str:
        """Return the 11 digits a phone-button code stands for.

        Raises:
            CodeRefused: for a wrong, old or used code.
            PhoneUnusable: for a number that is none of mainland China.
        """
        answer = self._ask("phone", "wxa/business/getuserphonenumber", {"code": code})
        info = answer.get("phone_info") if isinstance(answer, dict) else None
        number = _text(info, "purePhoneNumber")
        if str((info or {}).get("countryCode")) != "86" or not MOBILE.fullmatch(number):
            raise PhoneUnusable
        return number

    def check_text(self, text: str, openid: str, scene: int = Scene.COMMENT) -> TextVerdict:
        """Return WeChat's verdict on a text (msgSecCheck 2.0); the worst part decides for a long one.

        Args:
            openid: of the writer, seen within two hours.
            scene: one of ``constants.Scene``.

        Raises:
            OpenidUnknown: when the writer was not seen lately.
        """
        worst = TextVerdict(Suggest.PASS, 100, "")
        for start in range(0, len(text), TEXT_LIMIT):
            part = text[start : start + TEXT_LIMIT]
            data = {"version": 2, "openid": openid, "scene": scene, "content": part}
            answer = self._ask("text", "wxa/msg_sec_check", data)
            suggest, label = read_suggest(answer.get("result"))
            if not worst.trace_id or SEVERITY.index(suggest) > SEVERITY.index(worst.suggest):
                worst = TextVerdict(suggest, label, str(answer.get("trace_id", "")))
        return worst

    def check_image(self, url: str, openid: str, scene: int = Scene.COMMENT) -> str:
        """Ask for a verdict on a picture (mediaCheckAsync 2.0) and return the ``trace_id`` it comes under.

        The verdict is pushed within 30 minutes as ``wxa_media_check``; see ``pushes.on_push``.

        Args:
            url: where WeChat fetches the picture; without sign-in.

        Raises:
            OpenidUnknown: when the person was not seen lately.
        """
        data = {"version": 2, "media_url": url, "media_type": 2, "openid": openid, "scene": scene}
        return _text(self._ask("image", "wxa/media_check_async", data), "trace_id")

    def risk_rank(
        self, openid: str, ip: str, scene: int = Scene.RISK_CHEATING, timeouts: Timeouts = HURRIED
    ) -> int:
        """Return how suspicious a person is, 0 to 4 (getuserriskrank), with little patience.

        Raises:
            OpenidUnknown: when the person was not seen lately.
        """
        data = {"appid": self._wechat.appid, "openid": openid, "scene": scene, "client_ip": ip}
        answer = self._ask("risk", "wxa/getuserriskrank", data, timeouts)
        rank = answer.get("risk_rank") if isinstance(answer, dict) else None
        if not isinstance(rank, int) or not 0 <= rank <= 4:
            raise WeChatUnavailable
        return rank

    def send_message(self, openid: str, template_id: str, data: dict[str, str], page: str = "") -> None:
        """Send one subscribe message; each uses one consent up.

        Args:
            data: template field (``thing1``) to text, within the platform's lengths.
            page: mini-program page with query that a tap opens.

        Raises:
            ConsentMissing: when the person allowed none or no more.
            BadTemplate: when template or data do not fit.
        """
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page or None,
            "data": {name: {"value": text} for name, text in data.items()},
            "miniprogram_state": MESSAGE_STATES.get(self._wechat.env_version, "formal"),
            "lang": "zh_CN",
        }
        self._ask("message", "cgi-bin/message/subscribe/send", body)

    def mini_code(self, scene: str, page: str = "", *, check_path: bool = True, width: int = 430) -> bytes:
        """Return a mini-program code (小程序码) as a picture.

        Args:
            scene: at most 32 characters of the platform's set.
            page: without query; empty for the first page.
            width: 280 to 1280 pixels.

        Raises:
            SceneRefused: when the scene cannot be carried.
            PageUnknown: when the published mini-program lacks the page.
        """
        if not SCENE.fullmatch(scene):
            raise SceneRefused
        data = {
            "scene": scene,
            "page": page or None,
            "check_path": check_path,
            "env_version": self._wechat.env_version,
            "width": width,
        }
        picture = self._ask("code", "wxa/getwxacodeunlimit", data)
        if not isinstance(picture, bytes):
            raise WeChatUnavailable
        return picture

    def check_token(self) -> None:
        """Get an access token and nothing else, for ``brickwall wechat check``."""
        _refuse_inside_write()
        self._keeper.token(self._timeouts)

    def _fetch_token(self, timeouts: Timeouts) -> tuple[str, int]:
        secret = self._wechat.secret
        answer = self._send("token", lambda: self._client.mini.stable_token(secret, timeout=timeouts))
        token, seconds = _text(answer, "access_token"), answer.get("expires_in")
        if not isinstance(seconds, int) or seconds <= 0:
            raise WeChatUnavailable
        return token, seconds

    def _ask(self, call: str, path: str, data: dict[str, Any], timeouts: Timeouts | None = None) -> Any:
        """Make a call with the token, in one of the few places there are for waiting."""
        _refuse_inside_write()
        with self._slots.one():
            return self._ask_twice(call, path, data, timeouts or self._timeouts)

    def _ask_twice(self, call: str, path: str, data: dict[str, Any], patience: Timeouts) -> Any:
        """Make a call; once more with another token when the first is not taken."""
        token = self._keeper.token(patience)
        try:
            return self._post(call, path, data, token, patience)
        except Misconfigured as error:
            if error.errcode not in STALE_TOKEN:
                raise
        token = self._keeper.token(patience, refused=token)
        try:
            return self._post(call, path, data, token, patience)
        except Misconfigured as error:
            if error.errcode in STALE_TOKEN:
                self._keeper.pause()
            raise

    def _post(self, call: str, path: str, data: dict[str, Any], token: Token, timeouts: Timeouts) -> Any:
        return self._send(call, lambda: self._client.mini.call(token.value, path, data, timeout=timeouts))

    def _send(self, call: str, send: Callable[[], Any]) -> Any:
        """Let one request out and translate what goes wrong."""
        if wait := self.breaker.wait_seconds():
            raise WeChatUnavailable(retry_after=ceil(wait))
        started = time.monotonic()
        errcode = 0
        try:
            answer = send()
        except NoAnswer as trouble:
            self._note_no_answer(call, trouble.kind, started)
        except RefusedCall as refusal:
            errcode = refusal.errcode
            log.warning("wechat.refused", call=call, errcode=errcode, rid=refusal.rid)
        except BaseException:
            self.breaker.note_failure()
            raise
        else:
            self.breaker.note_success()
            return answer
        raise self._problem(errcode)

    def _note_no_answer(self, call: str, kind: str, started: float) -> None:
        log.warning("wechat.no_answer", call=call, kind=kind, ms=round(1000 * (time.monotonic() - started)))

    def _problem(self, errcode: int) -> Exception:
        """Count an end without an answer, and return what the caller is told."""
        if errcode in (0, -1):
            self.breaker.note_failure()
            return WeChatUnavailable(errcode)
        self.breaker.note_success()
        return error_for(errcode)


_made: dict[tuple[int, Settings], Gateway] = {}
_making = threading.Lock()


def gateway(settings: Settings) -> Gateway:
    """Return this process's gateway for these settings.

    Raises:
        WeChatOff: when the site belongs to no mini-program.
    """
    key = (os.getpid(), settings)
    with _making:
        if key not in _made:
            _made[key] = Gateway(settings)
        return _made[key]
