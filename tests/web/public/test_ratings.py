"""Rating from a phone without JavaScript: first tap, double tap, change, receipt, refusals."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.config import Settings
from brickwall.evaluations.models import Rating, RatingComment, RoundVoter
from brickwall.evaluations.services import close_round
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from tests.factories.evaluations import RatedBranch, make_open_round

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def branch(app: Application, session: Session, settings: Settings) -> RatedBranch:
    return make_open_round(session, settings)


def tap(
    client: FlaskClient, branch: RatedBranch, value: str = "satisfied", at: int = 0, **more: str
) -> TestResponse:
    form = {"subject": branch.codes[at], "round": branch.round_id, "value": value, **more}
    return client.post("/ratings", data=form)


def confirm(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """Press the one button of the page that sets the mark, as a browser without script does."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    return client.post("/ratings", data=fields)


def marked(client: FlaskClient, branch: RatedBranch) -> FlaskClient:
    """Return the phone after its first tap, on the last member's brick, was confirmed."""
    confirm(client, tap(client, branch, at=4))
    return client


def count(session: Session, model: type = Rating) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def receipt_on(client: FlaskClient) -> str:
    # The tests' outer context outlives requests, and with it the last page's snapshot.
    db.session.rollback()
    found = RECEIPT.search(client.get("/ratings/done").text)
    assert found is not None
    return found.group()


