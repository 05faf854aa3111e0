"""The table of staff accounts."""

from typing import Any

from flask import url_for
from sqlalchemy import Select, or_, select

from brickwall.accounts.constants import LABELS, Role
from brickwall.accounts.models import Account, Assignment
from brickwall.accounts.queries import staff_below
from brickwall.kernel.permissions import Permission, current_actor
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

_ROLES = tuple((role.value, LABELS[role]) for role in Role if role is not Role.MEMBER)
_STATES = (("on", "可以登录"), ("off", "已停用"), ("bare", "没设动态验证码"))


def _with_role(query: Select[Any], value: str) -> Select[Any]:
    holders = select(Assignment.account_id).where(Assignment.role == Role(value))
    return query.where(Account.id.in_(holders))


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    conditions = {
        "on": Account.disabled_at.is_(None),
        "off": Account.disabled_at.is_not(None),
        "bare": Account.totp_confirmed_at.is_(None),
    }
    return query.where(conditions[value])


def _named(query: Select[Any], text: str) -> Select[Any]:
    return query.where(
        or_(
            Account.display_name.contains(text, autoescape=True),
            Account.login.contains(text.lower(), autoescape=True),
        )
    )


def roles_in_words(account: Account) -> str:
    """Return an account's roles with their organisations: ``柳河村党支部：支部书记``."""
    return "；".join(f"{each.organisation.name}：{LABELS[each.role]}" for each in account.assignments)


TABLE = TableSpec(
    key="accounts",
    title="账号",
    columns=(
        Column(
            "name",
            "姓名",
            lambda row: row.display_name,
            sort=Account.display_name,
            link=lambda row: url_for("console_accounts.page", public_id=row.public_id),
            width=18,
        ),
        Column("login", "登录名", lambda row: row.login, sort=Account.login, width=20),
        Column("roles", "角色", roles_in_words, width=48),
        Column(
            "factor",
            "动态验证码",
            lambda row: "已设" if row.totp_confirmed_at else "没设",
            tone=lambda row: "plain" if row.totp_confirmed_at else "late",
            width=12,
        ),
        Column(
            "state",
            "状态",
            lambda row: "已停用" if row.disabled_at else "可以登录",
            tone=lambda row: "plain" if row.disabled_at else "done",
            width=12,
        ),
    ),
    empty=EmptyState("还没有账号", "给一起办事的人各开一个，不要共用。", "开账号", "/console/accounts/new"),
    default_sort="name",
    filters=(Filter("role", "角色", _ROLES, _with_role), Filter("state", "状态", _STATES, _in_state)),
    search=_named,
    search_label="按姓名或登录名查找",
    tie=Account.id,
)


def staff() -> Select[Any]:
    """Return the SELECT of the accounts this person may read."""
    return staff_below(current_actor().paths(Permission.ACCOUNT_READ))
