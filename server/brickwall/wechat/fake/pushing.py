"""How the fake pushes an event: signed, plain, doubled or encrypted, in JSON or XML."""

import json
import secrets
import threading
import time
from typing import Any
from xml.sax.saxutils import escape

import requests

from brickwall.wechat.envelopes import seal_envelope, sign
from brickwall.wechat.fake.world import Push, World

# A picture with these bytes in its file is refused whatever the mode says.
MARKER = b"BRICKWALL-FAKE-RISKY"
LABELS = {"pass": 100, "review": 20002, "risky": 20006}


def to_xml(event: dict[str, Any]) -> str:
    """Return the event as the platform's XML; lists become repeated elements."""
    parts = []
    for name, value in event.items():
        for item in value if isinstance(value, list) else [value]:
            inner = to_xml(item)[5:-6] if isinstance(item, dict) else escape(str(item))
            parts.append(f"<{name}>{inner}</{name}>")
    return f"<xml>{''.join(parts)}</xml>"


def wrap(event: dict[str, Any], push: Push, appid: str) -> bytes:
    """Return the body of a push in its mode and format."""
    text = json.dumps(event, ensure_ascii=False) if push.format == "json" else to_xml(event)
    if push.mode == "plain":
        return text.encode()
    sealed = {"ToUserName": event["ToUserName"], "Encrypt": seal_envelope(text, push.key, appid)}
    outer = {**event, **sealed} if push.mode == "compatible" else sealed
    return (json.dumps(outer, ensure_ascii=False) if push.format == "json" else to_xml(outer)).encode()


def sealed_part(body: bytes, push: Push) -> str:
    """Return the encrypted part of a body made by :func:`wrap`."""
    if push.format == "json":
        return str(json.loads(body)["Encrypt"])
    return body.decode().partition("<Encrypt>")[2].partition("</Encrypt>")[0]


def query_of(body: bytes, push: Push, moment: float) -> dict[str, str]:
    """Return the signed query of a push sent at ``moment`` (seconds since 1970)."""
    timestamp, nonce = str(int(moment)), str(secrets.randbelow(10**10))
    query = {"signature": sign(push.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    if push.mode != "plain":
        signed = sign(push.token, timestamp, nonce, sealed_part(body, push))
        query |= {"encrypt_type": "aes", "msg_signature": signed}
    return query


def send_push(world: World, event: dict[str, Any]) -> str:
    """Send one event now and return what was answered; trouble is an empty answer."""
    push = world.push
    body = wrap(event, push, world.appid)
    query = query_of(body, push, time.time() + world.clock_offset)
    kind = {"Content-Type": "application/json" if push.format == "json" else "text/xml"}
    try:
        answer = requests.post(push.url, body, params=query, headers=kind, timeout=5).text[:1000]
    except requests.RequestException:
        answer = ""
    with world.lock:
        world.pushed.append({"event": event, "answer": answer})
    return answer


def _read_picture(url: str) -> bytes:
    try:
        return requests.get(url, timeout=5).content
    except requests.RequestException:
        return b""


def image_event(world: World, trace_id: str, openid: str, verdict: str) -> dict[str, Any]:
    """Return a ``wxa_media_check`` event (version 2)."""
    result = {"suggest": verdict, "label": LABELS[verdict]}
    return {
        "ToUserName": "gh_fake",
        "FromUserName": openid,
        "CreateTime": int(time.time()),
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": world.appid,
        "trace_id": trace_id,
        "version": 2,
        "detail": [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}],
        "errcode": 0,
        "errmsg": "ok",
        "result": result,
    }


def push_image_verdict(world: World, trace_id: str, openid: str, url: str) -> None:
    """Look at a picture and push the verdict after the delay; nothing happens without a push address."""

    def later() -> None:
        picture = _read_picture(url)
        verdict = "risky" if MARKER in picture else world.image
        if verdict in LABELS and world.push.url:
            send_push(world, image_event(world, trace_id, openid, verdict))

    timer = threading.Timer(world.push.delay, later)
    timer.daemon = True
    timer.start()
