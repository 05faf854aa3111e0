"""The plaque ledger, one plaque's page and the print dialog."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.organisations.models import Organisation
from brickwall.plaques import jobs
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.printing.proof import read_pdf
from tests.factories.organisations import make_member, make_organisation
from tests.factories.plaques import make_plaque
from tests.support.people import FORM_TOKEN, SignIn

TOKEN = {"form_token": FORM_TOKEN}


@pytest.fixture
def branch(session: Session) -> Organisation:
    made = make_organisation(session)
    make_member(session, made, "陈𠅤明", wall_position=1, post="党支部书记")
    make_member(session, made, "刘䶮", wall_position=2)
    session.commit()
    return made


@pytest.fixture
def staff(branch: Organisation, sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.SECRETARY, branch)


def held(session: Session, branch: Organisation, state: PlaqueState = PlaqueState.PRINTED) -> Plaque:
    """Return a new plaque of the first member."""
    plaque = make_plaque(session, branch, make_member(session, branch, "王𬎆"), state=state, serial=9)
    session.commit()
    return plaque


def state_of(session: Session, plaque: Plaque) -> PlaqueState:
    session.rollback()
    session.refresh(plaque)
    return plaque.state


def test_empty_ledger_tells_the_first_step(staff: FlaskClient) -> None:
    html = staff.get("/console/plaques/").text
    assert "还没有铭牌" in html
    assert "/console/plaques/print" in html
    assert "localhost" in html


def test_ledger_finds_by_name_code_and_state(
    session: Session, branch: Organisation, staff: FlaskClient
) -> None:
    plaque = held(session, branch)
    grouped = f"{plaque.code[:4]} {plaque.code[4:]}"
    for query in ("", "?q=王𬎆", f"?q={plaque.code.upper()}", f"?q={grouped}", "?state=printed"):
        assert grouped in staff.get(f"/console/plaques/{query}").text, query
    for query in ("?q=没有这个人", "?state=retired"):
        assert grouped not in staff.get(f"/console/plaques/{query}").text, query


def test_ledger_is_exported_as_shown(session: Session, branch: Organisation, staff: FlaskClient) -> None:
    held(session, branch)
    answer = staff.post("/console/plaques/export?state=printed", data=TOKEN)
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")


def test_dialog_previews_members_who_have_no_code_yet(
    session: Session, branch: Organisation, staff: FlaskClient
) -> None:
    html = staff.get("/console/plaques/print").text
    assert "排版并试读 2 块" in html
    assert "纠错" in html
    source = re.search(r'src="(/console/plaques/preview.png[^"]*)"', html)
    assert source is not None
    picture = staff.get(source[1].replace("&amp;", "&"))
    assert picture.data.startswith(b"\x89PNG")
    again = staff.get(source[1].replace("&amp;", "&"), headers={"If-None-Match": picture.headers["ETag"]})
    assert again.status_code == 304
    assert session.scalars(select(Plaque)).all() == [], "looking gives nobody a code"


def test_dialog_names_the_character_no_font_has(
    session: Session, branch: Organisation, staff: FlaskClient
) -> None:
    make_member(session, branch, "王\U000323b0")
    session.commit()
    html = staff.get("/console/plaques/print").text
    assert "U+323B0" in html
    assert "SVG 字形" in html
    assert "排版并试读" not in html


@pytest.mark.parametrize("query", ["?template=nothing", "?skip=99", "?skip=x", "?what=blank"])
def test_dialog_explains_orders_that_cannot_be_met(staff: FlaskClient, query: str) -> None:
    answer = staff.get(f"/console/plaques/print{query}")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_printing_from_the_dialog_to_both_files(
    session: Session, branch: Organisation, staff: FlaskClient, settings: Settings
) -> None:
    assert jobs.PRINT_JOB
    order = {
        **TOKEN,
        "organisation": "liuhe",
        "template": "sheet-2x5",
        "what": "all",
        "skip": "3",
        "codes": "",
    }
    sent = staff.post("/console/plaques/print", data=order)
    assert sent.status_code == 303
    job_id = re.search(r"/console/jobs/(\w+)", sent.location)
    assert job_id is not None
    assert run_pending_jobs() == 1
    page = staff.get(f"/console/plaques/printed/{job_id[1]}").text
    assert "3 块铭牌排好了" in page
    pdf = staff.get(f"/console/jobs/{job_id[1]}/file", buffered=True).data
    assert len(read_pdf(pdf)) == 3
    listing = staff.get(f"/console/plaques/printed/{job_id[1]}/list")
    assert listing.data.startswith(b"%PDF")
    assert {plaque.state for plaque in session.scalars(select(Plaque))} == {PlaqueState.PRINTED}


def test_unfinished_job_says_come_back(branch: Organisation, staff: FlaskClient) -> None:
    sent = staff.post("/console/plaques/print", data={**TOKEN, "organisation": "liuhe"})
    job_id = sent.location.split("/console/jobs/")[1].split("?")[0]
    page = staff.get(f"/console/plaques/printed/{job_id}")
    assert page.status_code == 404
    assert "过一会儿再看" in page.text


def test_nobody_else_gets_the_files(
    session: Session, branch: Organisation, staff: FlaskClient, sign_in: SignIn
) -> None:
    order = {**TOKEN, "organisation": "liuhe", "template": "sheet-2x5"}
    sent = staff.post("/console/plaques/print", data=order)
    run_pending_jobs()
    job_id = sent.location.split("/console/jobs/")[1].split("?")[0]
    other = make_organisation(session, code="shangwan", name="上湾村党支部", short_name="上湾")
    stranger = sign_in(Role.SECRETARY, other)
    assert stranger.get(f"/console/plaques/printed/{job_id}").status_code == 404
    assert stranger.get(f"/console/plaques/printed/{job_id}/list").status_code == 404
    assert stranger.get("/console/plaques/print?organisation=liuhe").text.count("没有找到这个党组织") == 1
    assert stranger.get("/console/plaques/preview.png?organisation=liuhe").status_code == 404


def test_acts_on_one_plaque(session: Session, branch: Organisation, staff: FlaskClient) -> None:
    plaque = held(session, branch)
    address = f"/console/plaques/{plaque.code}"
    for act, data, after in (
        ("install", {}, PlaqueState.INSTALLED),
        ("damage", {"reason": "石灰盖住了"}, PlaqueState.DAMAGED),
        ("repoint", {"reason": "支部自用", "target": "branch:liuhe"}, PlaqueState.DAMAGED),
        ("retire", {"reason": "砖碎了"}, PlaqueState.RETIRED),
    ):
        sent = staff.post(f"{address}/{act}", data={**TOKEN, **data})
        assert sent.status_code == 303, (act, sent.text[:500])
        assert state_of(session, plaque) is after
    html = staff.get(address).text
    assert "由“王𬎆”改为“柳河村党支部”" in html
    assert "石灰盖住了" in html
    assert ">重印这一块<" not in html


@pytest.mark.parametrize("act", ["damage", "retire", "repoint"])
def test_acts_want_a_reason(session: Session, branch: Organisation, staff: FlaskClient, act: str) -> None:
    plaque = held(session, branch)
    sent = staff.post(
        f"/console/plaques/{plaque.code}/{act}", data={**TOKEN, "target": "branch:liuhe", "reason": " "}
    )
    assert sent.status_code == 422
    assert state_of(session, plaque) is PlaqueState.PRINTED


def test_blank_stock_is_issued_and_bound(session: Session, branch: Organisation, staff: FlaskClient) -> None:
    wrong = staff.post("/console/plaques/blank", data={**TOKEN, "organisation": "liuhe", "count": "900"})
    assert wrong.status_code == 422
    assert "1 到 500" in wrong.text
    assert 'value="900"' in wrong.text
    assert (
        staff.post(
            "/console/plaques/blank", data={**TOKEN, "organisation": "liuhe", "count": "2"}
        ).status_code
        == 303
    )
    first = session.scalars(select(Plaque)).all()[0]
    page = staff.get(f"/console/plaques/{first.code}").text
    member = re.search(r'value="(member:\w+)">陈𠅤明', page)
    assert member is not None
    staff.post(f"/console/plaques/{first.code}/bind", data={**TOKEN, "target": member[1]})
    assert state_of(session, first) is PlaqueState.ISSUED
    nobody = staff.post(f"/console/plaques/{first.code}/bind", data={**TOKEN, "target": ""})
    assert nobody.status_code == 422


def test_ticked_rows_are_reprinted_or_noted(
    session: Session, branch: Organisation, staff: FlaskClient
) -> None:
    plaque = held(session, branch)
    sent = staff.post("/console/plaques/picked", data={**TOKEN, "pick": [plaque.code], "act": "print"})
    assert f"codes={plaque.code}" in sent.location
    assert "排版并试读 1 块" in staff.get(sent.location).text
    staff.post("/console/plaques/picked", data={**TOKEN, "pick": [plaque.code], "act": "install"})
    assert state_of(session, plaque) is PlaqueState.INSTALLED
    assert staff.post("/console/plaques/picked", data=TOKEN).status_code == 303


def test_another_branch_does_not_exist(session: Session, branch: Organisation, sign_in: SignIn) -> None:
    plaque = held(session, branch)
    other = make_organisation(session, code="shangwan", name="上湾村党支部", short_name="上湾")
    stranger = sign_in(Role.SECRETARY, other)
    assert plaque.code not in stranger.get("/console/plaques/").text
    assert stranger.get(f"/console/plaques/{plaque.code}").status_code == 404
    for act in ("install", "damage", "retire", "repoint", "bind"):
        sent = stranger.post(
            f"/console/plaques/{plaque.code}/{act}", data={**TOKEN, "reason": "试", "target": "x"}
        )
        assert sent.status_code == 404, act


def test_papers_for_the_wall(staff: FlaskClient) -> None:
    assert staff.get("/console/plaques/calibration.pdf").data.startswith(b"%PDF")
    poster = staff.get("/console/plaques/poster.pdf?organisation=liuhe").data
    assert [reading.text for reading in read_pdf(poster)] == ["http://localhost/w/liuhe"]
