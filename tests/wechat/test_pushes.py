"""What WeChat pushes: who is believed, what is kept, what is done with it, and how quickly."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from brickwall.wechat import pushes
from brickwall.wechat.constants import PushState, Suggest
from brickwall.wechat.envelopes import BadEnvelope, open_envelope, read_aes_key, seal_envelope, sign
from brickwall.wechat.fake.pushing import image_event, query_of, to_xml, wrap
from brickwall.wechat.fake.world import Push
from brickwall.wechat.jobs import SWEEP_JOB, schedule_sweep
from brickwall.wechat.models import WechatPush
from tests.support.fake_wechat import PUSH_KEY, PUSH_TOKEN, FakeWeChat

MODES = [(mode, form) for mode in ("plain", "compatible", "safe") for form in ("json", "xml")]
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<xml><MsgType>&b;</MsgType></xml>"
)


@pytest.fixture
def event(fake: FakeWeChat) -> dict[str, Any]:
    """Provide the verdict on one picture."""
    return image_event(fake.world, "image-1", "o_alice", "risky")


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """Provide what the handler of picture verdicts was told."""
    told: list[dict[str, Any]] = []
    before = pushes.HANDLERS.pop("wxa_media_check", None)
    pushes.on_push("wxa_media_check")(lambda session, said: told.append(said))
    yield told
    pushes.HANDLERS.pop("wxa_media_check")
    if before is not None:
        pushes.HANDLERS["wxa_media_check"] = before


def send(client: FlaskClient, body: bytes, query: dict[str, str]) -> tuple[int, str]:
    """Post a push; return status and text."""
    answer = client.post(f"/wechat/push?{urlencode(query)}", data=body)
    return answer.status_code, answer.get_data(as_text=True)


def pushed(
    client: FlaskClient, fake: FakeWeChat, event: dict[str, Any], mode: str = "safe", form: str = "json"
) -> tuple[int, str]:
    """Post an event the way WeChat does in a mode and format."""
    push = Push(token=PUSH_TOKEN, key=PUSH_KEY, mode=mode, format=form)
    body = wrap(event, push, fake.appid)
    return send(client, body, query_of(body, push, time.time()))


@pytest.fixture
def plain(wired: Settings, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site take plain pushes: no EncodingAESKey."""
    assert wired.wechat is not None
    monkeypatch.setitem(app.config, "BRICKWALL", replace(wired, wechat=replace(wired.wechat, push_key="")))


def test_the_official_vectors_of_signatures() -> None:
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert sign("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_the_official_check_of_an_address_is_answered_with_its_word(
    app: Application, client: FlaskClient, wired: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wired.wechat is not None
    official = replace(wired, wechat=replace(wired.wechat, push_token="AAAAA"))
    monkeypatch.setitem(app.config, "BRICKWALL", official)
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
        "timestamp": "1714036504",
        "nonce": "1514711492",
    }
    with clock.at(datetime.fromtimestamp(1714036504 + 20, UTC)):
        answer = client.get("/wechat/push", query_string=query)
        wrong = client.get("/wechat/push", query_string={**query, "nonce": "1514711493"})
        script = client.get("/wechat/push", query_string={**query, "echostr": "<script>"})
    late = client.get("/wechat/push", query_string=query)

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "4375120948345356249")
    assert answer.mimetype == "text/plain"
    assert [wrong.status_code, script.status_code, late.status_code] == [400, 400, 400]
    assert "<script>" not in script.get_data(as_text=True)


@pytest.mark.parametrize(("mode", "form"), MODES)
def test_a_push_is_understood_in_every_mode_and_format(
    app: Application,
    client: FlaskClient,
    fake: FakeWeChat,
    wired: Settings,
    event: dict[str, Any],
    heard: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    form: str,
) -> None:
    if mode == "plain":
        assert wired.wechat is not None
        monkeypatch.setitem(
            app.config, "BRICKWALL", replace(wired, wechat=replace(wired.wechat, push_key=""))
        )

    started = time.monotonic()
    assert pushed(client, fake, event, mode, form) == (200, "success")
    assert time.monotonic() - started < 1
    assert heard == []
    run_pending_jobs()

    verdict = pushes.read_image_verdict(heard[0])
    assert (verdict.trace_id, verdict.suggest, verdict.label) == ("image-1", Suggest.RISKY, 20006)


def test_a_push_is_kept_without_the_person(
    client: FlaskClient, fake: FakeWeChat, event: dict[str, Any], wired: Settings, session: Session
) -> None:
    pushed(client, fake, event)

    row = session.scalars(select(WechatPush)).one()
    assert row.event == "wxa_media_check"
    assert "o_alice" not in json.dumps(row.payload)
    assert row.payload["trace_id"] == "image-1"


