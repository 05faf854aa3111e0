"""Organisations and members over the API."""

import pytest

from brickwall.accounts.constants import Role
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import SignIn


@pytest.fixture
def town(session):
    return make_organisation(session, code="zhen", name="青石镇党委", kind=OrganisationKind.COMMITTEE)


@pytest.fixture
def ours(session, town):
    made = make_organisation(session, parent=town)
    make_member(session, made, "林秀峰")
    make_member(session, made, "王䶮", exemption_reason="年满八十")
    other = make_organisation(session, code="shanhou", name="山后村党支部", parent=town)
    make_member(session, other, "邻村的人")
    session.commit()
    return made


@pytest.fixture
def clerk(ours, sign_in: SignIn):
    return sign_in(Role.SECRETARY, ours)


def test_nobody_reads_without_signing_in(client, ours):
    for path in ("organisations", "members", "organisations/liuhe"):
        answer = client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_lists_hold_what_is_in_reach_and_page_by_cursor(clerk):
    found = clerk.get("/api/v1/organisations").json
    assert [each["code"] for each in found["items"]] == ["liuhe"]
    assert found["items"][0]["kind_label"] == "党支部"
    first = clerk.get("/api/v1/members?limit=1").json
    assert [each["name"] for each in first["items"]] == ["王䶮"]
    second = clerk.get(f"/api/v1/members?limit=1&cursor={first['next_cursor']}").json
    assert [each["name"] for each in second["items"]] == ["林秀峰"]
    assert second["next_cursor"] is None


def test_members_narrow_by_organisation_and_status(clerk, ours, town, sign_in: SignIn):
    superior = sign_in(Role.SUPERIOR, town)
    assert len(superior.get("/api/v1/members").json["items"]) == 3
    narrowed = superior.get("/api/v1/members?organisation=shanhou&status=active").json["items"]
    assert [each["name"] for each in narrowed] == ["邻村的人"]
    assert clerk.get("/api/v1/members?organisation=shanhou").status_code == 404
    assert clerk.get("/api/v1/members?status=rich").status_code == 422


def test_a_member_is_created_once_per_key_and_his_phone_is_not_given_out(clerk, session):
    body = {"organisation": "liuhe", "name": "赵𬎆", "phone": "13812345678", "joined_on": "1999-07"}
    headers = {"Idempotency-Key": "k1"}
    first = clerk.post("/api/v1/members", json=body, headers=headers)
    again = clerk.post("/api/v1/members", json=body, headers=headers)
    assert (first.status_code, again.json) == (201, first.json)
    assert first.json["has_phone"] is True
    assert "13812345678" not in first.text
    assert session.query(Member).filter_by(name="赵𬎆").count() == 1
    assert clerk.get(f"/api/v1/members/{first.json['id']}").json["joined_on"] == "1999-07"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"organisation": "shanhou", "name": "张三"}, 404),
        ({"organisation": "liuhe"}, 422),
        ({"organisation": "liuhe", "name": "字" * 200}, 422),
        ({"organisation": "liuhe", "name": "张三", "joined_on": "yesterday"}, 422),
        ({"organisation": "liuhe", "name": "张\u202e三"}, 422),
    ],
)
def test_wrong_members_are_refused(clerk, body, status):
    assert clerk.post("/api/v1/members", json=body).status_code == status


def test_an_organisation_is_created_below_ones_own_only(clerk):
    body = {"parent": "liuhe", "name": "第一党小组", "kind": "group"}
    made = clerk.post("/api/v1/organisations", json=body)
    assert (made.status_code, made.json["depth"]) == (201, 3)
    assert clerk.post("/api/v1/organisations", json=body).status_code == 409
    assert clerk.post("/api/v1/organisations", json={**body, "parent": "zhen"}).status_code == 404
    assert clerk.post("/api/v1/organisations", json={**body, "kind": "committee"}).status_code == 422


def test_another_branchs_member_is_not_found(clerk, session):
    neighbour = session.query(Member).filter_by(name="邻村的人").one()
    assert clerk.get(f"/api/v1/members/{neighbour.public_id}").status_code == 404
    assert clerk.get("/api/v1/organisations/shanhou").status_code == 404
