"""Walls: a branch's bricks in courses, or the list of walls below a higher organisation."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brickwall.commitments import numbers
from brickwall.commitments.models import Commitment
from brickwall.commitments.numbers import Coverage, Fulfilment
from brickwall.evaluations.figures import find_standing
from brickwall.kernel import clock
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import list_groups, list_wall
from brickwall.publicity import queries
from brickwall.publicity.builders.bricks import anchor_of
from brickwall.publicity.builders.ratings import fresh_until, result_of, round_words
from brickwall.publicity.builders.site import Built, Site
from brickwall.publicity.builders.standings import Totals, totals_of
from brickwall.publicity.constants import HOME, brick_path, wall_path
from brickwall.publicity.view_models import Figure, Link, WallBrick, WallPage, WallSegment
from brickwall.publicity.words import minute

LEAD = "每块砖是一名党员。点一块，看他承诺了什么、办得怎样。"


def wall_name(organisation: Organisation) -> str:
    """Return the wall's title: the branch's name without 支部's ceremony, then 党员承诺墙."""
    return f"{organisation.name.removesuffix('党支部') or organisation.name}党员承诺墙"


@dataclass(frozen=True, slots=True)
class _Wall:
    """The rows of one wall: ``branch`` holds the bricks of ``organisation`` (itself, or its group)."""

    branch: Organisation
    members: Sequence[Member]
    by_member: dict[int | None, list[Commitment]]


def _read(site: Site, organisation: Organisation) -> _Wall:
    is_group = organisation.kind is OrganisationKind.GROUP
    branch = organisation.parent if is_group and organisation.parent is not None else organisation
    members = list_wall(site.session, branch)
    rows = queries.list_wall_commitments(site.session, branch.id, site.today.year)
    inside = [one for one in members if not is_group or one.group_id == organisation.id]
    return _Wall(branch, inside, _by_member(rows))


def build_branch_wall(site: Site, organisation: Organisation, *, home: bool = False) -> Built:
    """Build the wall of a branch, or the part of it that belongs to one party group."""
    wall = _read(site, organisation)
    branch, is_group = wall.branch, wall.branch is not organisation
    standing = None if is_group else find_standing(site.session, organisation_id=branch.id)
    own = len(wall.by_member.get(None, ()))
    page = WallPage(
        chrome=site.chrome(HOME if home else wall_path(organisation.code), wall_name(organisation)),
        heading=wall_name(organisation),
        lead=LEAD,
        figures=wall_figures(*counts_of(site, organisation)),
        segments=_segments(site, wall),
        links=_links(branch, queries.find_own_code(site.session, branch.id), own, is_group=is_group),
        rating=result_of(standing) if standing and standing.last else None,
        as_of=f"数字截至 {minute(clock.now())}。",
        feedback_path=f"/feedback?wall={branch.code}",
        round=round_words(standing) if standing else "",
        is_home=home,
    )
    fresh = fresh_until(site.today, standing) if standing else clock.end_of_day(site.today)
    return Built(page, f"organisation:{branch.id}", fresh)


