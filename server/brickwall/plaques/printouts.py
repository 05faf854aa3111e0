"""Plaques on paper: faces from rows, the proofed PDF, its job sheet, and reading a PDF back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.ids import group_code
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import get_organisation, list_wall
from brickwall.plaques import queries, rules, services
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.printing.budget import PATH
from brickwall.printing.content import JobLine, PlaqueFace, PlaqueSheet
from brickwall.printing.errors import PrintingError, TemplateUnknown, UnreadableDocument
from brickwall.printing.plaque_templates import Template, get_template
from brickwall.printing.press import Press

FOLDER = "plaques"
"""Where below the work folder finished files are kept."""


def list_path(settings: Settings, job_id: str) -> Path:
    """Where the job sheet of the print job `job_id` (its public id) is kept."""
    return settings.work_dir / FOLDER / f"{job_id}-list.pdf"


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What somebody wants on paper."""

    organisation: str
    """Code of the branch."""

    template: str
    codes: tuple[str, ...] | None = None
    """Only these plaques (a reprint); None prints the whole branch."""

    blank: bool = False
    """The blank stock instead of the plaques with a holder; ignored when codes are given."""

    skip: int = 0
    """Labels already used up on the first sheet."""


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """An order with everything read from the database, so that setting holds no transaction."""

    order: PrintOrder
    branch: str
    faces: tuple[PlaqueFace, ...]
    lines: tuple[JobLine, ...]


@dataclass(frozen=True, slots=True)
class Printout:
    """A finished print job."""

    plan: PrintPlan
    sheet: PlaqueSheet
    template: Template


def face_of(plaque: Plaque, settings: Settings) -> PlaqueFace:
    """Return what stands on a plaque, from its rows as they are now."""
    member, blank = plaque.member, plaque.state is PlaqueState.BLANK
    parent = plaque.organisation.parent
    branch = plaque.organisation.name if member or blank else (parent.name if parent else "")
    return PlaqueFace(
        name="" if blank else services.holder_name(plaque),
        post=member.post if member else "",
        branch=branch,
        brick_number=plaque.serial if member else None,
        code=plaque.code,
        url=f"{settings.base_url}{PATH}{plaque.code}",
        host_words=settings.host,
    )


def list_printable(
    session: Session, organisation: Organisation, codes: Sequence[str] | None = None, *, blank: bool = False
) -> list[Plaque]:
    """Return the plaques of a branch to print, by serial.

    Args:
        codes: only these; None takes every plaque of the branch.
        blank: blank stock instead of the plaques with a holder (ignored when codes are given).

    Raises:
        NotFound: a code is not a plaque of this branch, or is retired.
        Refused: there is nothing to print.
    """
    plaques = list(queries.list_plaques(session, organisation))
    if codes is not None:
        wanted = set(codes)
        unknown = sorted(wanted - {plaque.code for plaque in plaques})
        if unknown:
            words = "、".join(group_code(code) for code in unknown[:5])
            raise NotFound(f"{organisation.name}没有能打印的砖 {words}，请从铭牌列表里重新选择")
        chosen = [plaque for plaque in plaques if plaque.code in wanted]
    else:
        chosen = [plaque for plaque in plaques if (plaque.state is PlaqueState.BLANK) == blank]
    if not chosen:
        raise Refused(f"{organisation.name}还没有可以打印的铭牌，请先导入名册，再来打印")
    return chosen


def prepare_print(session: Session, actor: Actor, settings: Settings, order: PrintOrder) -> PrintPlan:
    """Make sure that everybody has a code and read what is to be printed.

    Raises:
        NotFound: no such branch, or a code that is not one of its plaques.
        Refused: there is nothing to print.
        Invalid: unknown template.
    """
    find_template(order.template)
    organisation = get_organisation(session, order.organisation)
    services.require_permission(actor, Permission.PLAQUE_PRINT, organisation.path)
    if order.codes is None and not order.blank:
        services.ensure_plaques(session, actor, organisation)
    plaques = list_printable(session, organisation, order.codes, blank=order.blank)
    return PrintPlan(
        order,
        organisation.name,
        tuple(face_of(plaque, settings) for plaque in plaques),
        tuple(_line(number, plaque) for number, plaque in enumerate(plaques, start=1)),
    )


def _line(number: int, plaque: Plaque) -> JobLine:
    """One line of the job sheet."""
    return JobLine(
        serial=number,
        brick=rules.brick_words(plaque.serial, member=plaque.member_id is not None),
        name=services.holder_name(plaque),
        code=group_code(plaque.code),
    )


def find_template(name: str) -> Template:
    """Return the template called `name`.

    Raises:
        Invalid: there is none; the sentence names those there are.
    """
    try:
        return get_template(name)
    except TemplateUnknown as error:
        raise Invalid(str(error), "plaques.unknown_template", fields={"template": str(error)}) from error


def render_plan(
    plan: PrintPlan, press: Press, *, progress: Callable[[int, int], None] | None = None
) -> PlaqueSheet:
    """Set and proof a plan; nothing is noted and no transaction is needed.

    Raises:
        Refused: a plaque cannot be printed or did not pass its proof; by name, with the remedy.
    """
    template = find_template(plan.order.template)
    try:
        return press.plaques(plan.faces, template, skip=plan.order.skip, progress=progress)
    except PrintingError as error:
        raise Refused(str(error), "plaques.not_printable") from error


