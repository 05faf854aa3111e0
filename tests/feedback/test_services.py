"""Messages, answers, closing: once, by the right people, with the sender unknown."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.config import Settings
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.feedback.queries import count_waiting, get_feedback
from brickwall.feedback.services import answer_feedback, close_feedback, find_answer, send_feedback
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from tests.factories.commitments import Village, make_village

TEXT = "村口垃圾点三天没人收"


@pytest.fixture
def village(session: Session) -> Village:
    return make_village(session)


@pytest.fixture
def message(session: Session, settings: Settings, village: Village) -> Feedback:
    send_feedback(session, settings, village.branch, village.member, TEXT)
    return session.scalars(select(Feedback)).one()


def test_the_table_has_no_column_for_a_sender() -> None:
    columns = {column.key for column in inspect(Feedback).columns}
    assert columns == {
        "id",
        "public_id",
        "code_hash",
        "organisation_id",
        "member_id",
        "text",
        "state",
        "answer",
        "answered_by",
        "created_at",
        "answered_at",
    }


def test_a_code_is_read_in_any_spelling(session: Session, settings: Settings, village: Village) -> None:
    code = send_feedback(session, settings, village.branch, None, TEXT, ticket="o1lkabcd2345")
    assert code == "011kabcd2345"
    for typed in ("O1LK-ABCD-2345", "011k abcd 2345"):
        found = find_answer(session, settings, typed)
        assert found is not None
        assert found.text == TEXT
    assert find_answer(session, settings, "zzzzzzzzzzzz") is None
    with pytest.raises(ValueError, match="code"):
        find_answer(session, settings, "abc")


def test_a_ticket_of_somebody_else_s_message_opens_nothing(
    session: Session, settings: Settings, village: Village
) -> None:
    first = send_feedback(session, settings, village.branch, None, TEXT)
    second = send_feedback(session, settings, village.branch, None, "别的事", ticket=first)
    assert second != first


def test_an_answer_is_written_once(session: Session, village: Village, message: Feedback) -> None:
    answer_feedback(session, village.secretary, message, " 明早派车去收 \u202e")
    assert message.answer == "明早派车去收"
    assert message.state is FeedbackState.ANSWERED
    assert message.answered_by == village.secretary.label
    with pytest.raises(Refused):
        answer_feedback(session, village.clerk, message, "改一改")


def test_closing_an_unanswered_message_leaves_the_reason_as_its_answer(
    session: Session, village: Village, message: Feedback
) -> None:
    close_feedback(session, village.secretary, message, "和前一条是同一件事")
    assert (message.state, message.answer) == (FeedbackState.CLOSED, "和前一条是同一件事")
    with pytest.raises(Refused):
        close_feedback(session, village.secretary, message, "再办结一次")


def test_closing_an_answered_message_keeps_the_answer(
    session: Session, village: Village, message: Feedback
) -> None:
    answer_feedback(session, village.secretary, message, "收走了")
    close_feedback(session, village.secretary, message, "回访过，满意")
    assert (message.state, message.answer) == (FeedbackState.CLOSED, "收走了")


@pytest.mark.parametrize("text", ["", " \u200b ", "长" * 1001])
def test_empty_or_endless_answers_are_refused(
    session: Session, village: Village, message: Feedback, text: str
) -> None:
    with pytest.raises(Invalid):
        answer_feedback(session, village.secretary, message, text)
    assert message.state is FeedbackState.WAITING


@pytest.mark.parametrize(
    ("persona", "refusal"),
    [
        ("clerk", None),
        ("secretary", None),
        ("owner", Forbidden),
        ("operator", Forbidden),
        ("stranger", NotFound),
    ],
)
def test_who_may_answer(
    session: Session, village: Village, message: Feedback, persona: str, refusal: type[Exception] | None
) -> None:
    actor = village.people[persona]
    if refusal is None:
        answer_feedback(session, actor, message, "看过了")
        assert message.answer == "看过了"
        return
    with pytest.raises(refusal):
        answer_feedback(session, actor, message, "看过了")


def test_acts_are_in_the_audit_log_in_words(session: Session, village: Village, message: Feedback) -> None:
    answer_feedback(session, village.secretary, message, "看过了")
    close_feedback(session, village.secretary, message, "办完了")
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [sentence(entry) for entry in entries] == [
        f"答复了一条投诉建议（关于林秀峰：{TEXT}）",
        f"办结了一条投诉建议（关于林秀峰：{TEXT}）",
    ]
    assert {entry.organisation_path for entry in entries} == {village.branch.path}


def test_another_branch_s_message_does_not_exist(
    session: Session, village: Village, message: Feedback
) -> None:
    assert get_feedback(session, message.public_id, [village.township.path]) is message
    with pytest.raises(NotFound):
        get_feedback(session, message.public_id, [village.other.path])
    assert count_waiting(session, [village.branch.path]) == 1
    assert count_waiting(session, [village.other.path]) == 0
    assert count_waiting(session, []) == 0
