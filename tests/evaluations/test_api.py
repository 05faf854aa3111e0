"""The ratings API: rate, retry, receipts; rounds, results and comments for staff."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.accounts.constants import Role
from brickwall.evaluations.constants import MAX_COMMENT, RatingValue
from brickwall.evaluations.models import Rating, RatingComment
from brickwall.evaluations.services import close_round
from brickwall.kernel import clock
from brickwall.kernel.idempotency import IdempotencyRecord
from tests.factories.evaluations import RatedBranch, rate
from tests.factories.organisations import make_organisation
from tests.support.people import FORM_TOKEN, SignIn

API = "/api/v1"
SENT = {"X-Form-Token": FORM_TOKEN}


def mark(client: FlaskClient) -> str:
    answer = client.post(f"{API}/devices")
    assert answer.status_code == 201
    token: str = answer.get_json()["device"]
    return token


def send(client: FlaskClient, branch: RatedBranch, device: str, **more: Any) -> TestResponse:
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair", "device": device, **more}
    return client.post(f"{API}/ratings", json=body, headers=headers)


def count(session: Session, model: type = Rating) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def close(branch: RatedBranch, session: Session) -> None:
    session.rollback()
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "提前")
    session.commit()


def test_rating_and_its_receipt(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    answer = send(client, branch, mark(client))
    assert answer.status_code == 201
    body = answer.get_json()
    assert set(body) == {"receipt", "round"}
    assert body["round"] == {"id": branch.round_id, "name": "2026 年第四季度评议"}
    found = client.get(f"{API}/receipts/{body['receipt']}")
    assert found.status_code == 200
    assert found.get_json() == {**body, "on_record": True, "latest": True, "open": True}
    assert client.get(f"{API}/receipts/{body['receipt'].lower()}").status_code == 200
    assert count(session) == 1


def test_a_retry_under_its_key_is_one_rating_and_leaves_no_dated_answer(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    device = mark(client)
    answers = {send(client, branch, device, key="k").get_data() for _ in range(3)}
    assert len(answers) == 1
    assert count(session) == 1
    assert count(session, IdempotencyRecord) == 0


def test_one_key_for_two_values_is_refused(client: FlaskClient, branch: RatedBranch) -> None:
    device = mark(client)
    send(client, branch, device, key="k")
    answer = send(client, branch, device, key="k", value="satisfied")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency.key_reused")


def test_without_a_mark_nothing_counts(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    for device in ("", "A" * 86, "x"):
        answer = send(client, branch, device)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "rating.device_needed")
        assert answer.mimetype == "application/problem+json"
    assert count(session) == 0


def test_the_cookie_of_the_web_page_serves_as_well(client: FlaskClient, branch: RatedBranch) -> None:
    client.set_cookie("bw_device", mark(client))
    assert send(client, branch, "").status_code == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"value": "best"}, 422),
        ({"value": None}, 422),
        ({"subject": ""}, 422),
        ({"subject": "zzzzzzzz"}, 404),
        ({"round": "zzzzzzzzzzzz"}, 404),
        ({"round": "\x00"}, 404),
        ({"comment": "好" * (MAX_COMMENT + 1)}, 422),
        ({"supersedes": ["k"] * 9}, 422),
        ({"surplus": 1}, 422),
    ],
)
def test_what_cannot_be_used_is_refused(
    client: FlaskClient, branch: RatedBranch, session: Session, change: dict[str, Any], status: int
) -> None:
    answer = send(client, branch, mark(client), **change)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert count(session) == 0


def test_a_closed_round_is_409(client: FlaskClient, branch: RatedBranch, session: Session) -> None:
    device = mark(client)
    close(branch, session)
    answer = send(client, branch, device)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "round.closed")
    assert "已经结束" in answer.get_json()["title"]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_cannot_rate(
    client: FlaskClient, branch: RatedBranch, session: Session, headers: dict[str, str]
) -> None:
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair", "device": mark(client)}
    assert client.post(f"{API}/ratings", json=body, headers=headers).status_code == 403
    assert count(session) == 0


@pytest.mark.parametrize("code", ["7K3M-9QX2-40VD", "x", "一", "7k3m9qx2", "0" * 200])
def test_an_unknown_receipt_is_404(client: FlaskClient, branch: RatedBranch, code: str) -> None:
    answer = client.get(f"{API}/receipts/{code}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "receipt.not_found")


def test_a_secretary_opens_reads_and_closes(
    client: FlaskClient, branch: RatedBranch, session: Session, sign_in: SignIn
) -> None:
    close(branch, session)
    desk = sign_in(Role.SECRETARY, branch.organisation)
    plan = {
        "organisation": branch.organisation.code,
        "name": "2027 年第一季度评议",
        "closes_at": (clock.now() + timedelta(days=20)).isoformat(),
        "roster_size": 412,
    }
    opened = desk.post(f"{API}/rounds", json=plan, headers=SENT)
    assert opened.status_code == 201
    public_id = opened.get_json()["id"]
    again = desk.post(f"{API}/rounds", json=plan, headers=SENT)
    assert (again.status_code, again.get_json()["code"]) == (409, "round.already_open")
    assert [one["state"] for one in desk.get(f"{API}/rounds").get_json()["items"]] == ["open", "closed"]
    assert desk.get(f"{API}/rounds/{public_id}/results").get_json()["items"] == []
    refused = desk.post(f"{API}/rounds/{public_id}/close", json={}, headers=SENT)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "round.reason_needed")
    closed = desk.post(f"{API}/rounds/{public_id}/close", json={"reason": "换届"}, headers=SENT)
    assert closed.status_code == 200
    assert closed.get_json()["state"] == "closed"


def test_results_hide_what_is_too_small(branch: RatedBranch, session: Session, sign_in: SignIn) -> None:
    for number in range(12):
        rate(branch, RatingValue.SATISFIED if number else RatingValue.DISSATISFIED)
    rate(branch, at=1)
    close(branch, session)
    desk = sign_in(Role.CLERK, branch.organisation)
    items = desk.get(f"{API}/rounds/{branch.round_id}/results").get_json()["items"]
    by_name = {item["name"]: item for item in items}
    first, second = by_name[branch.members[0].name], by_name[branch.members[1].name]
    assert (first["satisfied"], first["dissatisfied"], first["total"]) == ("11", "少于3", 12)
    assert (first["rate"], first["interval"], first["level_label"]) == (None, None, "网上参考")
    assert (second["publishable"], second["total"]) == ("too_few", None)
    assert by_name["柳河村党支部"]["publishable"] == "nothing"


def test_another_branch_sees_nothing(
    branch: RatedBranch, session: Session, sign_in: SignIn, client: FlaskClient
) -> None:
    rate(branch, comment="路灯亮了")
    stranger_branch = _other_branch(session)
    desk = sign_in(Role.SECRETARY, stranger_branch)
    assert desk.get(f"{API}/rounds").get_json()["items"] == []
    assert desk.get(f"{API}/rounds/{branch.round_id}/results").status_code == 404
    close_it = desk.post(f"{API}/rounds/{branch.round_id}/close", json={"reason": "x"}, headers=SENT)
    assert close_it.status_code == 404
    assert desk.get(f"{API}/rating-comments").get_json()["items"] == []
    assert client.get(f"{API}/rounds").status_code == 401


def _other_branch(session: Session) -> Any:
    other = make_organisation(session, code="fanzhai", name="范寨村党支部", short_name="范寨")
    session.commit()
    return other


def test_comments_are_published_or_kept_back_with_a_reason(
    branch: RatedBranch, session: Session, sign_in: SignIn
) -> None:
    rate(branch, comment="路灯亮了")
    rate(branch, at=1, comment="骂人的话")
    desk = sign_in(Role.SECRETARY, branch.organisation)
    ids = {one["text"]: one["id"] for one in desk.get(f"{API}/rating-comments").get_json()["items"]}
    good, bad = ids["路灯亮了"], ids["骂人的话"]
    assert desk.post(f"{API}/rating-comments/{good}", json={"publish": True}, headers=SENT).status_code == 200
    no_reason = desk.post(f"{API}/rating-comments/{bad}", json={"publish": False}, headers=SENT)
    assert no_reason.status_code == 422
    kept = desk.post(f"{API}/rating-comments/{bad}", json={"publish": False, "reason": "骂人"}, headers=SENT)
    assert kept.get_json()["state"] == "rejected"
    assert desk.post(f"{API}/rating-comments/{bad}", json={"publish": True}, headers=SENT).status_code == 404
    session.rollback()
    states = {one.text: one.state for one in session.scalars(select(RatingComment))}
    assert states == {"路灯亮了": "published", "骂人的话": "rejected"}
