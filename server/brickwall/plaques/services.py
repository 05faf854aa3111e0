"""Acts on plaques: issue, bind, re-point, retire, and what happened to them on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.ids import group_code, new_code
from brickwall.kernel.jobs import Job, enqueue
from brickwall.kernel.permissions import SYSTEM, Actor, Permission, require_at
from brickwall.kernel.problems import Refused, Unavailable
from brickwall.kernel.projections import mark_stale
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import list_wall
from brickwall.plaques import queries, rules
from brickwall.plaques.constants import PlaqueEventKind, PlaqueState
from brickwall.plaques.models import Plaque, PlaqueEvent

COLLISION_TRIES = 5
PRINT_JOB = "plaques.print"

Target = Member | Organisation
"""What a plaque can point to."""


def require_permission(actor: Actor, permission: Permission, path: str) -> None:
    """Make sure the actor may do this there; the command line acts as the system itself.

    Raises:
        NotFound, Forbidden: as `require_at`.
    """
    if actor is not SYSTEM:
        require_at(actor, permission, path)


def ensure_plaques(session: Session, actor: Actor, organisation: Organisation) -> list[Plaque]:
    """Give every active member of a branch, and the branch itself, the one permanent code.

    Returns only the new plaques; a second call returns none.

    Raises:
        Unavailable: no free code was found (practically impossible).
    """
    require_permission(actor, Permission.PLAQUE_PRINT, organisation.path)
    present = queries.list_plaques(session, organisation)
    held = {plaque.member_id for plaque in present if plaque.state is not PlaqueState.BLANK}
    targets: list[Member | None] = [m for m in list_wall(session, organisation) if m.id not in held]
    if None not in held:
        targets.append(None)
    return _issue(session, actor, organisation, targets, PlaqueState.ISSUED)


def issue_blank_stock(session: Session, actor: Actor, organisation: Organisation, count: int) -> list[Plaque]:
    """Issue `count` plaques that point nowhere yet and are bound later by a scan.

    Raises:
        Invalid: not between 1 and 500.
    """
    require_permission(actor, Permission.PLAQUE_PRINT, organisation.path)
    blanks: list[Member | None] = [None] * rules.check_blank_count(count)
    return _issue(session, actor, organisation, blanks, PlaqueState.BLANK)


def _issue(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    targets: Sequence[Member | None],
    state: PlaqueState,
) -> list[Plaque]:
    """Add one plaque for each target, with a fresh code and serial, and note it."""
    if not targets:
        return []
    plaques = _insert(session, organisation, targets, state)
    for plaque in plaques:
        _note(session, actor, plaque, PlaqueEventKind.ISSUED)
    session.flush()
    record(
        session,
        actor,
        Tag.PLAQUES_ISSUED,
        path=organisation.path,
        subject=organisation.name,
        count=len(plaques),
    )
    mark_stale(session, *_subjects(plaques))
    return plaques


def _insert(
    session: Session, organisation: Organisation, targets: Sequence[Member | None], state: PlaqueState
) -> list[Plaque]:
    """Insert the rows; a code that somebody else took meanwhile is drawn again."""
    for _ in range(COLLISION_TRIES):
        taken = queries.list_taken_serials(session, organisation.id)
        codes = _fresh_codes(session, len(targets))
        plaques = [
            Plaque(
                code=code,
                serial=rules.pick_serial(member.wall_position if member else None, taken),
                state=state,
                organisation_id=organisation.id,
                organisation=organisation,
                member_id=member.id if member else None,
                member=member,
                created_at=clock.now(),
            )
            for code, member in zip(codes, targets, strict=True)
        ]
        try:
            with session.begin_nested():
                session.add_all(plaques)
        except IntegrityError:
            continue
        return plaques
    raise Unavailable("暂时编不出新的砖码，请过一会儿再试", "plaques.no_free_code")


def _fresh_codes(session: Session, count: int) -> list[str]:
    """Draw codes that no plaque carries."""
    fresh: dict[str, None] = {}
    while len(fresh) < count:
        drawn = list(dict.fromkeys(new_code() for _ in range(count - len(fresh))))
        taken = queries.list_taken_codes(session, drawn)
        fresh.update(dict.fromkeys(code for code in drawn if code not in taken))
    return list(fresh)


def _subjects(plaques: Sequence[Plaque]) -> list[str]:
    """Subjects whose published pages show these plaques."""
    found = {f"organisation:{plaque.organisation_id}": None for plaque in plaques}
    found |= {f"member:{plaque.member_id}": None for plaque in plaques if plaque.member_id}
    found |= {f"plaque:{plaque.id}": None for plaque in plaques}
    return list(found)


def _note(
    session: Session, actor: Actor, plaque: Plaque, kind: PlaqueEventKind, note: str = "", **data: Any
) -> None:
    """Add a line to the plaque's ledger."""
    session.add(
        PlaqueEvent(plaque=plaque, kind=kind, at=clock.now(), actor_label=actor.label, note=note, data=data)
    )


