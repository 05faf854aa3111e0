"""A villager's inbox: asked for on the receipts, without name and without script."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.config import Settings
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.messages.models import Mailbox, Message, Subscription
from tests.factories.evaluations import RatedBranch, make_open_round
from tests.publicity.conftest import Bricks

FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
RESULT = "柳河“2026 年第四季度评议”的结果"


@pytest.fixture
def branch(app: Application, session: Session, settings: Settings) -> RatedBranch:
    return make_open_round(session, settings)


def form_on(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the page's form that goes to ``action``."""
    found = re.search(rf'<form[^>]* action="{action}">(.*?)</form>', page, re.DOTALL)
    assert found is not None, action
    return dict(FIELDS.findall(found.group(1)))


def open_page(client: FlaskClient, path: str) -> str:
    # The tests' outer context outlives requests, and with it the last page's snapshot.
    db.session.rollback()
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    db.session.rollback()
    return client.post(path, data=fields)


def rate(client: FlaskClient, branch: RatedBranch) -> str:
    """Tap a face, confirm, and return the receipt's page."""
    tap = {"subject": branch.codes[0], "round": branch.round_id, "value": "fair"}
    again = dict(FIELDS.findall(client.post("/ratings", data=tap).text))
    client.post("/ratings", data=again)
    return open_page(client, "/ratings/done")


def ask(client: FlaskClient, branch: RatedBranch) -> TestResponse:
    return press(client, "/inbox/ask", topic=f"round:{branch.round_id}")


def end_of_the_round() -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=8))


def test_from_the_receipt_to_the_result(client: FlaskClient, branch: RatedBranch) -> None:
    fields = form_on(rate(client, branch), "/inbox/ask")
    assert fields == {"topic": f"round:{branch.round_id}"}, "neither receipt nor brick"
    assert press(client, "/inbox/ask", **fields).location == "/inbox?asked=1"
    assert RESULT in open_page(client, "/inbox?asked=1")
    with end_of_the_round():
        run_pending_jobs()
        page = open_page(client, "/inbox")
        assert "评议结果出来了" in page
        assert "有 1 条没看过" in page
        assert 'href="/w/liuhe"' in page
        assert RESULT not in page
        assert press(client, "/inbox/read").location == "/inbox"
        assert "没看过" not in open_page(client, "/inbox")


def test_the_mark_is_random_and_only_its_hash_is_kept(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    cookie = ask(client, branch).headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/inbox", "Max-Age=34560000"):
        assert part in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    box = session.scalars(select(Mailbox)).one()
    assert len(token) >= 40
    assert token not in str(box.token_hash)
    assert ask(client, branch).headers["Set-Cookie"].startswith(f"bw_inbox={token};"), "kept, not changed"
    assert session.scalars(select(Subscription)).one().mailbox_id == box.id


def test_another_phone_sees_nothing_of_it(
    app: Application, client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    ask(client, branch)
    wish = session.scalars(select(Subscription.public_id)).one()
    other = app.test_client()
    assert "还没有消息" in open_page(other, "/inbox")
    assert press(other, "/inbox/stop", id=wish).status_code == 404
    assert press(other, "/inbox/forget").status_code == 303
    session.rollback()
    assert session.scalars(select(Subscription.public_id)).one() == wish


def test_a_browser_that_keeps_no_mark_is_told(app: Application, branch: RatedBranch) -> None:
    bare = app.test_client(use_cookies=False)
    ask(bare, branch)
    assert "没有留住记号" in open_page(bare, "/inbox?asked=1")
    assert "没有留住记号" not in open_page(bare, "/inbox")


def test_a_wish_is_taken_back_and_everything_is_forgotten_on_wish(
    client: FlaskClient, branch: RatedBranch, session: Session
) -> None:
    ask(client, branch)
    fields = form_on(open_page(client, "/inbox"), "/inbox/stop")
    assert press(client, "/inbox/stop", **fields).status_code == 303
    assert RESULT not in open_page(client, "/inbox")
    ask(client, branch)
    assert "全部删掉" in open_page(client, "/inbox")
    gone = press(client, "/inbox/forget")
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    session.rollback()
    assert session.scalars(select(Mailbox)).all() == []
    assert "还没有消息" in open_page(client, "/inbox")


def test_a_round_that_is_over_is_not_waited_for(client: FlaskClient, branch: RatedBranch) -> None:
    receipt = rate(client, branch)
    with end_of_the_round():
        late = ask(client, branch)
        assert (late.status_code, "结果就在砖和砖墙的页面上" in late.text) == (409, True)
        assert "Set-Cookie" not in late.headers
        assert 'action="/inbox/ask"' not in open_page(client, "/ratings/done")
    assert 'action="/inbox/ask"' in receipt


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"topic": "moon:1"}, 422),
        ({"topic": "round:"}, 404),
        ({"topic": "round:" + "x" * 5000}, 404),
        ({"topic": "round:\x00"}, 404),
        ({"topic": "feedback"}, 422),
        ({"topic": "feedback", "code": "0000-0000-0000"}, 404),
        ({"topic": "feedback", "code": "\x00" * 12}, 422),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    client: FlaskClient, branch: RatedBranch, session: Session, fields: dict[str, str], status: int
) -> None:
    answer = press(client, "/inbox/ask", **fields)
    assert answer.status_code == status
    assert re.search("[请没]", answer.text)
    assert session.scalars(select(Mailbox)).all() == []


def test_another_site_cannot_ask_in_a_villagers_name(client: FlaskClient, branch: RatedBranch) -> None:
    ask(client, branch)
    for path in ("ask", "stop", "read", "forget"):
        foreign = client.post(f"/inbox/{path}", headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403


def test_from_the_complaint_to_its_answer(client: FlaskClient, bricks: Bricks, session: Session) -> None:
    page = client.post("/feedback", data={"about": "7k3m9qx2", "text": "村口垃圾点三天没人收"}).text
    fields = form_on(page, "/inbox/ask")
    assert (fields["topic"], len(fields["code"])) == ("feedback", 14)
    assert press(client, "/inbox/ask", **fields).status_code == 303
    assert "投诉建议的答复" in open_page(client, "/inbox")
    answer_feedback(session, bricks.village.secretary, session.scalars(select(Feedback)).one(), "明早派车")
    session.commit()
    run_pending_jobs()
    told = open_page(client, "/inbox")
    assert "有答复了" in told
    assert 'href="/feedback/answer"' in told
    assert "垃圾" not in told
    session.rollback()
    assert len(session.scalars(select(Message)).all()) == 1