def test_repetitions_are_answered_alike_and_done_once(
    client: FlaskClient,
    fake: FakeWeChat,
    event: dict[str, Any],
    wired: Settings,
    heard: list[dict[str, Any]],
    session: Session,
) -> None:
    push = Push(token=PUSH_TOKEN, key=PUSH_KEY, mode="safe")
    body = wrap(event, push, fake.appid)
    query = query_of(body, push, time.time())

    assert [send(client, body, query) for _ in range(3)] == [(200, "success")] * 3
    assert pushed(client, fake, event) == (200, "success")
    assert pushed(client, fake, {**event, "trace_id": "image-2"}) == (200, "success")
    run_pending_jobs()

    assert [said["trace_id"] for said in heard] == ["image-1", "image-2"]
    assert set(session.scalars(select(WechatPush.state))) == {PushState.DONE}


def test_a_push_nobody_asked_for_is_set_aside(
    client: FlaskClient, fake: FakeWeChat, wired: Settings, event: dict[str, Any], session: Session
) -> None:
    assert pushed(client, fake, {**event, "Event": "debug_demo"}) == (200, "success")
    run_pending_jobs()

    assert session.scalars(select(WechatPush.state)).one() is PushState.IGNORED


def test_a_handler_that_fails_gets_the_push_again(
    client: FlaskClient,
    fake: FakeWeChat,
    wired: Settings,
    event: dict[str, Any],
    session: Session,
    heard: list[dict[str, Any]],
) -> None:
    tries: list[str] = []

    def fail_once(opened: Session, said: dict[str, Any]) -> None:
        tries.append(said["trace_id"])
        if len(tries) == 1:
            raise OSError("a first failure")

    pushes.on_push("wxa_media_check")(fail_once)
    pushed(client, fake, event)
    run_pending_jobs()
    assert session.scalars(select(WechatPush.state)).one() is PushState.WAITING
    session.rollback()
    with clock.at(clock.now() + timedelta(minutes=2)):
        run_pending_jobs()

    assert tries == ["image-1", "image-1"]
    assert session.scalars(select(WechatPush.state)).one() is PushState.DONE


@pytest.mark.parametrize(
    "spoil",
    ["signature", "msg_signature", "timestamp", "nonce", "no query", "old", "future", "other token"],
)
def test_a_push_without_its_signature_is_refused(
    client: FlaskClient,
    fake: FakeWeChat,
    wired: Settings,
    event: dict[str, Any],
    session: Session,
    spoil: str,
) -> None:
    push = Push(token=PUSH_TOKEN, key=PUSH_KEY, mode="safe")
    body = wrap(event, push, fake.appid)
    moment = time.time() + {"old": -601, "future": 601}.get(spoil, 0)
    if spoil == "other token":
        push.token = "somebody else's"
    query = query_of(body, push, moment)
    if spoil in query:
        query[spoil] = query[spoil][:-1] + ("1" if query[spoil][-1] != "1" else "2")
    if spoil == "no query":
        query = {}

    status, text = send(client, body, query)

    assert status == 400
    assert "o_alice" not in text
    assert PUSH_TOKEN not in text
    assert session.scalar(select(func.count()).select_from(WechatPush)) == 0


def test_a_signature_with_strange_letters_is_refused_like_any_other(
    client: FlaskClient, wired: Settings
) -> None:
    answer = client.get(
        "/wechat/push", query_string={"signature": "签名", "timestamp": "１２３", "nonce": "\x00"}
    )
    assert answer.status_code == 400


def sealed_body(text: str, *, key: str = PUSH_KEY, appid: str = "wxfake0000000000") -> bytes:
    """Return a safe-mode body around any text."""
    return json.dumps({"ToUserName": "gh_fake", "Encrypt": seal_envelope(text, key, appid)}).encode()