def preview(plan: PrintPlan, press: Press) -> bytes:
    """Return a picture (PNG) of the first page exactly as it would be printed.

    Raises:
        Refused: as `render_plan`.
    """
    template = find_template(plan.order.template)
    faces = plan.faces[: template.per_page]
    try:
        return press.preview(faces, template, skip=plan.order.skip)
    except PrintingError as error:
        raise Refused(str(error), "plaques.not_printable") from error


def plan_preview(session: Session, settings: Settings, order: PrintOrder) -> PrintPlan:
    """Read what an order would print, without giving anybody a code.

    Members who have none yet are shown with a code of zeros.

    Raises:
        as `prepare_print`.
    """
    find_template(order.template)
    organisation = get_organisation(session, order.organisation)
    plaques = [
        plaque
        for plaque in queries.list_plaques(session, organisation)
        if (plaque.code in order.codes if order.codes else (plaque.state is PlaqueState.BLANK) == order.blank)
    ]
    faces = [face_of(plaque, settings) for plaque in plaques]
    if order.codes is None and not order.blank:
        held = {plaque.member_id for plaque in plaques}
        waiting = [member for member in list_wall(session, organisation) if member.id not in held]
        faces += [_waiting_face(member, organisation.name, settings) for member in waiting]
    if not faces:
        raise Refused(f"{organisation.name}还没有可以打印的铭牌，请先导入名册，再来打印", "plaques.nothing")
    return PrintPlan(order, organisation.name, tuple(faces), ())


def _waiting_face(member: Member, branch: str, settings: Settings) -> PlaqueFace:
    """The face of a member who has no code yet."""
    code = "0" * 8
    return PlaqueFace(
        name=member.name,
        post=member.post,
        branch=branch,
        brick_number=member.wall_position,
        code=code,
        url=f"{settings.base_url}{PATH}{code}",
        host_words=settings.host,
    )


def finish_print(session: Session, actor: Actor, plan: PrintPlan, sheet: PlaqueSheet) -> None:
    """Note in ledger and log that the proofed file was made.

    Raises:
        Refused: a plaque was retired meanwhile; print again.
    """
    organisation = get_organisation(session, plan.order.organisation)
    found = queries.list_plaques_by_code(session, [face.code for face in plan.faces])
    services.mark_printed(
        session,
        actor,
        organisation,
        [found[face.code] for face in plan.faces],
        template=plan.order.template,
        fingerprint=sheet.fingerprint,
    )


def print_plaques(
    actor: Actor,
    settings: Settings,
    order: PrintOrder,
    press: Press,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Printout:
    """Carry out an order from the edge (job or command): read, set and proof, note.

    Setting a thousand plaques takes seconds, so it stands between two short transactions:
    nobody's rating waits for a printer.

    Raises:
        as `prepare_print`, `render_plan` and `finish_print`.
    """
    with transaction() as session:
        plan = prepare_print(session, actor, settings, order)
    sheet = render_plan(plan, press, progress=progress)
    with transaction() as session:
        finish_print(session, actor, plan, sheet)
    return Printout(plan, sheet, find_template(order.template))


def render_list(printout: Printout, press: Press, printed_by: str) -> bytes:
    """Print the job sheet that goes with a print job.

    Raises:
        Refused: a name cannot be printed.
    """
    today = clock.today()
    try:
        return press.job_sheet(
            printout.plan.lines,
            branch=printout.plan.branch,
            template_title=printout.template.title,
            fingerprint=printout.sheet.fingerprint,
            printed_on=f"{today.year} 年 {today.month} 月 {today.day} 日",
            printed_by=printed_by,
        )
    except PrintingError as error:
        raise Refused(str(error), "plaques.not_printable") from error


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One code found in a PDF and whom it leads to."""

    page: int
    code: str
    text: str
    decoders: tuple[str, ...]
    holder: str
    """Empty when no plaque of ours carries the code."""

    state: PlaqueState | None

    @property
    def good(self) -> bool:
        """Whether both decoders read it and it leads to a record that is in use."""
        return len(self.decoders) == 2 and self.state not in (None, PlaqueState.RETIRED)


def proof_pdf(session: Session, press: Press, pdf: bytes) -> list[ProofLine]:
    """Read any PDF of plaques back and say whom each code leads to.

    Raises:
        Invalid: not a PDF that can be opened.
    """
    try:
        readings = press.read_pdf(pdf)
    except UnreadableDocument as error:
        raise Invalid(str(error), "plaques.not_a_pdf") from error
    known = queries.list_plaques_by_code(session, [reading.code for reading in readings])
    lines = []
    for reading in readings:
        plaque = known.get(reading.code)
        lines.append(
            ProofLine(
                page=reading.page,
                code=reading.code,
                text=reading.text,
                decoders=reading.decoders,
                holder=services.holder_name(plaque) if plaque else "",
                state=plaque.state if plaque else None,
            )
        )
    return lines