def _advance(
    session: Session, actor: Actor, plaque: Plaque, kind: PlaqueEventKind, note: str = "", **data: Any
) -> None:
    """Check that an act is possible, change the state, write the ledger, mark the pages.

    Raises:
        Refused: not in this state.
    """
    if not rules.may(plaque.state, kind):
        sentence = rules.refusal(plaque.state, kind, group_code(plaque.code))
        raise Refused(sentence, "plaques.wrong_state")
    plaque.state = rules.state_after(plaque.state, kind, printed=plaque.printed_at is not None)
    _note(session, actor, plaque, kind, note, **data)
    session.flush()
    mark_stale(session, *_subjects([plaque]))


def holder_name(plaque: Plaque) -> str:
    """Return the name a plaque stands for: the member's, the branch's, or that it is blank."""
    if plaque.state is PlaqueState.BLANK:
        return "空白砖"
    return plaque.member.name if plaque.member else plaque.organisation.name


def bind_plaque(session: Session, actor: Actor, plaque: Plaque, target: Target) -> None:
    """Give a blank plaque its holder.

    Raises:
        Refused: it is not blank.
        NotFound, Forbidden: the actor may not do this at the target's branch.
    """
    require_permission(actor, Permission.PLAQUE_WRITE, plaque.organisation.path)
    _advance(session, actor, plaque, PlaqueEventKind.BOUND)
    _point(session, actor, plaque, target)
    _record(session, actor, Tag.PLAQUE_BOUND, plaque)


def repoint_plaque(session: Session, actor: Actor, plaque: Plaque, target: Target, reason: str) -> None:
    """Let a plaque lead to another holder: a public act, shown with its reason on the scan page.

    Raises:
        Invalid: no reason.
        Refused: blank, retired, or already pointing there.
        NotFound, Forbidden: the actor may not do this at the target's branch.
    """
    require_permission(actor, Permission.PLAQUE_WRITE, plaque.organisation.path)
    checked = rules.check_reason(reason)
    member_id = target.id if isinstance(target, Member) else None
    place = target.organisation_id if isinstance(target, Member) else target.id
    if (plaque.member_id, plaque.organisation_id) == (member_id, place):
        raise Refused(f"砖 {group_code(plaque.code)} 已经指向“{target.name}”了", "plaques.already_there")
    before = holder_name(plaque)
    _advance(session, actor, plaque, PlaqueEventKind.REPOINTED, checked, before=before, after=target.name)
    _point(session, actor, plaque, target)
    _record(session, actor, Tag.PLAQUE_REPOINTED, plaque, reason=checked)


def _point(session: Session, actor: Actor, plaque: Plaque, target: Target) -> None:
    """Set the holder; in another branch the plaque gets that branch's next serial."""
    place = target.organisation if isinstance(target, Member) else target
    require_permission(actor, Permission.PLAQUE_WRITE, place.path)
    if place.id != plaque.organisation_id:
        plaque.serial = rules.pick_serial(None, queries.list_taken_serials(session, place.id))
        plaque.organisation_id, plaque.organisation = place.id, place
    plaque.member = target if isinstance(target, Member) else None
    plaque.member_id = target.id if isinstance(target, Member) else None
    session.flush()
    mark_stale(session, *_subjects([plaque]))


