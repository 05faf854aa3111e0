"""The inbox as the mini-program and a member's phone use it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services as accounts
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, WechatIdentity
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback, send_feedback
from brickwall.kernel import clock
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.messages import services
from brickwall.messages.constants import MessageKind
from brickwall.messages.models import Mailbox, Message
from brickwall.messages.queries import Owner
from brickwall.organisations.models import Member
from tests.factories.commitments import Village, make_account_row, make_village
from tests.factories.evaluations import RatedBranch, make_open_round
from tests.messages.conftest import box_of, letter
from tests.support.fake_wechat import FakeWeChat
from tests.support.people import SignIn
from tests.support.phones import Mini

SUBSCRIBE = "/message-subscriptions"


@pytest.fixture
def branch(session: Session, settings: Any) -> RatedBranch:
    return make_open_round(session, settings)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/inbox"),
        ("POST", "/inbox/read"),
        ("POST", "/message-credits"),
        ("POST", SUBSCRIBE),
        ("DELETE", f"{SUBSCRIBE}/000000000000"),
    ],
)
def test_somebody_who_is_not_signed_in_has_no_inbox(client: FlaskClient, method: str, path: str) -> None:
    body = {"topic": "round:x"} if path == SUBSCRIBE else {}
    answer = client.open(f"/api/v1{path}", method=method, json=body)
    assert answer.status_code == 401


def test_a_villager_asks_for_a_result_and_gets_it_in_inbox_and_wechat(
    session: Session, branch: RatedBranch, mini: Mini, wechat: FakeWeChat
) -> None:
    alice = mini("alice")
    asked = alice.call("POST", SUBSCRIBE, {"topic": f"round:{branch.round_id}"})
    assert (asked.status_code, asked.get_json()["label"]) == (201, "柳河“2026 年第四季度评议”的结果")
    assert alice.call("POST", "/message-credits", {"accepted": ["result"]}).get_json()["result"] == 1
    before = alice.call("GET", "/inbox").get_json()
    assert (before["items"], before["unread"], len(before["waiting"])) == ([], 0, 1)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        run_pending_jobs()
        run_pending_jobs()
        inbox = mini("alice").call("GET", "/inbox").get_json()
    (message,) = inbox["items"]
    assert (message["kind"], message["title"], message["page"]) == ("result", "评议结果出来了", "/w/liuhe")
    assert (inbox["unread"], inbox["waiting"], inbox["credits"]["result"]) == (1, [], 0)
    assert [sent["touser"] for sent in wechat.messages] == ["o_alice"]


def test_nobody_waits_for_a_round_that_is_over_or_unknown(
    session: Session, branch: RatedBranch, mini: Mini
) -> None:
    alice = mini("alice")
    assert alice.call("POST", SUBSCRIBE, {"topic": "round:0000"}).status_code == 404
    with time_machine.travel(clock.now() + timedelta(days=8)):
        late = mini("alice").call("POST", SUBSCRIBE, {"topic": f"round:{branch.round_id}"})
    assert (late.status_code, late.get_json()["code"]) == (409, "round.closed")
    assert session.scalars(select(Mailbox)).all() == []


def test_an_answer_is_told_to_whoever_holds_the_code(session: Session, settings: Any, mini: Mini) -> None:
    village = make_village(session)
    code = send_feedback(session, settings, village.branch, None, "村口垃圾点三天没人收")
    session.commit()
    alice = mini("alice")
    assert alice.call("POST", SUBSCRIBE, {"topic": "feedback", "code": "7k3m"}).status_code == 422
    assert alice.call("POST", SUBSCRIBE, {"topic": "feedback", "code": "0" * 12}).status_code == 404
    assert alice.call("POST", SUBSCRIBE, {"topic": "feedback", "code": code.upper()}).status_code == 201
    _answer(session, village)
    (message,) = alice.call("GET", "/inbox").get_json()["items"]
    assert (message["kind"], message["page"]) == ("answer", "/feedback/answer")
    assert "垃圾" not in str(message), "what was written is read with the code only"
    again = alice.call("POST", SUBSCRIBE, {"topic": "feedback", "code": code})
    assert again.status_code == 409


def _answer(session: Session, village: Village) -> None:
    answer_feedback(session, village.secretary, session.scalars(select(Feedback)).one(), "明早派车去收")
    session.commit()
    assert run_pending_jobs() == 1


def test_a_wish_can_be_taken_back(session: Session, branch: RatedBranch, mini: Mini) -> None:
    alice, bob = mini("alice"), mini("bob")
    wish = alice.call("POST", SUBSCRIBE, {"topic": f"round:{branch.round_id}"}).get_json()["id"]
    assert bob.call("DELETE", f"{SUBSCRIBE}/{wish}").status_code == 404
    assert alice.call("DELETE", f"{SUBSCRIBE}/{wish}").status_code == 204
    assert alice.call("GET", "/inbox").get_json()["waiting"] == []


class TestCredits:
    def test_a_tap_sent_twice_is_one_credit(self, mini: Mini) -> None:
        alice = mini("alice")
        body = {"accepted": ["due", "answer"], "refused": ["result"]}
        for _ in range(2):
            answer = alice.call("POST", "/message-credits", body, headers={"Idempotency-Key": "k-1"})
        assert answer.get_json() == {"result": 0, "due": 1, "answer": 1}
        assert alice.call("POST", "/message-credits", body).get_json()["due"] == 2

    def test_a_refusal_takes_nothing_away(self, mini: Mini) -> None:
        alice = mini("alice")
        alice.call("POST", "/message-credits", {"accepted": ["due"]})
        assert alice.call("POST", "/message-credits", {"refused": ["due"]}).get_json()["due"] == 1

    def test_a_credit_needs_an_openid_seen_lately(self, session: Session, mini: Mini) -> None:
        alice = mini("alice")
        row = session.scalars(select(WechatIdentity)).one()
        row.sealed_at = clock.now() - timedelta(hours=3)
        session.commit()
        stale = alice.call("POST", "/message-credits", {"accepted": ["due"]})
        assert (stale.status_code, stale.get_json()["code"]) == (409, "messages.sign_in_again")
        alice.sign_in()
        assert alice.call("POST", "/message-credits", {"accepted": ["due"]}).status_code == 200

    @pytest.mark.parametrize(
        "body", [{"accepted": ["published"]}, {"accepted": ["x"]}, {"accepted": "due"}, []]
    )
    def test_only_kinds_with_a_template(self, mini: Mini, body: Any) -> None:
        assert mini("alice").call("POST", "/message-credits", body).status_code == 422


class TestReading:
    def test_pages_and_marks(self, session: Session, mini: Mini) -> None:
        alice = mini("alice")
        identity = session.scalars(select(WechatIdentity)).one()
        box = box_of(session, Owner(identity_id=identity.id))
        for number in range(3):
            services.deliver(session, [box.id], letter(MessageKind.RESULT, title=f"第 {number} 次"))
        session.commit()
        first = alice.call("GET", "/inbox?limit=2").get_json()
        rest = alice.call("GET", f"/inbox?limit=2&cursor={first['next_cursor']}").get_json()
        assert [one["title"] for one in first["items"] + rest["items"]] == ["第 2 次", "第 1 次", "第 0 次"]
        assert rest["next_cursor"] is None
        read = alice.call("POST", "/inbox/read", {"ids": [first["items"][0]["id"], "nobody's"]})
        assert read.get_json() == {"unread": 2}
        assert [one["read"] for one in alice.call("GET", "/inbox").get_json()["items"]] == [
            True,
            False,
            False,
        ]
        assert alice.call("POST", "/inbox/read", {}).get_json() == {"unread": 0}

    def test_a_bound_member_finds_what_the_branch_told_him(
        self, session: Session, mini: Mini, member: Member, account: Account
    ) -> None:
        alice = mini("alice")
        identity = session.scalars(select(WechatIdentity)).one()
        identity.account_id = account.id
        services.tell_member(session, member.id, letter())
        session.commit()
        alice.sign_in()
        assert [one["kind"] for one in alice.call("GET", "/inbox").get_json()["items"]] == ["due"]

    def test_what_a_bound_member_asks_for_in_wechat_stays_apart_from_what_the_branch_tells_him(
        self, session: Session, mini: Mini, branch: RatedBranch
    ) -> None:
        alice = mini("alice")
        account = make_account_row(session, "林秀峰", branch.members[0])
        identity = session.scalars(select(WechatIdentity)).one()
        identity.account_id = account.id
        session.commit()
        alice.sign_in()
        assert alice.call("POST", SUBSCRIBE, {"topic": f"round:{branch.round_id}"}).status_code == 201
        session.rollback()
        box = session.scalars(select(Mailbox)).one()
        assert (box.identity_id, box.account_id) == (identity.id, None)
        assert len(alice.call("GET", "/inbox").get_json()["waiting"]) == 1

    def test_a_phone_without_wechat_reads_the_same_box(
        self, session: Session, client: FlaskClient, member: Member, account: Account
    ) -> None:
        account.member = member
        opened = accounts.open_session(session, account, SessionKind.DEVICE, label="安卓手机")
        services.tell_member(session, member.id, letter())
        session.commit()
        headers = {"Authorization": f"Bearer {opened.token}"}
        inbox = client.get("/api/v1/inbox", headers=headers).get_json()
        assert [one["title"] for one in inbox["items"]] == ["12 月 31 日到期"]
        denied = client.post("/api/v1/message-credits", json={"accepted": ["due"]}, headers=headers)
        assert denied.status_code == 401

    def test_one_persons_messages_are_nobody_elses(
        self, session: Session, member: Member, account: Account, sign_in: SignIn
    ) -> None:
        services.tell_member(session, member.id, letter())
        session.commit()
        secretary = sign_in(Role.SECRETARY, member.organisation)
        assert secretary.get("/api/v1/inbox").get_json()["items"] == []
        secretary.post("/api/v1/inbox/read", json={})
        session.rollback()
        assert session.scalars(select(Message.read_at)).all() == [None]
