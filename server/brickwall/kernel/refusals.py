"""From any exception to a Problem: the sentence people get instead of a trace."""

import errno
import traceback
from collections.abc import Callable

import structlog
from flask import Flask, Response
from sqlalchemy.exc import DataError, TimeoutError
from werkzeug.exceptions import HTTPException

from brickwall.kernel.http import problem_json, wants_json
from brickwall.kernel.problems import Invalid, Problem, TooLarge, Unavailable
from brickwall.kernel.validation import chinese

HTTP_TITLES = {
    400: "发来的内容看不懂，请返回上一页重新填写",
    401: "请先登录",
    403: "您没有办这件事的权限",
    404: "没有找到这个页面，请检查网址，或回到首页",
    405: "这个网址不能这样使用，请回到首页",
    408: "网络太慢，没有收完，请再试一次",
    413: "发来的内容太大了，请减少后再试",
    414: "网址太长了，请回到首页",
    415: "发来的内容格式不对，请返回上一页重新提交",
    422: "填写的内容有误，请改正后再提交",
    429: "操作太频繁了，请过一会儿再试",
    431: "请求太大了，请清除浏览器缓存后再试",
}
BUSY = "系统正忙，没有保存成功。您填的内容还在，请过一会儿再提交一次"
FULL = "存储空间满了，暂时不能保存；查看不受影响。请联系管理员"
BROKEN = "系统出了点问题，已经记下来了。请过一会儿再试"
log = structlog.get_logger()


def _field_messages(error: HTTPException) -> dict[str, str]:
    """Return marshmallow's messages, which webargs hangs on the error, as one sentence a field."""
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    found: dict[str, str] = {}
    for place in messages.values() if isinstance(messages, dict) else ():
        for name, said in place.items() if isinstance(place, dict) else ():
            sentences = said if isinstance(said, list) else [said]
            found[str(name)] = "；".join(dict.fromkeys(chinese(str(each)) for each in sentences))
    return found


class HTTPProblem(Problem):
    """A refusal that came from the HTTP layer."""

    def __init__(self, error: HTTPException) -> None:
        self.status = error.code or 500
        title = HTTP_TITLES.get(self.status, BROKEN)
        super().__init__(title, f"http.{self.status}", fields=_field_messages(error))
        self.headers = [pair for pair in error.get_headers() if pair[0].lower() in {"allow", "retry-after"}]


def _is_full(error: BaseException) -> bool:
    text = str(error).lower()
    return "disk is full" in text or "disk i/o error" in text or "no space left" in text


def _is_unreachable(error: Exception) -> bool:
    """Tell whether the store is busy, full or away; SQLite calls a missing table operational, too.

    By name, because the writer gate raises the driver's own error before SQLAlchemy can wrap it.
    """
    return type(error).__name__ == "OperationalError" and "no such " not in str(error)


def to_problem(error: Exception) -> Problem:
    """Return what people are told about ``error``; what nobody foresaw becomes a plain 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return TooLarge(HTTP_TITLES[413], "http.413") if error.code == 413 else HTTPProblem(error)
    if isinstance(error, DataError | UnicodeEncodeError):
        return Invalid("填写的内容里有不能保存的字符，请改正后再提交", "invalid.characters")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return Unavailable(FULL, "unavailable.full", retry_after=60)
    if isinstance(error, TimeoutError) or _is_unreachable(error):
        full = _is_full(error)
        return Unavailable(FULL if full else BUSY, f"unavailable.{'full' if full else 'busy'}", retry_after=5)
    return Problem(BROKEN)


def set_up_refusals(app: Flask, page: Callable[[Problem], Response]) -> None:
    """Answer every exception with a problem: ``page`` renders it for people, JSON for programs."""

    def answer(error: Exception) -> Response:
        problem = to_problem(error)
        if problem.status >= 500:
            log.error("request.failed", code=problem.code, error=traceback.format_exc())
        response = problem_json(problem) if wants_json() else page(problem)
        for name, value in getattr(problem, "headers", []):
            response.headers[name] = value
        if problem.retry_after:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response

    app.register_error_handler(Exception, answer)
