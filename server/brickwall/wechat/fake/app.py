"""The fake's addresses: the seven calls we make, and the handles for tests.

Codes carry what they stand for. A sign-in code ``alice`` or ``alice:2`` is the person
``o_alice``; a phone code ``phone:13800001234`` is that number. Each works once.
"""

import re
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response, jsonify, request

from brickwall.wechat.fake.picture import draw_picture
from brickwall.wechat.fake.pushing import push_image_verdict
from brickwall.wechat.fake.world import SIGN_IN, TOKEN, WITH_TOKEN, Fault, World

CALLS = {
    "/cgi-bin/stable_token": TOKEN,
    "/cgi-bin/token": "classic_token",
    "/sns/jscode2session": SIGN_IN,
    "/wxa/business/getuserphonenumber": "phone",
    "/wxa/msg_sec_check": "text",
    "/wxa/media_check_async": "image",
    "/wxa/getuserriskrank": "risk",
    "/cgi-bin/message/subscribe/send": "message",
    "/wxa/getwxacodeunlimit": "code",
}
MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40163: "code been used",
    40169: "invalid length for scene, or the data is not json string",
    40226: "code blocked",
    41030: "invalid page",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    47003: "argument invalid! data.thing1.value invalid",
    61010: "code is expired",
}
# The code of every sign-in in WeChat DevTools with touristappid; it never wears out.
TOURIST = "the code is a mock one"
SCENE = re.compile(r"[0-9a-zA-Z!#$&'()*+,/:;=?@._~-]{1,32}")
LIMITS = {"thing": 20, "phrase": 5, "character_string": 32, "name": 10, "number": 32, "letter": 32}


def refuse(errcode: int) -> Response:
    """Return an error as the platform words it: HTTP 200 and a number."""
    return jsonify(errcode=errcode, errmsg=f"{MESSAGES.get(errcode, 'error')} rid: fake")


def openid_of(code: str) -> str:
    """Return whom a sign-in code stands for."""
    name = code.partition(":")[0]
    if name == TOURIST:
        return "o_tourist"
    return (
        f"o_{name}"
        if re.fullmatch(r"[\w-]{1,40}", name, re.ASCII)
        else f"o_{sha256(code.encode()).hexdigest()[:12]}"
    )


def give_token(world: World, asked: Request) -> Response:
    """Answer getStableAccessToken."""
    body = asked.get_json(force=True)
    if body.get("appid") != world.appid:
        return refuse(40013)
    if body.get("secret") != world.secret:
        return refuse(40125)
    token, seconds = world.issue_token(bool(body.get("force_refresh")))
    return jsonify(access_token=token, expires_in=seconds)


def give_session(world: World, asked: Request) -> Response:
    """Answer jscode2session."""
    code = asked.args.get("js_code", "")
    if asked.args.get("appid") != world.appid:
        return refuse(40013)
    if asked.args.get("secret") != world.secret:
        return refuse(40125)
    if not code or code.startswith("bad"):
        return refuse(40029)
    if code.startswith("blocked"):
        return refuse(40226)
    if code != TOURIST and not world.spend(code):
        return refuse(40163)
    openid = openid_of(code)
    union = {"unionid": f"u_{openid[2:]}"} if world.unionid else {}
    return jsonify(openid=openid, session_key="ZmFrZSBzZXNzaW9uIGtleQ==", **union)


def give_phone(world: World, asked: Request) -> Response:
    """Answer getPhoneNumber (code v2): ``phone:13800001234``, or ``phone:+85291234567``."""
    code = str(asked.get_json(force=True).get("code", ""))
    found = re.fullmatch(r"phone:(?:\+(\d{3}))?(\d{8,11})(?::.*)?", code)
    if found is None:
        return refuse(40029)
    if not world.spend(code):
        return refuse(40163)
    country, number = found[1] or "86", found[2]
    shown = number if country == "86" else f"+{country}{number}"
    info = {"phoneNumber": shown, "purePhoneNumber": number, "countryCode": country}
    return jsonify(errcode=0, errmsg="ok", phone_info=info)


def person_error(world: World, openid: object) -> int:
    """Return the error of a call about somebody unknown or long unseen, or 0."""
    if not isinstance(openid, str) or not openid.startswith("o_"):
        return 40003
    return 61010 if openid in world.stale else 0


def check_text(world: World, asked: Request) -> Response:
    """Answer msgSecCheck: 违禁 is risky, 可疑 is for review. Version 1 tells nothing, as it does."""
    body = asked.get_json(force=True)
    content = body.get("content")
    if not isinstance(content, str) or not content or len(content) > 2500:
        return refuse(47001)
    if body.get("version") != 2:
        return jsonify(errcode=0, errmsg="ok")
    if error := person_error(world, body.get("openid")):
        return refuse(error)
    verdict, label = (
        ("risky", 20006) if "违禁" in content else ("review", 20002) if "可疑" in content else ("pass", 100)
    )
    detail = [{"strategy": "content_model", "errcode": 0, "suggest": verdict, "label": label, "prob": 90}]
    result = {"suggest": verdict, "label": label}
    return jsonify(errcode=0, errmsg="ok", detail=detail, result=result, trace_id=f"text-{len(world.calls)}")


def check_image(world: World, asked: Request) -> Response:
    """Answer mediaCheckAsync, look at the picture and push the verdict a little later."""
    body = asked.get_json(force=True)
    if body.get("version") != 2 or not str(body.get("media_url", "")).startswith("http"):
        return refuse(47001)
    if error := person_error(world, body.get("openid")):
        return refuse(error)
    trace_id = f"image-{len(world.calls)}-{int(time.time())}"
    push_image_verdict(world, trace_id, body["openid"], body["media_url"])
    return jsonify(errcode=0, errmsg="ok", trace_id=trace_id)


