"""The table of members, as the actor may see it."""

from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.constants import LABELS, MemberStatus, OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.services.members import mask_phone, open_phone
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

MOST_CHOICES = 200
"""Branches or groups offered in a drop-down; beyond that people search."""
_TONES = {MemberStatus.ACTIVE: "done", MemberStatus.MOVED: "plain", MemberStatus.LEFT: "plain"}


def masked_phone(member: Member) -> str:
    """Return a member's phone number with its middle hidden."""
    return mask_phone(open_phone(member, PhoneBox(settings().keys_dir)))


def members_in_reach(actor: Actor) -> Select[Any]:
    """Return a SELECT of the members the actor may read, in wall order."""
    return queries.members_below(actor.paths(Permission.MEMBER_READ))


def _search(query: Select[Any], text: str) -> Select[Any]:
    return query.where(Member.name.contains(text, autoescape=True))


def _by_status(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Member.status == MemberStatus(value))


def _by_exemption(query: Select[Any], value: str) -> Select[Any]:
    exempt = Member.exemption_reason.is_not(None)
    return query.where(exempt if value == "yes" else ~exempt)


def _by_branch(query: Select[Any], code: str) -> Select[Any]:
    return query.where(Organisation.code == code)


def _by_group(query: Select[Any], code: str) -> Select[Any]:
    groups = select(Organisation.id).where(Organisation.code == code)
    return query.where(Member.group_id.in_(groups.scalar_subquery()))


def _choices(actor: Actor, permission: Permission, kind: OrganisationKind) -> list[tuple[str, str]]:
    """Return (code, name) of the organisations of a kind, one more than is ever offered."""
    paths = actor.paths(permission)
    found = queries.list_of_kinds(db.session(), paths, [kind], MOST_CHOICES + 1)
    return [(each.code, each.name) for each in found]


def _filters(actor: Actor, branches: list[tuple[str, str]]) -> list[Filter]:
    statuses = [(status.value, LABELS[status]) for status in MemberStatus]
    filters = [
        Filter("status", "状态", statuses, _by_status),
        Filter("exempt", "免诺", [("yes", "已免诺"), ("no", "没有免诺")], _by_exemption),
    ]
    if 1 < len(branches) <= MOST_CHOICES:
        filters.insert(0, Filter("branch", "党支部", branches, _by_branch))
    if len(branches) == 1:
        groups = _choices(actor, Permission.MEMBER_READ, OrganisationKind.GROUP)
        if 0 < len(groups) <= MOST_CHOICES:
            filters.insert(0, Filter("group", "党小组", groups, _by_group))
    return filters


def member_table(actor: Actor) -> TableSpec:
    """Return the table of members with the filters that make sense in the actor's reach."""
    branches = _choices(actor, Permission.MEMBER_READ, OrganisationKind.BRANCH)
    can_import = actor.may(Permission.ROSTER_IMPORT)
    return TableSpec(
        key="members",
        title="党员名单",
        columns=_columns(len(branches) > 1),
        filters=_filters(actor, branches),
        search=_search,
        search_label="按姓名查找",
        tie=Member.id,
        row_id=lambda row: str(row.public_id),
        empty=EmptyState(
            "还没有党员",
            "手里的名册是什么样就传什么样，系统会自己找姓名那一列。",
            "导入名册" if can_import else "",
            url_for("console_roster.index") if can_import else "",
        ),
    )


def _columns(several: bool) -> list[Column]:
    columns = [
        Column("name", "姓名", lambda row: row.name, sort=Member.name, link=_page_url, width=16),
        Column("group", "党小组", lambda row: row.group.name if row.group else None, width=14),
        Column("post", "职务", lambda row: row.post, sort=Member.post, width=14),
        Column("status", "状态", _status, sort=Member.status, tone=_tone, width=10),
        Column("exempt", "免诺", lambda row: row.exemption_reason, wide_only=True, width=20),
        Column("joined_on", "入党时间", lambda row: row.joined_on, sort=Member.joined_on, width=12),
        Column("phone", "电话", masked_phone, exported=False, wide_only=True),
        Column("position", "砖位", lambda row: row.wall_position, sort=Member.wall_position, numeric=True),
    ]
    if several:
        columns.insert(1, Column("branch", "党支部", _branch, sort=Organisation.name, width=22))
    return columns


def _page_url(row: Member) -> str:
    return url_for("console_members.page", public_id=row.public_id)


def _branch(row: Member) -> str:
    return row.organisation.name


def _status(row: Member) -> str:
    return LABELS[row.status]


def _tone(row: Member) -> str:
    return _TONES.get(row.status, "plain")


def group_options(branch: Organisation) -> list[tuple[str, str]]:
    """Return a branch's groups as (id, name) for a form."""
    return [(str(group.id), group.name) for group in queries.list_groups(db.session(), branch)]


def branch_options(actor: Actor) -> list[tuple[str, str]] | None:
    """Return the branches the actor may change as (code, name), None when too many to list."""
    found = _choices(actor, Permission.MEMBER_WRITE, OrganisationKind.BRANCH)
    return found if len(found) <= MOST_CHOICES else None
