"""A member hears what became of his commitment, in the transaction in which it became so."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.services.telling import tell_entry_refused
from brickwall.messages.constants import MessageKind
from brickwall.messages.models import Message
from tests.factories.commitments import Village, make_account_row, make_commitment, text

S = CommitmentState


@pytest.fixture(autouse=True)
def phone(session: Session, village: Village) -> None:
    """Let the member have a phone."""
    make_account_row(session, "林秀峰", village.member)


def told(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (S.SUBMITTED, []),
        (S.RETURNED, ["returned"]),
        (S.APPROVED, ["approved"]),
        (S.PUBLISHED, ["approved", "published"]),
        (S.DONE_CLAIMED, ["approved", "published"]),
        (S.SENT_BACK, ["approved", "published", "sent_back"]),
        (S.CLOSED_OUT, ["approved", "published", "closed_out"]),
    ],
)
def test_each_step_of_the_branch_is_told(
    session: Session, village: Village, state: CommitmentState, kinds: list[str]
) -> None:
    promise = make_commitment(session, village, state)
    found = told(session)
    assert [message.kind.value for message in found] == kinds
    assert all(message.page == f"/my/commitments/{promise.public_id}" for message in found)
    assert all(promise.title in message.text for message in found)


def test_a_reason_stands_in_the_message_and_ends_one_sentence(session: Session, village: Village) -> None:
    promise = make_commitment(session, village, S.SUBMITTED)
    services.return_commitment(session, village.secretary, promise, "写明哪一段，多少米。")
    (message,) = told(session)
    assert message.text.endswith("原因：写明哪一段，多少米。改好再交。")


def test_vetted_and_published_in_one_go_is_one_message(session: Session, village: Village) -> None:
    promise = make_commitment(session, village, S.SUBMITTED)
    services.approve_and_publish(session, village.secretary, promise)
    assert [message.kind for message in told(session)] == [MessageKind.PUBLISHED]


def test_returned_twice_is_told_twice(session: Session, village: Village) -> None:
    promise = make_commitment(session, village, S.RETURNED)
    services.edit_draft(session, village.clerk, promise, text("修好村东头排水沟"))
    services.submit_commitment(session, village.clerk, promise)
    services.return_commitment(session, village.secretary, promise, "还是太笼统")
    assert [message.kind.value for message in told(session)] == ["returned", "returned"]


def test_the_branchs_own_and_another_members_are_not_told_to_him(session: Session, village: Village) -> None:
    make_commitment(session, village, S.PUBLISHED, own=True)
    make_commitment(session, village, S.PUBLISHED, member=village.neighbour)
    assert told(session) == []


def test_an_entry_that_is_not_shown_is_told_once(session: Session, village: Village) -> None:
    promise = make_commitment(session, village, S.PUBLISHED)
    for entry in ("entry1", "entry1", "entry2"):
        tell_entry_refused(session, promise, entry, "写了别人的电话")
    refused = [message for message in told(session) if message.kind is MessageKind.ENTRY_REFUSED]
    assert len(refused) == 2
    assert "原因：写了别人的电话。" in refused[0].text


def test_what_a_secretary_does_to_his_own_is_no_news_to_him(session: Session, village: Village) -> None:
    promise = make_commitment(session, village, S.APPROVED)
    himself = replace(village.secretary, member_id=village.member.id)
    services.publish_commitment(session, himself, promise)
    assert [message.kind.value for message in told(session)] == ["approved"]
