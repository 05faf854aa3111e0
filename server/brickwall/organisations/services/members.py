"""Adding and changing members. Nothing is ever deleted; every act is in the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import mark_stale
from brickwall.kernel.security import PhoneBox, SealedText
from brickwall.organisations import queries, rules
from brickwall.organisations.constants import LABELS, MemberStatus
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.roster.phones import read_phone

FIELDS = ("name", "sex", "born_on", "joined_on", "regular_on", "post", "group_id")


def create_member(
    session: Session,
    actor: Actor,
    box: PhoneBox,
    organisation: Organisation,
    *,
    name: str,
    phone: str = "",
    **values: Any,
) -> Member:
    """Add a member at the end of a branch's wall.

    Args:
        phone: any way of writing a number; empty for none. Stored sealed.
        values: any of ``sex born_on joined_on regular_on post group_id``.

    Raises:
        Invalid: not a branch, or a value that cannot be.
    """
    rules.check_holds_members(organisation.kind)
    checked = _checked(session, organisation, {"name": name, **values})
    member = Member(
        organisation_id=organisation.id,
        wall_position=queries.get_last_wall_position(session, organisation.id) + 1,
        created_at=clock.now(),
        updated_at=clock.now(),
        **checked,
    )
    _set_phone(member, box, phone)
    session.add(member)
    session.flush()
    record(session, actor, Tag.MEMBER_CREATED, path=organisation.path, subject=member.name)
    mark_stale(session, f"organisation:{organisation.id}")
    return member


def change_member(
    session: Session,
    actor: Actor,
    box: PhoneBox,
    member: Member,
    values: Mapping[str, Any],
    *,
    phone: str | None = None,
    seen: str = "",
) -> list[str]:
    """Change what is known of a member; return the names of the fields that changed.

    Args:
        values: any of :data:`FIELDS`.
        phone: None leaves the number, an empty text takes it away.
        seen: ``updated_at`` (ISO) as the form showed it; guards against overwriting.

    Raises:
        Invalid: a value that cannot be.
        Refused: somebody else changed the member since.
    """
    if seen and seen != member.updated_at.isoformat():
        raise Refused("刚刚有人改过这位党员的资料，请看过最新内容再改", "members.changed_meanwhile")
    checked = _checked(session, member.organisation, values)
    changed = [key for key, value in checked.items() if getattr(member, key) != value]
    for key in changed:
        setattr(member, key, checked[key])
    if phone is not None and _set_phone(member, box, phone):
        changed.append("phone")
    if changed:
        _touch(session, member)
        record(
            session,
            actor,
            Tag.MEMBER_CHANGED,
            path=member.organisation.path,
            subject=member.name,
            fields=changed,
        )
        session.expire(member, ["group"])
    return changed


def move_member(session: Session, actor: Actor, member: Member, to: Organisation, reason: str) -> None:
    """Move a member to the end of another branch's wall; he leaves his group.

    Raises:
        Invalid: ``to`` is no branch, or no reason is given.
        Refused: he is there already.
    """
    rules.check_holds_members(to.kind)
    if to.id == member.organisation_id:
        raise Refused(f"{member.name}已经在“{to.name}”了", "members.already_there")
    checked, origin = rules.check_reason(reason), member.organisation
    mark_stale(session, f"organisation:{origin.id}")
    member.wall_position = queries.get_last_wall_position(session, to.id) + 1
    member.organisation_id, member.group_id = to.id, None
    member.organisation, member.group = to, None
    _touch(session, member)
    for path in (origin.path, to.path):
        record(session, actor, Tag.MEMBER_MOVED, path=path, subject=member.name, to=to.name, reason=checked)


def change_status(session: Session, actor: Actor, member: Member, status: MemberStatus, reason: str) -> None:
    """Note that a member moved away, left, died, or is back.

    Raises:
        Invalid: no reason.
        Refused: that is his status already.
    """
    checked = rules.check_reason(reason)
    if member.status is status:
        raise Refused(f"{member.name}的状态已经是“{LABELS[status]}”", "members.same_status")
    member.status = status
    _touch(session, member)
    record(
        session,
        actor,
        Tag.MEMBER_STATUS_CHANGED,
        path=member.organisation.path,
        subject=member.name,
        to=LABELS[status],
        reason=checked,
    )


def exempt_member(session: Session, actor: Actor, member: Member, reason: str) -> None:
    """Exempt a member from committing, or correct the reason (PRACTICES L10)."""
    member.exemption_reason = rules.check_reason(reason)
    member.exempt_since = member.exempt_since or clock.today()
    _touch(session, member)
    record(
        session,
        actor,
        Tag.MEMBER_EXEMPTED,
        path=member.organisation.path,
        subject=member.name,
        reason=member.exemption_reason,
    )


def end_exemption(session: Session, actor: Actor, member: Member, reason: str) -> None:
    """End a member's exemption.

    Raises:
        Invalid: no reason.
        Refused: he is not exempt.
    """
    checked = rules.check_reason(reason)
    if not member.exempt:
        raise Refused(f"{member.name}没有办过免诺", "members.not_exempt")
    member.exemption_reason = member.exempt_since = None
    _touch(session, member)
    record(
        session,
        actor,
        Tag.MEMBER_EXEMPTION_ENDED,
        path=member.organisation.path,
        subject=member.name,
        reason=checked,
    )


def reorder_wall(
    session: Session, actor: Actor, organisation: Organisation, public_ids: Sequence[str]
) -> None:
    """Give a branch's wall a new order: the members named come first, in that order.

    Members who are not named keep their order behind them.

    Raises:
        Invalid: a member who is not on this wall, or one named twice.
    """
    wall = {member.public_id: member for member in queries.list_wall(session, organisation)}
    if len(set(public_ids)) != len(public_ids) or any(each not in wall for each in public_ids):
        raise Invalid("次序里有重复或不在这面墙上的人，请刷新后再排", "members.bad_order")
    rest = [public_id for public_id in wall if public_id not in set(public_ids)]
    places = [
        {"id": wall[public_id].id, "wall_position": place}
        for place, public_id in enumerate([*public_ids, *rest], start=1)
    ]
    if places:
        session.execute(update(Member), places)
    record(session, actor, Tag.WALL_REORDERED, path=organisation.path, subject=organisation.name)
    mark_stale(session, f"organisation:{organisation.id}", *(f"member:{each['id']}" for each in places))


def open_phone(member: Member, box: PhoneBox) -> str | None:
    """Return a member's phone number, None when there is none or its key is gone."""
    if member.phone_sealed is None or member.phone_key_id is None:
        return None
    try:
        return box.open(SealedText(member.phone_key_id, member.phone_sealed))
    except KeyError:
        return None


