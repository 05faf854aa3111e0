"""The desk as JSON: what waits for a clerk on his phone, whom he records for, which plaque it is."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.plaques.constants import PlaqueState
from tests.factories.commitments import Village, make_commitment, make_village, text
from tests.factories.organisations import make_member
from tests.factories.plaques import make_plaque
from tests.support.people import FORM_TOKEN, SignIn

S = CommitmentState
API = "/api/v1"
HEADERS = {"X-Form-Token": FORM_TOKEN}


@pytest.fixture
def village(session: Session) -> Village:
    """A township with two branches and two members."""
    made = make_village(session)
    session.commit()
    return made


@pytest.fixture
def desk(sign_in: SignIn, village: Village) -> FlaskClient:
    """Return the secretary's client."""
    return sign_in(Role.SECRETARY, village.branch)


def counts(desk: FlaskClient) -> dict[str, int]:
    return {queue["name"]: queue["count"] for queue in desk.get(f"{API}/desk").json["queues"]}


def test_the_desk_counts_what_waits_and_the_plaques(
    desk: FlaskClient, session: Session, village: Village
) -> None:
    make_commitment(session, village, S.SUBMITTED)
    make_commitment(session, village, S.DONE_CLAIMED, title="夜巡")
    make_plaque(session, village.branch, state=PlaqueState.BLANK)
    make_plaque(session, village.branch, village.member, state=PlaqueState.PRINTED, serial=2)
    make_plaque(session, village.other, state=PlaqueState.PRINTED)
    session.commit()
    told = desk.get(f"{API}/desk").json
    assert counts(desk) == {"vet": 1, "revise": 0, "publish": 0, "check": 1}
    assert (told["plaques"]["blank"], told["plaques"]["printed"], told["plaques"]["installed"]) == (1, 1, 0)
    assert (told["may_install"], told["may_record"]) == (True, True)


def test_a_queue_shows_one_after_another_and_says_when_it_is_done(
    desk: FlaskClient, session: Session, village: Village
) -> None:
    first = make_commitment(session, village, S.SUBMITTED, beneficiary="")
    second = make_commitment(session, village, S.SUBMITTED, title="给老人送面", member=village.neighbour)
    session.commit()
    place = desk.get(f"{API}/desk/review/vet").json
    assert (place["number"], place["total"], place["following"]) == (1, 2, second.public_id)
    assert place["item"]["owner"] == "林秀峰"
    assert "没写谁受益" in place["item"]["hints"]
    assert {"approve", "return"} <= set(place["item"]["card"]["steps"])
    body = {"version": place["item"]["card"]["version"]}
    path = f"{API}/commitments/{first.public_id}/approve-and-publish"
    done = desk.post(path, json=body, headers=HEADERS)
    assert (done.status_code, done.json["state"]) == (200, "published")
    again = desk.post(path, json=body, headers=HEADERS)
    assert again.status_code == 409
    assert "请看看最新情况" in again.json["title"]
    left = desk.get(f"{API}/desk/review/vet?at={first.public_id}").json
    assert left["item"]["owner"] == "周大勇"
    empty = desk.get(f"{API}/desk/review/check").json
    assert (empty["total"], empty["item"]) == (0, None)
    assert empty["queue"]["empty"] == "没有等您核实的承诺"
    assert desk.get(f"{API}/desk/review/nothing").status_code == 404


def test_a_waiting_text_shows_what_it_would_change(
    desk: FlaskClient, session: Session, village: Village
) -> None:
    made = make_commitment(session, village, S.PUBLISHED)
    services.propose_revision(session, village.owner, made, text("修好排水沟 90 米"), "路宽不够")
    session.commit()
    item = desk.get(f"{API}/desk/review/revise").json["item"]
    assert item["may_vet_revision"] is True
    assert item["waiting"]["reason"] == "路宽不够"
    assert item["waiting"]["changes"] == [
        {"field": "承诺内容", "before": "修好村东头排水沟 120 米", "after": "修好排水沟 90 米"}
    ]


def test_people_to_record_for_with_what_they_are_working_on(
    desk: FlaskClient, session: Session, village: Village
) -> None:
    open_one = make_commitment(session, village, S.PUBLISHED)
    make_commitment(session, village, S.CLOSED_OUT, title="办完的")
    make_commitment(session, village, S.PUBLISHED, own=True, title="支部的")
    make_member(session, village.other, "林外人")
    session.commit()
    told = desk.get(f"{API}/desk/members?q=林").json
    assert [(each["name"], each["open"]) for each in told["items"]] == [("林秀峰", 1)]
    everybody = desk.get(f"{API}/desk/members").json
    assert [each["name"] for each in everybody["items"]] == ["林秀峰", "周大勇"]
    assert [(each["id"], each["open"]) for each in everybody["branches"]] == [(village.branch.code, 1)]
    promises = desk.get(f"{API}/desk/members/{village.member.public_id}/promises").json
    assert [each["id"] for each in promises["items"]] == [open_one.public_id]
    own = desk.get(f"{API}/desk/organisations/{village.branch.code}/promises").json
    assert [each["title"] for each in own["items"]] == ["支部的"]
    assert desk.get(f"{API}/desk/members?organisation={village.other.code}").status_code == 404


def test_a_plaque_says_whose_it_is_and_why_it_cannot_be_installed(
    desk: FlaskClient, session: Session, village: Village
) -> None:
    ready = make_plaque(session, village.branch, village.member, state=PlaqueState.PRINTED)
    blank = make_plaque(session, village.branch, state=PlaqueState.BLANK, serial=2)
    session.commit()
    told = desk.get(f"{API}/desk/plaques/{ready.code.upper()}").json
    assert (told["holder"], told["state"], told["install_refusal"]) == ("林秀峰", "printed", "")
    assert "installed" in told["acts"]
    refused = desk.get(f"{API}/desk/plaques/{blank.code}").json
    assert refused["holder"] == "空白砖"
    assert "请先配发" in refused["install_refusal"]
    assert refused["acts"] == ["printed", "bound", "retired"]


def test_a_stranger_and_a_member_see_no_desk(sign_in: SignIn, session: Session, village: Village) -> None:
    plaque = make_plaque(session, village.branch, village.member)
    made = make_commitment(session, village, S.SUBMITTED)
    session.commit()
    stranger = sign_in(Role.SECRETARY, village.other)
    assert stranger.get(f"{API}/desk/plaques/{plaque.code}").status_code == 404
    assert stranger.get(f"{API}/desk/commitments/{made.public_id}").status_code == 404
    assert stranger.get(f"{API}/desk/review/vet").json["item"] is None
    member = sign_in(Role.MEMBER, village.branch, member=village.member)
    assert member.get(f"{API}/desk").status_code == 403
