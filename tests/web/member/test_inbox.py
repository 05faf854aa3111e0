"""My messages in the pocket: what became of my promises, without anybody else seeing it."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.kernel.db import db
from brickwall.messages.models import Message
from brickwall.organisations.models import Member
from tests.factories.commitments import Village, make_commitment
from tests.web.member.conftest import Phone


def returned(session: Session, village: Village) -> str:
    promise = make_commitment(session, village, CommitmentState.SUBMITTED)
    services.return_commitment(session, village.secretary, promise, "写明哪一段")
    session.commit()
    return promise.public_id


def text_of(phone: Phone, path: str) -> str:
    # The tests' outer context outlives requests, and with it the last page's snapshot.
    db.session.rollback()
    answer = phone.client.get(path)
    assert answer.status_code == 200
    return answer.text


def test_the_pockets_first_page_counts_what_is_new(session: Session, village: Village, phone: Phone) -> None:
    assert "新消息" not in text_of(phone, "/my")
    assert "还没有消息" in text_of(phone, "/my/inbox")
    public_id = returned(session, village)
    assert "有 1 条新消息" in text_of(phone, "/my")
    page = text_of(phone, "/my/inbox")
    assert "退回来了，请改一改" in page
    assert f'href="/my/commitments/{public_id}"' in page


def test_it_stays_new_until_i_say_so(session: Session, village: Village, phone: Phone) -> None:
    returned(session, village)
    for _ in range(2):
        assert "有 1 条没看过" in text_of(phone, "/my/inbox")
    refused = phone.client.post("/my/inbox/read")
    assert refused.status_code == 403, "without the form's token"
    assert phone.post("/my/inbox/read").location == "/my/inbox"
    assert "没看过" not in text_of(phone, "/my/inbox")
    assert "新消息" not in text_of(phone, "/my")


def test_my_neighbour_sees_nothing_of_it(
    session: Session, village: Village, phone: Phone, give_phone: Callable[[Member], Phone]
) -> None:
    returned(session, village)
    neighbour = give_phone(village.neighbour)
    assert "还没有消息" in text_of(neighbour, "/my/inbox")
    neighbour.post("/my/inbox/read")
    session.rollback()
    assert session.scalars(select(Message.read_at)).all() == [None]


def test_without_a_phone_of_ones_own_there_is_no_inbox(client, village: Village) -> None:
    answer = client.get("/my/inbox")
    assert answer.status_code == 302
    assert answer.location.startswith("/activate")
