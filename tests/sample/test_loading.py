"""The sample village: whole, fictional, in every state, with one open round."""

import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.config import Settings
from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.models import EvaluationRound
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.kernel import clock
from brickwall.kernel.http import Application
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member
from brickwall.plaques.models import Plaque
from brickwall.sample import load_sample
from brickwall.sample.people import HARD_NAMES

NOT_YET = {CommitmentState.RECTIFYING, CommitmentState.CARRIED_OVER}


def _count(session: Session, model: type, *conditions: object) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]


def test_the_village_is_whole(app: Application, session: Session, settings: Settings) -> None:
    started = time.monotonic()
    result = load_sample(settings)
    assert time.monotonic() - started < 60
    assert _count(session, Member, Member.status == MemberStatus.ACTIVE) == 71
    assert _count(session, Member, Member.status == MemberStatus.MOVED) == 3
    assert _count(session, Member, Member.exemption_reason.is_not(None)) == 5
    assert _count(session, Plaque) == 72
    assert _count(session, Commitment, Commitment.member_id.is_(None)) == 6
    assert _count(session, Commitment, Commitment.member_id.is_not(None)) >= 60
    assert set(HARD_NAMES) <= set(session.scalars(select(Member.name)))
    assert _count(session, Feedback, Feedback.state == FeedbackState.WAITING) == 2
    assert session.scalars(select(Plaque.code).where(Plaque.code == result.brick_code)).one()
    states = set(session.scalars(select(Commitment.state).distinct()))
    assert {state for state in CommitmentState if state not in NOT_YET} <= states
    days = session.execute(
        select(func.min(FulfilmentEntry.happened_on), func.max(FulfilmentEntry.happened_on))
    ).one()
    assert (days[1] - days[0]).days > 60
    assert days[1] <= clock.today()


def test_one_round_is_open_and_one_has_figures(
    app: Application, session: Session, settings: Settings
) -> None:
    load_sample(settings)
    rounds = {row.state: row for row in session.scalars(select(EvaluationRound))}
    assert set(rounds) == {RoundState.OPEN, RoundState.CLOSED}
    assert (rounds[RoundState.CLOSED].participants or 0) > 30
    assert rounds[RoundState.OPEN].participants is None


@pytest.mark.parametrize("day", ["2026-01-15", "2027-03-01", "2026-12-31"])
def test_the_village_loads_on_any_day(
    app: Application, settings: Settings, session: Session, day: str
) -> None:
    with clock.at(clock.end_of_day(clock.today().fromisoformat(day))):
        load_sample(settings)
    assert _count(session, Commitment) > 60
