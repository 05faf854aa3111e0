"""What the county may switch on, each time with a reason that everybody can read (EXPERIENCE.md)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.kernel.text import clean_paragraphs
from brickwall.organisations.constants import BUILT, LABELS, Switch
from brickwall.organisations.models import Organisation, SwitchChange
from brickwall.organisations.queries import is_on, list_root_paths
from brickwall.organisations.rules import REASON_LENGTH


def may_switch(session: Session, actor: Actor) -> bool:
    """Tell whether ``actor`` holds the right at a root of the tree: the county, not a branch below it."""
    return any(actor.may(Permission.SWITCH_MANAGE, path) for path in list_root_paths(session))


def set_switch(session: Session, actor: Actor, switch: Switch, on: bool, reason: str) -> SwitchChange:
    """Switch something on or off for the whole site.

    Raises:
        NotFound: the actor holds no right at the root of the tree.
        Refused: it is not built yet, or stands like that already.
        Invalid: without a reason.
    """
    if not may_switch(session, actor):
        raise NotFound("没有找到这个页面")
    if on and switch not in BUILT:
        raise Refused(f"“{LABELS[switch]}”这项功能还没有做，打不开", "switches.not_built")
    if is_on(session, switch) is on:
        state = "开着" if on else "关着"
        raise Refused(f"“{LABELS[switch]}”本来就{state}，请刷新后再看", "switches.unchanged")
    cleaned = clean_paragraphs(reason)[:REASON_LENGTH]
    if not cleaned:
        raise Invalid("请写明原因，大家都看得到", fields={"reason": "请写明原因"})
    change = SwitchChange(name=switch, is_on=on, reason=cleaned, actor_label=actor.label, at=clock.now())
    session.add(change)
    session.flush()
    tag = Tag.SWITCHED_ON if on else Tag.SWITCHED_OFF
    root = session.scalars(select(Organisation).where(Organisation.parent_id.is_(None)).limit(1)).one()
    record(session, actor, tag, path=root.path, subject=LABELS[switch], reason=cleaned)
    return change
