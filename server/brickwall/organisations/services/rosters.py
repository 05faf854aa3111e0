"""Importing rosters: plan against the members there, keep the preview, apply in bulk."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.ids import random_code
from brickwall.kernel.problems import Invalid
from brickwall.kernel.projections import mark_stale
from brickwall.kernel.security import PhoneBox
from brickwall.kernel.text import remove_spaces
from brickwall.organisations import queries
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.roster.branches import Branch, Sorted, sort_by_branch
from brickwall.organisations.roster.cells import UNSAID_EXEMPTION
from brickwall.organisations.roster.columns import Column
from brickwall.organisations.roster.matching import Existing
from brickwall.organisations.roster.plan import Action, BranchPlan, PlanItem, plan_branch
from brickwall.organisations.roster.rows import Issue, Roster, RosterRow

STEP_ROWS = 4000
"""Lines applied in one transaction: other writers wait about a fifth of a second."""
_PUBLIC_ID_LENGTH = 12
_ALPHABET = (b"0123456789abcdefghjkmnpqrstvwxyz" * 8)[:256]
_MEMBERS: Table = Member.__table__  # type: ignore[assignment]


@dataclass(slots=True)
class RosterPlan:
    """What a roster would do, branch by branch, with everything doubtful."""

    branches: list[BranchPlan]
    issues: list[Issue]
    columns: list[Column] = field(default_factory=list)

    def items(self) -> Iterator[PlanItem]:
        """Yield the lines of every branch."""
        for branch in self.branches:
            yield from branch.items

    def counts(self) -> dict[str, int]:
        """Count lines by action, members missing from the file, and issues."""
        counts = {action.value: 0 for action in Action}
        for item in self.items():
            counts[item.action.value] += 1
        counts["missing"] = sum(len(branch.missing) for branch in self.branches)
        counts["issues"] = len(self.issues)
        return counts

    def signatures(self) -> set[bytes]:
        """Return the signatures of every act that would be done."""
        return {item.signature() for item in self.items() if item.action in (Action.NEW, Action.CHANGED)}


@dataclass(slots=True)
class Applied:
    """What was done: members created and changed, lines left because things moved meanwhile."""

    created: int = 0
    changed: int = 0
    overtaken: int = 0

    def add(self, other: "Applied") -> None:
        """Add another step's figures."""
        self.created += other.created
        self.changed += other.changed
        self.overtaken += other.overtaken


def seal_phones(box: PhoneBox, rows: Iterable[RosterRow]) -> None:
    """Replace every row's phone by its sealed form and index; no number stays readable."""
    with_phone = [row for row in rows if row.phone]
    sealed = box.seal_all(row.phone or "" for row in with_phone)
    for row, (text, index) in zip(with_phone, sealed, strict=True):
        row.phone, row.phone_index = None, index
        row.phone_key_id, row.phone_sealed = text.key_id, text.sealed


def list_target_branches(session: Session, organisation: Organisation) -> list[Branch]:
    """Return the branches that a roster for ``organisation`` may fill.

    Raises:
        Invalid: a group, or nothing below that holds members.
    """
    if organisation.kind is OrganisationKind.GROUP:
        raise Invalid("名册要导入到党支部或上级党组织，不能导入到党小组", "roster.into_group")
    found = queries.list_branches_below(session, organisation.path)
    if not found:
        raise Invalid("这里还没有党支部。请先建好党支部，再导入名册", "roster.no_branches")
    return [Branch(each.id, each.code, each.name, each.short_name) for each in found]


def plan_roster(session: Session, organisation: Organisation, roster: Roster) -> RosterPlan:
    """Compare a roster, phones sealed, with the members at and below ``organisation``.

    Nothing is written.

    Raises:
        Invalid: no branch can take members here.
    """
    placed = sort_by_branch(roster, list_target_branches(session, organisation))
    branches: list[BranchPlan] = [
        plan
        for chunk in steps(placed.rows)
        for plan in plan_step(session, {each: placed.rows[each] for each in chunk})
    ]
    return gather_plan(roster, placed, branches)


