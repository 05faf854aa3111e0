"""Coverage and fulfilment, against counting by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments import numbers, rules
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.numbers import Coverage, Fulfilment
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.organisations.constants import MemberStatus
from tests.factories.commitments import REACHABLE, Village, make_commitment
from tests.factories.organisations import make_member
from tests.support.statements import recorded_statements

S = CommitmentState
YEAR = clock.today().year


@pytest.fixture
def full_village(session: Session, village: Village) -> Village:
    """Fill the branch: every state twice for one member, exempt and moved members beside them."""
    make_member(session, village.branch, "免诺甲", exemption_reason="年老")
    keen = make_member(session, village.branch, "免诺乙")
    make_commitment(session, village, S.PUBLISHED, member=keen, title="免诺的人自愿做")
    keen.exemption_reason = "年老"
    make_member(session, village.branch, "转出", status=MemberStatus.MOVED)
    make_member(session, village.other, "别村的")
    for state in REACHABLE:
        make_commitment(session, village, state, title=f"一 {state.value}")
        late = make_commitment(session, village, state, title=f"二 {state.value}")
        late.due_on = clock.today() - timedelta(days=3)
    make_commitment(session, village, S.DONE_CLAIMED, own=True, title="支部的")
    session.flush()
    return village


def test_coverage_leaves_out_the_exempt_and_those_who_moved(session: Session, full_village: Village) -> None:
    """周大勇 has no published commitment; one exempt member promised something of his own will."""
    found = numbers.count_coverage(session, [full_village.branch.path], YEAR)
    assert found == Coverage(committed=1, active=4, exempt=2)
    assert found.expected == 2


def test_coverage_by_branch_and_above_agree(session: Session, full_village: Village) -> None:
    ids = [full_village.branch.id, full_village.other.id]
    each = numbers.count_coverage_by_organisation(session, ids, YEAR)
    above = numbers.count_coverage(session, [full_village.township.path], YEAR)
    assert above == Coverage(1, 5, 2)
    assert sum(row.committed for row in each.values()) == above.committed
    assert sum(row.active for row in each.values()) == above.active


def test_another_year_and_an_empty_place_count_nothing(session: Session, full_village: Village) -> None:
    assert numbers.count_coverage(session, [full_village.branch.path], YEAR - 1).committed == 0
    assert numbers.count_coverage(session, [], YEAR) == Coverage(0, 0, 0)
    assert numbers.count_fulfilment(session, [full_village.other.path], YEAR) == Fulfilment()


def by_hand(session: Session, village: Village) -> Fulfilment:
    """Count the first member's commitments as the table of states says."""
    published = [state for state in REACHABLE if state not in rules.UNPUBLISHED and state is not S.WITHDRAWN]
    working = [state for state in published if state in rules.WORKING]
    return Fulfilment(
        published=2 * len(published),
        working=2 * len(working),
        claimed=2,
        closed_out=2,
        overdue=len(working),
        due_soon=len(working) if clock.today().strftime("%m-%d") >= "12-17" else 0,
        withdrawn=2,
    )


def test_fulfilment_of_a_member(session: Session, full_village: Village) -> None:
    member = full_village.member
    found = numbers.count_fulfilment_by_member(session, [member.id, full_village.neighbour.id], YEAR)
    assert found == {member.id: by_hand(session, full_village)}


def test_fulfilment_of_the_branch_adds_up(session: Session, full_village: Village) -> None:
    branch = full_village.branch
    whole = numbers.count_fulfilment(session, [branch.path], YEAR)
    own = numbers.count_own_fulfilment(session, branch.id, YEAR)
    hand = by_hand(session, full_village)
    assert own == Fulfilment(published=1, claimed=1)
    # The member's own, the branch's own, and the one promised by an exempt member.
    assert whole.published == hand.published + 2
    assert whole.claimed == hand.claimed + 1
    assert numbers.count_fulfilment_by_organisation(session, [branch.id], YEAR) == {branch.id: whole}


@pytest.mark.parametrize(
    "count",
    [
        lambda session, village: numbers.count_coverage(session, [village.township.path], YEAR),
        lambda session, village: numbers.count_fulfilment(session, [village.township.path], YEAR),
        lambda session, village: numbers.count_fulfilment_by_member(session, [1, 2, 3], YEAR),
        lambda session, village: numbers.count_fulfilment_by_organisation(session, [1, 2, 3], YEAR),
        lambda session, village: numbers.count_coverage_by_organisation(session, [1, 2, 3], YEAR),
    ],
)
def test_every_figure_costs_one_query(
    session: Session, full_village: Village, count: Callable[[Session, Village], object]
) -> None:
    session.expire_on_commit = False
    session.commit()
    with recorded_statements(db.engine) as seen, Session(db.engine) as other:
        count(other, full_village)
    assert len(seen) == 1
