"""The table of commitments: what it shows, how it is narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules
from brickwall.commitments.constants import LABELS, Category, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Actor, Permission
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import find_member, organisations_below
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

_TONES: dict[CommitmentState, str] = {
    CommitmentState.SUBMITTED: "new",
    CommitmentState.APPROVED: "new",
    CommitmentState.DONE_CLAIMED: "new",
    CommitmentState.RETURNED: "late",
    CommitmentState.SENT_BACK: "late",
    CommitmentState.CLOSED_OUT: "done",
}
_OWN = "branch"
_ENDED = (CommitmentState.CLOSED_OUT, CommitmentState.CARRIED_OVER, CommitmentState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the commitment and its newest standing entry."""

    commitment: Commitment
    latest: FulfilmentEntry | None

    @property
    def latest_text(self) -> str:
        """The newest entry with its day."""
        if self.latest is None:
            return ""
        return f"{self.latest.happened_on:%m-%d} {self.latest.text}"


def _load(session: Session, rows: Sequence[Commitment]) -> list[Line]:
    latest = queries.latest_entries(session, [row.id for row in rows], hidden=True)
    return [Line(row, latest.get(row.id)) for row in rows]


def state_tone(commitment: Commitment) -> str:
    """Return the tone of a commitment's state."""
    return _TONES.get(commitment.state, "plain")


def _due_tone(line: Line) -> str | None:
    tones = {rules.Timing.OVERDUE: "late", rules.Timing.DUE_SOON: "new"}
    return tones.get(rules.timing_of(line.commitment))


def _short_number(line: Line) -> str | None:
    sequence = line.commitment.file_sequence
    return None if sequence is None else f"{sequence:03d}"


COLUMNS: tuple[Column, ...] = (
    Column("file", "档号", _short_number, Commitment.file_sequence, wide_only=True, exported=False),
    Column("number", "编号", lambda line: line.commitment.file_number, shown=False, width=22),
    Column(
        "title",
        "承诺",
        lambda line: line.commitment.title,
        Commitment.title,
        link=lambda line: url_for("console_commitments.page", public_id=line.commitment.public_id),
        width=40,
    ),
    Column("owner", "谁", lambda line: rules.owner_name(line.commitment), Member.name, width=12),
    Column("branch", "支部", lambda line: line.commitment.organisation.name, shown=False, width=20),
    Column("year", "年度", lambda line: line.commitment.year, shown=False, width=8),
    Column(
        "category",
        "类别",
        lambda line: LABELS[line.commitment.category],
        Commitment.category,
        wide_only=True,
        width=12,
    ),
    Column(
        "state",
        "状态",
        lambda line: LABELS[line.commitment.state],
        Commitment.state,
        tone=lambda line: state_tone(line.commitment),
        width=20,
    ),
    Column(
        "due",
        "期限",
        lambda line: rules.due_words(line.commitment),
        Commitment.due_on,
        tone=_due_tone,
        width=14,
    ),
    Column("due_on", "完成时限", lambda line: line.commitment.due_on, shown=False, width=12),
    Column("progress", "次数", lambda line: rules.progress_words(line.commitment), shown=False, width=20),
    Column(
        "latest",
        "最近一条记录",
        lambda line: line.latest_text,
        Commitment.last_entry_at,
        wide_only=True,
        width=50,
    ),
    Column("measures", "措施", lambda line: line.commitment.measures, shown=False, width=40),
    Column("beneficiary", "受益对象", lambda line: line.commitment.beneficiary, shown=False, width=20),
)


def _by_state(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Commitment.state == CommitmentState(value))


def _by_timing(query: Select[Any], value: str) -> Select[Any]:
    return query.where(queries.timing_condition(rules.Timing(value)))


def _by_category(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Commitment.category == Category(value))


def _by_group(query: Select[Any], value: str) -> Select[Any]:
    if value == _OWN:
        return query.where(Commitment.member_id.is_(None))
    return query.where(Member.group_id.in_(select(Organisation.id).where(Organisation.code == value)))


def _by_member(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Member.public_id == value)


def _by_year(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Commitment.year == int(value))


def _group_options(actor: Actor) -> list[tuple[str, str]]:
    """Return 支部自己的, then the groups, when there are few enough to choose from."""
    paths = actor.paths(Permission.COMMITMENT_READ)
    query = organisations_below(paths).where(
        Organisation.kind == OrganisationKind.GROUP, Organisation.closed_at.is_(None)
    )
    groups = db.session.scalars(query.limit(101)).all()
    listed = groups if len(groups) <= 100 else []
    return [(_OWN, "支部自己的"), *((group.code, group.name) for group in listed)]


def _member_options() -> list[tuple[str, str]]:
    """Return the one member that the address asks for, so that his name stands in the filter."""
    wanted = request.args.get("member", "")
    found = find_member(db.session(), wanted) if wanted else None
    return [(found.public_id, found.name)] if found is not None else []


def _filters(actor: Actor) -> list[Filter]:
    this_year = clock.today().year
    years = [(str(year), f"{year} 年") for year in range(this_year + 1, this_year - 5, -1)]
    filters = [
        Filter("state", "状态", [(state.value, LABELS[state]) for state in CommitmentState], _by_state),
        Filter(
            "timing", "期限", [(each.value, word) for each, word in rules.TIMING_LABELS.items()], _by_timing
        ),
        Filter("group", "组别", _group_options(actor), _by_group),
        Filter("category", "类别", [(each.value, LABELS[each]) for each in Category], _by_category),
        Filter("year", "年度", years, _by_year),
    ]
    member = _member_options()
    return [*filters, Filter("member", "党员", member, _by_member)] if member else filters


def _search(query: Select[Any], text: str) -> Select[Any]:
    return query.where(queries.text_condition(text))


def table_for(actor: Actor) -> TableSpec:
    """Return the table as this person sees it."""
    may_propose = actor.may(Permission.COMMITMENT_PROPOSE)
    return TableSpec(
        key="commitments",
        title="承诺台账",
        columns=COLUMNS,
        tie=Commitment.id,
        filters=_filters(actor),
        search=_search,
        search_label="按承诺、姓名或编号查找",
        load=_load,
        row_id=lambda line: line.commitment.public_id,
        empty=EmptyState(
            "还没有承诺",
            "可以替党员写一件，也可以把现成的承诺表导进来；党员在手机上也能自己写。",
            "写一件承诺" if may_propose else "",
            url_for("console_commitments.new") if may_propose else "",
        ),
    )


def rows_for(actor: Actor) -> Select[Any]:
    """Return the commitments this person may read: the open ones by deadline, then the ended ones."""
    paths = actor.paths(Permission.COMMITMENT_READ)
    ended = case((Commitment.state.in_(_ENDED), 1), else_=0)
    order = (Commitment.year.desc(), ended, Commitment.due_on.is_(None), Commitment.due_on)
    return queries.commitments_table(paths).order_by(*order)
