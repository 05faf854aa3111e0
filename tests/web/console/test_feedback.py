"""The branch's queue of complaints and suggestions."""

import pytest
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import send_feedback
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import FORM_TOKEN, SignIn

TEXT = "村口垃圾点三天没人收"


@pytest.fixture
def message(session: Session, settings: Settings) -> Feedback:
    branch = make_organisation(session)
    member = make_member(session, branch, "林秀峰")
    send_feedback(session, settings, branch, member, TEXT)
    session.commit()
    return session.query(Feedback).one()


def post(client, path: str, **fields: str):
    return client.post(path, data={"form_token": FORM_TOKEN, **fields})


def test_the_list_names_whom_it_is_about_and_says_nothing_of_the_sender(
    message: Feedback, sign_in: SignIn
) -> None:
    page = sign_in(Role.SECRETARY, message.organisation).get("/console/feedback/").text
    assert TEXT in page
    assert "林秀峰" in page
    assert "等待答复" in page


def test_an_answer_reaches_the_record_and_the_form_is_gone(
    message: Feedback, sign_in: SignIn, session: Session
) -> None:
    client = sign_in(Role.CLERK, message.organisation)
    path = f"/console/feedback/{message.public_id}"
    assert 'name="answer"' in client.get(path).text
    answer = post(client, f"{path}/answer", answer="明早派车去收")
    assert answer.status_code == 303
    session.rollback()
    session.refresh(message)
    assert (message.answer, message.state) == ("明早派车去收", FeedbackState.ANSWERED)
    page = client.get(path).text
    assert "明早派车去收" in page
    assert 'name="answer"' not in page


def test_what_was_typed_stays_when_somebody_was_faster(
    message: Feedback, sign_in: SignIn, session: Session
) -> None:
    client = sign_in(Role.SECRETARY, message.organisation)
    path = f"/console/feedback/{message.public_id}/answer"
    assert post(client, path, answer="").status_code == 422
    assert post(client, path, answer="第一个答复").status_code == 303
    second = post(client, path, answer="第二个答复")
    assert second.status_code == 409
    assert "这条已经有人答复了" in second.text
    assert "第二个答复" in second.text
    session.rollback()
    session.refresh(message)
    assert message.answer == "第一个答复"


def test_closing_asks_for_a_reason(message: Feedback, sign_in: SignIn, session: Session) -> None:
    client = sign_in(Role.SECRETARY, message.organisation)
    path = f"/console/feedback/{message.public_id}/close"
    assert post(client, path).status_code == 422
    assert post(client, path, reason="同一件事交了两次").status_code == 303
    session.rollback()
    session.refresh(message)
    assert (message.state, message.answer) == (FeedbackState.CLOSED, "同一件事交了两次")


def test_another_branch_s_message_is_not_found(message: Feedback, sign_in: SignIn, session: Session) -> None:
    other = make_organisation(session, code="dongpo", name="东坡村党支部", short_name="东坡")
    session.commit()
    client = sign_in(Role.SECRETARY, other)
    assert TEXT not in client.get("/console/feedback/").text
    assert client.get(f"/console/feedback/{message.public_id}").status_code == 404
    assert post(client, f"/console/feedback/{message.public_id}/answer", answer="x").status_code == 404


def test_an_empty_queue_says_where_messages_come_from(session: Session, sign_in: SignIn) -> None:
    branch = make_organisation(session)
    session.commit()
    page = sign_in(Role.SECRETARY, branch).get("/console/feedback/").text
    assert "还没有投诉建议" in page
    assert "群众扫砖上的码" in page


def test_the_list_is_handed_out_as_a_workbook(message: Feedback, sign_in: SignIn) -> None:
    answer = post(sign_in(Role.SECRETARY, message.organisation), "/console/feedback/export")
    assert answer.status_code == 200
    assert "spreadsheetml" in answer.mimetype
