"""The threshold: a printed code becomes a pocket, by typing or scanning, with and without script."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.models import AuthSession
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.organisations.constants import MemberStatus
from tests.factories.commitments import Village


@pytest.fixture
def code(session: Session, settings: Settings, village: Village) -> str:
    issued = services.issue_activations(
        session, settings, replace(village.clerk, account_id=None), [village.member]
    )
    session.commit()
    return issued[0].code


def open_pocket(client: FlaskClient, code: str):
    return client.post("/activate/yes", data={"code": code})


def test_a_typed_code_shows_the_name_first_and_opens_after_a_yes(client: FlaskClient, code: str):
    assert "激活码" in client.get("/activate").text
    shown = client.post("/activate", data={"code": code.upper()})
    assert "林秀峰" in shown.text
    assert "是我，开通" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("bw_pocket") is None
    opened = open_pocket(client, code)
    assert (opened.status_code, opened.location) == (303, "/my")
    assert "林秀峰" in client.get("/my").text


def test_the_pockets_cookie_lasts_half_a_year_and_no_script_reads_it(client: FlaskClient, code: str):
    line = next(
        each for each in open_pocket(client, code).headers.getlist("Set-Cookie") if "bw_pocket" in each
    )
    assert f"Max-Age={180 * 24 * 3600}" in line
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Secure" not in line


def test_looking_does_not_use_the_slip_up(client: FlaskClient, code: str):
    for _ in range(3):
        assert client.post("/activate", data={"code": code}).status_code == 200
    assert open_pocket(client, code).status_code == 303


def test_a_used_slip_says_so_and_what_to_do(app: Application, client: FlaskClient, code: str):
    open_pocket(client, code)
    for path in ("/activate", "/activate/yes"):
        again = app.test_client().post(path, data={"code": code})
        assert again.status_code == 409
        assert "已经用过了" in again.text
        assert "找支部再要一张" in again.text


def test_the_answer_opened_again_by_its_address_leads_to_the_form(client: FlaskClient, app: Application):
    assert client.get("/activate/yes").location == "/activate"


def test_a_newer_slip_on_the_same_phone_replaces_its_pocket(
    client: FlaskClient, session: Session, settings: Settings, village: Village, code: str
):
    open_pocket(client, code)
    clerk = replace(village.clerk, account_id=None)
    newer = services.issue_activations(session, settings, clerk, [village.neighbour])[0].code
    session.commit()
    page = client.get("/activate").text
    assert "已经开通了" in page
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    opened = client.post("/activate/yes", data={"code": newer, "form_token": token})
    assert opened.status_code == 303
    assert "周大勇" in client.get("/my").text
    session.rollback()
    live = select(AuthSession.account_id).where(AuthSession.revoked_at.is_(None))
    assert len(session.scalars(live).all()) == 1


def test_expired_and_revoked_slips_say_so(client: FlaskClient, session: Session, village: Village, code: str):
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert "过期了" in client.post("/activate", data={"code": code}).text
    services.revoke_activations(session, village.clerk, village.member)
    session.commit()
    assert "已经作废" in client.post("/activate", data={"code": code}).text


@pytest.mark.parametrize("typed", ["", "7k3m", "激活码", "x" * 40, "u" * 12, "\x00\u202e"])
def test_what_is_no_code_is_asked_for_again(client: FlaskClient, code: str, typed: str):
    answer = client.post("/activate", data={"code": typed})
    assert answer.status_code == 422
    assert "12 个字母和数字" in answer.text


def test_guessing_is_slowed_down_in_words(client: FlaskClient, code: str):
    for number in range(40):
        assert client.post("/activate", data={"code": f"{number:012d}"}).status_code == 409
    locked = client.post("/activate", data={"code": code})
    assert locked.status_code == 429
    assert "请 10 分钟后再试" in locked.text


def test_another_site_cannot_activate(client: FlaskClient, code: str):
    answer = client.post("/activate/yes", data={"code": code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get_cookie("bw_pocket") is None


def test_the_address_printed_on_slips_leads_to_the_form(client: FlaskClient):
    assert client.get("/m").location == "/activate"


def test_without_a_pocket_my_page_leads_to_the_form(client: FlaskClient):
    answer = client.get("/my")
    assert answer.status_code == 302
    assert answer.location.startswith("/activate")


def test_who_left_the_branch_is_shown_out(client: FlaskClient, session: Session, village: Village, code: str):
    open_pocket(client, code)
    village.member.status = MemberStatus.MOVED
    session.commit()
    assert client.get("/my").status_code == 302


def test_the_code_reaches_no_log(client: FlaskClient, code: str, capfd: pytest.CaptureFixture[str]):
    client.post("/activate", data={"code": code})
    open_pocket(client, code)
    client.post("/activate", data={"code": code})
    assert code not in "".join(capfd.readouterr())
