"""Opening fixes everything, closing counts, and what happens in between and at once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.config import Settings
from brickwall.evaluations.constants import RatingValue, RoundEventKind, RoundState
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import EvaluationRound, RatingNonce, RoundEvent, RoundSubject
from brickwall.evaluations.queries import find_running_round, get_round, list_rateable_members
from brickwall.evaluations.services import RoundPlan, close_due_rounds, close_round, open_round
from brickwall.kernel import clock, projections
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, NotFound, Problem, Refused
from brickwall.organisations.constants import MemberStatus
from tests.factories.evaluations import (
    RatedBranch,
    make_branch,
    make_open_round,
    make_published,
    new_device,
    rate,
)
from tests.factories.organisations import make_member, make_organisation

GOOD, FAIR, BAD = RatingValue.SATISFIED, RatingValue.FAIR, RatingValue.DISSATISFIED


@pytest.fixture
def unopened(app: Application, session: Session, settings: Settings) -> RatedBranch:
    return make_branch(session, settings)


def plan(**values: Any) -> RoundPlan:
    return RoundPlan(**{"name": "第四季度评议", "closes_at": clock.now() + timedelta(days=7), **values})


def opened(branch: RatedBranch, session: Session, **values: Any) -> EvaluationRound:
    return open_round(session, branch.actor, branch.keys, branch.organisation, plan(**values))


def close(branch: RatedBranch, session: Session, reason: str = "人都评完了") -> None:
    assert branch.round is not None
    row_id = branch.round.id
    session.rollback()
    with transaction() as writing:
        found = writing.get(EvaluationRound, row_id)
        assert found is not None
        close_round(writing, branch.actor, branch.keys, found, reason)
    session.rollback()


def subject(session: Session, branch: RatedBranch, at: int = 0) -> RoundSubject:
    found = session.scalar(select(RoundSubject).where(RoundSubject.member_id == branch.members[at].id))
    assert found is not None
    return found


def test_opening_fixes_the_subjects_in_the_first_entry(unopened: RatedBranch, session: Session) -> None:
    left = make_member(session, unopened.organisation, "吴玉珍", status=MemberStatus.MOVED)
    make_published(session, left)
    drafting = make_member(session, unopened.organisation, "郑国强")
    make_published(session, drafting, CommitmentState.DRAFT)
    round_ = opened(unopened, session, roster_size=412)
    session.commit()
    (event,) = session.scalars(select(RoundEvent)).all()
    assert event.kind is RoundEventKind.OPENED
    assert event.sequence == 1
    names = [one["name"] for one in event.data["subjects"]]
    assert names == ["柳河村党支部", *(member.name for member in unopened.members)]
    fixed = {key: event.data[key] for key in ("electorate", "level", "roster_size", "publish_minimum")}
    assert fixed == {
        "electorate": "residents_members",
        "level": "c",
        "roster_size": 412,
        "publish_minimum": 10,
    }
    assert event.data["closes_at"] == round_.closes_at.isoformat()
    assert unopened.keys.exists(round_.public_id)


def test_every_state_that_is_public_can_be_rated(unopened: RatedBranch, session: Session) -> None:
    for state in (CommitmentState.CLOSED_OUT, CommitmentState.DONE_CLAIMED, CommitmentState.WITHDRAWN):
        make_published(session, make_member(session, unopened.organisation, state.value), state)
    names = {member.name for member in list_rateable_members(session, unopened.organisation.id)}
    assert {"closed_out", "done_claimed"} < names
    assert "withdrawn" not in names


def test_the_pages_of_everybody_rated_are_marked(
    unopened: RatedBranch, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = clock.now() + timedelta(days=1)
    subjects = [f"member:{member.id}" for member in unopened.members]
    subjects.append(f"organisation:{unopened.organisation.id}")
    promised = session.scalars(select(Commitment.id)).all()
    subjects += [f"commitment:{commitment_id}" for commitment_id in promised]
    for number, name in enumerate([*subjects, "member:0"]):
        projections.store_page(session, f"/p/{number}", name, b"old", far)
    opened(unopened, session)
    session.commit()
    stale = [not projections.read_page(f"/p/{number}").current for number in range(len(subjects) + 1)]  # type: ignore[union-attr]
    assert len(promised) == len(unopened.members)
    assert stale == [True] * len(subjects) + [False]


def test_a_branch_has_one_open_round(branch: RatedBranch, session: Session) -> None:
    with pytest.raises(Refused, match="已经有一轮") as refusal:
        opened(branch, session)
    assert refusal.value.code == "round.already_open"
    session.rollback()
    close(branch, session)
    assert opened(branch, session).state is RoundState.OPEN


def test_of_two_clerks_at_once_one_wins(unopened: RatedBranch, session: Session, app: Application) -> None:
    organisation_id = unopened.organisation.id
    ready = threading.Barrier(2)
    results: list[str] = []

    def clerk() -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction() as own:
                    organisation = own.get(type(unopened.organisation), organisation_id)
                    assert organisation is not None
                    open_round(own, unopened.actor, unopened.keys, organisation, plan())
                results.append("opened")
            except Refused as refused:
                results.append(refused.code)

    threads = [threading.Thread(target=clerk) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["opened", "round.already_open"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(EvaluationRound)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "评" * 61}, "name"),
        ({"closes_at": clock.now() - timedelta(minutes=1)}, "closes_at"),
        ({"closes_at": clock.now() + timedelta(days=400)}, "closes_at"),
        ({"roster_size": 0}, "roster_size"),
        ({"roster_size": 10**9}, "roster_size"),
        ({"publish_minimum": 3}, "publish_minimum"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_field_by_field(
    unopened: RatedBranch, session: Session, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        opened(unopened, session, **values)
    assert list(refusal.value.fields) == [field]


def test_without_anything_published_there_is_no_round(session: Session, settings: Settings) -> None:
    branch = make_branch(session, settings, names=())
    with pytest.raises(Refused, match="先公示承诺"):
        opened(branch, session)
    assert branch.keys.list_rounds() == [] or all(
        session.scalar(select(EvaluationRound).where(EvaluationRound.public_id == one)) is None
        for one in branch.keys.list_rounds()
    )


def test_who_may_not_manage_rounds_there_does_not_see_the_branch(
    branch: RatedBranch, session: Session
) -> None:
    assert branch.round is not None
    stranger = Actor(label="别村的书记")
    with pytest.raises(NotFound):
        open_round(session, stranger, branch.keys, branch.organisation, plan())
    with pytest.raises(NotFound):
        close_round(session, stranger, branch.keys, branch.round, "想关")
    other = make_organisation(session, code="fanzhai", name="范寨村党支部", short_name="范寨")
    with pytest.raises(NotFound):
        get_round(session, branch.round_id, [other.path])


def test_totals_exist_from_closing_on_and_count_last_versions(
    branch: RatedBranch, session: Session, settings: Settings
) -> None:
    changer = new_device(settings)
    for value in (GOOD, BAD, FAIR):
        rate(branch, value, device=changer)
    for value in (GOOD, GOOD, BAD):
        rate(branch, value)
    rate(branch, GOOD, device=changer, at=1)
    session.rollback()
    open_subject = subject(session, branch)
    assert (open_subject.satisfied, open_subject.fair, open_subject.dissatisfied) == (None, None, None)
    close(branch, session)
    counted = subject(session, branch)
    assert (counted.satisfied, counted.fair, counted.dissatisfied) == (2, 1, 1)
    unrated = subject(session, branch, 4)
    assert (unrated.satisfied, unrated.fair, unrated.dissatisfied) == (0, 0, 0)
    round_ = session.get(EvaluationRound, branch.round.id if branch.round else 0)
    assert round_ is not None
    assert (round_.state, round_.participants) == (RoundState.CLOSED, 4)


def test_closing_wipes_nonces_destroys_the_key_and_says_so(branch: RatedBranch, session: Session) -> None:
    rate(branch, GOOD, request_key="tap-1")
    close(branch, session, "换届前先结束")
    assert session.scalar(select(func.count()).select_from(RatingNonce)) == 0
    assert not branch.keys.exists(branch.round_id)
    event = session.scalar(select(RoundEvent).where(RoundEvent.kind == RoundEventKind.CLOSED))
    assert event is not None
    assert (event.sequence, event.data["key"], event.data["nonces"]) == (2, "destroyed", "wiped")
    assert event.data["reason"] == "换届前先结束"
    counted = {"people": 1, "satisfied": 1, "fair": 0, "dissatisfied": 0, "set_aside": 0}
    assert event.data["totals"] == counted
    tags = session.scalars(select(AuditEntry.tag).order_by(AuditEntry.id)).all()
    assert tags == [Tag.ROUND_OPENED, Tag.ROUND_CLOSED]


def test_the_key_stays_when_the_closing_is_rolled_back(branch: RatedBranch, session: Session) -> None:
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "想想又不关了")
    session.rollback()
    assert branch.keys.exists(branch.round_id)
    rate(branch)


def test_closing_early_needs_a_reason_and_closing_twice_is_refused(
    branch: RatedBranch, session: Session
) -> None:
    with pytest.raises(Invalid, match="提前结束"):
        close(branch, session, "  ")
    close(branch, session)
    with pytest.raises(Refused, match="已经结束了"):
        close(branch, session)


def test_the_job_closes_what_is_due_and_nothing_else(
    branch: RatedBranch, session: Session, settings: Settings
) -> None:
    make_open = make_branch(session, settings, code="fanzhai", name="范寨村党支部", short_name="范寨")
    opened(make_open, session, closes_at=clock.now() + timedelta(days=30))
    session.commit()
    rate(branch, GOOD)
    run_pending_jobs()
    organisation_id = branch.organisation.id
    assert find_running_round(session, organisation_id=organisation_id) is not None
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert find_running_round(session, organisation_id=organisation_id) is None
        run_pending_jobs()
        session.rollback()
        rounds = session.scalars(select(EvaluationRound)).all()
        states = {round_.name: round_.state for round_ in rounds}
    assert states == {"2026 年第四季度评议": RoundState.CLOSED, "第四季度评议": RoundState.OPEN}
    assert subject(session, branch).satisfied == 1
    assert not branch.keys.exists(branch.round_id)


def test_the_job_destroys_a_key_that_a_crash_left(
    branch: RatedBranch, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(RoundKeys, "destroy", lambda self, round_id: None)
        close(branch, session)
    assert branch.keys.exists(branch.round_id)
    run_pending_jobs()
    assert not branch.keys.exists(branch.round_id)


def test_ratings_during_the_closing_are_counted_or_refused(
    branch: RatedBranch, session: Session, app: Application
) -> None:
    """Whatever was acknowledged is in the totals; whatever was refused is not."""
    acknowledged: list[str] = []
    refused: list[str] = []
    started = threading.Barrier(5)

    def villager() -> None:
        with app.app_context():
            started.wait()
            for _ in range(12):
                try:
                    acknowledged.append(rate(branch, GOOD).code)
                except Problem as problem:
                    refused.append(problem.code)

    threads = [threading.Thread(target=villager) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    while len(acknowledged) < 5:
        threading.Event().wait(0.002)
    close(branch, session)
    for thread in threads:
        thread.join()
    assert subject(session, branch).satisfied == len(acknowledged)
    assert set(refused) <= {"round.closed"}
    assert len(acknowledged) + len(refused) == 48


def test_close_due_rounds_without_any_is_empty(branch: RatedBranch, session: Session) -> None:
    assert close_due_rounds(session, branch.keys) == []


def test_two_branches_rate_side_by_side(session: Session, settings: Settings, branch: RatedBranch) -> None:
    session.rollback()
    other = make_branch(session, settings, code="fanzhai", name="范寨村党支部", short_name="范寨")
    other.round_id = opened(other, session).public_id
    session.commit()
    rate(other, BAD)
    rate(branch, GOOD)
    close(branch, session)
    assert subject(session, branch).satisfied == 1
    assert subject(session, other).dissatisfied is None


def test_make_open_round_takes_a_minimum(app: Application, session: Session, settings: Settings) -> None:
    raised = make_open_round(session, settings, publish_minimum=25)
    assert raised.round is not None
    assert raised.round.publish_minimum == 25