def test_the_first_tap_sets_the_mark_and_counts_nothing(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    answer = tap(client, branch, "fair")
    assert answer.status_code == 200
    assert answer.headers["X-Device-Mark"] == "new"
    assert "您点的是“一般”" in answer.text
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=63072000" in cookie
    assert count(session) == 0


def test_one_confirmation_counts_it(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    answer = confirm(client, tap(client, branch, "fair", comment="水渠修得不错"))
    assert (answer.status_code, answer.location) == (303, "/ratings/done")
    session.rollback()
    assert session.scalars(select(Rating.value)).all() == ["fair"]
    assert session.scalars(select(RatingComment.text)).all() == ["水渠修得不错"]


def test_an_impatient_double_tap_before_the_mark_never_doubles(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    first, second = tap(client, branch), tap(client, branch)
    for answer in (second, first, second):
        confirm(client, answer)
    assert count(session) == 1
    assert count(session, RoundVoter) == 1


def test_a_marked_phone_taps_once(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    phone = marked(client, branch)
    answer = tap(phone, branch)
    assert answer.status_code == 303
    assert answer.headers["Set-Cookie"].startswith("bw_device="), "two more years"
    assert count(session) == 2
    assert tap(phone, branch).status_code == 303
    assert count(session) == 2, "a double tap is one rating"


def test_the_receipt_can_be_photographed_and_found_again(client: FlaskClient, branch: RatedBranch) -> None:
    phone = marked(client, branch)
    tap(phone, branch)
    page = phone.get("/ratings/done")
    assert page.headers["Cache-Control"] == "no-store"
    assert "2026 年第四季度评议" in page.text
    assert f'href="/q/{branch.codes[0]}"' in page.text
    receipt = receipt_on(phone)
    found = client.post("/r", data={"code": f" {receipt.lower().replace('-', '')} "})
    assert found.status_code == 200
    assert receipt in found.text
    assert "最后一次评价" in found.text


def test_an_answer_opened_again_by_its_address_leads_on(client: FlaskClient, branch: RatedBranch) -> None:
    assert client.get("/ratings").location == "/"
    phone = marked(client, branch)
    tap(phone, branch)
    assert phone.get("/ratings").location == "/ratings/done"


def test_no_page_of_the_way_names_value_or_member_in_its_address(
    client: FlaskClient, branch: RatedBranch
) -> None:
    phone = marked(client, branch)
    answer = tap(phone, branch, "dissatisfied")
    assert answer.location == "/ratings/done"
    assert "不满意" not in phone.get("/ratings/done").text
    assert branch.members[0].name not in phone.get("/ratings/done").text


def test_a_receipt_answers_in_the_same_bytes_however_one_rated(app: Application, branch: RatedBranch) -> None:
    answers = set()
    for value in ("satisfied", "fair", "dissatisfied"):
        phone = marked(app.test_client(), branch)
        tap(phone, branch, value)
        receipt = receipt_on(phone)
        answers.add(phone.post("/r", data={"code": receipt}).text.replace(receipt, "*"))
        answers.add(phone.get(f"/api/v1/receipts/{receipt}").text.replace(receipt, "*"))
    assert len(answers) == 2


def test_a_change_keeps_the_old_receipt_on_record(client: FlaskClient, branch: RatedBranch) -> None:
    phone = marked(client, branch)
    tap(phone, branch, "satisfied")
    old = receipt_on(phone)
    tap(phone, branch, "dissatisfied")
    assert receipt_on(phone) != old
    page = phone.post("/r", data={"code": old}).text
    assert "在案" in page
    assert "以后面那次为准" in page


@pytest.mark.parametrize("code", ["", "7K3M-9QX2", "ZZZZ-ZZZZ-ZZZZ", "一二三四", "\x00", "9" * 500])
def test_a_receipt_nobody_has_is_explained(client: FlaskClient, branch: RatedBranch, code: str) -> None:
    answer = client.post("/r", data={"code": code})
    assert answer.status_code == 404
    assert "没有找到这张回执" in answer.text


def test_the_lookup_page_asks_for_a_code(client: FlaskClient, app: Application) -> None:
    assert "回执编号" in client.get("/r").text
    assert client.get("/ratings/done").location == "/r"


def test_a_browser_that_keeps_no_cookies_is_told_so(
    app: Application, branch: RatedBranch, session: Session
) -> None:
    forgetful = app.test_client(use_cookies=False)
    answer = confirm(forgetful, tap(forgetful, branch))
    assert answer.status_code == 409
    assert "没有留住记号" in answer.text
    assert count(session) == 0


def test_a_mark_somebody_made_up_counts_as_none(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    client.set_cookie("bw_device", "A" * 86)
    assert tap(client, branch).headers["X-Device-Mark"] == "new"
    assert count(session) == 0


def test_a_retry_of_a_dropped_answer_counts_once(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    phone = marked(client, branch)
    form = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair"}
    for _ in range(3):
        answer = phone.post("/ratings", data=form, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 303
    assert count(session) == 2


def test_a_late_older_tap_does_not_undo_a_newer_one(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    phone = marked(client, branch)
    tap(phone, branch, "dissatisfied", key="k2", supersedes="k0 k1")
    tap(phone, branch, "satisfied", key="k1")
    session.rollback()
    latest = session.scalars(select(Rating.value).where(Rating.subject_id != _last(session))).all()
    assert latest == ["dissatisfied"]


def _last(session: Session) -> int:
    """Return the subject that ``marked`` rates."""
    return session.scalar(select(func.max(Rating.subject_id))) or 0


@pytest.mark.parametrize("value", ["", "best", "SATISFIED"])
def test_a_tap_without_a_face_is_refused(client: FlaskClient, branch: RatedBranch, value: str) -> None:
    answer = tap(marked(client, branch), branch, value)
    assert answer.status_code == 422
    assert "请点一张脸" in answer.text


def test_a_closed_round_says_so(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    phone = marked(client, branch)
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "提前")
    session.commit()
    answer = tap(phone, branch)
    assert answer.status_code == 409
    assert "已经结束" in answer.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_another_site_cannot_rate(
    client: FlaskClient, branch: RatedBranch, session: Session, headers: dict[str, str]
) -> None:
    phone = marked(client, branch)
    form = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair"}
    assert phone.post("/ratings", data=form, headers=headers).status_code == 403
    assert count(session) == 1


def test_over_https_the_cookies_are_bound_to_the_host(app: Application, branch: RatedBranch) -> None:
    settings = app.config["BRICKWALL"]
    secure = type(settings)(
        **{
            **{name: getattr(settings, name) for name in settings.__dataclass_fields__},
            "base_url": "https://liuhe.example",
        }
    )
    app.config["BRICKWALL"] = secure
    try:
        cookie = tap(app.test_client(), branch).headers["Set-Cookie"]
    finally:
        app.config["BRICKWALL"] = settings
    assert cookie.startswith("__Host-bw_device=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_the_brick_page_leads_into_the_rating(client: FlaskClient, branch: RatedBranch) -> None:
    page = client.get(f"/q/{branch.codes[0]}").text
    assert 'action="/ratings"' in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert form == {"subject": branch.codes[0], "round": branch.round_id}
    assert re.findall(r'<button name="value" value="(\w+)"', page) == ["satisfied", "fair", "dissatisfied"]
