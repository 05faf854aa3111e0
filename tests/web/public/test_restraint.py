"""The list of what is done and what not: from the settings, the county's decisions and the models."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.config import WeChatSettings
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.constants import Switch
from brickwall.organisations.services.switches import set_switch
from tests.factories.organisations import make_organisation


def _lines(client: FlaskClient, name: str) -> list[str]:
    found: list[str] = client.get("/api/v1/rules").get_json()[name]
    return found


def test_a_switch_shows_how_it_stands_and_why(
    app: Application, client: FlaskClient, session: Session
) -> None:
    before = client.get("/rules").text
    assert "以后实名评议用：<b>关着</b>" in before
    county = make_organisation(session, code="county", name="姬石县委")
    actor = Actor("姬石县委组织部", grants=(Grant(county.path, ROLE_PERMISSIONS[Role.SUPERIOR]),))
    set_switch(session, actor, Switch.PHONE_CHECK, True, "县委第 3 次会议定的")
    session.commit()
    after = client.get("/rules").text
    assert "<b>开着，" in after
    assert "姬石县委组织部定的</b>" in after
    assert "原因：县委第 3 次会议定的" in after
    assert [line["on"] for line in client.get("/api/v1/rules").get_json()["switches"]].count(True) == 1


def test_what_goes_to_wechat_follows_the_settings(
    app: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _lines(client, "wechat") == ["这里没有接微信小程序，不从微信拿任何东西，也不把任何东西交给微信。"]
    wechat = WeChatSettings("wx0000000000000001", "the secret")
    monkeypatch.setitem(app.config, "BRICKWALL", replace(app.config["BRICKWALL"], wechat=wechat))
    assert any("先交给微信检查" in line for line in _lines(client, "wechat"))
    assert "这里没有接微信小程序" not in client.get("/rules").text


def test_the_page_and_the_program_say_the_same(app: Application, client: FlaskClient) -> None:
    page = client.get("/rules").text
    body = client.get("/api/v1/rules").get_json()
    said = [*body["never"], *body["always"], *body["counting"], *body["unprotected"], *body["wechat"]]
    said += [line["what"] for group in body["kept"] for line in group["lines"]]
    assert len(said) > 30
    assert [line for line in said if line not in page] == []
    assert [group["whose"] for group in body["kept"]][:2] == ["看砖、评议、提意见的人", "党员"]
