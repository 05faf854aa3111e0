"""Telling, asking, reading, forgetting."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brickwall.accounts.identities import LEAVING, seal_openid
from brickwall.accounts.models import Account
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.jobs import Job, run_pending_jobs
from brickwall.kernel.problems import Invalid, NotFound, Refused, TooMany
from brickwall.messages import jobs, queries, rules, services, topics
from brickwall.messages.constants import MAX_CREDITS, MessageKind
from brickwall.messages.jobs import SWEEP_JOB, schedule_sweep
from brickwall.messages.leaving import describe
from brickwall.messages.models import Credit, Mailbox, Message, PhoneMessage, Subscription
from brickwall.messages.queries import Owner
from brickwall.messages.services.delivering import CHUNK, SEND_JOB
from brickwall.messages.topics import Awaited, Wish
from brickwall.organisations.models import Member
from tests.messages.conftest import Wechat, box_of, letter, told


@pytest.fixture
def harvest(monkeypatch: pytest.MonkeyPatch) -> str:
    """A topic nobody owns: the harvest, with the name of its year."""

    def resolve(session: Session, settings: Settings, wish: Wish) -> Awaited:
        if wish.name != "2026":
            raise NotFound("没有这一年")
        return Awaited("harvest:2026", "今年的收成")

    monkeypatch.setitem(topics.RESOLVERS, "harvest", resolve)
    return "harvest:2026"


def ask(session: Session, settings: Settings, topic: str, mark: str) -> Subscription:
    found = services.subscribe(session, settings, Owner(token_hash=mark), topic)
    session.commit()
    return found


class TestTelling:
    def test_a_member_with_a_phone_is_told_once_for_one_occasion(
        self, session: Session, member: Member, account: Account
    ) -> None:
        assert services.tell_member(session, member.id, letter(key="due:1"))
        assert not services.tell_member(session, member.id, letter(key="due:1", text="又一次"))
        assert services.tell_member(session, member.id, letter(key="due:2"))
        session.commit()
        assert [one.key for one in told(session, Owner(account_id=account.id))] == ["due:2", "due:1"]

    def test_a_member_without_a_phone_or_with_a_closed_account_is_not_told(
        self, session: Session, member: Member
    ) -> None:
        assert not services.tell_member(session, member.id, letter())
        session.add(
            Account(
                display_name=member.name, member_id=member.id, created_at=clock.now(), disabled_at=clock.now()
            )
        )
        session.flush()
        assert not services.tell_member(session, member.id, letter())
        assert session.scalars(select(Mailbox)).all() == []

    def test_a_message_is_undone_with_the_event_it_tells(
        self, session: Session, member: Member, account: Account
    ) -> None:
        services.tell_member(session, member.id, letter())
        session.rollback()
        assert told(session, Owner(account_id=account.id)) == []

    def test_a_phone_message_is_asked_for_only_with_a_credit(
        self, session: Session, member: Member, account: Account, make_identity: Wechat
    ) -> None:
        services.tell_member(session, member.id, letter(key="1"))
        assert session.scalars(select(PhoneMessage)).all() == []
        make_identity("alice", account, due=1)
        services.tell_member(session, member.id, letter(key="2"))
        services.tell_member(session, member.id, letter(key="3"))
        services.tell_member(session, member.id, letter(MessageKind.RETURNED, key="4"))
        assert len(session.scalars(select(PhoneMessage)).all()) == 2, "the other kind stays in the inbox"
        asked = session.scalars(select(Job).where(Job.name == SEND_JOB)).all()
        assert len(asked) == 1, "once a transaction is enough"
        session.commit()
        services.tell_member(session, member.id, letter(key="5"))
        asked = session.scalars(select(Job).where(Job.name == SEND_JOB)).all()
        assert len(asked) == 2, "the next transaction asks again, though its session is the same"


class TestWaiting:
    def test_everybody_who_asked_is_told_once_and_forgotten(
        self, session: Session, settings: Settings, harvest: str
    ) -> None:
        marks = [f"{number:064d}" for number in range(CHUNK + 3)]
        for mark in marks:
            services.subscribe(session, settings, Owner(token_hash=mark), harvest)
        services.subscribe(session, settings, Owner(token_hash=marks[0]), harvest)
        services.announce(session, harvest, letter(MessageKind.RESULT, title="收成出来了"))
        session.commit()
        assert run_pending_jobs() == 1
        session.rollback()
        assert session.scalars(select(Subscription)).all() == []
        assert len(session.scalars(select(Message)).all()) == len(marks)
        assert [one.title for one in told(session, Owner(token_hash=marks[-1]))] == ["收成出来了"]

    def test_a_worker_that_dies_between_two_chunks_goes_on_where_it_stopped(
        self, session: Session, settings: Settings, harvest: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services.delivering, "CHUNK", 2)
        for number in range(5):
            ask(session, settings, harvest, f"{number:064d}")
        with transaction() as work:
            assert services.deliver_chunk(work, settings, harvest, letter()) == 2
        dying = Session(session.get_bind())
        services.deliver_chunk(dying, settings, harvest, letter())
        dying.close()
        while True:
            with transaction() as work:
                if not services.deliver_chunk(work, settings, harvest, letter()):
                    break
        session.rollback()
        boxes = session.scalars(select(Message.mailbox_id)).all()
        assert len(boxes) == len(set(boxes)) == 5

    def test_what_is_kept_names_neither_thing_nor_moment(
        self, session: Session, settings: Settings, harvest: str
    ) -> None:
        kept = ask(session, settings, harvest, "a" * 64)
        assert "2026" not in kept.topic
        assert len(kept.topic) == 64
        services.announce(session, harvest, letter())
        session.commit()
        run_pending_jobs()
        (message,) = told(session, Owner(token_hash="a" * 64))
        assert message.key is None
        assert clock.local(message.created_at).time().isoformat() == "00:00:00"

    def test_asking_again_changes_nothing_and_taking_it_back_ends_it(
        self, session: Session, settings: Settings, harvest: str
    ) -> None:
        first, again = ask(session, settings, harvest, "a" * 64), ask(session, settings, harvest, "a" * 64)
        assert first.public_id == again.public_id
        with pytest.raises(NotFound):
            services.unsubscribe(session, Owner(token_hash="b" * 64), first.public_id)
        services.unsubscribe(session, Owner(token_hash="a" * 64), first.public_id)
        assert queries.list_subscriptions(session, Owner(token_hash="a" * 64)) == []

    @pytest.mark.parametrize(
        ("topic", "error"), [("moon:1", Invalid), ("", Invalid), ("harvest:1999", NotFound)]
    )
    def test_nobody_waits_for_what_is_not_there(
        self, session: Session, settings: Settings, harvest: str, topic: str, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            services.subscribe(session, settings, Owner(token_hash="a" * 64), topic)
        assert session.scalars(select(Mailbox)).all() == []

    def test_there_is_an_end_to_wishes_and_to_mailboxes(
        self, session: Session, settings: Settings, harvest: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "WEB_BOXES_A_DAY", 2)
        monkeypatch.setattr(rules, "MAX_SUBSCRIPTIONS", 0)
        with pytest.raises(Refused):
            services.subscribe(session, settings, Owner(token_hash="a" * 64), harvest)
        box_of(session, Owner(token_hash="b" * 64))
        with pytest.raises(TooMany):
            services.open_mailbox(session, Owner(token_hash="c" * 64))


class TestCredits:
    def test_a_yes_is_one_message_up_to_five(
        self, session: Session, settings: Settings, make_identity: Wechat
    ):
        alice = make_identity("alice")
        for _ in range(MAX_CREDITS + 2):
            held = services.add_credits(
                session, alice.id, b"sealed", [MessageKind.DUE, MessageKind.PUBLISHED]
            )
        assert held == {MessageKind.DUE: MAX_CREDITS}, "no template, no credit"

    def test_the_openid_stays_no_longer_than_the_last_credit(
        self, session: Session, settings: Settings, make_identity: Wechat
    ) -> None:
        alice = make_identity("alice", due=1)
        credit = session.scalars(select(Credit)).one()
        assert b"o_alice" not in (credit.openid_sealed or b"")
        services.sending.use_credit(session, credit)
        assert (credit.count, credit.openid_sealed) == (0, None)
        with pytest.raises(IntegrityError):
            session.execute(update(Credit).values(openid_sealed=seal_openid(settings, "o_alice")))
        session.rollback()
        assert queries.credits_of(session, alice.id) == {MessageKind.DUE: 1}


class TestReading:
    def test_ones_own_messages_only(self, session: Session, member: Member, account: Account) -> None:
        services.tell_member(session, member.id, letter(key="1"))
        services.tell_member(session, member.id, letter(key="2"))
        other = box_of(session, Owner(token_hash="b" * 64))
        services.deliver(session, [other.id], letter())
        session.commit()
        mine, his = Owner(account_id=account.id), Owner(token_hash="b" * 64)
        newest, oldest = told(session, mine)
        foreign = told(session, his)[0]
        assert services.mark_read(session, mine, [oldest.public_id, foreign.public_id]) == 1
        session.commit()
        assert queries.count_unread(session, his) == 1
        assert services.mark_read(session, mine) == 0
        assert newest.read_at is not None or told(session, mine)[0].read_at is not None

    def test_nobody_reads_nothing(self, session: Session, member: Member, account: Account) -> None:
        services.tell_member(session, member.id, letter())
        session.commit()
        assert told(session, Owner()) == []

    def test_a_bound_member_reads_both_his_boxes_in_wechat(
        self, session: Session, member: Member, account: Account, make_identity: Wechat
    ) -> None:
        alice = make_identity("alice", account)
        services.tell_member(session, member.id, letter(title="到期"))
        services.deliver(session, [box_of(session, Owner(identity_id=alice.id)).id], letter(title="结果"))
        session.commit()
        in_wechat = told(session, Owner(account.id, alice.id))
        assert [one.title for one in in_wechat] == ["结果", "到期"]
        assert [one.title for one in told(session, Owner(account_id=account.id))] == ["到期"]


class TestForgetting:
    def test_old_messages_and_empty_boxes_go_and_the_sweep_comes_back(
        self, session: Session, settings: Settings, harvest: str
    ) -> None:
        with time_machine.travel(clock.now() - timedelta(days=401)):
            old = box_of(session, Owner(token_hash="a" * 64))
            services.deliver(session, [old.id], letter())
            ask(session, settings, harvest, "b" * 64)
        with time_machine.travel(clock.now() - timedelta(days=399)):
            kept = box_of(session, Owner(token_hash="c" * 64))
            services.deliver(session, [kept.id], letter())
        box_of(session, Owner(token_hash="d" * 64))
        with transaction() as work:
            schedule_sweep(work)
            schedule_sweep(work)
        assert run_pending_jobs() == 1
        session.rollback()
        assert set(session.scalars(select(Mailbox.token_hash))) == {"c" * 64, "d" * 64}
        assert len(session.scalars(select(Message)).all()) == 1
        assert session.scalars(select(Subscription)).all() == []
        (following,) = session.scalars(
            select(Job).where(Job.name == SWEEP_JOB, Job.finished_at.is_(None))
        ).all()
        assert timedelta(hours=23) < following.run_at - clock.now() <= jobs.SWEEP_EVERY

    def test_whoever_leaves_takes_everything_with_him(
        self, session: Session, settings: Settings, harvest: str, make_identity: Wechat
    ) -> None:
        alice, bob = make_identity("alice", result=2), make_identity("bob", result=1)
        for who in (alice, bob):
            services.subscribe(session, settings, Owner(identity_id=who.id), harvest)
            services.deliver(session, [box_of(session, Owner(identity_id=who.id)).id], letter())
        session.commit()
        said = [item.what for item in describe(session, alice.id)]
        assert [text[:6] for text in said] == ["发给您的消息", "您在等的消息", "您允许发到微"]
        for handler in LEAVING:
            handler(session, alice.id)
        session.commit()
        assert describe(session, alice.id) == []
        assert [box.identity_id for box in session.scalars(select(Mailbox))] == [bob.id]
        assert [row.identity_id for row in session.scalars(select(Credit))] == [bob.id]

    def test_a_browser_forgets_its_own_box_and_no_other(self, session: Session, account: Account) -> None:
        box_of(session, Owner(token_hash="a" * 64))
        box_of(session, Owner(account_id=account.id))
        services.forget_mailbox(session, Owner(token_hash="a" * 64))
        services.forget_mailbox(session, Owner())
        assert [box.account_id for box in session.scalars(select(Mailbox))] == [account.id]
