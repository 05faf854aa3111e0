"""What WeChat's servers ask of ours: pushes, and the check files of a host."""

import structlog
from flask import Blueprint, Response, request

from brickwall.config import WeChatSettings
from brickwall.kernel.db import db, hurried
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import NotFound, Problem
from brickwall.wechat.check_files import find_check_file
from brickwall.wechat.envelopes import BadEnvelope
from brickwall.wechat.pushes import BODY_LIMIT, check_sender, open_push, receive_push

blueprint = Blueprint("wechat", __name__)
ECHO_LENGTH = 128
# WeChat waits five seconds and comes again; a busy store is told at once.
STORE_SECONDS = 0.7
log = structlog.get_logger()


class PushRefused(Problem):
    """A push that cannot be believed; why is told to nobody."""

    status = 400
    default_code = "wechat.push_refused"


def _refuse() -> PushRefused:
    log.warning("wechat.push_refused")
    return PushRefused("这个请求没有受理")


def _wechat() -> WeChatSettings:
    """Return the settings of a site that takes pushes.

    Raises:
        NotFound: on any other.
    """
    found = settings().wechat
    if found is None or not found.push_token:
        raise NotFound("这个网站没有接入微信推送")
    return found


def _plain(text: str | bytes) -> Response:
    response = Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/wechat/push")
@public
def confirm_push_address() -> Response:
    """Answer WeChat's check of the push address with its own word."""
    echo = request.args.get("echostr", "")
    wechat = _wechat()
    try:
        check_sender(wechat, request.args)
    except BadEnvelope:
        raise _refuse() from None
    if not (echo.isascii() and echo.isalnum() and len(echo) <= ECHO_LENGTH):
        raise _refuse()
    return _plain(echo)


@blueprint.post("/wechat/push")
@public
def take_push() -> Response:
    """Keep a push for the job that works it off; a repetition gets the same answer."""
    wechat = _wechat()
    if (request.content_length or 0) > BODY_LIMIT:
        raise _refuse()
    try:
        event = open_push(wechat, request.args, request.get_data())
        with hurried(STORE_SECONDS):
            receive_push(db.session(), event)
    except BadEnvelope:
        raise _refuse() from None
    return _plain("success")


@blueprint.get("/<name>.txt")
@blueprint.get("/q/<name>.txt")
@public
def check_file(name: str) -> Response:
    """Serve a file by which WeChat makes sure that this host is ours."""
    found = find_check_file(settings(), name)
    if found is None:
        raise NotFound("没有找到这个文件")
    return _plain(found)
