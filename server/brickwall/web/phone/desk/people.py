"""Members and branches to choose from on a phone, with how much of theirs is being worked on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from brickwall.commitments.models import Commitment
from brickwall.commitments.rules import WORKING
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import members_below, organisations_below
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.queries import count_by_state

SHOWN = 100


def _open_by(session: Session, owner: ColumnElement[Any], *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Count commitments being worked on by owner."""
    query = (
        select(owner, func.count(Commitment.id))
        .where(Commitment.state.in_(WORKING), *conditions)
        .group_by(owner)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_people(session: Session, paths: Sequence[str], text: str) -> tuple[list[dict[str, Any]], bool]:
    """Return at most 100 active members below ``paths`` in the order of the wall, and whether there are more.

    Args:
        text: part of a name; empty for everybody.
    """
    query = members_below(paths).where(Member.status == MemberStatus.ACTIVE)
    wanted = text.strip()
    if wanted:
        query = query.where(Member.name.contains(wanted, autoescape=True))
    found = session.scalars(query.limit(SHOWN + 1)).all()
    shown = found[:SHOWN]
    mine = Commitment.member_id.in_([member.id for member in shown])
    open_ones = _open_by(session, Commitment.member_id.expression, mine)
    several = len({member.organisation_id for member in shown}) > 1
    return [_person(member, several, open_ones.get(member.id, 0)) for member in shown], len(found) > SHOWN


def _person(member: Member, several: bool, open_ones: int) -> dict[str, Any]:
    parts = [
        member.post,
        member.group.short_name if member.group else "",
        member.organisation.short_name if several else "",
    ]
    note = " · ".join(part for part in parts if part)
    return {"id": member.public_id, "name": member.name, "note": note, "open": open_ones}


def list_branch_owners(session: Session, paths: Sequence[str]) -> list[dict[str, Any]]:
    """Return at most 100 branches below ``paths`` that are working on a commitment of their own."""
    own = Commitment.member_id.is_(None)
    has_one = (
        select(Commitment.id)
        .where(Commitment.organisation_id == Organisation.id, own, Commitment.state.in_(WORKING))
        .exists()
    )
    places = session.scalars(organisations_below(paths).where(has_one).limit(SHOWN)).all()
    theirs = Commitment.organisation_id.in_([place.id for place in places])
    open_ones = _open_by(session, Commitment.organisation_id.expression, own, theirs)
    return [
        {"id": place.code, "name": place.name, "note": "支部自己的承诺", "open": open_ones[place.id]}
        for place in places
    ]


def count_plaques(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """Return how many plaques there are in each state at and below ``paths``."""
    counts = dict.fromkeys((state.value for state in PlaqueState), 0)
    for path in paths:
        for state, count in count_by_state(session, path).items():
            counts[state.value] += count
    return counts
