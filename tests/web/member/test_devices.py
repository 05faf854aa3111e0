"""My phones: seen, ended, forgotten."""

import re

from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import SessionKind
from tests.factories.commitments import Village
from tests.web.member.conftest import Phone


def test_my_phones_are_listed_and_another_one_is_ended(app, session: Session, village: Village, phone: Phone):
    other = services.open_session(session, phone.account, SessionKind.DEVICE, label="微信")
    session.commit()
    page = phone.client.get("/my/devices").text
    assert "安卓手机（就是这部）" in page
    assert "微信" in page
    lost = app.test_client()
    lost.set_cookie("bw_pocket", other.token)
    assert lost.get("/my").status_code == 200
    ended = re.search(r'action="(/my/devices/\w+/end)"', page)[1]
    assert phone.post(ended).status_code == 303
    assert lost.get("/my").status_code == 302
    assert "微信" not in phone.client.get("/my/devices").text.split("</main>")[0].replace("微信已退出", "")


def test_leaving_this_phone_takes_its_cookie_and_right_away(app, phone: Phone):
    out = phone.post("/my/out")
    assert out.location == "/activate"
    assert any("bw_pocket=;" in line for line in out.headers.getlist("Set-Cookie"))
    kept = app.test_client()
    kept.set_cookie("bw_pocket", phone.opened.token)
    assert kept.get("/my").status_code == 302


def test_somebody_elses_phone_cannot_be_ended(village: Village, phone: Phone, give_phone):
    neighbour = give_phone(village.neighbour)
    answer = phone.post(f"/my/devices/{neighbour.opened.row.public_id}/end")
    assert answer.status_code == 404
    assert neighbour.client.get("/my").status_code == 200


def test_a_page_that_is_not_there_leads_back_to_my_promises(phone: Phone):
    answer = phone.client.get("/my/devices/none")
    assert answer.status_code == 404
    assert '<a class="key" href="/my">回到我的承诺</a>' in answer.text
