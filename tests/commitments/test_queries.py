"""What a person finds: queues that agree with his rights, tables narrowed to his branches."""

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments import queries, services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.queries import Filters
from brickwall.commitments.rules import Timing
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.services.revising import may_vet_revision
from brickwall.commitments.transitions import CLOSE_OUT, PUBLISH, RETURN
from brickwall.kernel import clock
from tests.factories.commitments import REACHABLE, Village, make_commitment, text

S = CommitmentState
QUEUES = {
    "vet": (queries.vetting_queue, RETURN.allowed),
    "publish": (queries.publishing_queue, PUBLISH.allowed),
    "check": (queries.checking_queue, CLOSE_OUT.allowed),
    "revise": (queries.revision_queue, None),
}
PEOPLE = ["owner", "clerk", "secretary", "superior", "inspector", "stranger", "operator"]


@pytest.fixture
def everything(session: Session, village: Village) -> list[Commitment]:
    """Add a member's and the branch's own commitment in every state, one with a waiting text."""
    made = [
        make_commitment(session, village, state, own=own, title=f"{state.value} {own}")
        for state in REACHABLE
        for own in (False, True)
    ]
    for row in made:
        if row.state is S.PUBLISHED:
            services.propose_revision(session, village.clerk, row, text("改"), "改一改")
    return made


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_holds_exactly_what_the_person_may_decide(
    session: Session, village: Village, everything: list[Commitment], name: str, who: str
) -> None:
    select_queue, allowed = QUEUES[name]
    actor = village.people[who]
    found = {row.id for row in session.scalars(select_queue(actor))}
    if allowed is None:
        waiting = [row for row in everything if queries.find_waiting_revision(session, row)]
        wanted = {row.id for row in waiting if may_vet_revision(actor, row)}
    else:
        wanted = {row.id for row in everything if allowed(actor, row)}
    assert found == wanted
    assert queries.count_rows(session, select_queue(actor)) == len(wanted)
    assert bool(wanted) is (who in {"secretary", "superior"})


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(state=S.PUBLISHED), {"published False", "published True"}),
        (Filters(state=S.PUBLISHED, branch_own=True), {"published True"}),
        (Filters(text="submitted F"), {"submitted False"}),
        (Filters(text="100%"), set()),
        (Filters(year=1999), set()),
        (Filters(timing=Timing.OVERDUE), set()),
    ],
)
def test_tables_are_narrowed(
    session: Session, village: Village, everything: list[Commitment], filters: Filters, titles: set[str]
) -> None:
    found = session.scalars(queries.commitments_table([village.branch.path], filters))
    assert {row.title for row in found} == titles


def test_tables_stay_in_their_branch(
    session: Session, village: Village, everything: list[Commitment]
) -> None:
    assert session.scalars(queries.commitments_table([village.other.path])).all() == []
    assert session.scalars(queries.commitments_table([])).all() == []
    by_name = queries.commitments_table(
        [village.township.path], Filters(member_public_id=village.member.public_id)
    )
    assert queries.count_rows(session, by_name) == len(REACHABLE)


def test_a_members_list_is_public_or_whole(
    session: Session, village: Village, everything: list[Commitment]
) -> None:
    public = queries.list_member_commitments(session, village.member)
    whole = queries.list_member_commitments(session, village.member, public=False)
    assert len(whole) == len(REACHABLE)
    assert all(row.published_at is not None for row in public)
    assert len(public) == len(REACHABLE) - 4
    own = queries.list_organisation_commitments(session, village.branch, public=False)
    assert {row.member_id for row in own} == {None}
    assert queries.list_member_commitments(session, village.member, year=1999) == []


def test_the_newest_standing_entry_of_each(session: Session, village: Village) -> None:
    first, second, none = (
        make_commitment(session, village, S.PUBLISHED, title=title) for title in ("一", "二", "三")
    )
    services.record_entry(session, village.owner, first, EntryInput("先做的"))
    wrong = services.record_entry(session, village.owner, first, EntryInput("写错的"))
    services.supersede_entry(session, village.owner, wrong, EntryInput("后做的"), "写错了")
    services.record_entry(session, village.owner, second, EntryInput("别的"))
    latest = queries.latest_entries(session, [first.id, second.id, none.id])
    assert {key: entry.text for key, entry in latest.items()} == {first.id: "后做的", second.id: "别的"}
    assert latest[first.id].happened_on == clock.today()
    assert queries.latest_entries(session, []) == {}