def rank_risk(world: World, asked: Request) -> Response:
    """Answer getuserriskrank: 0 unless the person was given another rank."""
    body = asked.get_json(force=True)
    if body.get("appid") != world.appid:
        return refuse(40013)
    if error := person_error(world, body.get("openid")):
        return refuse(error)
    rank = world.risk.get(body["openid"], 0)
    return jsonify(errcode=0, errmsg="getuserriskrank succ", risk_rank=rank, unoin_id=len(world.calls))


def bad_field(data: dict[str, Any]) -> bool:
    """Tell whether a template's data breaks the platform's limits."""
    for key, entry in data.items():
        value = entry.get("value") if isinstance(entry, dict) else None
        limit = LIMITS.get(key.rstrip("0123456789"), 100)
        if not isinstance(value, str) or not value or len(value) > limit:
            return True
    return not data


def send_message(world: World, asked: Request) -> Response:
    """Answer subscribeMessage.send: one consent, one message."""
    body = asked.get_json(force=True)
    openid = body.get("touser")
    if person_error(world, openid) == 40003:
        return refuse(40003)
    if not body.get("template_id"):
        return refuse(40037)
    if bad_field(body.get("data") or {}):
        return refuse(47003)
    with world.lock:
        left = world.consents.get(openid)
        if openid in world.refusers or left == 0:
            return refuse(43101)
        if left is not None:
            world.consents[openid] = left - 1
        world.messages.append(body)
    return jsonify(errcode=0, errmsg="ok", msgid=len(world.messages))


def give_code(world: World, asked: Request) -> Response:
    """Answer getUnlimitedQRCode: a picture, or JSON with an error."""
    body = asked.get_json(force=True)
    if not SCENE.fullmatch(str(body.get("scene", ""))):
        return refuse(40169)
    known = str(body.get("page", "pages/")).startswith(("pages/", "member/", "branch/"))
    if body.get("check_path", True) and (not known or body.get("page") == "pages/none"):
        return refuse(41030)
    return Response(draw_picture(int(body.get("width", 430))), mimetype="image/jpeg")


def give_classic_token(world: World, asked: Request) -> Response:
    """Answer the old getAccessToken, which nothing here may use: the list of calls shows it."""
    return refuse(40013)


ANSWERS: dict[str, Callable[[World, Request], Response]] = {
    TOKEN: give_token,
    "classic_token": give_classic_token,
    SIGN_IN: give_session,
    "phone": give_phone,
    "text": check_text,
    "image": check_image,
    "risk": rank_risk,
    "message": send_message,
    "code": give_code,
}


def _drip() -> Iterator[str]:
    """Yield an answer a letter at a time, four a second."""
    for letter in '{"errcode":0,"errmsg":"ok"}':
        time.sleep(0.25)
        yield letter


def hang_up(kind: str) -> Response:
    """Close the connection without an answer, in the middle of one, or take for ever over it."""
    if kind == "silent":
        request.environ["werkzeug.socket"].shutdown(2)
        return Response("")
    if kind == "drip":
        return Response(_drip(), mimetype="application/json")
    answer = Response('{"errcode":0,', mimetype="application/json")
    answer.automatically_set_content_length = False
    answer.headers["Content-Length"] = "4000"
    return answer


def go_wrong(fault: Fault) -> Response | None:
    """Do what the fault says; None when it was only slow."""
    time.sleep(fault.seconds)
    if fault.hang_up:
        return hang_up(fault.hang_up)
    if fault.body is not None:
        return Response(fault.body, fault.status, mimetype="text/html")
    if fault.status != 200:
        return Response("Bad Gateway", fault.status, mimetype="text/plain")
    return refuse(fault.errcode) if fault.errcode else None


def answer_call(world: World, call: str) -> Response:
    """Answer one call of the platform's, faults first."""
    body = request.get_json(force=True, silent=True)
    world.note(call, method=request.method, path=request.path, body=body)
    fault = world.take_fault(call)
    wrong = go_wrong(fault) if fault else None
    if wrong is not None:
        return wrong
    if call in WITH_TOKEN and not world.knows_token(request.args.get("access_token", "")):
        return refuse(40001)
    if request.method == "POST" and not isinstance(body, dict):
        return refuse(47001)
    return ANSWERS[call](world, request)


def _add_call(app: Flask, world: World, path: str, call: str) -> None:
    method = "GET" if call in (SIGN_IN, "classic_token") else "POST"
    app.add_url_rule(path, call, lambda: answer_call(world, call), methods=[method])


def _add_handles(app: Flask, world: World) -> None:
    @app.post("/__control")
    def control() -> Response:
        try:
            world.control(dict(request.get_json(force=True)))
        except (KeyError, TypeError) as error:
            return jsonify(error=str(error))
        return jsonify(ok=True)

    @app.get("/__seen")
    def seen() -> Response:
        with world.lock:
            return jsonify(calls=world.calls, messages=world.messages, pushed=world.pushed)

    @app.get("/")
    def about() -> str:
        return "这是本机的假微信服务器，只供试用，不会连到微信。"


def create_fake(world: World) -> Flask:
    """Return the fake as a WSGI application on ``world``.

    ``POST /__control`` changes the world (:meth:`World.control`), ``GET /__seen`` shows calls,
    messages and pushes.
    """
    app = Flask("brickwall.wechat.fake", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    for path, call in CALLS.items():
        _add_call(app, world, path, call)
    _add_handles(app, world)
    return app
