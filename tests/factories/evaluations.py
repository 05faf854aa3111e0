"""A branch ready to be rated: members with something published, bricks, an open round."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.config import Settings
from brickwall.evaluations.constants import RatingValue
from brickwall.evaluations.devices import Device, find_device, new_device_token
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import EvaluationRound
from brickwall.evaluations.services import Receipt, RoundPlan, Tap, open_round, record_rating
from brickwall.kernel import clock
from brickwall.kernel.ids import new_code
from brickwall.kernel.permissions import Actor, Grant, Permission
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from tests.factories.organisations import make_member, make_organisation

NAMES = ("林秀峰", "韩德水", "沈小满", "周大勇", "欧阳䶮")
ROUND_RIGHTS = frozenset({Permission.ROUND_READ, Permission.ROUND_MANAGE, Permission.COMMENT_REVIEW})


@dataclass
class RatedBranch:
    """A branch, its members, the code of every brick, and the round."""

    organisation: Organisation
    members: list[Member]
    codes: list[str]
    branch_code: str
    actor: Actor
    keys: RoundKeys
    settings: Settings
    round: EvaluationRound | None = None
    round_id: str = ""


def round_actor(organisation: Organisation) -> Actor:
    """Return somebody who may do everything with the rounds of one branch."""
    return Actor(label="陈书记", account_id=None, grants=(Grant(organisation.path, ROUND_RIGHTS),))


def make_plaque(session: Session, organisation: Organisation, member: Member | None, serial: int) -> str:
    """Add an installed brick and return its code."""
    code = new_code()
    session.add(
        Plaque(
            code=code,
            serial=serial,
            state=PlaqueState.INSTALLED,
            organisation_id=organisation.id,
            member_id=member.id if member else None,
            created_at=clock.now(),
        )
    )
    session.flush()
    return code


def make_published(
    session: Session, member: Member, state: CommitmentState = CommitmentState.PUBLISHED
) -> None:
    """Add a commitment of ``member`` in ``state``."""
    session.add(
        Commitment(
            organisation_id=member.organisation_id,
            member_id=member.id,
            year=2026,
            state=state,
            kind=CommitmentKind.ONE_OFF,
            title="修好村东头排水沟 120 米",
            created_at=clock.now(),
            published_at=None if state is CommitmentState.DRAFT else clock.now(),
        )
    )
    session.flush()


def make_branch(
    session: Session, settings: Settings, names: tuple[str, ...] = NAMES, **values: Any
) -> RatedBranch:
    """Add a branch whose members each have a published commitment and a brick; commit."""
    organisation = make_organisation(session, **values)
    members = [make_member(session, organisation, name, wall_position=at) for at, name in enumerate(names)]
    for member in members:
        make_published(session, member)
    codes = [make_plaque(session, organisation, member, at + 1) for at, member in enumerate(members)]
    branch_code = make_plaque(session, organisation, None, len(members) + 1)
    session.commit()
    keys = RoundKeys(settings.keys_dir)
    return RatedBranch(organisation, members, codes, branch_code, round_actor(organisation), keys, settings)


def make_open_round(session: Session, settings: Settings, **values: Any) -> RatedBranch:
    """Add a branch with an open round and commit. ``values`` go to the plan."""
    branch = make_branch(session, settings)
    plan = {"name": "2026 年第四季度评议", "closes_at": clock.now() + timedelta(days=7), "roster_size": 412}
    branch.round = open_round(
        session, branch.actor, branch.keys, branch.organisation, RoundPlan(**{**plan, **values})
    )
    branch.round_id = branch.round.public_id
    session.commit()
    return branch


def new_device(settings: Settings) -> Device:
    """Return a phone that has just got its mark."""
    device = find_device(settings, new_device_token(settings))
    assert device is not None
    return device


def rate(
    branch: RatedBranch,
    value: RatingValue = RatingValue.SATISFIED,
    *,
    device: Device | None = None,
    at: int = 0,
    **more: Any,
) -> Receipt:
    """Rate the member with number ``at`` from ``device`` (a new phone when none is given)."""
    tap = Tap(branch.round_id, branch.codes[at], value, device or new_device(branch.settings), **more)
    return record_rating(branch.keys, tap)
