"""The life cycle's table: every pair of state and step, every person and step."""

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments import rules
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.transitions import BY_NAME, TRANSITIONS, Transition, allowed_transitions
from brickwall.kernel.problems import Forbidden, NotFound, Refused
from tests.factories.commitments import REACHABLE, Village, make_commitment

S = CommitmentState

# DOMAIN.md, States of a commitment; anything not written here is forbidden.
TABLE: dict[str, set[tuple[CommitmentState, CommitmentState]]] = {
    "edit": {(S.DRAFT, S.DRAFT), (S.RETURNED, S.DRAFT)},
    "submit": {(S.DRAFT, S.SUBMITTED)},
    "return": {(S.SUBMITTED, S.RETURNED)},
    "approve": {(S.SUBMITTED, S.APPROVED)},
    "publish": {(S.APPROVED, S.PUBLISHED)},
    "resume": {(S.SENT_BACK, S.PUBLISHED)},
    "claim": {(S.PUBLISHED, S.DONE_CLAIMED)},
    "close_out": {(S.DONE_CLAIMED, S.CLOSED_OUT)},
    "send_back": {(S.DONE_CLAIMED, S.SENT_BACK)},
    "withdraw": {(S.PUBLISHED, S.WITHDRAWN), (S.SENT_BACK, S.WITHDRAWN)},
    "discard": {(state, S.WITHDRAWN) for state in (S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED)},
}
# Who takes which step on a member's commitment, and on the branch's own.
WRITERS, CHECKERS = {"owner", "clerk", "secretary"}, {"secretary", "superior"}
WHO: dict[str, set[str]] = {
    "edit": WRITERS,
    "submit": WRITERS,
    "return": CHECKERS,
    "approve": CHECKERS,
    "publish": CHECKERS,
    "resume": WRITERS,
    "claim": WRITERS,
    "close_out": CHECKERS,
    "send_back": CHECKERS,
    "withdraw": {"superior"},
    "discard": WRITERS,
}
OWN_CHECKED_BY = {"superior"}


def test_the_table_is_the_life_cycle() -> None:
    assert {step.name: {(source, step.target) for source in step.sources} for step in TRANSITIONS} == TABLE


@pytest.mark.parametrize("state", REACHABLE)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_step_from_another_state_is_refused_in_words(
    session: Session, village: Village, state: CommitmentState, name: str
) -> None:
    commitment = make_commitment(session, village, state)
    actor = village.people[sorted(WHO[name])[-1]]
    refusal = BY_NAME[name].refusal(actor, commitment)
    if state in {source for source, _ in TABLE[name]}:
        needs_entry = name == "claim" and state is S.PUBLISHED
        assert (refusal is None) is not needs_entry
    else:
        assert isinstance(refusal, Refused)
        assert refusal.title.endswith("。")


def start(step: Transition) -> CommitmentState:
    return S.DONE_CLAIMED if step.name in {"close_out", "send_back"} else min(step.sources)


@pytest.mark.parametrize("name", BY_NAME)
def test_who_may_on_a_members_commitment(session: Session, village: Village, name: str) -> None:
    step = BY_NAME[name]
    commitment = make_commitment(session, village, start(step))
    may = {who for who, actor in village.people.items() if step.permitted(actor, commitment)}
    assert may == WHO[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_who_may_on_the_branchs_own(session: Session, village: Village, name: str) -> None:
    step = BY_NAME[name]
    commitment = make_commitment(session, village, start(step), own=True)
    may = {who for who, actor in village.people.items() if step.permitted(actor, commitment)}
    checks = name in {"return", "approve", "close_out", "send_back", "withdraw"}
    assert may == (OWN_CHECKED_BY if checks else WHO[name] - {"owner"})


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize(
    ("who", "kind"),
    [("stranger", NotFound), ("colleague", NotFound), ("operator", NotFound), ("inspector", Forbidden)],
)
def test_what_the_others_are_told(
    session: Session, village: Village, name: str, who: str, kind: type[Exception]
) -> None:
    step = BY_NAME[name]
    commitment = make_commitment(session, village, start(step))
    assert isinstance(step.refusal(village.people[who], commitment), kind)
    assert allowed_transitions(village.people[who], commitment) == []


def test_nobody_checks_himself(session: Session, village: Village) -> None:
    """A secretary whose sign-in names him as the member cannot vet or close out his own promise."""
    commitment = make_commitment(session, village, S.DONE_CLAIMED)
    himself = type(village.secretary)(
        label="林秀峰", account_id=9, member_id=village.member.id, grants=village.secretary.grants
    )
    refusal = BY_NAME["close_out"].refusal(himself, commitment)
    assert isinstance(refusal, Forbidden)
    assert "不能自己" in refusal.title


@pytest.mark.parametrize("state", REACHABLE)
def test_who_reads_what_before_and_after_publication(
    session: Session, village: Village, state: CommitmentState
) -> None:
    """The owner and those who look after the branch see every state, everybody what is public."""
    commitment = make_commitment(session, village, state)
    readers = {who for who, actor in village.people.items() if rules.may_read(actor, commitment)}
    assert readers == {"owner", "clerk", "secretary", "superior", "inspector"}
    assert rules.is_public(commitment) is (state not in {S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED})
