"""Staff on the phone: password and second factor as at the desk, and a bearer that is no cookie."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.accounts import rules, services
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, AuthSession
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.config import Mode, Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Permission
from tests.accounts.people import PASSWORD, code_of, enrol, make_staff
from tests.factories.organisations import make_organisation
from tests.support.people import open_session

LOGIN = {"login": "chen.shuji", "password": PASSWORD}
START, FINISH = "/api/v1/sessions/staff", "/api/v1/sessions/staff/second-factor"


@pytest.fixture
def secretary(session: Session) -> Account:
    return make_staff(session, make_organisation(session))


@pytest.fixture
def secret(session: Session, settings: Settings, secretary: Account) -> str:
    return enrol(session, settings, secretary)[0]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def start(client: FlaskClient, **changed: str) -> TestResponse:
    return client.post(START, json={**LOGIN, **changed})


def finish(client: FlaskClient, token: str, code: str) -> TestResponse:
    return client.post(FINISH, json={"code": code}, headers=bearer(token))


def tags(session: Session) -> list[Tag]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.tag).order_by(AuditEntry.id)))


def test_staff_signs_in_with_password_and_second_factor(client: FlaskClient, session: Session, secret: str):
    first = start(client)
    assert (first.status_code, first.get_json()["next"]) == (201, "second_factor")
    token = first.get_json()["token"]
    second = finish(client, token, code_of(secret))
    assert second.status_code == 201
    me = client.get("/api/v1/me", headers=bearer(second.get_json()["token"]))
    assert me.get_json()["name"] == "陈守田"
    assert tags(session)[-1] is Tag.SIGNED_IN
    row = session.scalars(select(AuthSession).where(AuthSession.revoked_at.is_(None))).one()
    assert (row.kind, row.identity_id) == (SessionKind.STAFF_PHONE, None)
    assert row.expires_at - row.created_at == timedelta(hours=12)


def test_a_token_without_its_second_factor_opens_nothing_else(client: FlaskClient, secret: str):
    token = start(client).get_json()["token"]
    for path in ("/api/v1/me", "/api/v1/commitments", "/api/v1/receipts/7k3m9qx240vd"):
        answer = client.get(path, headers=bearer(token))
        assert (answer.status_code, answer.get_json()["code"]) == (401, "accounts.second_factor_needed")
    assert client.post("/api/v1/me/leave", headers=bearer(token)).status_code == 401


def test_the_token_of_the_first_step_is_dead_after_the_second(client: FlaskClient, secret: str):
    token = start(client).get_json()["token"]
    assert finish(client, token, code_of(secret)).status_code == 201
    again = finish(client, token, code_of(secret, steps=1))
    assert again.status_code == 401


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_the_second_step_needs_the_first(client: FlaskClient, secret: str, token: str):
    headers = bearer(token) if token else {}
    answer = client.post(FINISH, json={"code": code_of(secret)}, headers=headers)
    assert answer.status_code == 401


def test_a_finished_sign_in_is_no_waiting_one(client: FlaskClient, secret: str):
    done = finish(client, start(client).get_json()["token"], code_of(secret)).get_json()["token"]
    answer = finish(client, done, code_of(secret, steps=1))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "accounts.nothing_waiting")


def test_wrong_passwords_are_counted_and_logged_as_at_the_desk(
    client: FlaskClient, session: Session, secret: str
):
    answers = [start(client, password="不是这个密码啊").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert start(client).status_code == 429
    assert tags(session)[-6:] == [Tag.SIGN_IN_FAILED] * 5 + [Tag.ACCOUNT_LOCKED]


def test_wrong_codes_are_counted_and_a_code_works_once(client: FlaskClient, secret: str):
    token = start(client).get_json()["token"]
    assert [finish(client, token, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
    assert finish(client, token, code_of(secret)).status_code == 429


def test_a_code_is_used_up(client: FlaskClient, secret: str):
    code = code_of(secret)
    assert finish(client, start(client).get_json()["token"], code).status_code == 201
    assert finish(client, start(client).get_json()["token"], code).status_code == 422


def test_a_clock_off_by_an_hour_lets_no_code_through(client: FlaskClient, secret: str):
    code = code_of(secret)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert finish(client, start(client).get_json()["token"], code).status_code == 422


def test_who_is_not_set_up_goes_to_the_desk_first(client: FlaskClient, session: Session, secretary: Account):
    answers = [start(client) for _ in range(7)]
    assert {answer.status_code for answer in answers} == {409}, "a right password is never counted"
    assert answers[0].get_json()["code"] == "accounts.desk_first"
    assert "办公电脑" in answers[0].get_json()["title"]
    assert session.scalars(select(AuthSession)).all() == []


def test_a_one_time_password_is_changed_at_the_desk(
    client: FlaskClient, session: Session, secretary: Account, secret: str
):
    session.rollback()
    secretary.must_change_password = True
    session.commit()
    assert start(client).get_json()["code"] == "accounts.desk_first"


def test_in_the_sample_village_the_second_factor_may_be_missing(
    app: Application, client: FlaskClient, settings: Settings, secretary: Account
):
    sample = Settings(
        Mode.SAMPLE, settings.var_dir, settings.database_url, settings.base_url, settings.secret_key
    )
    app.config["BRICKWALL"] = sample
    try:
        answer = start(client)
    finally:
        app.config["BRICKWALL"] = settings
    assert (answer.status_code, answer.get_json()["next"]) == (201, "done")


def test_a_phone_left_alone_for_half_an_hour_is_signed_out(client: FlaskClient, secret: str):
    token = finish(client, start(client).get_json()["token"], code_of(secret)).get_json()["token"]
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        assert client.get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_a_phone_cannot_make_accounts_nor_open_phones(session: Session, secretary: Account):
    opened = services.open_session(session, secretary, SessionKind.STAFF_PHONE)
    actor = rules.actor_of(opened.row)
    for withheld in rules.WITHHELD_FROM_TOKENS:
        assert not actor.may(withheld)
    assert actor.may(Permission.COMMITMENT_VET)
    assert actor.may(Permission.PLAQUE_WRITE)
    assert Role.SECRETARY in {each.role for each in secretary.assignments}


@pytest.mark.parametrize("kind", [SessionKind.STAFF_PHONE, SessionKind.RESIDENT, SessionKind.TOKEN])
def test_a_bearer_token_is_no_cookie(
    app: Application, session: Session, secretary: Account, kind: SessionKind
):
    token = open_session(session, secretary, kind)
    for cookie, path in (
        ("bw_session", "/console"),
        ("bw_session", "/api/v1/me"),
        ("bw_pocket", "/api/v1/me"),
    ):
        browser = app.test_client()
        browser.set_cookie(cookie, token)
        assert browser.get(path).status_code in {302, 303, 401}, (cookie, path)


def test_a_cookie_of_the_desk_is_no_bearer(client: FlaskClient, session: Session, secretary: Account):
    token = open_session(session, secretary, SessionKind.CONSOLE)
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 401
