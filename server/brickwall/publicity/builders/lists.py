"""Lists of walls: below a higher organisation, and the home page of a site with several."""

from collections.abc import Sequence

from brickwall.kernel import clock
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import find_organisation
from brickwall.publicity import queries
from brickwall.publicity.builders.site import Built, Site
from brickwall.publicity.builders.walls import build_branch_wall, counts_of, wall_figures
from brickwall.publicity.constants import GATHERED_FRESH, HOME, brick_path, wall_path
from brickwall.publicity.view_models import BranchLine, Link, WallListPage
from brickwall.publicity.words import minute

WITH_WALL = (OrganisationKind.BRANCH, OrganisationKind.GROUP)
LEAD = "点开一家，看那里每名党员的承诺。"


def build_wall(site: Site, code: str) -> Built | None:
    """Build the page of the organisation with ``code``; None when there is none."""
    organisation = find_organisation(site.session, code)
    if organisation is None:
        return None
    if organisation.kind in WITH_WALL:
        return build_branch_wall(site, organisation)
    children = queries.list_open_children(site.session, organisation)
    return _list(site, organisation.name, children, organisation)


def build_home(site: Site) -> Built:
    """Build the home page: the only branch's wall, or the walls of the whole site."""
    branches = queries.list_first_branches(site.session, 2)
    if len(branches) == 1:
        return build_branch_wall(site, branches[0], home=True)
    roots = queries.list_roots(site.session)
    if len(roots) == 1 and roots[0].kind not in WITH_WALL:
        children = queries.list_open_children(site.session, roots[0])
        return _list(site, roots[0].name, children, roots[0], home=True)
    return _list(site, "承诺砖墙", roots, None, home=True)


def _list(
    site: Site,
    heading: str,
    children: Sequence[Organisation],
    organisation: Organisation | None,
    *,
    home: bool = False,
) -> Built:
    path = HOME if home or organisation is None else wall_path(organisation.code)
    page = WallListPage(
        chrome=site.chrome(path, f"{heading}的承诺墙" if organisation else heading),
        heading=heading,
        lead=LEAD,
        figures=wall_figures(*counts_of(site, organisation)) if organisation and children else (),
        branches=tuple(
            BranchLine(wall_path(child.code), child.name, wall_figures(*counts_of(site, child)))
            for child in children
        ),
        links=_links(site, organisation),
        as_of=f"数字截至 {minute(clock.now())}。",
        is_home=home,
    )
    subject = f"organisation:{organisation.id}" if organisation else "home"
    return Built(page, subject, min(clock.now() + GATHERED_FRESH, clock.end_of_day(site.today)))


def _links(site: Site, organisation: Organisation | None) -> tuple[Link, ...]:
    if organisation is None:
        return ()
    links = []
    own_code = queries.find_own_code(site.session, organisation.id)
    if own_code:
        links.append(Link(brick_path(own_code), f"{organisation.short_name}自己的承诺"))
    if organisation.parent is not None:
        links.append(Link(wall_path(organisation.parent.code), f"看{organisation.parent.short_name}"))
    return tuple(links)
