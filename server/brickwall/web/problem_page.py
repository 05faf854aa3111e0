"""A refusal as a page: what happened, and what to do next."""

from urllib.parse import quote, urlsplit

from flask import Response, g, make_response, redirect, render_template, request

from brickwall.kernel.problems import Problem
from brickwall.web.console.problem_page import console_problem
from brickwall.web.public.blueprint import public_context

HEADINGS = {
    400: "没有看懂",
    401: "请先登录",
    403: "不能这样办",
    404: "没有找到",
    405: "不能这样打开",
    409: "现在不能这样办",
    413: "内容太大了",
    422: "填写有误",
    429: "请过一会儿再试",
    503: "暂时不能保存",
}


def _way_back() -> str:
    """Return the path of the page the visitor came from, when it is one of ours."""
    referrer = urlsplit(request.referrer or "")
    same = referrer.netloc == request.host and referrer.path != request.path
    return referrer.path if same else ""


def problem_page(problem: Problem) -> Response:
    """Return the page for a problem; somebody signed out is sent to sign in and brought back."""
    if problem.status == 401 and request.method == "GET":
        door = "/activate" if request.path.startswith("/my") else "/console/sign-in"
        query = quote(request.query_string, safe="=&%+")
        wanted = f"{request.path}?{query}" if query else request.path
        return make_response(redirect(f"{door}?next={quote(wanted)}"))
    # After a 5xx the database may not answer, and the console's frame reads it.
    if request.path.startswith("/console/") and problem.status < 500:
        return console_problem(problem)
    heading = HEADINGS.get(problem.status, "出了点问题")
    html = render_template(
        "problem.html",
        problem=problem,
        heading=heading,
        back=_way_back(),
        home="/my" if request.path.startswith("/my/") else "/",
        request_id=g.get("request_id", "-"),
        **public_context(),
    )
    response = make_response(html, problem.status)
    response.headers["Cache-Control"] = "no-store"
    return response
