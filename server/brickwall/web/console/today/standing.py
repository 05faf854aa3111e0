"""Where the organisation stands this year: figures with denominators, what is late, what comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules
from brickwall.commitments.models import Commitment
from brickwall.commitments.numbers import Coverage, Fulfilment, count_coverage, count_fulfilment
from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.figures import Figures, figures_of
from brickwall.evaluations.models import EvaluationRound
from brickwall.evaluations.queries import find_last_result, rounds_below
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.organisations.models import Organisation

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment with a deadline and the newest entry that stands."""

    commitment: Commitment
    owner: str
    latest: str
    due: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the today page shows of a year; ``result`` is the last closed round about the organisation."""

    coverage: Coverage
    fulfilment: Fulfilment
    late: Sequence[Line]
    coming: Sequence[Line]
    rounds: Sequence[EvaluationRound]
    result: Figures | None

    @property
    def longest_delay(self) -> int:
        """Days by which the latest deadline has passed."""
        return rules.days_late(self.late[0].commitment) if self.late else 0


def _lines(session: Session, paths: Sequence[str], timing: rules.Timing) -> list[Line]:
    query = queries.commitments_table(paths, queries.Filters(timing=timing))
    ordered = query.order_by(Commitment.due_on, Commitment.id).limit(SHOWN)
    rows = session.scalars(ordered).unique().all()
    entries = queries.latest_entries(session, [row.id for row in rows], hidden=True)
    return [
        Line(
            row,
            rules.owner_name(row),
            f"{entry.happened_on:%m-%d} {entry.text}" if (entry := entries.get(row.id)) else "还没有记录",
            rules.due_words(row),
        )
        for row in rows
    ]


def _open_rounds(session: Session, actor: Actor) -> Sequence[EvaluationRound]:
    paths = actor.paths(Permission.ROUND_READ)
    if not paths:
        return []
    query = rounds_below(paths).where(EvaluationRound.state == RoundState.OPEN)
    return session.scalars(query.limit(SHOWN)).all()


def find_standing(session: Session, actor: Actor, home: Organisation | None) -> Standing:
    """Return the figures of everything ``actor`` may read, and the last result about ``home``."""
    paths, year = actor.paths(Permission.COMMITMENT_READ), clock.today().year
    last = find_last_result(session, organisation_id=home.id) if home else None
    return Standing(
        coverage=count_coverage(session, paths, year),
        fulfilment=count_fulfilment(session, paths, year),
        late=_lines(session, paths, rules.Timing.OVERDUE),
        coming=_lines(session, paths, rules.Timing.DUE_SOON),
        rounds=_open_rounds(session, actor),
        result=figures_of(last) if last else None,
    )
