"""The rounds of a branch, and the results of one, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

from brickwall.evaluations.constants import LABELS, RoundState
from brickwall.evaluations.figures import TOO_FEW, Figures, Publishable, figures_of
from brickwall.evaluations.models import EvaluationRound, RoundSubject
from brickwall.evaluations.queries import subject_name
from brickwall.evaluations.rules import Cell
from brickwall.organisations.models import Organisation
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec
from brickwall.web.console.words import NONE

TONES = {RoundState.OPEN: "new", RoundState.CLOSED: "plain"}


def _address(row: EvaluationRound) -> str:
    return url_for("console_rounds.page", public_id=row.public_id)


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    return query.where(EvaluationRound.state == value)


ROUNDS = TableSpec(
    key="rounds",
    title="评议",
    columns=(
        Column("name", "哪一轮", lambda row: row.name, link=_address, width=28),
        Column("branch", "党组织", lambda row: row.organisation.name, sort=Organisation.name, width=24),
        Column("state", "状态", lambda row: LABELS[row.state], tone=lambda row: TONES[row.state]),
        Column("opened", "开始", lambda row: row.opened_at, sort=EvaluationRound.opened_at, width=18),
        Column("closes", "到什么时候", lambda row: row.closes_at, sort=EvaluationRound.closes_at, width=18),
        Column("closed", "结束", lambda row: row.closed_at, sort=EvaluationRound.closed_at, width=18),
        Column("people", "评的人数", lambda row: row.participants, numeric=True),
        Column("roster", "应评人数", lambda row: row.roster_size, numeric=True),
    ),
    empty=EmptyState(
        "还没有评议", "开一轮评议，群众扫砖上的码就能评。评的时候谁也看不到票数，结束以后才算。"
    ),
    filters=(Filter("state", "状态", [(state.value, LABELS[state]) for state in RoundState], _in_state),),
    tie=EvaluationRound.id.desc(),
)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results."""

    name: str
    figures: Figures

    @property
    def too_few(self) -> bool:
        """Whether there are ratings, but too few to show."""
        return self.figures.publishable is Publishable.TOO_FEW


def load_results(session: Session, rows: Sequence[RoundSubject]) -> list[Result]:
    """Turn subject rows of a closed round into lines with figures."""
    pairs = ((row, figures_of(row)) for row in rows)
    return [Result(subject_name(row), figures) for row, figures in pairs if figures is not None]


def _count(cell: Cell | None) -> str | int | None:
    if cell is None:
        return None
    return cell.text if cell.number is None else cell.number


def _total(row: Result) -> str | int | None:
    return TOO_FEW if row.too_few else row.figures.total


def _rate(row: Result) -> str:
    return f"{100 * row.figures.rate:.1f}%" if row.figures.rate is not None else NONE


def _interval(row: Result) -> str | None:
    found = row.figures.interval
    return f"{100 * found.low:.0f}%–{100 * found.high:.0f}%" if found else None


def _part(row: Result) -> str:
    return row.figures.participation_text


# In the order of the wall and not to be sorted: no ranking of people (RATINGS.md, Figures).
RESULTS = TableSpec(
    key="results",
    title="评议结果",
    columns=(
        Column("name", "评的是谁", lambda row: row.name, width=18),
        Column("total", "多少人评", _total, numeric=True, width=20),
        Column("satisfied", "满意", lambda row: _count(row.figures.satisfied), numeric=True),
        Column("fair", "一般", lambda row: _count(row.figures.fair), numeric=True),
        Column("dissatisfied", "不满意", lambda row: _count(row.figures.dissatisfied), numeric=True),
        Column("rate", "满意率", _rate, numeric=True),
        Column("interval", "95% 区间", _interval, numeric=True),
        Column("part", "参与", _part, width=36, wide_only=True),
        Column("label", "哪一种票", lambda row: row.figures.label, shown=False),
        Column("notes", "提醒", lambda row: "；".join(row.figures.notes), width=40, wide_only=True),
    ),
    empty=EmptyState("这一轮没有人可评", ""),
    load=load_results,
    page_size=200,
)
