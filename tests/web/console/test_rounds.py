"""Rounds on the branch's desk: opening, no live totals, closing, results, comments."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.evaluations.constants import RatingStanding, RatingValue, RoundState
from brickwall.evaluations.devices import Device
from brickwall.evaluations.models import EvaluationRound, RatingComment
from brickwall.evaluations.services import close_round
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from tests.factories.evaluations import RatedBranch, make_branch, make_open_round, rate
from tests.factories.organisations import make_organisation
from tests.support.people import FORM_TOKEN, SignIn

TOKEN = {"form_token": FORM_TOKEN}
GOOD, FAIR, BAD = RatingValue.SATISFIED, RatingValue.FAIR, RatingValue.DISSATISFIED


@pytest.fixture
def branch(app: Application, session: Session, settings: Settings) -> RatedBranch:
    return make_open_round(session, settings)


@pytest.fixture
def desk(branch: RatedBranch, sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.SECRETARY, branch.organisation)


def close(branch: RatedBranch, session: Session) -> None:
    session.rollback()
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "提前")
    session.commit()


def form(**values: str) -> dict[str, str]:
    plan = {
        "organisation": "liuhe",
        "name": "2026 年第四季度评议",
        "closes_on": (clock.today() + timedelta(days=14)).isoformat(),
        "roster_size": "412",
        "sure": "1",
    }
    return {**TOKEN, **plan, **values}


def test_a_secretary_opens_a_round(session: Session, settings: Settings, sign_in: SignIn) -> None:
    made = make_branch(session, settings)
    desk = sign_in(Role.SECRETARY, made.organisation)
    page = desk.get("/console/rounds/new").text
    assert "开始以后，上面这些和被评的人都定下来" in page
    answer = desk.post("/console/rounds/new", data=form())
    assert answer.status_code == 303
    session.rollback()
    opened = session.scalars(select(EvaluationRound)).one()
    assert opened.roster_size == 412
    last_day = clock.today() + timedelta(days=14)
    assert opened.closes_at == clock.end_of_day(last_day) - timedelta(minutes=1)
    shown = desk.get(answer.location).text
    assert "正在评" in shown
    assert "评的时候没有票数可看" in shown
    assert "412 人" in shown


def test_what_was_typed_stays_and_each_field_says_what_is_wrong(
    session: Session, settings: Settings, sign_in: SignIn
) -> None:
    made = make_branch(session, settings)
    desk = sign_in(Role.SECRETARY, made.organisation)
    for change, sentence in (
        ({"sure": ""}, "请先勾选"),
        ({"closes_on": "2020-01-01"}, "结束时间已经过了"),
        ({"closes_on": "十二月"}, "2026-11-21"),
        ({"roster_size": "0"}, "数目"),
        ({"name": " "}, "请填写"),
    ):
        answer = desk.post("/console/rounds/new", data=form(**{"next_opens_on": "2027-03-01", **change}))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "2027-03-01" in answer.text
    session.rollback()
    assert session.scalar(select(EvaluationRound)) is None


def test_a_second_open_round_is_refused(desk: FlaskClient) -> None:
    answer = desk.post("/console/rounds/new", data=form(name="又一轮"))
    assert answer.status_code == 409
    assert "已经有一轮评议在进行" in answer.text
    assert "又一轮" in answer.text


def test_while_it_is_open_no_page_counts_anything(desk: FlaskClient, branch: RatedBranch) -> None:
    before = desk.get(f"/console/rounds/{branch.round_id}").text, desk.get("/console/rounds/").text
    for value in (GOOD, GOOD, BAD, FAIR):
        rate(branch, value)
    after = desk.get(f"/console/rounds/{branch.round_id}").text, desk.get("/console/rounds/").text
    assert after == before, "not one byte tells that somebody rated"


def test_an_export_of_an_open_round_is_empty(desk: FlaskClient, branch: RatedBranch) -> None:
    rate(branch)
    answer = desk.post(f"/console/rounds/{branch.round_id}/export", data=TOKEN)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet.max_row == 1


def test_ending_early_asks_for_a_reason(desk: FlaskClient, branch: RatedBranch, session: Session) -> None:
    address = f"/console/rounds/{branch.round_id}/close"
    assert desk.post(address, data=TOKEN).status_code == 422
    answer = desk.post(address, data={**TOKEN, "reason": "换届前先结束"})
    assert answer.status_code == 303
    session.rollback()
    assert session.scalars(select(EvaluationRound.state)).one() is RoundState.CLOSED
    assert not branch.keys.exists(branch.round_id)
    page = desk.get(answer.location).text
    assert "换届前先结束" in page
    assert "钥匙已销毁" in page
    assert desk.post(address, data={**TOKEN, "reason": "再来一次"}).status_code == 409


def test_results_stand_in_the_order_of_the_wall_with_small_cells_hidden(
    desk: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    for number in range(40):
        rate(branch, GOOD if number < 30 else FAIR if number < 35 else BAD)
    for number in range(12):
        rate(branch, BAD if number else GOOD, at=1)
    rate(branch, GOOD, at=2)
    close(branch, session)
    page = desk.get(f"/console/rounds/{branch.round_id}").text
    assert "网上参考" in page
    assert "75.0%" in page
    assert "60%–86%" in page
    assert "少于3" in page
    assert "人数不足，暂不公布" in page
    places = [page.index(member.name) for member in branch.members]
    assert places == sorted(places)
    assert "sort=" not in page, "people are not ranked"


def test_what_wechat_doubts_is_a_number_and_what_it_judged_abnormal_is_a_note(
    desk: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    page = f"/console/rounds/{branch.round_id}"
    assert "微信提示可疑" in desk.get(page).text

    def people(number: int, standing: RatingStanding) -> None:
        for one in range(number):
            voter = f"{standing.value} {one}".encode().ljust(16)
            rate(branch, GOOD, device=Device(voter, voter * 2, standing, wechat=True))

    people(12, RatingStanding.COUNTED)
    people(2, RatingStanding.FLAGGED)
    people(7, RatingStanding.NOT_COUNTED)
    close(branch, session)
    shown = desk.get(page).text
    assert "少于 3 份，照样计入" in shown
    assert "另有 7 份因微信判定为异常账号未计入" in shown
    assert "14 部手机评过" in shown
    results = desk.get(f"/api/v1/rounds/{branch.round_id}/results").get_json()
    assert results["round"]["flagged"] == "少于 3"
    noted = [item["notes"] for item in results["items"] if item["total"]]
    assert noted == [["另有 7 份因微信判定为异常账号未计入"]]
    assert "not_counted" not in shown + str(results)


def test_results_can_be_exported(desk: FlaskClient, branch: RatedBranch, session: Session) -> None:
    for _ in range(12):
        rate(branch, GOOD)
    close(branch, session)
    answer = desk.post(f"/console/rounds/{branch.round_id}/export", data=TOKEN)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["评的是谁", "多少人评", "满意"]
    assert "哪一种票" in rows[0]
    line = next(row for row in rows if row[0] == branch.members[0].name)
    assert line[1:3] == [12, 12]
    assert "网上参考" in line


def test_comments_wait_until_somebody_has_read_them(
    desk: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    rate(branch, comment="路灯亮了<b>")
    rate(branch, at=1, comment="骂人的话")
    page = desk.get("/console/rounds/comments").text
    assert "路灯亮了&lt;b&gt;" in page
    assert "2 条没看" in desk.get("/console/rounds/").text
    session.rollback()
    ids = {one.text: one.public_id for one in session.scalars(select(RatingComment))}
    good, bad = ids["路灯亮了<b>"], ids["骂人的话"]
    assert desk.post(f"/console/rounds/comments/{good}/publish", data=TOKEN).status_code == 303
    assert desk.post(f"/console/rounds/comments/{bad}/reject", data=TOKEN).status_code == 422
    kept = desk.post(f"/console/rounds/comments/{bad}/reject", data={**TOKEN, "reason": "骂人"})
    assert kept.status_code == 303
    assert desk.post(f"/console/rounds/comments/{bad}/publish", data=TOKEN).status_code == 404
    assert "都看完了" in desk.get("/console/rounds/comments").text
    session.rollback()
    states = {one.text: one.state for one in session.scalars(select(RatingComment))}
    assert states == {"路灯亮了<b>": "published", "骂人的话": "rejected"}


def test_a_clerk_reads_but_does_not_manage(branch: RatedBranch, sign_in: SignIn) -> None:
    clerk = sign_in(Role.CLERK, branch.organisation)
    page = clerk.get(f"/console/rounds/{branch.round_id}")
    assert page.status_code == 200
    assert "提前结束" not in page.text
    assert clerk.get("/console/rounds/new").status_code == 403
    close_it = clerk.post(f"/console/rounds/{branch.round_id}/close", data={**TOKEN, "reason": "x"})
    assert close_it.status_code == 403
    assert clerk.get("/console/rounds/comments").status_code == 403


def test_another_branch_sees_nothing(branch: RatedBranch, session: Session, sign_in: SignIn) -> None:
    other = make_organisation(session, code="fanzhai", name="范寨村党支部", short_name="范寨")
    session.commit()
    stranger = sign_in(Role.SECRETARY, other)
    assert "2026 年第四季度评议" not in stranger.get("/console/rounds/").text
    assert stranger.get(f"/console/rounds/{branch.round_id}").status_code == 404
    for act in ("close", "export"):
        answer = stranger.post(f"/console/rounds/{branch.round_id}/{act}", data={**TOKEN, "reason": "x"})
        assert answer.status_code == 404


def test_a_round_whose_key_is_gone_says_so(desk: FlaskClient, branch: RatedBranch) -> None:
    branch.keys.destroy(branch.round_id)
    assert "钥匙不在这台机器上" in desk.get(f"/console/rounds/{branch.round_id}").text


def test_the_empty_list_tells_the_first_step(session: Session, settings: Settings, sign_in: SignIn) -> None:
    made = make_branch(session, settings)
    page = sign_in(Role.SECRETARY, made.organisation).get("/console/rounds/").text
    assert "还没有评议" in page
    assert "开一轮评议" in page
