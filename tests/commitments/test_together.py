"""Several clerks at once: numbers stay unique, counts add up, one decision wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.commitments import queries, services
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.problems import Problem, Refused
from tests.factories.commitments import Village, make_commitment

S = CommitmentState
CLERKS = 6


def at_once(app: Application, acts: list[Callable[[Session], object]]) -> list[Problem | None]:
    """Run every act in a thread and a transaction of its own, all let go together."""
    gate = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> Problem | None:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                with transaction() as session:
                    act(session)
            except Problem as problem:
                return problem
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def fresh(session: Session, public_id: str) -> Commitment:
    return queries.get_commitment(session, public_id)


def test_file_numbers_given_at_once_are_all_different(
    app: Application, session: Session, village: Village
) -> None:
    made = [make_commitment(session, village, S.SUBMITTED, title=f"第 {n} 件") for n in range(CLERKS)]
    ids = [row.public_id for row in made]
    session.commit()
    acts = [
        lambda s, one=one: services.approve_commitment(s, village.secretary, fresh(s, one)) for one in ids
    ]
    assert at_once(app, acts) == [None] * CLERKS
    session.rollback()
    given = session.scalars(select(Commitment.file_sequence).order_by(Commitment.file_sequence)).all()
    assert given == list(range(1, CLERKS + 1))


def test_of_several_decisions_on_one_commitment_one_wins(
    app: Application, session: Session, village: Village
) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED)
    public_id, seen = commitment.public_id, commitment.version
    session.commit()
    acts: list[Callable[[Session], object]] = [
        lambda s: services.approve_and_publish(s, village.secretary, fresh(s, public_id), seen=seen),
        lambda s: services.return_commitment(s, village.superior, fresh(s, public_id), "写具体些", seen=seen),
        lambda s: services.discard_commitment(s, village.clerk, fresh(s, public_id), "重了", seen=seen),
    ]
    refusals = [problem for problem in at_once(app, acts) if problem is not None]
    assert len(refusals) == 2
    assert all(isinstance(problem, Refused) for problem in refusals)
    assert {problem.code for problem in refusals} == {"commitments.changed_meanwhile"}
    session.rollback()
    events = queries.list_events(session, fresh(session, public_id))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


def test_entries_recorded_at_once_are_all_kept_and_counted(
    app: Application, session: Session, village: Village
) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=99)
    public_id, before = commitment.public_id, commitment.version
    session.commit()
    acts = [
        lambda s, n=n: services.record_entry(
            s, village.clerk, fresh(s, public_id), EntryInput(f"第 {n} 次", amount=n)
        )
        for n in range(1, CLERKS + 1)
    ]
    assert at_once(app, acts) == [None] * CLERKS
    session.rollback()
    found = fresh(session, public_id)
    assert found.done_amount == sum(range(1, CLERKS + 1))
    assert found.version == before + CLERKS
    assert len(queries.list_entries(session, found)) == CLERKS
