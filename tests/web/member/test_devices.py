"""My phones: seen, ended, forgotten."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
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


def bind(session: Session, settings: Settings, phone: Phone) -> services.Opened:
    """Bind a WeChat to the phone's member and open its pocket."""
    session.rollback()
    identity = services.see_identity(session, settings, "wxfake", "o_alice")
    member = session.merge(phone.account.member)
    opened = services.bind_identity(session, identity.id, member, "激活条", "微信（苹果手机）")
    session.commit()
    return opened


def test_a_wechat_among_my_phones_is_named_and_can_be_unbound(
    session: Session, settings: Settings, phone: Phone
):
    opened = bind(session, settings, phone)
    page = phone.client.get("/my/devices").text
    assert "微信（苹果手机）" in page
    assert "请解除这个微信的绑定" in page
    row = opened.row.public_id
    assert page.count("/unbind") == 1
    assert phone.post(f"/my/devices/{row}/unbind").status_code == 303
    after = phone.client.get("/my/devices").text
    assert "微信绑定已解除" in after
    assert "苹果手机" not in after
    session.rollback()
    assert session.scalars(select(WechatIdentity.account_id)).all() == [None]


def test_a_pocket_opened_by_slip_has_no_wechat_to_unbind(phone: Phone):
    assert "/unbind" not in phone.client.get("/my/devices").text
    answer = phone.post(f"/my/devices/{phone.opened.row.public_id}/unbind")
    assert answer.status_code == 404
    assert "退出这部手机" in answer.text


def test_somebody_elses_wechat_cannot_be_unbound(
    session: Session, settings: Settings, village: Village, phone: Phone, give_phone
):
    opened = bind(session, settings, give_phone(village.neighbour))
    assert phone.post(f"/my/devices/{opened.row.public_id}/unbind").status_code == 404
    session.rollback()
    assert session.scalars(select(WechatIdentity.account_id)).one() is not None