@pytest.mark.parametrize(
    "body",
    [
        sealed_body('{"MsgType": "event", "Event": "x"}', appid="wxsomebodyelse00"),
        sealed_body('{"MsgType": "event", "Event": "x"}', key="B" * 42 + "A"),
        sealed_body("nothing that can be read"),
        sealed_body("[1]"),
        sealed_body('{"MsgType": 7}'),
        sealed_body('{"MsgType": ""}'),
        sealed_body("{}"),
        sealed_body(BOMB),
        sealed_body('{"Event": "x", "a": ' + "[" * 30 + "]" * 30 + "}"),
        json.dumps({"Encrypt": "A" * 44}).encode(),
        json.dumps({"Encrypt": "not base64 at all"}).encode(),
        json.dumps({"Encrypt": ""}).encode(),
        json.dumps({"Encrypt": ["a"]}).encode(),
        json.dumps({"Event": "wxa_media_check", "MsgType": "event"}).encode(),
    ],
)
def test_an_envelope_that_is_not_ours_is_refused(
    client: FlaskClient, wired: Settings, session: Session, body: bytes
) -> None:
    push = Push(token=PUSH_TOKEN, key=PUSH_KEY, mode="safe")
    sealed = json.loads(body).get("Encrypt", "")
    query = query_of(json.dumps({"Encrypt": sealed}).encode(), push, time.time())

    status, text = send(client, body, query)

    assert status == 400
    assert "没有受理" in text
    assert session.scalar(select(func.count()).select_from(WechatPush)) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"{",
        b"null",
        b"<xml>",
        b"<xml/>",
        b"<a><MsgType>event</MsgType></a>",
        b"<!DOCTYPE xml><xml><MsgType>event</MsgType><Event>x</Event></xml>",
        b'<!doctype xml SYSTEM "http://127.0.0.1:9/x"><xml><MsgType>event</MsgType></xml>',
        BOMB.encode(),
        BOMB.replace("<!DOCTYPE", "<!doctype").encode(),
        BOMB.encode("utf-16"),
        b"[" * 50_000,
        b'{"MsgType":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
        b"<xml><MsgType>event</MsgType>" + b"<a>" * 2000 + b"</a>" * 2000 + b"</xml>",
        json.dumps({"MsgType": "event", "Event": "x" * 65}).encode(),
        json.dumps({"MsgType": "text", "Content": "x" * 70_000}).encode(),
    ],
)
@pytest.mark.usefixtures("plain")
def test_a_malformed_push_is_refused_and_nothing_of_it_shown(
    client: FlaskClient, session: Session, body: bytes
) -> None:
    push = Push(token=PUSH_TOKEN)
    started = time.monotonic()

    status, text = send(client, body, query_of(body, push, time.time()))

    assert status == 400
    assert "aaaa" not in text
    assert time.monotonic() - started < 2
    assert session.scalar(select(func.count()).select_from(WechatPush)) == 0


def test_an_empty_plain_push_needs_its_kind(wired: Settings) -> None:
    assert to_xml({"MsgType": "event"}) == "<xml><MsgType>event</MsgType></xml>"
    assert pushes.parse_body(to_xml({"a": {"b": "砖&墙"}, "c": [1, 2]})) == {
        "a": {"b": "砖&墙"},
        "c": ["1", "2"],
    }


def test_a_site_that_takes_no_pushes_has_no_such_page(client: FlaskClient) -> None:
    assert client.get("/wechat/push").status_code == 404
    assert client.post("/wechat/push", data=b"{}").status_code == 404


@pytest.mark.parametrize("key", ["abc", "A" * 44, "!" * 43, ""])
def test_a_wrong_key_is_told_apart(key: str) -> None:
    with pytest.raises(ValueError, match=r"EncodingAESKey|base64|padding|discontinuous|alphabet|Only"):
        read_aes_key(key)


def test_an_envelope_is_opened_for_one_appid_only() -> None:
    sealed = seal_envelope("砖", PUSH_KEY, "wxa")
    assert open_envelope(sealed, PUSH_KEY, "wxa") == "砖"
    with pytest.raises(BadEnvelope):
        open_envelope(sealed, PUSH_KEY, "wxb")


@pytest.mark.parametrize(
    ("said", "suggest"),
    [
        ({"trace_id": "t", "result": {"suggest": "pass", "label": "100"}, "errcode": "0"}, Suggest.PASS),
        ({"trace_id": "t", "result": {"suggest": "pass", "label": 100}, "errcode": -1008}, Suggest.REVIEW),
        ({"trace_id": "t"}, Suggest.REVIEW),
    ],
)
def test_a_verdict_that_is_none_is_for_a_person(said: dict[str, Any], suggest: Suggest) -> None:
    assert pushes.read_image_verdict(said).suggest is suggest


def test_old_pushes_are_forgotten_daily(
    client: FlaskClient, fake: FakeWeChat, wired: Settings, event: dict[str, Any], session: Session
) -> None:
    with clock.at(clock.now() - timedelta(days=8)), transaction() as writing:
        pushes.receive_push(writing, {**event, "trace_id": "old"})
    pushed(client, fake, event)
    with transaction() as writing:
        schedule_sweep(writing)
        schedule_sweep(writing)
    run_pending_jobs()

    assert [row.payload["trace_id"] for row in session.scalars(select(WechatPush))] == ["image-1"]
    waiting = select(Job.run_at).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING)
    assert session.scalars(waiting).one() > clock.now() + timedelta(hours=23)
