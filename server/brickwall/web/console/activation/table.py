"""The members with what is known of their phones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brickwall.accounts import queries
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import Account, ActivationSlip, AuthSession
from brickwall.kernel import clock
from brickwall.kernel.permissions import Permission, current_actor
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member
from brickwall.organisations.queries import members_below
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

_STATES = (("none", "还没开通"), ("open", "已开通"), ("waiting", "有待用的激活条"))


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A member, how many phones he has open, how many WeChats bound, and his unused slip if any."""

    member: Member
    phones: int
    wechats: int
    slip: ActivationSlip | None


def _with_phone() -> Select[Any]:
    return (
        select(Account.member_id)
        .join(AuthSession, AuthSession.account_id == Account.id)
        .where(
            Account.member_id.is_not(None),
            AuthSession.kind == SessionKind.DEVICE,
            AuthSession.revoked_at.is_(None),
            AuthSession.expires_at > clock.now(),
        )
    )


def _with_slip() -> Select[Any]:
    return select(ActivationSlip.member_id).where(
        ActivationSlip.used_at.is_(None),
        ActivationSlip.revoked_at.is_(None),
        ActivationSlip.expires_at > clock.now(),
    )


def without_phone(query: Select[Any]) -> Select[Any]:
    """Narrow a SELECT of members to those with no open pocket."""
    return query.where(Member.id.not_in(_with_phone()))


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    if value == "none":
        return without_phone(query)
    return query.where(Member.id.in_(_with_phone() if value == "open" else _with_slip()))


def _named(query: Select[Any], text: str) -> Select[Any]:
    return query.where(Member.name.contains(text, autoescape=True))


def _load(session: Session, members: Sequence[Member]) -> list[PhoneRow]:
    ids = [member.id for member in members]
    phones = queries.count_phones_by_member(session, ids)
    wechats = queries.count_wechats_by_member(session, ids)
    slips = queries.list_waiting_slips(session, ids)
    return [
        PhoneRow(member, phones.get(member.id, 0), wechats.get(member.id, 0), slips.get(member.id))
        for member in members
    ]


TABLE = TableSpec(
    key="activation",
    title="激活手机",
    columns=(
        Column("name", "姓名", lambda row: row.member.name, sort=Member.name, width=16),
        Column("branch", "支部", lambda row: row.member.organisation.name, wide_only=True, width=28),
        Column("group", "党小组", lambda row: row.member.group.name if row.member.group else "", width=16),
        Column(
            "phones",
            "手机",
            lambda row: f"已开通 {row.phones} 部" if row.phones else "还没开通",
            tone=lambda row: "done" if row.phones else "plain",
        ),
        Column("wechat", "微信", lambda row: f"已绑 {row.wechats} 个" if row.wechats else "没有绑"),
        Column(
            "slip", "待用的激活条", lambda row: clock.local(row.slip.expires_at).date() if row.slip else None
        ),
    ),
    empty=EmptyState("还没有党员", "先把名册导进来，再给党员开激活条。", "导入名册", "/console/roster/"),
    filters=(Filter("state", "手机", _STATES, _in_state),),
    search=_named,
    search_label="按姓名查找",
    load=_load,
    row_id=lambda row: row.member.public_id,
    tie=Member.id,
)


def members() -> Select[Any]:
    """Return the SELECT of the active members for whom this person may open phones."""
    paths = current_actor().paths(Permission.ACTIVATION_ISSUE)
    return members_below(paths).where(Member.status == MemberStatus.ACTIVE)
