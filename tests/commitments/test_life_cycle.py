"""Any order of acts by anybody leaves the record whole (hypothesis state machine)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules, services
from brickwall.commitments.constants import CommitmentKind, CommitmentState, EventKind, RevisionState
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import from_json, text_of
from brickwall.kernel.problems import Problem
from tests.commitments.test_transitions import TABLE
from tests.factories.commitments import Village, text

S = CommitmentState
WHO = st.sampled_from(["owner", "colleague", "clerk", "secretary", "superior", "stranger"])
NEAR = st.sampled_from(["owner", "clerk", "stranger"])
STEPS: dict[str, Any] = {
    "submit": services.submit_commitment,
    "approve": services.approve_commitment,
    "publish": services.publish_commitment,
    "claim": services.claim_done,
    "close_out": services.close_out,
    "return": lambda s, a, c: services.return_commitment(s, a, c, "写具体些"),
    "send_back": lambda s, a, c: services.send_back(s, a, c, "还差一段"),
    "withdraw": lambda s, a, c: services.withdraw_commitment(s, a, c, "重了"),
    "discard": lambda s, a, c: services.discard_commitment(s, a, c, "重了"),
    "accept_revision": services.accept_revision,
    "refuse_revision": lambda s, a, c: services.refuse_revision(s, a, c, "不行"),
}
# A withdrawal or a drop ends a run early, so they are drawn less.
ENDING = {"withdraw", "discard"}
LIKELY = st.sampled_from([name for name in STEPS for _ in range(1 if name in ENDING else 3)])


class LifeCycle(RuleBasedStateMachine):
    """Acts at random on one counted commitment and compares it with what was acknowledged."""

    session: Session
    village: Village

    def __init__(self) -> None:
        super().__init__()
        self.session.begin_nested()
        self.commitment = services.propose_commitment(
            self.session,
            self.village.owner,
            text(kind=CommitmentKind.COUNTED, target_amount=5),
            organisation=self.village.branch,
            member=self.village.member,
        )
        self.amounts: dict[str, int] = {}
        self.frozen: str | None = None
        self.states = [S.DRAFT]

    def teardown(self) -> None:
        self.session.rollback()

    def attempt(self, act: Any) -> Any:
        """Run an act; a refusal must leave the version as it was."""
        before, refused = self.commitment.version, None
        try:
            done = act()
        except Problem as problem:
            done, refused = None, problem
        self.session.refresh(self.commitment)
        assert (self.commitment.version == before) is (refused is not None)
        self.states.append(self.commitment.state)
        return done

    @initialize(state=st.sampled_from([S.DRAFT, S.PUBLISHED, S.PUBLISHED]))
    def start_from(self, state: CommitmentState) -> None:
        """Skip the vetting in most runs, so that the long life after it is walked too."""
        if state is S.PUBLISHED:
            services.submit_commitment(self.session, self.village.owner, self.commitment)
            services.approve_and_publish(self.session, self.village.secretary, self.commitment)
            self.states = [S.PUBLISHED]

    @rule(who=WHO, step=LIKELY)
    def take_step(self, who: str, step: str) -> None:
        actor = self.village.people[who]
        self.attempt(lambda: STEPS[step](self.session, actor, self.commitment))

    @rule(who=st.sampled_from(["owner", "secretary"]), step=st.sampled_from(["submit", "approve", "publish"]))
    def move_on(self, who: str, step: str) -> None:
        actor = self.village.people[who]
        self.attempt(lambda: STEPS[step](self.session, actor, self.commitment))

    @rule(who=WHO, title=st.sampled_from(["修沟 5 段", "修沟 6 段"]))
    def edit(self, who: str, title: str) -> None:
        new = text(title, kind=CommitmentKind.COUNTED, target_amount=5)
        actor = self.village.people[who]
        self.attempt(lambda: services.edit_draft(self.session, actor, self.commitment, new))

    @rule(who=NEAR, amount=st.integers(-1, 4))
    def record(self, who: str, amount: int) -> None:
        entry = EntryInput("做了", amount=amount)
        actor = self.village.people[who]
        row = self.attempt(lambda: services.record_entry(self.session, actor, self.commitment, entry))
        if row is not None:
            self.amounts[row.public_id] = amount

    @rule(who=NEAR, amount=st.integers(0, 4), data=st.data())
    def correct(self, who: str, amount: int, data: st.DataObject) -> None:
        if not self.amounts:
            return
        wanted = data.draw(st.sampled_from(sorted(self.amounts)))
        entry = queries.get_entry(self.session, self.commitment, wanted)
        actor, new = self.village.people[who], EntryInput("更正", amount=amount)
        row = self.attempt(lambda: services.supersede_entry(self.session, actor, entry, new, "数错了"))
        if row is not None:
            del self.amounts[wanted]
            self.amounts[row.public_id] = amount

    @rule(who=WHO, title=st.sampled_from(["修沟 3 段", "修沟 4 段"]))
    def ask_revision(self, who: str, title: str) -> None:
        new = text(title, kind=CommitmentKind.COUNTED, target_amount=5)
        actor = self.village.people[who]
        self.attempt(lambda: services.propose_revision(self.session, actor, self.commitment, new, "水泥不够"))

    @invariant()
    def every_move_is_in_the_table(self) -> None:
        allowed = {pair for pairs in TABLE.values() for pair in pairs}
        for source, target in zip(self.states, self.states[1:], strict=False):
            assert source is target or (source, target) in allowed
            # Published once, it can never go back behind the curtain.
            assert not (source not in rules.UNPUBLISHED and target in rules.UNPUBLISHED)

    @invariant()
    def the_count_is_the_sum_of_the_standing_entries(self) -> None:
        assert self.commitment.done_amount == sum(self.amounts.values())

    @invariant()
    def the_chain_has_no_gap(self) -> None:
        events = queries.list_events(self.session, self.commitment)
        assert [event.sequence for event in events] == list(range(1, self.commitment.version + 1))

    @invariant()
    def the_text_in_force_is_the_revision_it_names(self) -> None:
        row = queries.get_revision(self.session, self.commitment, self.commitment.revision)
        assert from_json(row.text) == text_of(self.commitment)
        waiting = [
            each
            for each in queries.list_revisions(self.session, self.commitment)
            if each.state is RevisionState.WAITING
        ]
        assert len(waiting) <= 1

    @invariant()
    def a_published_title_changes_only_by_an_accepted_revision(self) -> None:
        if not rules.is_public(self.commitment):
            return
        events = queries.list_events(self.session, self.commitment)
        revised = sum(event.kind is EventKind.REVISED for event in events)
        if self.frozen is None:
            self.frozen = self.commitment.title
        if revised == 0:
            assert self.commitment.title == self.frozen
        assert self.commitment.file_number is not None


@pytest.mark.timeout(240)
def test_any_order_of_acts_leaves_the_record_whole(session: Session, village: Village) -> None:
    session.commit()
    machine = type("Machine", (LifeCycle,), {"session": session, "village": village})
    for actor in (village.member, village.branch, village.township, village.other):
        session.refresh(actor)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
