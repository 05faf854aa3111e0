"""Activation slips: with one, a member opens his pocket on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from brickwall.accounts import queries, rules
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import ActivationSlip
from brickwall.accounts.services.identities import bind_identity
from brickwall.accounts.services.membership import account_of
from brickwall.accounts.services.sessions import Opened, open_session
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import normalise_code, random_code
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.security import keyed_hash
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """A slip with its code (12 characters, ungrouped). This is the only moment the code is known."""

    slip: ActivationSlip
    code: str


def slip_hash(settings: Settings, code: str) -> str:
    """Return the keyed hash under which a slip's code is kept."""
    return keyed_hash(settings, "activation", code)


def issue_activations(
    session: Session, settings: Settings, actor: Actor, members: Sequence[Member]
) -> list[IssuedSlip]:
    """Issue one slip for each member; an older unused slip of the same member is revoked.

    Raises:
        NotFound, Forbidden: when ``actor`` may not issue slips for one of them.
        Refused: when one of them is no longer an active member.
    """
    for member in members:
        require_at(actor, Permission.ACTIVATION_ISSUE, member.organisation.path)
        if member.status is not MemberStatus.ACTIVE:
            raise Refused(f"{member.name} 已不在册，不能开激活条", "activation.not_active")
    now = clock.now()
    _revoke(session, [member.id for member in members])
    issued = []
    for member in members:
        code = random_code(rules.SLIP_CODE_LENGTH)
        slip = ActivationSlip(
            code_hash=slip_hash(settings, code),
            member_id=member.id,
            issued_by=actor.account_id,
            created_at=now,
            expires_at=now + rules.SLIP_LIFETIME,
        )
        slip.member = member
        session.add(slip)
        issued.append(IssuedSlip(slip, code))
        path = member.organisation.path
        record(session, actor, Tag.ACTIVATION_ISSUED, path=path, subject=member.name)
    session.flush()
    return issued


def _revoke(session: Session, member_ids: Sequence[int]) -> int:
    waiting = (
        ActivationSlip.member_id.in_(member_ids),
        ActivationSlip.used_at.is_(None),
        ActivationSlip.revoked_at.is_(None),
    )
    revoked = update(ActivationSlip).where(*waiting).values(revoked_at=clock.now())
    return len(session.execute(revoked.returning(ActivationSlip.id)).all())


def revoke_activations(session: Session, actor: Actor, member: Member) -> None:
    """Revoke a member's unused slips, for example when a printed one was lost.

    Raises:
        NotFound, Forbidden: when ``actor`` may not issue slips for him.
        Refused: when there is none to revoke.
    """
    require_at(actor, Permission.ACTIVATION_ISSUE, member.organisation.path)
    if not _revoke(session, [member.id]):
        raise Refused(f"{member.name} 没有待用的激活条", "activation.none_waiting")
    path = member.organisation.path
    record(session, actor, Tag.ACTIVATION_REVOKED, path=path, subject=member.name)


def examine_slip(session: Session, settings: Settings, typed: str) -> ActivationSlip:
    """Return the unused slip that a code belongs to, without using it.

    Args:
        typed: the code as typed or scanned; case, spaces and O/0, I/1, L do not matter.

    Raises:
        Invalid: when the code cannot be one.
        Refused: when the slip is unknown, used, revoked or expired, with the next step.
    """
    try:
        code = normalise_code(typed, rules.SLIP_CODE_LENGTH)
    except ValueError as error:
        sentence = f"激活码是 {rules.SLIP_CODE_LENGTH} 个字母和数字，请对照纸条再输一次"
        raise Invalid(sentence, "activation.malformed", fields={"code": sentence}) from error
    slip = queries.find_slip(session, slip_hash(settings, code))
    reason, sentence = rules.slip_refusal(slip, clock.now())
    if slip is None or reason:
        raise Refused(sentence, reason, fields={"code": sentence})
    return slip


def activate_member(
    session: Session, settings: Settings, typed: str, label: str, identity_id: int | None = None
) -> Opened:
    """Open a member's pocket on the phone that brings a slip's code; the slip is used up.

    Makes his account at the first time.

    Args:
        typed: as for :func:`examine_slip`.
        label: the phone in words, for the list of his devices.
        identity_id: of the WeChat that brings it, which is bound to the member.

    Raises:
        Invalid, Refused: as :func:`examine_slip`.
        Refused: when the WeChat is bound to another member; the slip is still good then.
    """
    slip = examine_slip(session, settings, typed)
    _use_up(session, slip)
    if identity_id is None:
        account = account_of(session, slip.member)
        opened = open_session(session, account, SessionKind.DEVICE, label=label)
    else:
        opened = bind_identity(session, identity_id, slip.member, "激活条", label)
    account = opened.row.owner
    actor = Actor(account.display_name, account.id, member_id=slip.member_id)
    path = slip.member.organisation.path
    record(session, actor, Tag.ACTIVATION_USED, path=path, subject=slip.member.name)
    return opened


def _use_up(session: Session, slip: ActivationSlip) -> None:
    """Use a slip once, also when two phones bring it at the same moment."""
    used = session.execute(
        update(ActivationSlip)
        .where(ActivationSlip.id == slip.id, ActivationSlip.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(ActivationSlip.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(slip, ["used_at"])
    if used is None:
        reason, sentence = rules.slip_refusal(slip, clock.now())
        raise Refused(sentence, reason, fields={"code": sentence})
