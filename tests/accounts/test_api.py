"""Accounts over the API: activation, bearer tokens and their reach, own sign-ins, staff accounts."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import SYSTEM, Permission
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation
from tests.accounts.people import actor_for, make_staff
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import FORM_TOKEN, SignIn

API = "/api/v1"


@pytest.fixture
def branch(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def secretary(session: Session, branch: Organisation) -> Account:
    return make_staff(session, branch)


@pytest.fixture
def member(session: Session, branch: Organisation) -> Member:
    return make_member(session, branch, "林秀峰", status=MemberStatus.ACTIVE)


@pytest.fixture
def code(
    session: Session, settings: Settings, secretary: Account, member: Member, branch: Organisation
) -> str:
    clerk = actor_for(secretary, Role.SECRETARY, branch)
    issued = services.issue_activations(session, settings, clerk, [member])
    session.commit()
    return issued[0].code


@pytest.fixture
def token(session: Session, secretary: Account) -> str:
    opened = services.issue_token(session, SYSTEM, secretary, "乡镇平台")
    session.commit()
    return opened.token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_activation_gives_a_phone_its_token_once(client: FlaskClient, member: Member, code: str):
    made = client.post(f"{API}/sessions/activation", json={"code": code})
    assert made.status_code == 201
    body = made.get_json()
    assert body["name"] == "林秀峰"
    me = client.get(f"{API}/me", headers=bearer(body["token"])).get_json()
    assert me["member"] == member.public_id
    assert me["grants"][0]["organisation"] == "liuhe"
    assert Permission.OWN_COMMITMENT in me["grants"][0]["permissions"]
    again = client.post(f"{API}/sessions/activation", json={"code": code})
    assert (again.status_code, again.get_json()["code"]) == (409, "activation.used")
    assert again.mimetype == "application/problem+json"


def test_a_retried_activation_keeps_no_token_in_the_database(
    client: FlaskClient, session: Session, code: str
):
    made = client.post(f"{API}/sessions/activation", json={"code": code}, headers={"Idempotency-Key": "k"})
    token = made.get_json()["token"]
    connection = session.connection()
    kept = connection.exec_driver_sql("SELECT body FROM idempotency_record").all()
    assert token.encode() not in b"".join(bytes(row[0]) for row in kept)


@pytest.mark.parametrize("code", ["", "x", 5, None, ["a"], "长" * 61])
def test_a_malformed_activation_is_refused_as_a_problem(client: FlaskClient, code: object):
    answer = client.post(f"{API}/sessions/activation", json={"code": code})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_nobody_is_401(client: FlaskClient):
    answer = client.get(f"{API}/me")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_required")


def test_a_bad_bearer_token_is_401_even_where_anybody_may_go(client: FlaskClient, token: str):
    for wrong in ("x", "x" * 43, token[:-1], token + "a", f"{token} "):
        headers = {"Authorization": f"Bearer {wrong}" if wrong.strip() != token else f"Basic {token}"}
        answer = client.get(f"{API}/me", headers=headers)
        assert answer.status_code == 401, wrong
        assert answer.get_json()["code"] == "accounts.bad_token"


def test_a_token_reads_but_manages_no_accounts(client: FlaskClient, secretary: Account, token: str):
    me = client.get(f"{API}/me", headers=bearer(token)).get_json()
    held = {permission for grant in me["grants"] for permission in grant["permissions"]}
    assert Permission.COMMITMENT_READ in held
    assert not held & {Permission.ACCOUNT_MANAGE, Permission.ACTIVATION_ISSUE, Permission.SYSTEM_OPERATE}
    assert client.get(f"{API}/accounts", headers=bearer(token)).status_code == 200
    new = {"login": "x1", "name": "某人", "role": "clerk", "organisation": "liuhe"}
    assert client.post(f"{API}/accounts", json=new, headers=bearer(token)).status_code == 403


def test_a_token_is_no_cookie_and_a_cookie_is_no_token(
    app: Application, client: FlaskClient, session: Session, secretary: Account, token: str
):
    client.set_cookie("bw_session", token)
    client.set_cookie("bw_pocket", token)
    assert client.get(f"{API}/me").status_code == 401
    assert client.get("/console/my/").status_code == 302
    opened = services.open_session(session, secretary, SessionKind.CONSOLE)
    session.commit()
    assert app.test_client().get(f"{API}/me", headers=bearer(opened.token)).status_code == 401


def test_a_bearer_token_opens_no_page(app: Application, token: str):
    assert app.test_client().get("/console/my/", headers=bearer(token)).status_code == 302


def test_an_ended_or_disabled_token_is_dead(
    client: FlaskClient, session: Session, secretary: Account, token: str
):
    secretary.disabled_at = clock.now()
    session.commit()
    assert client.get(f"{API}/me", headers=bearer(token)).status_code == 401


def test_the_pocket_header_chooses_between_two_cookies(
    app: Application, session: Session, settings: Settings, secretary: Account, code: str
):
    phone = services.activate_member(session, settings, code, "安卓手机")
    desk = services.open_session(session, secretary, SessionKind.CONSOLE)
    session.commit()
    both = app.test_client()
    both.set_cookie("bw_session", desk.token)
    both.set_cookie("bw_pocket", phone.token)
    assert both.get(f"{API}/me").get_json()["name"] == "陈守田"
    assert both.get(f"{API}/me", headers={"X-Brickwall-Pocket": "1"}).get_json()["name"] == "林秀峰"


def test_my_sign_ins_are_listed_and_ended(
    client: FlaskClient, session: Session, secretary: Account, token: str
):
    other = services.open_session(session, secretary, SessionKind.CONSOLE, label="Windows 电脑")
    session.commit()
    items = client.get(f"{API}/me/sessions", headers=bearer(token)).get_json()["items"]
    assert {(item["kind"], item["current"]) for item in items} == {("token", True), ("console", False)}
    assert token not in str(items)
    url = f"{API}/me/sessions/{other.row.public_id}"
    assert client.delete(url, headers=bearer(token)).status_code == 204
    assert client.delete(url, headers=bearer(token)).status_code == 404


def test_a_cookie_needs_the_form_token_to_end_a_sign_in(sign_in: SignIn, branch: Organisation):
    client = sign_in(Role.SECRETARY, branch)
    (item,) = client.get(f"{API}/me/sessions").get_json()["items"]
    url = f"{API}/me/sessions/{item['id']}"
    assert client.delete(url).status_code == 403
    assert client.delete(url, headers={"X-Form-Token": FORM_TOKEN}).status_code == 204
    assert client.get(f"{API}/me").status_code == 401


def test_staff_accounts_over_the_api(sign_in: SignIn, session: Session, branch: Organisation):
    client = sign_in(Role.SECRETARY, branch)
    new = {"login": "wang.clerk", "name": "王小满", "role": "clerk", "organisation": "liuhe"}
    made = client.post(f"{API}/accounts", json=new)
    assert made.status_code == 201
    assert len(made.get_json()["one_time_password"]) == 14
    account = made.get_json()["account"]
    assert account["assignments"] == [{"role": "clerk", "organisation": "liuhe"}]
    url = f"{API}/accounts/{account['id']}"
    assert client.get(url).get_json()["must_change_password"] is True
    assert client.post(f"{url}/disable", json={}).status_code == 422
    disabled = client.post(f"{url}/disable", json={"reason": "调走了"})
    assert disabled.get_json()["disabled_at"] is not None
    enabled = client.post(f"{url}/enable", json={})
    assert enabled.get_json()["disabled_at"] is None
    page = client.get(f"{API}/accounts?limit=1").get_json()
    assert len(page["items"]) == 1
    assert page["next_cursor"]
    following = client.get(f"{API}/accounts?limit=1&cursor={page['next_cursor']}").get_json()
    assert {page["items"][0]["name"], following["items"][0]["name"]} == {"王小满", "柳河的secretary"}
    assert "argon2" not in client.get(f"{API}/accounts").text


@pytest.mark.parametrize("organisation", ["\ud800", "\x00", "", "x" * 41, "a b"])
def test_an_impossible_organisation_is_refused_before_the_database(
    sign_in: SignIn, branch: Organisation, organisation: str
):
    new = {"login": "x1", "name": "某人", "role": "clerk", "organisation": organisation}
    client = sign_in(Role.SECRETARY, branch)
    answer = client.post(f"{API}/accounts", data=json.dumps(new), content_type="application/json")
    assert answer.status_code == 422


def test_another_branchs_account_is_404_over_the_api(sign_in: SignIn, session: Session, branch: Organisation):
    elsewhere = make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后")
    stranger = make_staff(session, elsewhere, Role.CLERK, "zhao", "赵山")
    client = sign_in(Role.SECRETARY, branch)
    url = f"{API}/accounts/{stranger.public_id}"
    assert client.get(url).status_code == 404
    assert client.post(f"{url}/disable", json={"reason": "x"}).status_code == 404
    assert client.post(f"{url}/enable", json={}).status_code == 404
    new = {"login": "x1", "name": "某人", "role": "clerk", "organisation": "shanhou"}
    assert client.post(f"{API}/accounts", json=new).status_code == 404
