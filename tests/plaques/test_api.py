"""Plaques over the API."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.organisations.models import Organisation
from brickwall.plaques.constants import PlaqueState
from tests.factories.organisations import make_member, make_organisation
from tests.factories.plaques import make_plaque
from tests.support.people import FORM_TOKEN, SignIn

API = "/api/v1"
SENT = {"X-Form-Token": FORM_TOKEN}


@pytest.fixture
def branch(session: Session) -> Organisation:
    return make_organisation(session)


def test_anybody_reads_what_a_code_leads_to(
    session: Session, branch: Organisation, client: FlaskClient
) -> None:
    make_plaque(session, branch, make_member(session, branch, "陈𠅤明"), code="7k3m1qx0", serial=17)
    session.commit()
    answer = client.get(f"{API}/plaques/7K3M-lqxo")
    assert answer.status_code == 200
    assert answer.json == {
        "code": "7k3m1qx0",
        "state": "issued",
        "state_label": "已编号",
        "brick": "17 号砖",
        "holder": "陈𠅤明",
        "organisation": "柳河村党支部",
        "organisation_code": "liuhe",
        "page": "/q/7k3m1qx0",
    }


@pytest.mark.parametrize("state", [PlaqueState.RETIRED, PlaqueState.BLANK])
def test_retired_and_blank_codes_tell_no_name(
    session: Session, branch: Organisation, client: FlaskClient, state: PlaqueState
) -> None:
    member = None if state is PlaqueState.BLANK else make_member(session, branch, "陈𠅤明")
    plaque = make_plaque(session, branch, member, state=state)
    session.commit()
    answer = client.get(f"{API}/plaques/{plaque.code}")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["holder"] is None


def test_unknown_code_is_a_problem_with_the_next_step(client: FlaskClient) -> None:
    answer = client.get(f"{API}/plaques/zzzzzzzz")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "plaques.unknown_code"


def test_staff_see_their_own_branch_only(session: Session, branch: Organisation, sign_in: SignIn) -> None:
    other = make_organisation(session, code="shangwan", name="上湾村党支部", short_name="上湾")
    own = make_plaque(session, branch, make_member(session, branch))
    far = make_plaque(session, other, make_member(session, other))
    session.commit()
    staff = sign_in(Role.SECRETARY, branch)
    listed = staff.get(f"{API}/plaques").json
    assert listed is not None
    assert [item["code"] for item in listed["items"]] == [own.code]
    assert staff.get(f"{API}/plaques?organisation=shangwan").status_code == 404
    for act in ("retire", "damage", "repoint"):
        sent = staff.post(f"{API}/plaques/{far.code}/{act}", json={"reason": "试一试"}, headers=SENT)
        assert sent.status_code == 404, act
    assert staff.get(f"{API}/plaques?state=retired").json == {"items": [], "next_cursor": None}


def test_life_over_the_api(session: Session, branch: Organisation, sign_in: SignIn) -> None:
    member = make_member(session, branch, "刘䶮")
    session.commit()
    staff = sign_in(Role.SECRETARY, branch)
    made = staff.post(f"{API}/blank-plaques", json={"organisation": "liuhe", "count": 1}, headers=SENT)
    assert made.status_code == 201, made.json
    code = made.json["items"][0]["code"]  # type: ignore[index]
    for act, body, state in (
        ("bind", {"member": member.public_id}, "issued"),
        ("install", None, "installed"),
        ("damage", {"reason": "裂了"}, "damaged"),
        ("repoint", {"reason": "给支部用"}, "damaged"),
        ("retire", {"reason": "换新砖"}, "retired"),
    ):
        answer = staff.post(f"{API}/plaques/{code}/{act}", json=body, headers=SENT)
        assert answer.status_code == 200, (act, answer.json)
        assert answer.json is not None
        assert answer.json["state"] == state
    again = staff.post(f"{API}/plaques/{code}/retire", json={"reason": "再来"}, headers=SENT)
    assert again.status_code == 409


def test_reason_is_required(session: Session, branch: Organisation, sign_in: SignIn) -> None:
    plaque = make_plaque(session, branch, make_member(session, branch), state=PlaqueState.PRINTED)
    session.commit()
    staff = sign_in(Role.SECRETARY, branch)
    answer = staff.post(f"{API}/plaques/{plaque.code}/retire", json={"reason": "  "}, headers=SENT)
    assert answer.status_code == 422


def test_printing_is_ordered_as_a_job(session: Session, branch: Organisation, sign_in: SignIn) -> None:
    make_member(session, branch)
    session.commit()
    staff = sign_in(Role.SECRETARY, branch)
    body = {"organisation": "liuhe", "template": "sheet-2x5"}
    answer = staff.post(f"{API}/plaque-prints", json=body, headers={**SENT, "Idempotency-Key": "k" * 20})
    assert answer.status_code == 202, answer.json
    again = staff.post(f"{API}/plaque-prints", json=body, headers={**SENT, "Idempotency-Key": "k" * 20})
    assert again.json == answer.json
    wrong = staff.post(f"{API}/plaque-prints", json={**body, "template": "x"}, headers=SENT)
    assert wrong.status_code == 422


def test_templates_come_with_the_level_of_the_address(
    session: Session, branch: Organisation, sign_in: SignIn
) -> None:
    session.commit()
    answer = sign_in(Role.SECRETARY, branch).get(f"{API}/plaque-templates")
    assert answer.json is not None
    assert {item["name"] for item in answer.json["items"]} >= {"sheet-2x5", "brick-240x53"}
    assert "localhost" in answer.json["host_sentence"]