def mask_phone(phone: str | None) -> str:
    """Return a number with its middle hidden, as lists show it: 138****5678."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else f"****{phone[-4:]}"


def _set_phone(member: Member, box: PhoneBox, phone: str) -> bool:
    """Store a typed number; tell whether it differs from the one there."""
    read = read_phone(phone)
    if read.value is None and phone.strip():
        reason = read.findings[0].reason if read.findings else "电话看不懂，请核对"
        raise Invalid(reason, "members.bad_phone", fields={"phone": reason})
    if read.value is None:
        had = member.phone_index is not None
        member.phone_key_id = member.phone_sealed = member.phone_index = None
        return had
    index = box.index(read.value)
    if index == member.phone_index:
        return False
    sealed = box.seal(read.value)
    member.phone_key_id, member.phone_sealed, member.phone_index = sealed.key_id, sealed.sealed, index
    return True


def _checked(session: Session, organisation: Organisation, values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a member: {sorted(unknown)}")
    checked = dict(values)
    if "name" in checked:
        checked["name"] = rules.check_name(checked["name"])
    if "post" in checked:
        checked["post"] = rules.check_post(checked["post"] or "")
    for key in ("born_on", "joined_on", "regular_on"):
        if key in checked:
            checked[key] = rules.check_date(checked[key] or "", key)
    group_id = checked.get("group_id")
    if group_id is not None and group_id not in {g.id for g in queries.list_groups(session, organisation)}:
        raise Invalid(
            "这个党小组不在本支部，请重新选择", "members.unknown_group", fields={"group_id": "请重新选择"}
        )
    return checked


def _touch(session: Session, member: Member) -> None:
    member.updated_at = clock.now()
    session.flush()
    mark_stale(session, f"member:{member.id}", f"organisation:{member.organisation_id}")
