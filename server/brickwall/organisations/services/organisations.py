"""Making and changing organisations."""

from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.ids import random_code
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import mark_stale
from brickwall.organisations import queries, rules
from brickwall.organisations.constants import OrganisationKind, Sector
from brickwall.organisations.models import Organisation
from brickwall.organisations.roster.cells import name_key


def create_organisation(
    session: Session,
    actor: Actor,
    parent: Organisation | None,
    *,
    name: str,
    kind: OrganisationKind,
    code: str = "",
    short_name: str = "",
    sector: Sector | None = None,
    resident_count: int | None = None,
) -> Organisation:
    """Make an organisation below ``parent``, or the root of the tree when there is none.

    Args:
        code: address of its wall (``/w/<code>``); a random one when empty.
        short_name: for narrow places; the place in the full name when empty.
        sector: the parent's when None.
        resident_count: residents it serves, the denominator of participation.

    Raises:
        Invalid: wrong kind below this parent, bad name or code.
        Refused: the code is taken, or the parent has something of that name.
    """
    if parent is not None:
        rules.check_child_kind(parent.kind, kind)
    clean = rules.check_name(name, "名称")
    if parent is not None:
        _refuse_second(session, parent, clean)
    organisation = Organisation(
        code=_free_code(session, code),
        name=clean,
        short_name=rules.check_name(short_name, "简称") if short_name.strip() else rules.short_name_of(clean),
        kind=kind,
        sector=sector or (parent.sector if parent else Sector.VILLAGE),
        parent_id=parent.id if parent else None,
        resident_count=resident_count,
        created_at=clock.now(),
    )
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    record(session, actor, Tag.ORGANISATION_CREATED, path=organisation.path, subject=clean)
    if parent is not None:
        mark_stale(session, f"organisation:{parent.id}")
    return organisation


def create_group(session: Session, actor: Actor, branch: Organisation, name: str) -> Organisation:
    """Make a group in a branch.

    Raises:
        Refused: the branch has a group of that name.
    """
    return create_organisation(
        session, actor, branch, name=name, short_name=name, kind=OrganisationKind.GROUP
    )


def _refuse_second(session: Session, parent: Organisation, name: str) -> None:
    """Raise Refused when ``parent`` has something of that name already."""
    wanted = name_key(name)
    if any(name_key(child.name) == wanted for child in queries.list_children(session, parent)):
        raise Refused(f"这里已经有“{name}”了，换个名称", "organisations.name_taken")


def change_organisation(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    *,
    name: str,
    short_name: str = "",
    sector: Sector | None = None,
    resident_count: int | None = None,
) -> bool:
    """Rename an organisation or change its sector or number of residents; tell whether anything changed.

    The code stays: it stands on printed plaques and posters.

    Raises:
        Invalid: bad name, or a number of residents that cannot be.
    """
    clean = rules.check_name(name, "名称")
    if resident_count is not None and not 0 < resident_count < 100_000_000:
        raise Invalid("群众人数应是一个正数", fields={"resident_count": "应是一个正数"})
    values = {
        "name": clean,
        "short_name": rules.check_name(short_name, "简称")
        if short_name.strip()
        else rules.short_name_of(clean),
        "sector": sector or organisation.sector,
        "resident_count": resident_count,
    }
    changed = {key for key, value in values.items() if getattr(organisation, key) != value}
    if not changed:
        return False
    for key in changed:
        setattr(organisation, key, values[key])
    session.flush()
    record(
        session,
        actor,
        Tag.ORGANISATION_CHANGED,
        path=organisation.path,
        subject=clean,
        fields=sorted(changed),
    )
    mark_stale(session, *_subjects(session, organisation))
    return True


def _subjects(session: Session, organisation: Organisation) -> list[str]:
    """Return what shows an organisation's name: its own pages and its members'."""
    own = [f"organisation:{organisation.id}"]
    if organisation.parent_id is not None:
        own.append(f"organisation:{organisation.parent_id}")
    return own + [f"member:{member.id}" for member in queries.list_wall(session, organisation)]


def _free_code(session: Session, wanted: str) -> str:
    if wanted.strip():
        code = rules.check_code(wanted)
        if queries.find_organisation(session, code) is not None:
            raise Refused(f"代码“{code}”已经有党组织在用，换一个", "organisations.code_taken")
        return code
    while True:
        code = random_code(6)
        if queries.find_organisation(session, code) is None:
            return code
