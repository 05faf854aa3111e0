"""The pocket as JSON: what a member's phone inside WeChat reads."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts import services as accounts
from brickwall.accounts.constants import Role
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentKind, CommitmentState, Showing
from brickwall.commitments.models import Photo
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from tests.factories.commitments import Village, make_account_row, make_commitment, make_village
from tests.support.people import SignIn

S = CommitmentState
API = "/api/v1"


@pytest.fixture
def village(session: Session) -> Village:
    """A township with two branches and two members."""
    made = make_village(session)
    session.commit()
    return made


@pytest.fixture
def phone(sign_in: SignIn, village: Village) -> FlaskClient:
    """Return the phone of 林秀峰."""
    return sign_in(Role.MEMBER, village.branch, member=village.member)


def test_the_pocket_sorts_what_is_to_be_done_what_waits_and_what_is_over(
    phone: FlaskClient, session: Session, village: Village
) -> None:
    for state in (S.PUBLISHED, S.RETURNED, S.SUBMITTED, S.CLOSED_OUT):
        make_commitment(session, village, state, title=f"办事 {state.value}")
    make_commitment(session, village, S.PUBLISHED, member=village.neighbour, title="别人的")
    session.commit()
    pocket = phone.get(f"{API}/me/pocket").json
    assert (pocket["name"], pocket["organisation"]) == ("林秀峰", village.branch.name)
    assert [card["title"] for card in pocket["todo"]] == ["办事 returned", "办事 published"]
    assert [card["title"] for card in pocket["waiting"]] == ["办事 submitted"]
    assert [card["title"] for card in pocket["over"]] == ["办事 closed_out"]
    assert pocket["figures"][0] == {"value": "2", "label": "件承诺", "tone": ""}


def test_a_card_says_where_it_stands_and_what_i_can_do(
    phone: FlaskClient, session: Session, village: Village
) -> None:
    counted = {"kind": CommitmentKind.COUNTED, "target_amount": 12}
    made = make_commitment(session, village, S.PUBLISHED, title="夜巡 12 次", **counted)
    services.record_entry(session, village.owner, made, EntryInput("巡了一夜", amount=5))
    session.commit()
    card = phone.get(f"{API}/me/pocket").json["todo"][0]
    assert card["standing"]["progress"] == {
        "done": 5,
        "target": 12,
        "unit": "次",
        "percent": 41,
        "segments": 12,
    }
    assert [mark["state"] for mark in card["standing"]["steps"]] == [*["past"] * 3, "now", *["next"] * 2]
    assert (card["counted"], card["may_record"], card["public"]) == (True, True, True)
    assert card["claim_hint"] == "还差 7 次。请先把做过的记上，再报办成。"
    assert "巡了一夜" in card["latest"]


def test_a_returned_one_says_why_and_has_no_steps_yet(
    phone: FlaskClient, session: Session, village: Village
) -> None:
    made = make_commitment(session, village, S.SUBMITTED)
    services.return_commitment(session, village.secretary, made, "请写明修到哪里")
    session.commit()
    card = phone.get(f"{API}/me/commitments/{made.public_id}").json["card"]
    assert card["reason"] == "请写明修到哪里"
    assert card["steps"] == ["discard", "edit"]
    assert card["standing"]["steps"] == []
    assert card["standing"]["strong"] == "退回来了"


def test_my_own_view_carries_words_facts_and_the_chain_newest_first(
    phone: FlaskClient, session: Session, village: Village
) -> None:
    made = make_commitment(session, village, S.PUBLISHED, beneficiary="村东 18 户")
    first = services.record_entry(session, village.owner, made, EntryInput("挖好 86 米"))
    services.supersede_entry(session, village.owner, first, EntryInput("挖好 96 米"), "量错了")
    session.commit()
    told = phone.get(f"{API}/me/commitments/{made.public_id}").json
    assert told["words"]["beneficiary"] == "村东 18 户"
    assert {"label": "谁受益", "value": "村东 18\u00a0户"} in told["facts"]
    newest, wrong = told["chain"][:2]
    assert (newest["text"], newest["reason"], newest["struck"]) == ("挖好 96\u00a0米", "量错了", False)
    assert newest["entry"]["text"] == "挖好 96 米"
    assert (wrong["struck"], wrong["entry"]) == (True, None)


def test_an_entry_that_waits_to_be_looked_at_says_so_and_keeps_its_photo_back(
    phone: FlaskClient, session: Session, village: Village
) -> None:
    made = make_commitment(session, village, S.PUBLISHED)
    entry = services.record_entry(session, village.owner, made, EntryInput("挖好 86 米"))
    entry.showing = Showing.WAITING
    account = make_account_row(session)
    photo = Photo(account_id=account.id, entry_id=entry.id, width=8, height=8, digest="0" * 64)
    photo.created_at, photo.showing = clock.now(), Showing.WAITING
    session.add(photo)
    session.commit()
    link = phone.get(f"{API}/me/commitments/{made.public_id}").json["chain"][0]
    assert "审看" in link["notice"]
    assert link["pictures"] == []
    assert [one["shown"] for one in link["entry"]["photos"]] == [False]


def test_anothers_commitment_does_not_exist(phone: FlaskClient, session: Session, village: Village) -> None:
    other = make_commitment(session, village, S.PUBLISHED, member=village.neighbour)
    session.commit()
    assert phone.get(f"{API}/me/commitments/{other.public_id}").status_code == 404


def test_a_slip_shows_its_name_without_being_used(
    client: FlaskClient, app: Application, session: Session, settings: Settings, village: Village
) -> None:
    clerk = replace(village.clerk, account_id=None)
    code = accounts.issue_activations(session, settings, clerk, [village.member])[0].code
    session.commit()
    for _ in range(2):
        answer = client.post(f"{API}/sessions/activation/check", json={"code": code.upper()})
        assert answer.json == {"name": "林秀峰", "organisation": village.branch.name}
    assert client.post(f"{API}/sessions/activation", json={"code": code}).status_code == 201
    used = app.test_client().post(f"{API}/sessions/activation/check", json={"code": code})
    assert (used.status_code, used.json["code"]) == (409, "activation.used")
    assert "找支部再要一张" in used.json["title"]


def test_staff_have_no_pocket(sign_in: SignIn, village: Village) -> None:
    assert sign_in(Role.SECRETARY, village.branch).get(f"{API}/me/pocket").status_code == 403
