"""Closing a round tells those who asked; nothing links a rating to whoever asked."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations.models import EvaluationRound, Rating
from brickwall.evaluations.services import close_round
from brickwall.kernel import clock
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.messages import services
from brickwall.messages.models import Mailbox, Message, Subscription
from brickwall.messages.queries import Owner
from tests.factories.evaluations import RatedBranch, rate

MARKS = ("a" * 64, "b" * 64)


def wait(session: Session, settings: Settings, branch: RatedBranch) -> None:
    for mark in MARKS:
        services.subscribe(session, settings, Owner(token_hash=mark), f"round:{branch.round_id}")
    session.commit()


def told(session: Session) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message)))


def test_a_round_that_ends_on_time_is_told_by_the_worker_alone(
    session: Session, settings: Settings, branch: RatedBranch
) -> None:
    wait(session, settings, branch)
    run_pending_jobs()
    assert told(session) == []
    with time_machine.travel(clock.now() + timedelta(days=8)):
        run_pending_jobs()
    messages = told(session)
    assert [message.subject for message in messages] == ["2026 年第四季度评议"] * 2
    assert {message.page for message in messages} == {"/w/liuhe"}
    assert session.scalars(select(Subscription)).all() == []


def test_a_round_ended_early_is_told_too_and_an_undone_ending_is_not(
    session: Session, settings: Settings, branch: RatedBranch
) -> None:
    wait(session, settings, branch)
    running = session.scalars(select(EvaluationRound)).one()
    close_round(session, branch.actor, branch.keys, running, "停电")
    session.rollback()
    run_pending_jobs()
    assert told(session) == []
    running = session.scalars(select(EvaluationRound)).one()
    close_round(session, branch.actor, branch.keys, running, "停电")
    session.commit()
    run_pending_jobs()
    assert len(told(session)) == 2


def test_a_message_says_nothing_of_how_or_whether_one_rated(
    session: Session, settings: Settings, branch: RatedBranch
) -> None:
    receipt = rate(branch)
    wait(session, settings, branch)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        run_pending_jobs()
    rating = session.scalars(select(Rating)).one()
    secret = {receipt.code, rating.slot.hex(), rating.leaf.hex(), "satisfied"}
    for table in (Mailbox, Message, Subscription):
        for row in session.execute(select(table.__table__)):
            assert not any(each in str(value) for each in secret for value in row)
