"""The desk's page of switches: only the root of the tree turns them, and says why."""

from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.organisations.constants import Switch
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import is_on
from tests.factories.organisations import make_organisation
from tests.support.people import FORM_TOKEN, SignIn

FORM = {"form_token": FORM_TOKEN}


def _tree(session: Session) -> tuple[Organisation, Organisation]:
    county = make_organisation(session, code="county", name="姬石县委")
    town = make_organisation(session, code="town", name="姬石镇党委", parent=county)
    session.commit()
    return county, town


def test_the_county_turns_a_switch_and_gives_its_reason(session: Session, sign_in: SignIn) -> None:
    county, _ = _tree(session)
    client = sign_in(Role.SUPERIOR, county)
    page = client.get("/console/restraint/").text
    assert "以后实名评议用" in page
    assert "系统里没有做这项功能" in page
    refused = client.post("/console/restraint/phone_check/on", data=FORM)
    assert refused.status_code == 422
    turned = client.post("/console/restraint/phone_check/on", data={**FORM, "reason": "县里定的"})
    assert turned.status_code == 302 or turned.status_code == 303
    session.rollback()
    assert is_on(session, Switch.PHONE_CHECK)
    assert "原因：县里定的" in client.get("/console/restraint/").text


def test_a_township_only_reads(session: Session, sign_in: SignIn) -> None:
    _, town = _tree(session)
    client = sign_in(Role.SUPERIOR, town)
    page = client.get("/console/restraint/").text
    assert "这里只能看" in page
    assert "<textarea" not in page
    answer = client.post("/console/restraint/phone_check/on", data={**FORM, "reason": "想开"})
    assert answer.status_code == 404


def test_an_unknown_switch_is_not_found(session: Session, sign_in: SignIn) -> None:
    county, _ = _tree(session)
    client = sign_in(Role.SUPERIOR, county)
    answer = client.post("/console/restraint/likes/on", data={**FORM, "reason": "想开"})
    assert answer.status_code == 404