def _by_member(rows: Iterable[Commitment]) -> dict[int | None, list[Commitment]]:
    found: dict[int | None, list[Commitment]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return dict(found)


def counts_of(site: Site, organisation: Organisation) -> tuple[Coverage, Fulfilment]:
    """Return the counts of everything at and below an organisation: the same the console shows."""
    if organisation.kind is OrganisationKind.GROUP:
        return _group_counts(site, _read(site, organisation).members)
    year = site.today.year
    return (
        numbers.count_coverage(site.session, [organisation.path], year),
        numbers.count_fulfilment(site.session, [organisation.path], year, today=site.today),
    )


def _group_counts(site: Site, members: Sequence[Member]) -> tuple[Coverage, Fulfilment]:
    """Count the members of a group: their rows belong to the branch, so no path finds them."""
    counts = numbers.count_fulfilment_by_member(
        site.session, [member.id for member in members], site.today.year, today=site.today
    )
    exempt = {member.id for member in members if member.exempt}
    coverage = Coverage(
        committed=sum(1 for each, one in counts.items() if one.published and each not in exempt),
        active=len(members),
        exempt=len(exempt),
    )
    return coverage, Fulfilment(
        published=sum(one.published for one in counts.values()),
        claimed=sum(one.claimed for one in counts.values()),
        closed_out=sum(one.closed_out for one in counts.values()),
        overdue=sum(one.overdue for one in counts.values()),
    )


def wall_figures(coverage: Coverage, fulfilment: Fulfilment) -> tuple[Figure, ...]:
    """Return the numbers above a wall, each with its denominator (DOMAIN.md, Numbers)."""
    exempt = f"（另 {coverage.exempt} 人免诺）" if coverage.exempt else ""
    figures = [Figure(str(coverage.active), "名党员")]
    if coverage.expected:
        figures.append(Figure(f"{coverage.committed} / {coverage.expected}", f"人有承诺{exempt}"))
    published = fulfilment.published
    if not published:
        return (*figures, Figure("暂无", "公开的承诺"))
    figures.append(Figure(f"{fulfilment.closed_out} / {published}", "件核实办成", "done"))
    if fulfilment.claimed:
        figures.append(Figure(f"{fulfilment.claimed} / {published}", "件自报待核实"))
    late = "late" if fulfilment.overdue else ""
    return (*figures, Figure(f"{fulfilment.overdue} / {published}", "件晚了", late))


def _links(branch: Organisation, own_code: str | None, own: int, *, is_group: bool) -> tuple[Link, ...]:
    links = []
    if is_group:
        links.append(Link(wall_path(branch.code), "看全支部的墙"))
    if own_code:
        links.append(Link(brick_path(own_code), f"支部的 {own} 件承诺" if own else "支部的承诺"))
    if branch.parent is not None:
        links.append(Link(wall_path(branch.parent.code), f"看{branch.parent.short_name}的各面墙"))
    return tuple(links)


def segments_of(site: Site, organisation: Organisation) -> tuple[WallSegment, ...]:
    """Return the bricks of a branch or group, group by group."""
    return _segments(site, _read(site, organisation))


def _segments(site: Site, wall: _Wall) -> tuple[WallSegment, ...]:
    """Return the bricks group by group; one piece of wall when there are fewer than two groups."""
    codes = queries.member_codes(site.session, wall.branch.id)
    bricks: dict[int | None, list[WallBrick]] = defaultdict(list)
    for member in wall.members:
        totals = totals_of(wall.by_member.get(member.id, ()), site.today)
        bricks[member.group_id].append(brick_of(member, totals, codes.get(member.id)))
    if len(bricks) < 2:
        return tuple(WallSegment("", tuple(found)) for found in bricks.values())
    names = {group.id: group.name for group in list_groups(site.session, wall.branch)}
    known = [WallSegment(name, tuple(bricks.pop(each))) for each, name in names.items() if each in bricks]
    rest = tuple(brick for found in bricks.values() for brick in found)
    return (*known, WallSegment("未分党小组", rest)) if rest else tuple(known)


def brick_of(member: Member, totals: Totals, code: str | None) -> WallBrick:
    """Return a member's brick: its tone, and the same in words."""
    tone, note = _face(totals, exempt=member.exempt)
    return WallBrick(
        anchor_of(member), member.name, note, tone, totals.filled, brick_path(code) if code else ""
    )


def _face(totals: Totals, *, exempt: bool) -> tuple[str, str]:
    if totals.late:
        return "late", f"{totals.late} 件晚了"
    if totals.published and totals.closed == totals.published:
        return "done", "都办成了"
    if totals.going:
        return "go", f"{totals.going} 件在办"
    if totals.claimed:
        return "go", f"{totals.claimed} 件待核实"
    return "end", "免诺" if exempt else "还没承诺"
