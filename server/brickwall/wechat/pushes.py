"""What WeChat pushes to us: opened, told apart, kept once, and handed to whoever asked for it.

Upper layers ask with :func:`on_push`; a job does the work (``jobs``), so that WeChat gets its
answer within a second.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from xml.parsers.expat import ExpatError

import orjson
import xmltodict
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brickwall.config import WeChatSettings
from brickwall.kernel import clock
from brickwall.kernel.jobs import enqueue
from brickwall.wechat.constants import PushState, Suggest, Timing
from brickwall.wechat.envelopes import BadEnvelope, is_signed, open_envelope
from brickwall.wechat.gateway import read_suggest
from brickwall.wechat.models import WechatPush

WORK_OFF_JOB = "wechat.work_off_push"
BODY_LIMIT = 64 * 1024
DEEPEST = 8
# Who is meant is told by what we asked for (trace_id); openids are not kept.
UNKEPT = frozenset({"tousername", "fromusername", "openid", "unionid"})
Handler = Callable[[Session, dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}


def on_push(event: str) -> Callable[[Handler], Handler]:
    """Register the function that works off pushes of one kind, e.g. ``wxa_media_check``.

    It gets a session, whose transaction the job commits, and what the push said: without openids,
    and with numbers as texts where WeChat sends XML.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[event] = handler
        return handler

    return register


@dataclass(frozen=True, slots=True)
class ImageVerdict:
    """A pushed verdict on a picture; ``label`` is WeChat's category number."""

    trace_id: str
    suggest: Suggest
    label: int


def read_image_verdict(event: dict[str, Any]) -> ImageVerdict:
    """Return what a ``wxa_media_check`` says; a check that failed there is for a person."""
    suggest, label = read_suggest(event.get("result"))
    if str(event.get("errcode", 0)) != "0":
        suggest = Suggest.REVIEW
    return ImageVerdict(str(event.get("trace_id", "")), suggest, label)


def is_recent(timestamp: str) -> bool:
    """Tell whether a push's ``timestamp`` (seconds since 1970) lies within ten minutes of now."""
    if not timestamp.isdecimal() or len(timestamp) > 11:
        return False
    return abs(clock.now() - datetime.fromtimestamp(int(timestamp), UTC)) <= Timing.PUSH_WINDOW


def check_sender(wechat: WeChatSettings, query: Mapping[str, str]) -> None:
    """Make sure that a request was signed with our push token, and lately.

    Args:
        query: ``signature``, ``timestamp`` and ``nonce`` of the address.

    Raises:
        BadEnvelope: when it was not.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    signed = is_signed(query.get("signature", ""), wechat.push_token, timestamp, nonce)
    if not (signed and is_recent(timestamp)):
        raise BadEnvelope


def parse_body(body: bytes | str) -> dict[str, Any]:
    """Return a pushed JSON object or XML document as a dictionary.

    Raises:
        BadEnvelope: for anything else, for a DOCTYPE or an entity, and for deep nesting.
    """
    try:
        text = body.decode() if isinstance(body, bytes) else body
        parsed = _parse_xml(text) if text.lstrip().startswith("<") else orjson.loads(text)
    except (ValueError, ExpatError, RecursionError) as error:
        raise BadEnvelope from error
    if not isinstance(parsed, dict) or _depth(parsed) > DEEPEST:
        raise BadEnvelope
    return parsed


def _parse_xml(text: str) -> object:
    """Return what stands inside ``<xml>``.

    Raises:
        ValueError: for a DOCTYPE, before anything in it is read.
    """
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise ValueError("a push has no document type")
    document: dict[str, Any] = xmltodict.parse(text)
    return document.get("xml")


def _depth(value: object, limit: int = DEEPEST + 1) -> int:
    """Return how deep a value is nested, at most ``limit``."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None or limit == 0:
        return 0
    return 1 + max((_depth(each, limit - 1) for each in inner), default=0)


def open_push(wechat: WeChatSettings, query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return the event in a push; with an EncodingAESKey only its encrypted part is believed.

    Args:
        query: of the address: ``signature`` in plain mode, ``msg_signature`` in the others.

    Raises:
        BadEnvelope: for a push that was not signed by WeChat, lately, for us.
    """
    check_sender(wechat, query)
    if len(body) > BODY_LIMIT:
        raise BadEnvelope
    outer = parse_body(body)
    if not wechat.push_key:
        return outer
    sealed = outer.get("Encrypt")
    if not isinstance(sealed, str):
        raise BadEnvelope
    parts = (query.get("timestamp", ""), query.get("nonce", ""), sealed)
    if not is_signed(query.get("msg_signature", ""), wechat.push_token, *parts):
        raise BadEnvelope
    return parse_body(open_envelope(sealed, wechat.push_key, wechat.appid))


def _without_people(value: Any) -> Any:
    """Return an event without the names WeChat has for people."""
    if isinstance(value, dict):
        return {name: _without_people(each) for name, each in value.items() if name.lower() not in UNKEPT}
    return [_without_people(each) for each in value] if isinstance(value, list) else value


def _fingerprint(event: dict[str, Any]) -> str:
    """Return what tells one event from another: WeChat repeats it word for word."""
    return hashlib.sha256(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)).hexdigest()


def receive_push(session: Session, event: dict[str, Any]) -> bool:
    """Keep a push and ask for its work, in the caller's transaction; False for a repetition.

    Raises:
        BadEnvelope: when it does not say what it is.
    """
    name = event.get("Event") or event.get("MsgType")
    if not isinstance(name, str) or not 0 < len(name) <= 64:
        raise BadEnvelope
    row = WechatPush(
        fingerprint=_fingerprint(event),
        event=name,
        payload=_without_people(event),
        received_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    enqueue(session, WORK_OFF_JOB, {"push": row.id})
    return True


def work_off_push(session: Session, push_id: int) -> PushState:
    """Hand a kept push to its handler, once; what nobody asked for is set aside."""
    row = session.get_one(WechatPush, push_id, with_for_update=True)
    if row.state is not PushState.WAITING:
        return row.state
    handler = HANDLERS.get(row.event)
    if handler is not None:
        handler(session, row.payload)
    row.state = PushState.DONE if handler is not None else PushState.IGNORED
    return row.state


def sweep_pushes(session: Session) -> int:
    """Forget pushes a week old; return how many."""
    old = select(WechatPush.id).where(WechatPush.received_at < clock.now() - Timing.KEEP_PUSHES).limit(5000)
    gone = cast("CursorResult[Any]", session.execute(delete(WechatPush).where(WechatPush.id.in_(old))))
    return gone.rowcount
