"""The branches below a higher organisation, each with its figures: what a superior looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from brickwall.commitments.numbers import (
    Coverage,
    Fulfilment,
    count_coverage_by_organisation,
    count_fulfilment_by_organisation,
)
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import organisations_below
from brickwall.web.console.tables import Column, EmptyState, TableSpec
from brickwall.web.console.words import NONE


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch in this year's figures."""

    branch: Organisation
    coverage: Coverage
    fulfilment: Fulfilment


def _load(session: Session, branches: Sequence[Organisation]) -> list[BranchRow]:
    ids, year = [branch.id for branch in branches], clock.today().year
    coverage = count_coverage_by_organisation(session, ids, year)
    fulfilment = count_fulfilment_by_organisation(session, ids, year)
    return [
        BranchRow(each, coverage.get(each.id, Coverage(0, 0, 0)), fulfilment.get(each.id, Fulfilment()))
        for each in branches
    ]


def _of(part: int, whole: int) -> str:
    return f"{part} / {whole}" if whole else NONE


TABLE = TableSpec(
    key="branches",
    title="各支部",
    columns=(
        Column(
            "name",
            "党支部",
            lambda row: row.branch.name,
            sort=Organisation.name,
            link=lambda row: f"/w/{row.branch.code}",
            width=24,
        ),
        Column("covered", "人有承诺", lambda row: _of(row.coverage.committed, row.coverage.expected)),
        Column("exempt", "免诺", lambda row: row.coverage.exempt, numeric=True, wide_only=True),
        Column("closed", "核实办成", lambda row: _of(row.fulfilment.closed_out, row.fulfilment.published)),
        Column("claimed", "自报待核实", lambda row: row.fulfilment.claimed, numeric=True),
        Column("late", "晚了", lambda row: _of(row.fulfilment.overdue, row.fulfilment.working)),
    ),
    empty=EmptyState("还没有党支部"),
    search=lambda query, text: query.where(Organisation.name.contains(text, autoescape=True)),
    search_label="按支部名称查找",
    tie=Organisation.id,
    load=_load,
)


def branches_of(actor: Actor) -> Select[Any]:
    """Return a SELECT of the open branches ``actor`` may read, in the order of the tree."""
    return organisations_below(actor.paths(Permission.COMMITMENT_READ)).where(
        Organisation.kind == OrganisationKind.BRANCH, Organisation.closed_at.is_(None)
    )


def has_several(session: Session, actor: Actor) -> bool:
    """Tell whether ``actor`` reads more than one branch."""
    counted = select(func.count()).select_from(branches_of(actor).order_by(None).limit(2).subquery())
    return (session.scalar(counted) or 0) > 1
