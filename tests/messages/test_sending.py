"""From the outbox to the phone: one consent, one message; whatever goes wrong, the inbox has it."""

from datetime import timedelta

import pytest
import structlog
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.models import Account, WechatIdentity
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from brickwall.messages import queries, services
from brickwall.messages.constants import INBOX_PAGE, MessageKind, PhoneState
from brickwall.messages.models import Credit, PhoneMessage
from brickwall.messages.queries import Owner
from brickwall.messages.services.delivering import SEND_JOB
from brickwall.organisations.models import Member
from tests.messages.conftest import Wechat, letter, told
from tests.support.fake_wechat import FakeWeChat


@pytest.fixture
def alice(make_identity: Wechat, account: Account) -> WechatIdentity:
    """The member in WeChat, who has allowed two reminders."""
    return make_identity("alice", account, due=2)


def tell(session: Session, member: Member, *keys: str, **words: str) -> None:
    for key in keys:
        services.tell_member(session, member.id, letter(key=key, **words))
    session.commit()


def left(session: Session, alice: WechatIdentity) -> int:
    session.rollback()
    return queries.credits_of(session, alice.id).get(MessageKind.DUE, 0)


def outbox(session: Session) -> list[PhoneMessage]:
    session.rollback()
    return list(session.scalars(select(PhoneMessage).order_by(PhoneMessage.message_id)))


def later(**span: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**span))


def test_a_consent_is_a_message_with_the_words_of_the_inbox(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    tell(session, member, "1", "2", "3")
    run_pending_jobs()
    assert len(wechat.messages) == 2, "the third has no consent"
    sent, kept = wechat.messages[0], told(session, Owner(account_id=alice.account_id))
    assert len(kept) == 3
    assert (sent["touser"], sent["template_id"], sent["page"]) == ("o_alice", "template-due", INBOX_PAGE)
    words = {name: field["value"] for name, field in sent["data"].items()}
    assert (words["thing1"], words["thing2"]) == (kept[0].subject, kept[0].title)
    assert outbox(session) == []
    assert left(session, alice) == 0
    assert session.scalars(select(Credit.openid_sealed)).all() == [None]


def test_nothing_is_sent_for_an_event_that_was_undone(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    services.tell_member(session, member.id, letter(key="1"))
    session.rollback()
    run_pending_jobs()
    assert wechat.count("message") == 0
    assert left(session, alice) == 2


def test_a_consent_that_wechat_does_not_know_ends_the_credits(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    wechat.control(refusers=["o_alice"])
    tell(session, member, "1", "2")
    run_pending_jobs()
    assert wechat.count("message") == 1, "the second is not even tried"
    assert (left(session, alice), outbox(session)) == (0, [])
    assert len(told(session, Owner(account_id=alice.account_id))) == 2


def test_while_wechat_is_down_the_message_waits_and_goes_once(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    wechat.fail("message", errcode=-1)
    tell(session, member, "1", "2")
    run_pending_jobs()
    assert wechat.count("message") == 1, "one try tells enough"
    assert left(session, alice) == 2
    (asked,) = session.scalars(select(Job).where(Job.name == SEND_JOB, Job.state == JobState.WAITING)).all()
    assert asked.run_at > clock.now() + timedelta(seconds=50)
    wechat.heal()
    with later(minutes=2):
        run_pending_jobs()
    assert len(wechat.messages) == 2
    with later(hours=5):
        run_pending_jobs()
    assert len(wechat.messages) == 2
    assert (left(session, alice), outbox(session)) == (0, [])


def test_an_answer_that_was_lost_is_not_sent_to_somebody_who_has_it(
    session: Session, member: Member, make_identity: Wechat, account: Account, wechat: FakeWeChat
) -> None:
    alice = make_identity("alice", account, due=1)
    wechat.control(consents={"o_alice": 0})
    wechat.fail("message", hang_up="silent", times=1)
    tell(session, member, "1")
    run_pending_jobs()
    with later(minutes=2):
        run_pending_jobs()
    assert wechat.messages == [], "the retry met the used consent"
    assert (left(session, alice), outbox(session)) == (0, [])


def test_what_could_not_be_sent_for_two_days_stays_in_the_inbox(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    wechat.fail("message", errcode=45009)
    tell(session, member, "1")
    run_pending_jobs()
    assert len(outbox(session)) == 1
    wechat.heal()
    with later(days=2, hours=1):
        run_pending_jobs()
    assert (wechat.messages, outbox(session), left(session, alice)) == ([], [], 2)


@pytest.mark.parametrize("errcode", [47003, 41030, 99999])
def test_a_template_that_does_not_fit_is_said_once_and_costs_no_credit(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat, errcode: int
) -> None:
    wechat.fail("message", errcode=errcode)
    tell(session, member, "1", "2")
    with structlog.testing.capture_logs() as lines:
        run_pending_jobs()
    said = [line for line in lines if line["event"] == "messages.not_on_phone"]
    assert len(said) == 1
    assert 2 in said[0].values(), "counted, not repeated"
    assert "o_alice" not in str(lines)
    assert (outbox(session), left(session, alice)) == ([], 2)


def test_somebody_who_is_unknown_to_wechat_loses_all_credits(
    session: Session, member: Member, account: Account, make_identity: Wechat, wechat: FakeWeChat
) -> None:
    alice = make_identity("alice", account, due=1, result=1)
    wechat.fail("message", errcode=40003)
    tell(session, member, "1")
    run_pending_jobs()
    session.rollback()
    assert queries.credits_of(session, alice.id) == {}


def test_without_a_mini_program_the_outbox_is_emptied(
    app: Application, settings: Settings, session: Session, member: Member, alice: WechatIdentity
) -> None:
    tell(session, member, "1")
    app.config["BRICKWALL"] = settings
    run_pending_jobs()
    assert outbox(session) == []
    assert len(told(session, Owner(account_id=alice.account_id))) == 1


def test_a_worker_that_died_while_sending_sends_nothing_twice(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    tell(session, member, "1")
    with transaction() as dying:
        assert services.claim_phone_message(dying) is not None
    assert outbox(session)[0].state is PhoneState.SENDING
    run_pending_jobs()
    assert wechat.messages == [], "whoever sends it has ten minutes"
    with later(minutes=11):
        run_pending_jobs()
    assert (wechat.messages, outbox(session), left(session, alice)) == ([], [], 1)
    assert len(told(session, Owner(account_id=alice.account_id))) == 1


def test_somebody_who_leaves_during_the_call_leaves_nothing_behind(
    session: Session, member: Member, alice: WechatIdentity
) -> None:
    tell(session, member, "1")
    with transaction() as work:
        outgoing = services.claim_phone_message(work)
    assert outgoing is not None
    session.delete(session.get_one(WechatIdentity, alice.id))
    session.commit()
    with transaction() as work:
        services.finish_phone_message(work, outgoing, services.Outcome.LATER)
    assert session.scalars(select(Credit)).all() == []


def test_many_failures_do_not_breed_jobs(
    session: Session, member: Member, alice: WechatIdentity, wechat: FakeWeChat
) -> None:
    wechat.fail("message", errcode=-1)
    for key in ("1", "2", "3", "4"):
        tell(session, member, key)
    for minutes in (0, 2, 10, 30, 100):
        with later(minutes=minutes):
            run_pending_jobs()
    session.rollback()
    waiting = session.scalars(select(Job).where(Job.name == SEND_JOB, Job.state == JobState.WAITING)).all()
    assert len(waiting) == 1
    assert wechat.count("message") <= 12
