"""What a visitor's program may do: complain, read the answer, get to know the site."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.config import Settings, WeChatSettings
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback, find_answer
from brickwall.kernel.http import Application
from brickwall.kernel.idempotency import IdempotencyRecord
from tests.publicity.conftest import Bricks

ABOUT = {"about": "/q/7k3m9qx2", "text": "排水沟还没有通"}


def test_a_complaint_gets_a_code_and_the_code_its_answer(
    bricks: Bricks, client: FlaskClient, session: Session, settings: Settings
) -> None:
    taken = client.post("/api/v1/feedback", json=ABOUT)
    assert taken.status_code == 201
    assert taken.get_json()["about"] == "林秀峰（柳河村党支部）"
    code = taken.get_json()["code"]
    waiting = client.post("/api/v1/feedback/answer", json={"code": code}).get_json()
    assert (waiting["state_label"], waiting["answer"]) == ("等待答复", None)
    message = find_answer(session, settings, code)
    assert message is not None
    answer_feedback(session, bricks.village.clerk, message, "周五前通水")
    session.commit()
    answered = client.post("/api/v1/feedback/answer", json={"code": code.replace("-", " ").lower()})
    assert answered.get_json()["answer"] == "周五前通水"


def test_the_same_key_is_one_message_and_keeps_no_code(
    bricks: Bricks, client: FlaskClient, session: Session
) -> None:
    once = {"Idempotency-Key": "b1946ac92492d234"}
    first = client.post("/api/v1/feedback", json=ABOUT, headers=once).get_json()
    again = client.post("/api/v1/feedback", json=ABOUT, headers=once).get_json()
    assert first == again
    assert session.scalar(select(func.count(Feedback.id))) == 1
    assert session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 0
    session.rollback()
    other = client.post("/api/v1/feedback", json={**ABOUT, "text": "还有一件"}, headers=once).get_json()
    assert other["code"] != first["code"]
    assert session.scalar(select(func.count(Feedback.id))) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**ABOUT, "about": "/q/7k3m9qx3"}, 404, "feedback.nobody"),
        ({**ABOUT, "about": "/w/nowhere"}, 404, "feedback.nobody"),
        ({**ABOUT, "about": "/c/7k3m9qx2"}, 422, None),
        ({**ABOUT, "text": " \u200b "}, 422, None),
        ({**ABOUT, "text": "长" * 1001}, 422, None),
    ],
)
def test_what_cannot_be_taken_says_why(
    bricks: Bricks, client: FlaskClient, body: dict[str, str], status: int, code: str | None
) -> None:
    answer = client.post("/api/v1/feedback", json=body)
    assert answer.status_code == status
    assert code is None or answer.get_json()["code"] == code


@pytest.mark.parametrize(("code", "status"), [("7k3m", 422), ("7k3m9qx240vd", 404)])
def test_a_wrong_reading_code_says_what_to_do(
    app: object, client: FlaskClient, code: str, status: int
) -> None:
    answer = client.post("/api/v1/feedback/answer", json={"code": code})
    assert answer.status_code == status
    assert "再打一遍" in answer.get_json()["title"]


def test_a_mini_program_gets_to_know_the_site_and_no_secret(
    app: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/api/v1/client").get_json()["wechat"] is False
    wechat = WeChatSettings("wx0000000000000001", "the secret", templates=(("result", "T1"),))
    monkeypatch.setitem(app.config, "BRICKWALL", replace(app.config["BRICKWALL"], wechat=wechat))
    answer = client.get("/api/v1/client")
    assert answer.get_json()["wechat"] is True
    assert answer.get_json()["templates"] == {"result": "T1", "due": "", "answer": ""}
    assert "the secret" not in answer.text