def gather_plan(roster: Roster, placed: Sorted, branches: list[BranchPlan]) -> RosterPlan:
    """Put the plans of all branches together with what was found while reading and placing."""
    issues = [*roster.issues, *placed.issues, *(issue for branch in branches for issue in branch.issues)]
    return RosterPlan(branches, issues, [column for column in Column if column in roster.columns])


def steps(rows: dict[int, list[RosterRow]]) -> Iterator[list[int]]:
    """Yield the branches in groups of about :data:`STEP_ROWS` lines."""
    chunk: list[int] = []
    size = 0
    for organisation_id, lines in rows.items():
        chunk.append(organisation_id)
        size += len(lines)
        if size >= STEP_ROWS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def plan_step(session: Session, rows: dict[int, list[RosterRow]]) -> list[BranchPlan]:
    """Plan some branches with three queries in all."""
    existing = _load_existing(session, list(rows))
    groups = _load_groups(session, list(rows))
    return [
        plan_branch(each, lines, existing.get(each, []), [name for name, _ in groups.get(each, [])])
        for each, lines in rows.items()
    ]


def _load_existing(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[Existing]]:
    query = (
        select(
            Member.organisation_id,
            Member.id,
            Member.name,
            Member.status,
            Member.sex,
            Member.born_on,
            Member.joined_on,
            Member.regular_on,
            Member.phone_index,
            Member.post,
            Organisation.name,
            Member.exemption_reason,
            Member.wall_position,
        )
        .outerjoin(Organisation, Organisation.id == Member.group_id)
        .where(Member.organisation_id.in_(organisation_ids))
        .order_by(Member.id)
    )
    found: dict[int, list[Existing]] = {}
    for row in session.execute(query):
        found.setdefault(row[0], []).append(Existing(*row[1:]))
    return found


