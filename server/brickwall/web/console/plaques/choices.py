"""What the forms of this area offer to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Invalid
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import get_member_for, list_wall
from brickwall.plaques.models import Plaque
from brickwall.plaques.services import Target
from brickwall.web.console.places import get_place, list_places

BRANCH = "branch:"
MEMBER = "member:"


def list_branches(actor: Actor, permission: Permission) -> Sequence[Organisation]:
    """Return the organisations that hold plaques; groups share their branch's wall."""
    places = list_places(actor, permission)
    return [place for place in places if place.kind is not OrganisationKind.GROUP and not place.closed_at]


def list_targets(plaque: Plaque) -> list[tuple[str, str]]:
    """Return (value, words) of whom a plaque can point to: its branch's members, the branch itself."""
    place = plaque.organisation
    offered = [
        (f"{MEMBER}{member.public_id}", f"{member.name}（{member.post}）" if member.post else member.name)
        for member in list_wall(db.session(), place)
        if member.id != plaque.member_id
    ]
    if plaque.member_id is not None or plaque.state == "blank":
        offered.append((f"{BRANCH}{place.code}", f"{place.name}（支部自己的铭牌）"))
    return offered


def read_target(actor: Actor, value: str) -> Target:
    """Return the holder chosen in a form.

    Raises:
        Invalid: nothing chosen.
        NotFound: out of the actor's reach.
    """
    if value.startswith(MEMBER):
        return get_member_for(db.session(), actor, Permission.PLAQUE_WRITE, value.removeprefix(MEMBER))
    if value.startswith(BRANCH):
        return get_place(actor, Permission.PLAQUE_WRITE, value.removeprefix(BRANCH))
    raise Invalid("请选择这块砖指向谁", fields={"target": "请选择"})
