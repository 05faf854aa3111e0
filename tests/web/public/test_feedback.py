"""投诉建议 from the form to the answer, without a name anywhere."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.feedback import rules
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback
from brickwall.organisations.models import Organisation
from tests.factories.organisations import make_organisation
from tests.publicity.conftest import Bricks

TEXT = "村口垃圾点三天没人收，请派人看看"


def ticket_on(client: FlaskClient) -> str:
    found = re.search(r'name="ticket" value="(\w{12})"', client.get("/feedback?about=7k3m9qx2").text)
    assert found is not None
    return found.group(1)


def send(client: FlaskClient, text: str = TEXT, **fields: str) -> object:
    return client.post("/feedback", data={"about": "7k3m9qx2", "text": text, **fields})


def code_on(page: str) -> str:
    found = re.search(r"<b>((?:\w{4}-){2}\w{4})</b>", page)
    assert found is not None
    return found.group(1)


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Feedback)) or 0


def test_the_form_asks_for_nothing_but_the_message(client: FlaskClient, bricks: Bricks) -> None:
    page = client.get("/feedback?about=7k3m9qx2").text
    assert "关于：<b>林秀峰（柳河村党支部）</b>" in page
    visible = re.findall(r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]*name="(\w+)"', page)
    assert visible == ["text", "website"], "the second one is the trap nobody sees"


def test_a_message_gets_a_code_and_is_read_with_it(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    answer = send(client)
    assert answer.status_code == 201
    code = code_on(answer.text)
    row = session.scalars(select(Feedback)).one()
    assert (row.text, row.member_id) == (TEXT, bricks.village.member.id)
    assert code.replace("-", "").lower() not in row.code_hash
    waiting = client.post("/feedback/answer", data={"code": code.upper()})
    assert "还没有答复" in waiting.text
    answer_feedback(session, bricks.village.secretary, row, "明早派车去收")
    session.commit()
    read = client.post("/feedback/answer", data={"code": f" {code.replace('-', ' ')} "})
    assert "明早派车去收" in read.text
    assert TEXT in read.text


def test_the_code_is_in_no_address(client: FlaskClient, bricks: Bricks) -> None:
    code = code_on(send(client).text)
    answer = client.get(f"/feedback/answer?code={code}")
    assert TEXT not in answer.text
    assert code not in answer.text


def test_a_form_sent_twice_is_one_message_with_one_code(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    ticket = ticket_on(client)
    first, second = send(client, ticket=ticket), send(client, ticket=ticket)
    assert code_on(first.text) == code_on(second.text)
    assert count(session) == 1
    third = send(client, text="另外一件事", ticket=ticket)
    assert code_on(third.text) != code_on(first.text)
    assert count(session) == 2


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e\u200b\x07"])
def test_an_empty_message_says_so_and_loses_nothing(
    client: FlaskClient, bricks: Bricks, session: Session, text: str
) -> None:
    answer = send(client, text)
    assert answer.status_code == 422
    assert "还没有写内容" in answer.text
    assert count(session) == 0


def test_a_message_that_is_too_long_comes_back_whole(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    text = "长" * (rules.MAX_TEXT + 1)
    answer = send(client, text)
    assert answer.status_code == 422
    assert "写了 1001 个字，最多 1000 个" in answer.text
    assert text in answer.text
    assert count(session) == 0


def test_control_and_bidi_marks_are_cleaned_and_lines_kept(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    send(client, "第一行\u202e\r\n第二行\x00\u200b")
    assert session.scalars(select(Feedback.text)).one() == "第一行\n第二行"


def test_a_machine_that_fills_the_trap_is_thanked_and_forgotten(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    answer = send(client, website="http://spam.example")
    assert answer.status_code == 201
    assert count(session) == 0


def test_too_many_at_once_are_asked_to_wait_with_their_words_kept(
    client: FlaskClient, bricks: Bricks, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MESSAGES_PER_HOUR", 2)
    for number in range(2):
        assert send(client, f"第 {number} 条").status_code == 201
    answer = send(client)
    assert answer.status_code == 429
    assert TEXT in answer.text
    assert count(session) == 2


def test_another_site_cannot_send_in_a_visitor_s_name(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    answer = client.post(
        "/feedback",
        data={"about": "7k3m9qx2", "text": TEXT},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert count(session) == 0


def test_from_home_one_chooses_the_branch(client: FlaskClient, bricks: Bricks, session: Session) -> None:
    page = client.get("/feedback").text
    assert '<option value="dongpo">东坡村党支部</option>' in page
    answer = client.post("/feedback", data={"wall": "", "text": TEXT})
    assert answer.status_code == 422
    assert TEXT in answer.text
    assert client.post("/feedback", data={"wall": "dongpo", "text": TEXT}).status_code == 201
    row = session.scalars(select(Feedback)).one()
    assert row.organisation.code == "dongpo"
    assert row.member_id is None


def test_with_one_branch_there_is_nothing_to_choose(
    client: FlaskClient, app: object, session: Session
) -> None:
    make_organisation(session)
    session.commit()
    assert "关于：<b>柳河村党支部</b>" in client.get("/feedback").text
    assert session.scalars(select(Organisation.code)).one() == "liuhe"


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [("7k3m", 422, "编号是 12 位"), ("zzzz-zzzz-zzzz", 404, "没有找到这个编号")],
)
def test_a_wrong_reading_code_says_what_to_do(
    client: FlaskClient, app: object, code: str, status: int, words: str
) -> None:
    answer = client.post("/feedback/answer", data={"code": code})
    assert answer.status_code == status
    assert words in answer.text
