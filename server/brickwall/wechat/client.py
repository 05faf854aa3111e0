"""wechatpy's client with its defects repaired (WECHAT.md, gateway).

What upstream does: retries a refused token without bound, has no timeout for fetching one,
fetches a token to sign somebody in, raises errors that carry addresses with secrets in them.
"""

import logging
import re
import time
from typing import Any, NamedTuple

import requests
import urllib3
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.client.api.base import BaseWeChatAPI
from wechatpy.exceptions import WeChatClientException

from brickwall.wechat.constants import Timing

CONNECTIONS = 16
PIECE = 65_536
LARGEST = 2 * 1024 * 1024
QUERY = re.compile(r"\?[^\s\"']*")


class Timeouts(NamedTuple):
    """Seconds to reach WeChat and to wait for each piece of its answer."""

    connect: float = Timing.CONNECT_SECONDS
    read: float = Timing.READ_SECONDS


class NoAnswer(Exception):
    """No answer, or none that makes sense; ``kind`` is a word for the log."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class RefusedCall(Exception):
    """WeChat answered with an error number; ``rid`` is what its support asks for."""

    def __init__(self, errcode: int, rid: str = "") -> None:
        super().__init__(str(errcode))
        self.errcode = errcode
        self.rid = rid


class BoundedAdapter(HTTPAdapter):
    """Reads a whole answer within the time for one piece of it, and no more than a picture needs."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request and read the answer.

        Raises:
            requests.RequestException: when the answer comes in drops, breaks off or is too long.
        """
        response = super().send(request, *args, **{**kwargs, "stream": True})
        deadline = time.monotonic() + kwargs["timeout"][1]
        try:
            # Where requests keeps what it has read; there is no public way to hand it in.
            response._content = self._read(response, deadline)
            response._content_consumed = True
        except urllib3.exceptions.HTTPError as error:
            raise requests.ConnectionError(type(error).__name__) from None
        finally:
            response.close()
        return response

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        body = b""
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("drip")
            if len(body) > LARGEST:
                raise requests.exceptions.ContentDecodingError("too long")
        return body


class MiniProgramApi(BaseWeChatAPI):  # type: ignore[misc]
    """The seven calls of a mini-program that we make, and the stable token."""

    def stable_token(self, secret: str, *, timeout: Timeouts) -> Any:
        """Return ``access_token`` and ``expires_in`` in normal mode: the old token lives on for 5 min."""
        data = {"grant_type": "client_credential", "appid": self.appid, "secret": secret}
        return self._post("cgi-bin/stable_token", data=data, params={"access_token": None}, timeout=timeout)

    def code_to_session(self, code: str, secret: str, *, timeout: Timeouts) -> Any:
        """Return openid and session_key for a code; no access token takes part."""
        params = {
            "appid": self.appid,
            "secret": secret,
            "js_code": code,
            "grant_type": "authorization_code",
            "access_token": None,
        }
        return self._get("sns/jscode2session", params=params, timeout=timeout)

    def call(self, token: str, path: str, data: dict[str, Any], *, timeout: Timeouts) -> Any:
        """Post ``data`` with an access token; parts that are None are left out."""
        body = {name: value for name, value in data.items() if value is not None}
        return self._post(path, data=body, params={"access_token": token}, timeout=timeout)


class MiniProgramClient(WeChatClient):  # type: ignore[misc]
    """One mini-program at one address.

    Args:
        api_base: origin of the platform, or of a fake.
    """

    mini = MiniProgramApi()

    def __init__(self, appid: str, api_base: str) -> None:
        # The secret stays with the gateway: upstream's exceptions carry the client.
        super().__init__(appid, secret="", auto_retry=False)
        self.API_BASE_URL = f"{api_base}/"
        self._http.headers["Accept-Encoding"] = "identity"
        adapter = BoundedAdapter(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=0)
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, adapter)

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """Send one request and return its JSON object or, for a picture, the bytes.

        Raises:
            NoAnswer: on timeouts, broken connections, HTTP errors and answers that are no JSON.
            RefusedCall: with the platform's error number.
        """
        trouble: Exception
        try:
            answer = super()._request(method, url_or_endpoint, allow_redirects=False, **kwargs)
        except requests.RequestException as error:
            trouble = NoAnswer(type(error).__name__)
        except WeChatClientException as error:
            trouble = _from_upstream(error)
        except (ValueError, TypeError, KeyError):
            trouble = NoAnswer("garbage")
        else:
            return _sensible(answer)
        # Raised out here, so that upstream's error with its address does not hang on as context.
        raise trouble


def _from_upstream(error: WeChatClientException) -> Exception:
    if error.errcode is None:
        return NoAnswer(f"http_{error.response.status_code}")
    rid = re.search(r"rid: ([0-9a-f-]{8,60})", str(error.errmsg))
    return RefusedCall(int(error.errcode), rid[1] if rid else "")


def _sensible(answer: Any) -> Any:
    """Return an answer that is a JSON object, or the bytes of a picture.

    Raises:
        NoAnswer: for anything else.
    """
    if isinstance(answer, dict):
        return answer
    if isinstance(answer, requests.Response) and answer.headers.get("Content-Type", "").startswith("image/"):
        return answer.content
    raise NoAnswer("garbage")


class QueryHider(logging.Filter):
    """Cuts the query off addresses in the log lines of the HTTP library: it holds token and secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line; never drop it."""
        record.msg, record.args = QUERY.sub("?…", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


def hide_queries() -> None:
    """Put a :class:`QueryHider` on every logger that could write an address, once."""
    for name in (
        "urllib3.connectionpool",
        "urllib3.connection",
        "urllib3.util.retry",
        "wechatpy.client.base",
    ):
        logger = logging.getLogger(name)
        if not any(isinstance(found, QueryHider) for found in logger.filters):
            logger.addFilter(QueryHider())


hide_queries()
