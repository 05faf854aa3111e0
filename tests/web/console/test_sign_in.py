"""Signing in to the console through its pages: steps, cookies, refusals, own sign-ins."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account, AuthSession
from brickwall.config import Mode, Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from tests.accounts.people import PASSWORD, code_of, enrol, make_staff
from tests.factories.organisations import make_organisation
from tests.support.people import SignIn

NEW_PASSWORD = "井水清清 照见人影 7"


@pytest.fixture
def staff(session: Session) -> Account:
    return make_staff(session, make_organisation(session))


@pytest.fixture
def in_mode(application: Application, monkeypatch: pytest.MonkeyPatch):
    def switch(**changes: object) -> None:
        changed = replace(application.config["BRICKWALL"], **changes)
        monkeypatch.setitem(application.config, "BRICKWALL", changed)

    return switch


def post_password(client: FlaskClient, password: str = PASSWORD, **query: str) -> TestResponse:
    return client.post(
        "/console/sign-in", data={"login": "chen.shuji", "password": password}, query_string=query
    )


def cookie(answer: TestResponse, name: str = "bw_session") -> str:
    lines = [line for line in answer.headers.getlist("Set-Cookie") if name in line.split("=")[0]]
    return lines[0] if lines else ""


def form_token(page: str) -> str:
    return re.search(r'name="form_token" value="([^"]*)"', page)[1]


def sign_in_fully(client: FlaskClient, secret: str) -> TestResponse:
    post_password(client)
    return client.post("/console/sign-in/code", data={"code": code_of(secret)})


def test_password_then_code_leads_to_the_page_first_wanted(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    secret, _ = enrol(session, settings, staff)
    first = post_password(client, next="/console/audit/")
    assert first.status_code == 303
    assert first.location == "/console/sign-in/code?next=/console/audit/"
    assert "6 位数字" in client.get(first.location).text
    second = client.post(first.location, data={"code": code_of(secret)})
    assert (second.status_code, second.location) == (303, "/console/audit/")
    assert client.get("/console/my/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/q/abc", "javascript:1"])
def test_next_never_leads_out_of_the_console(
    client: FlaskClient, session: Session, settings: Settings, staff: Account, target: str
):
    secret, _ = enrol(session, settings, staff)
    post_password(client, next=target)
    done = client.post("/console/sign-in/code", data={"code": code_of(secret)}, query_string={"next": target})
    assert done.location == "/console"


def test_the_token_changes_with_every_right_it_gains(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    secret, _ = enrol(session, settings, staff)
    client.set_cookie("bw_session", "fixed-by-somebody-else")
    waiting = cookie(post_password(client))
    done = cookie(client.post("/console/sign-in/code", data={"code": code_of(secret)}))
    tokens = {line.split(";")[0] for line in (waiting, done)}
    assert len(tokens) == 2
    assert "bw_session=fixed-by-somebody-else" not in tokens


def test_a_waiting_sign_in_opens_nothing(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    enrol(session, settings, staff)
    post_password(client)
    answer = client.get("/console/my/")
    assert answer.status_code == 302
    assert answer.location.startswith("/console/sign-in")
    assert client.get("/api/v1/me").status_code == 401


def test_cookies_on_plain_http_have_no_secure_mark(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    line = cookie(post_password(client))
    assert line.startswith("bw_session=")
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Path=/" in line
    assert "Secure" not in line
    assert "Max-Age" not in line
    assert "Expires" not in line


def test_cookies_on_https_are_bound_to_the_host(
    client: FlaskClient, session: Session, staff: Account, in_mode
):
    in_mode(base_url="https://liuhe.example")
    line = cookie(post_password(client))
    assert line.startswith("__Host-bw_session=")
    assert "Secure" in line
    assert "Domain" not in line


def test_wrong_password_and_lock_are_told_in_plain_words(client: FlaskClient, staff: Account):
    wrong = post_password(client, "not the password")
    assert wrong.status_code == 422
    assert "登录名或密码不对" in wrong.text
    assert "not the password" not in wrong.text
    assert 'value="chen.shuji"' in wrong.text
    for _ in range(4):
        post_password(client, "not the password")
    locked = post_password(client)
    assert locked.status_code == 429
    assert "请 15 分钟后再试" in locked.text
    assert not cookie(locked)


def test_an_empty_form_names_both_fields(client: FlaskClient, staff: Account):
    answer = client.post("/console/sign-in", data={"login": " "})
    assert answer.status_code == 422
    assert answer.text.count("请填写") >= 2


def test_a_replayed_code_opens_no_second_browser(
    app: Application, session: Session, settings: Settings, staff: Account
):
    secret, _ = enrol(session, settings, staff)
    code = code_of(secret)
    clients = app.test_client(), app.test_client()
    answers = []
    for browser in clients:
        post_password(browser)
        answers.append(browser.post("/console/sign-in/code", data={"code": code}).status_code)
    assert answers == [303, 422]


def test_a_one_time_password_leads_through_password_and_enrolment(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    password = services.reset_password(session, settings, services.staff.SYSTEM, staff)
    session.commit()
    assert post_password(client, password).location == "/console/sign-in/password?next=/console"
    assert "一次性密码" in client.get("/console/sign-in/password").text
    short = client.post("/console/sign-in/password", data={"password": "short", "again": "short"})
    assert "至少 10 个字" in short.text
    twice = client.post("/console/sign-in/password", data={"password": NEW_PASSWORD, "again": "x"})
    assert "两次填的密码不一样" in twice.text
    chosen = client.post("/console/sign-in/password", data={"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert chosen.location == "/console/sign-in/second-factor?next=/console"
    assert "下一步" in client.get(chosen.location).text
    client.post(chosen.location, data={"begin": "1"})
    page = client.get(chosen.location)
    assert "<svg" in page.text
    secret = re.search(r"<kbd>([A-Z2-7 ]+)</kbd>", page.text)[1].replace(" ", "")
    wrong = client.post(chosen.location, data={"code": "000000"})
    assert (wrong.status_code, secret in wrong.text.replace(" ", "")) == (422, True)
    done = client.post(chosen.location, data={"code": code_of(secret)})
    assert done.status_code == 200
    assert done.text.count("<li><kbd>") == 10
    assert done.headers["Cache-Control"] == "no-store"
    assert client.get("/console/my/").status_code == 200
    assert client.get(chosen.location).status_code == 302


def test_the_sample_lets_in_without_second_factor_under_a_banner(
    client: FlaskClient, session: Session, staff: Account, in_mode
):
    in_mode(mode=Mode.SAMPLE)
    assert "第二道验证已跳过" in client.get("/console/sign-in").text
    assert post_password(client).location == "/console"
    page = client.get("/console/my/")
    assert "还没有设" in page.text
    client.post("/console/my/second-factor", data={"begin": "1", "form_token": form_token(page.text)})
    shown = client.get("/console/my/second-factor").text
    secret = re.search(r"<kbd>([A-Z2-7 ]+)</kbd>", shown)[1].replace(" ", "")
    done = client.post(
        "/console/my/second-factor", data={"code": code_of(secret), "form_token": form_token(shown)}
    )
    assert done.text.count("<li><kbd>") == 10


def test_idle_for_half_an_hour_ends_the_session_and_work_keeps_it(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _ = enrol(session, settings, staff)
        sign_in_fully(client, secret)
        for _ in range(3):
            traveller.shift(timedelta(minutes=25))
            assert client.get("/console/my/").status_code == 200
        traveller.shift(timedelta(minutes=30, seconds=1))
        assert client.get("/console/my/").status_code == 302


def test_twelve_hours_of_work_end_the_session(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _ = enrol(session, settings, staff)
        sign_in_fully(client, secret)
        for _ in range(28):
            traveller.shift(timedelta(minutes=25))
            assert client.get("/console/my/").status_code == 200
        traveller.shift(timedelta(minutes=21))
        assert client.get("/console/my/").status_code == 302


def test_use_is_noted_at_most_once_a_minute(
    client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _ = enrol(session, settings, staff)
        sign_in_fully(client, secret)
        start = clock.now()
        for _ in range(5):
            traveller.shift(timedelta(seconds=25))
            client.get("/console/my/")
        live = select(AuthSession.last_seen_at).where(AuthSession.revoked_at.is_(None))
        assert session.scalars(live).all() == [start + timedelta(seconds=75)]


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(
    app: Application, client: FlaskClient, session: Session, settings: Settings, staff: Account
):
    secret, _ = enrol(session, settings, staff)
    kept = cookie(sign_in_fully(client, secret)).split(";")[0].split("=")[1]
    token = form_token(client.get("/console/my/").text)
    out = client.post("/console/sign-in/out", data={"form_token": token})
    assert out.location == "/console/sign-in"
    assert "bw_session=;" in cookie(out)
    thief = app.test_client()
    thief.set_cookie("bw_session", kept)
    assert thief.get("/console/my/").status_code == 302


def test_a_form_without_its_token_is_refused(sign_in: SignIn, session: Session):
    branch = make_organisation(session)
    client = sign_in(Role.SECRETARY, branch)
    assert client.post("/console/sign-in/out").status_code == 403
    assert client.post("/console/sign-in/out", data={"form_token": "guess"}).status_code == 403


def test_another_site_cannot_sign_anybody_in(client: FlaskClient, staff: Account):
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = client.post(
            "/console/sign-in", data={"login": "chen.shuji", "password": PASSWORD}, headers=header
        )
        assert answer.status_code == 403
        assert not cookie(answer)


def test_changing_the_password_ends_the_other_sign_ins(
    app: Application, session: Session, settings: Settings, staff: Account, in_mode
):
    in_mode(mode=Mode.SAMPLE)
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        post_password(browser)
    token = form_token(here.get("/console/my/password").text)
    typed = {"current": "wrong", "password": NEW_PASSWORD, "again": NEW_PASSWORD, "form_token": token}
    assert "现在的密码不对" in here.post("/console/my/password", data=typed).text
    done = here.post("/console/my/password", data={**typed, "current": PASSWORD})
    assert done.status_code == 303
    assert here.get("/console/my/").status_code == 200
    assert there.get("/console/my/").status_code == 302


def test_one_of_my_sign_ins_can_be_ended_and_nobody_elses(
    app: Application, session: Session, staff: Account, in_mode
):
    in_mode(mode=Mode.SAMPLE)
    here, there = app.test_client(), app.test_client()
    for browser, agent in ((here, "Windows NT"), (there, "MicroMessenger")):
        browser.environ_base["HTTP_USER_AGENT"] = agent
        post_password(browser)
    page = here.get("/console/my/").text
    assert "这一次" in page
    assert "微信" in page
    other = re.search(r"/console/my/sessions/(\w+)/end", page)[1]
    token = form_token(page)
    here.post(f"/console/my/sessions/{other}/end", data={"form_token": token})
    assert there.get("/console/my/").status_code == 302
    missing = here.post("/console/my/sessions/zzzzzzzzzzzz/end", data={"form_token": token})
    assert missing.status_code == 404


def test_nothing_secret_reaches_the_log(
    client: FlaskClient,
    session: Session,
    settings: Settings,
    staff: Account,
    capfd: pytest.CaptureFixture[str],
):
    secret, codes = enrol(session, settings, staff)
    post_password(client, "a wrong password of mine")
    sign_in_fully(client, secret)
    token = client.get_cookie("bw_session").value
    client.get("/console/my/")
    written = "".join(capfd.readouterr())
    for word in (PASSWORD, "a wrong password of mine", secret, token, *codes):
        assert word not in written
