"""Everything the page of one commitment shows to this person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules
from brickwall.commitments.chain import ChainLink, RevisionView, read_chain, read_revisions
from brickwall.commitments.constants import CommitmentState, RevisionState, Step
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.revising import may_vet_revision
from brickwall.commitments.transitions import EDIT
from brickwall.kernel.permissions import Actor
from brickwall.web.console.commitments import steps


@dataclass(frozen=True, slots=True)
class Detail:
    """A commitment with its chain, newest link first, and what this person can do now."""

    commitment: Commitment
    owner: str
    chain: Sequence[ChainLink]
    reached: Sequence[tuple[Step, str]]
    buttons: Sequence[steps.Step]
    hints: Sequence[str]
    waiting: RevisionView | None
    may_vet_revision: bool
    may_edit: bool
    may_revise: bool
    may_record: bool
    may_correct: bool


def find_detail(session: Session, actor: Actor, commitment: Commitment) -> Detail:
    """Return what the page of ``commitment`` shows to ``actor``."""
    revisions = read_revisions(session, commitment) if rules.is_public(commitment) else []
    waiting = next((view for view in revisions if view.state is RevisionState.WAITING), None)
    working = commitment.state in rules.WORKING
    return Detail(
        commitment=commitment,
        owner=rules.owner_name(commitment),
        chain=read_chain(session, commitment, public=False)[::-1],
        reached=step_strip(commitment),
        buttons=steps.open_steps(actor, commitment),
        hints=_hints(session, commitment),
        waiting=waiting,
        may_vet_revision=waiting is not None and may_vet_revision(actor, commitment),
        may_edit=EDIT.allowed(actor, commitment),
        may_revise=working and waiting is None and rules.may_write(actor, commitment),
        may_record=working and rules.may_record(actor, commitment),
        may_correct=commitment.state in rules.CORRECTABLE and rules.may_record(actor, commitment),
    )


def _hints(session: Session, commitment: Commitment) -> list[str]:
    if commitment.state is not CommitmentState.SUBMITTED:
        return []
    return rules.vetting_hints(commitment, queries.list_similar(session, commitment))


def step_strip(commitment: Commitment) -> list[tuple[Step, str]]:
    """Return the six steps, each ``past``, ``now`` or ``later``."""
    now = list(Step).index(rules.step_of(commitment))
    words = {-1: "past", 0: "now", 1: "later"}
    return [(step, words[(place > now) - (place < now)]) for place, step in enumerate(Step)]