def _load_groups(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    query = select(Organisation.parent_id, Organisation.name, Organisation.id).where(
        Organisation.parent_id.in_(organisation_ids),
        Organisation.kind == OrganisationKind.GROUP,
        Organisation.closed_at.is_(None),
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for parent_id, name, group_id in session.execute(query):
        found.setdefault(parent_id or 0, []).append((name, group_id))
    return found


# ---------------------------------------------------------------- applying


def apply_step(session: Session, rows: dict[int, list[RosterRow]], confirmed: set[bytes]) -> Applied:
    """Plan some branches afresh and write what is to be done, in the caller's transaction.

    The plan is made again inside the writing transaction, so what another clerk did since
    the preview counts. An act that nobody confirmed is left out and counted as overtaken.

    Args:
        confirmed: signatures kept with the preview.
    """
    return apply_plans(session, plan_step(session, rows), confirmed)


def apply_plans(
    session: Session, plans: Sequence[BranchPlan], confirmed: set[bytes] | None = None
) -> Applied:
    """Write what the plans say; they must have been made in this writing transaction.

    Args:
        confirmed: signatures of the acts somebody agreed to; None accepts everything.
    """
    items = [item for plan in plans for item in plan.items if item.action in (Action.NEW, Action.CHANGED)]
    accepted = [item for item in items if confirmed is None or item.signature() in confirmed]
    groups = _ensure_groups(session, accepted)
    new = [item for item in accepted if item.action is Action.NEW]
    changed = [item for item in accepted if item.action is Action.CHANGED]
    _insert_members(session, new, groups)
    _update_members(session, changed, groups)
    if accepted:
        touched = {item.organisation_id for item in accepted}
        mark_stale(
            session,
            *(f"organisation:{each}" for each in touched),
            *(f"member:{item.member_id}" for item in changed),
        )
    return Applied(len(new), len(changed), len(items) - len(accepted))


Groups = dict[tuple[int, str], int]


def _ensure_groups(session: Session, items: Sequence[PlanItem]) -> Groups:
    """Return group ids by branch and name, making the groups that are missing."""
    wanted = {
        (item.organisation_id, remove_spaces(item.row.group)): item.row.group
        for item in items
        if item.row.group
    }
    known = _load_groups(session, sorted({branch for branch, _ in wanted}))
    groups: Groups = {
        (branch, remove_spaces(name)): group_id for branch, each in known.items() for name, group_id in each
    }
    missing = {key: name for key, name in wanted.items() if key not in groups}
    parents = _load_parents(session, {branch for branch, _ in missing})
    made = {
        key: Organisation(
            code=random_code(10),
            name=name,
            short_name=name,
            kind=OrganisationKind.GROUP,
            sector=parents[key[0]].sector,
            parent_id=key[0],
            created_at=clock.now(),
        )
        for key, name in missing.items()
    }
    session.add_all(made.values())
    session.flush()
    for key, group in made.items():
        group.path = f"{parents[key[0]].path}{group.id}/"
        groups[key] = group.id
    session.flush()
    return groups


def _load_parents(session: Session, ids: set[int]) -> dict[int, Organisation]:
    found = session.scalars(select(Organisation).where(Organisation.id.in_(ids))).all() if ids else []
    return {each.id: each for each in found}


def _public_id() -> str:
    """Return a random public id; each byte gives five unbiased bits of the alphabet."""
    return secrets.token_bytes(_PUBLIC_ID_LENGTH).translate(_ALPHABET).decode()


def _insert_members(session: Session, items: Sequence[PlanItem], groups: Groups) -> None:
    if not items:
        return
    places = {
        each: queries.get_last_wall_position(session, each)
        for each in {item.organisation_id for item in items}
    }
    records: list[dict[str, Any]] = []
    now = clock.now()
    for item in items:
        places[item.organisation_id] += 1
        records.append(_new_record(item, groups, places[item.organisation_id], now))
    session.execute(insert(_MEMBERS), records)


def _new_record(item: PlanItem, groups: Groups, place: int, now: datetime) -> dict[str, Any]:
    row = item.row
    return {
        "public_id": _public_id(),
        "organisation_id": item.organisation_id,
        "group_id": groups[item.organisation_id, remove_spaces(row.group)] if row.group else None,
        "name": row.name,
        "sex": row.sex,
        "born_on": row.born_on,
        "joined_on": row.joined_on,
        "regular_on": row.regular_on,
        "post": row.post or "",
        "status": row.status or MemberStatus.ACTIVE,
        "phone_key_id": row.phone_key_id,
        "phone_sealed": row.phone_sealed,
        "phone_index": row.phone_index,
        "wall_position": row.position or place,
        "exemption_reason": row.exemption,
        "exempt_since": clock.today() if row.exemption else None,
        "created_at": now,
        "updated_at": now,
    }


def _update_members(session: Session, items: Sequence[PlanItem], groups: Groups) -> None:
    """Write the changed fields only, members with the same fields in one statement."""
    by_fields: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in items:
        values = {**_changed_values(item, groups), "updated_at": clock.now()}
        record = {f"new_{key}": value for key, value in values.items()} | {"member_id": item.member_id}
        by_fields.setdefault(tuple(values), []).append(record)
    for fields_changed, records in by_fields.items():
        statement = update(_MEMBERS).where(_MEMBERS.c.id == bindparam("member_id"))
        session.execute(statement.values({key: bindparam(f"new_{key}") for key in fields_changed}), records)


def _changed_values(item: PlanItem, groups: Groups) -> dict[str, Any]:
    row, values = item.row, dict[str, Any]()
    for change in item.changes:
        if change.field == "phone":
            values |= {key: getattr(row, key) for key in ("phone_key_id", "phone_sealed", "phone_index")}
        elif change.field == "group":
            values["group_id"] = groups[item.organisation_id, remove_spaces(row.group or "")]
        elif change.field == "exemption":
            values["exemption_reason"] = row.exemption or UNSAID_EXEMPTION
            values["exempt_since"] = clock.today()
        elif change.field == "position":
            values["wall_position"] = row.position
        else:
            values[change.field] = getattr(row, change.field)
    return values
