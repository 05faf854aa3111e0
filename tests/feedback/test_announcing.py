"""An answer is told to whoever holds the code; the record does not say who that is."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.feedback import services as feedback
from brickwall.feedback.models import Feedback
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.messages import services
from brickwall.messages.models import Message, Subscription
from brickwall.messages.queries import Owner
from tests.factories.commitments import Village, make_village

ME = Owner(token_hash="a" * 64)


@pytest.fixture
def village(session: Session) -> Village:
    return make_village(session)


@pytest.fixture
def code(session: Session, settings: Settings, village: Village) -> str:
    made = feedback.send_feedback(session, settings, village.branch, village.member, "村口垃圾点三天没人收")
    services.subscribe(session, settings, ME, "feedback", made)
    session.commit()
    return made


def row(session: Session) -> Feedback:
    session.rollback()
    return session.scalars(select(Feedback)).one()


def told(session: Session) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message)))


def test_an_answer_is_told_once_even_when_it_is_closed_later(
    session: Session, village: Village, code: str
) -> None:
    feedback.answer_feedback(session, village.secretary, row(session), "明早派车去收")
    session.commit()
    run_pending_jobs()
    feedback.close_feedback(session, village.secretary, row(session), "收走了")
    session.commit()
    run_pending_jobs()
    (message,) = told(session)
    assert (message.title, message.page) == ("有答复了", "/feedback/answer")
    assert session.scalars(select(Subscription)).all() == []


def test_closing_without_an_answer_is_one(session: Session, village: Village, code: str) -> None:
    feedback.close_feedback(session, village.secretary, row(session), "和上一条说的是一件事")
    session.commit()
    run_pending_jobs()
    assert len(told(session)) == 1


def test_the_record_does_not_join_message_and_complaint(
    session: Session, village: Village, code: str
) -> None:
    complaint = row(session)
    waiting = session.scalars(select(Subscription)).one()
    assert complaint.public_id not in waiting.topic
    assert complaint.code_hash != waiting.topic
    feedback.answer_feedback(session, village.secretary, complaint, "明早派车去收")
    session.commit()
    run_pending_jobs()
    (message,) = told(session)
    words = f"{message.subject}{message.title}{message.text}{message.page}{message.key}"
    assert message.created_at != row(session).answered_at
    assert complaint.public_id not in words
    assert "林秀峰" not in words


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", Invalid), ("短", Invalid), ("0000-0000-0000", NotFound), ("answered", Refused)],
)
def test_without_the_code_or_after_the_answer_there_is_nothing_to_wait_for(
    session: Session, settings: Settings, village: Village, code: str, typed: str, problem: type[Exception]
) -> None:
    feedback.answer_feedback(session, village.secretary, row(session), "明早派车去收")
    session.flush()
    with pytest.raises(problem):
        services.subscribe(session, settings, ME, "feedback", code if typed == "answered" else typed)
