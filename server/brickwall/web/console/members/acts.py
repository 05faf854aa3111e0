"""Acts on one member that ask for a reason: exempt, move, leave."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid
from brickwall.organisations.constants import LABELS, MemberStatus
from brickwall.organisations.services import members
from brickwall.web.console.forms import done, read_reason
from brickwall.web.console.members.views import area, get_member
from brickwall.web.console.places import get_place

__all__ = ["area"]


def _back(public_id: str) -> str:
    return url_for("console_members.page", public_id=public_id)


@area.post("/<public_id>/exempt")
@requires(Permission.MEMBER_WRITE)
def exempt(public_id: str) -> ResponseReturnValue:
    """Exempt a member from committing (PRACTICES L10)."""
    member = get_member(public_id)
    members.exempt_member(db.session(), current_actor(), member, read_reason())
    return done(f"{member.name}已免诺，不算进应承诺的人数", _back(public_id))


@area.post("/<public_id>/unexempt")
@requires(Permission.MEMBER_WRITE)
def unexempt(public_id: str) -> ResponseReturnValue:
    """End a member's exemption."""
    member = get_member(public_id)
    members.end_exemption(db.session(), current_actor(), member, read_reason())
    return done(f"已取消{member.name}的免诺", _back(public_id))


@area.post("/<public_id>/status")
@requires(Permission.MEMBER_WRITE)
def change_status(public_id: str) -> ResponseReturnValue:
    """Note that a member moved away, left, died, or is back."""
    member, chosen = get_member(public_id), request.form.get("status", "")
    if chosen not in {each.value for each in MemberStatus}:
        raise Invalid("请选一个状态", fields={"status": "请选一个状态"})
    status = MemberStatus(chosen)
    members.change_status(db.session(), current_actor(), member, status, read_reason())
    return done(f"{member.name}的状态已改为“{LABELS[status]}”", _back(public_id))


@area.post("/<public_id>/move")
@requires(Permission.MEMBER_WRITE)
def move(public_id: str) -> ResponseReturnValue:
    """Move a member to another branch in the actor's reach."""
    actor, member = current_actor(), get_member(public_id)
    to = get_place(actor, Permission.MEMBER_WRITE, request.form.get("to", ""))
    members.move_member(db.session(), actor, member, to, read_reason())
    return done(f"{member.name}已转到{to.name}", _back(public_id))