def retire_plaque(session: Session, actor: Actor, plaque: Plaque, reason: str) -> None:
    """Take a plaque out of use for good; its code keeps answering with a page that says so.

    Raises:
        Invalid: no reason.
        Refused: it is retired already.
    """
    require_permission(actor, Permission.PLAQUE_WRITE, plaque.organisation.path)
    checked = rules.check_reason(reason)
    name = holder_name(plaque)
    _advance(session, actor, plaque, PlaqueEventKind.RETIRED, checked)
    _record(session, actor, Tag.PLAQUE_RETIRED, plaque, subject=name, reason=checked)


def install_plaque(session: Session, actor: Actor, plaque: Plaque) -> None:
    """Note that a plaque hangs on the wall.

    Raises:
        Refused: blank, retired, or installed already.
    """
    require_permission(actor, Permission.PLAQUE_WRITE, plaque.organisation.path)
    _advance(session, actor, plaque, PlaqueEventKind.INSTALLED)
    plaque.installed_at = clock.now()
    _record(session, actor, Tag.PLAQUE_INSTALLED, plaque)


def report_damaged(session: Session, actor: Actor, plaque: Plaque, reason: str) -> None:
    """Note that a plaque no longer reads or fell off; it waits for a reprint.

    Raises:
        Invalid: no reason.
        Refused: it was never printed, or is retired.
    """
    require_permission(actor, Permission.PLAQUE_WRITE, plaque.organisation.path)
    checked = rules.check_reason(reason)
    _advance(session, actor, plaque, PlaqueEventKind.DAMAGED, checked)
    _record(session, actor, Tag.PLAQUE_DAMAGED, plaque, reason=checked)


def mark_printed(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    plaques: Sequence[Plaque],
    *,
    template: str,
    fingerprint: str,
) -> None:
    """Note that a proofed file with these plaques was made.

    Raises:
        Refused: one of them is retired.
    """
    require_permission(actor, Permission.PLAQUE_PRINT, organisation.path)
    for plaque in plaques:
        _advance(session, actor, plaque, PlaqueEventKind.PRINTED, template=template, fingerprint=fingerprint)
        plaque.printed_at = clock.now()
    session.flush()
    record(
        session,
        actor,
        Tag.PLAQUES_PRINTED,
        path=organisation.path,
        subject=organisation.name,
        count=len(plaques),
        template=template,
        fingerprint=fingerprint,
    )


def order_print(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    template: str,
    *,
    codes: Sequence[str] | None = None,
    blank: bool = False,
    skip: int = 0,
) -> Job:
    """Ask the worker for a print job; its page shows progress and hands out the file.

    Args:
        codes: only these plaques, in any spelling people type; None prints the whole branch.
        blank: print the blank stock.
        skip: labels already used up on the first sheet.

    Raises:
        NotFound, Forbidden: the actor may not print there, or a code is none.
    """
    require_permission(actor, Permission.PLAQUE_PRINT, organisation.path)
    args = {
        "organisation": organisation.code,
        "path": organisation.path,
        "label": actor.label,
        "template": template,
        "codes": None if codes is None else [queries.get_plaque(session, c).code for c in codes],
        "blank": blank,
        "skip": skip,
    }
    return enqueue(session, PRINT_JOB, args, account_id=actor.account_id)


def _record(
    session: Session, actor: Actor, tag: Tag, plaque: Plaque, *, subject: str = "", **data: Any
) -> None:
    """Write the audit entry of an act on one plaque."""
    record(
        session,
        actor,
        tag,
        path=plaque.organisation.path,
        subject=subject or holder_name(plaque),
        code=group_code(plaque.code),
        **data,
    )
