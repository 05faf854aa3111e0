"""The page behind a brick's code: a member's promises, a branch's own, or a notice that explains."""

from collections.abc import Sequence
from datetime import date

from brickwall.commitments import queries as commitments
from brickwall.commitments.models import Commitment
from brickwall.evaluations.figures import Standing, find_standing
from brickwall.kernel import clock
from brickwall.kernel.ids import group_code
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import count_members
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.plaques.queries import find_last_repointing
from brickwall.plaques.rules import brick_words
from brickwall.publicity import queries
from brickwall.publicity.builders.ratings import form_of, fresh_until, result_of
from brickwall.publicity.builders.site import Built, Site
from brickwall.publicity.builders.standings import (
    cards_of,
    is_current,
    total_figures,
    total_words,
    totals_of,
)
from brickwall.publicity.constants import brick_path, wall_path
from brickwall.publicity.view_models import (
    BrickPage,
    CommitmentCard,
    Link,
    NoticePage,
    RatingForm,
    RatingResult,
)
from brickwall.publicity.words import day

GONE = {
    MemberStatus.MOVED: "{name}同志的组织关系已经转出{branch}，这块砖不再更新。",
    MemberStatus.LEFT: "{name}已经不在{branch}，这块砖不再更新。",
    MemberStatus.DECEASED: "{name}同志已经去世。他办过的事还记在承诺档案里。",
}


def build_brick(site: Site, code: str) -> Built | None:
    """Build the page of the plaque with ``code``; None when there is no such plaque."""
    plaque = queries.find_plaque(site.session, code)
    if plaque is None:
        return None
    if plaque.state is PlaqueState.RETIRED:
        return _notice(site, plaque, "这块砖已经停用", _retired_lines(site, plaque))
    if plaque.state is PlaqueState.BLANK:
        return _notice(
            site, plaque, "这块砖还没有配人", ("砖已经做好，等支部配给一名党员。配好以后扫它就能看到承诺。",)
        )
    if plaque.member is None:
        return _branch_brick(site, plaque)
    if plaque.member.status is not MemberStatus.ACTIVE:
        words = GONE[plaque.member.status]
        line = words.format(name=plaque.member.name, branch=plaque.organisation.name)
        return _notice(site, plaque, "这块砖的主人不在墙上了", (line,))
    return _member_brick(site, plaque, plaque.member)


def _retired_lines(site: Site, plaque: Plaque) -> tuple[str, ...]:
    event = queries.find_last_plaque_event(site.session, plaque)
    when = f"{day(event.at, site.today)}，" if event else ""
    why = f"原因：{event.note}。" if event and event.note else ""
    return (
        f"{when}{plaque.organisation.name}停用了这个编号。{why}",
        "原来的承诺没有丢，请到砖墙上找人，或者输入新砖上的编号。",
    )


def _repointed_words(site: Site, plaque: Plaque) -> str:
    """Say whom this brick led to before, since when, and why: re-pointing is a public act."""
    event = find_last_repointing(site.session, plaque)
    if event is None:
        return ""
    reason = event.note.rstrip("。")
    return f"这块砖{day(event.at, site.today)}由“{event.data['before']}”改指向这里，原因：{reason}。"


def _notice(site: Site, plaque: Plaque, heading: str, lines: tuple[str, ...]) -> Built:
    branch = plaque.organisation
    page = NoticePage(
        chrome=site.chrome(brick_path(plaque.code), f"{heading} · {branch.name}"),
        brick=f"编号 {group_code(plaque.code)}",
        heading=heading,
        lines=lines,
        links=(Link(wall_path(branch.code), f"看{branch.name}的砖墙"),),
    )
    subject = f"member:{plaque.member_id}" if plaque.member_id else f"organisation:{branch.id}"
    return Built(page, subject, clock.end_of_day(site.today))


def _split(
    site: Site, all_of_them: Sequence[Commitment]
) -> tuple[list[Commitment], tuple[CommitmentCard, ...], tuple[CommitmentCard, ...]]:
    """Return the current commitments, their cards, and the cards of earlier years."""
    current = [one for one in all_of_them if is_current(one, site.today)]
    older = [one for one in all_of_them if not is_current(one, site.today)]
    ids = [one.id for one in all_of_them]
    latest = commitments.latest_entries(site.session, ids)
    with_photos = queries.commitments_with_photos(site.session, ids)
    cards = cards_of(current, latest, with_photos, site.today)
    return current, cards, cards_of(older, latest, with_photos, site.today)


def _rating(standing: Standing, code: str, name: str, *, branch: bool = False) -> RatingForm | RatingResult:
    return form_of(standing, code, name, branch=branch) or result_of(standing)


def place_words(serial: int, position: int | None, total: int) -> str:
    """Return the number on the brick and where it stands: ``17 号砖，全墙 71 块``."""
    number = brick_words(serial, member=True)
    if position is None or position == serial:
        return f"{number}，全墙 {total} 块"
    return f"{number}，墙上第 {position} 块，共 {total} 块"


def anchor_of(member: Member) -> str:
    """Return the name of a member's brick within the wall page."""
    return f"b{member.wall_position}" if member.wall_position else f"m{member.public_id}"


def _member_brick(site: Site, plaque: Plaque, member: Member) -> Built:
    branch = plaque.organisation
    all_of_them = commitments.list_member_commitments(site.session, member)
    current, cards, older = _split(site, all_of_them)
    totals = totals_of(current, site.today)
    standing = find_standing(site.session, member_id=member.id)
    total = count_members(site.session, branch.path).active
    post = " · ".join(part for part in (member.post, member.group.short_name if member.group else "") if part)
    page = BrickPage(
        chrome=site.chrome(brick_path(plaque.code), f"{member.name}的承诺 · {branch.name}"),
        brick=place_words(plaque.serial, member.wall_position, total),
        name=member.name,
        lines=tuple(line for line in (post, branch.name, _repointed_words(site, plaque)) if line),
        figures=total_figures(totals) if totals.published else (),
        summary=total_words(totals),
        filled=totals.filled,
        cards=cards,
        empty=_empty_words(member, site.today),
        rating=_rating(standing, plaque.code, member.name) if all_of_them else None,
        wall_path=f"{wall_path(branch.code)}#{anchor_of(member)}",
        feedback_path=f"/feedback?about={plaque.code}",
        code=group_code(plaque.code),
        older=older,
    )
    return Built(page, f"member:{member.id}", fresh_until(site.today, standing))


def _empty_words(member: Member, today: date) -> str:
    if member.exempt:
        return f"支部同意{member.name}同志免诺，今年不用作承诺。"
    return f"{today.year} 年还没有公开的承诺。支部审过、公示以后会在这里出现。"


def _branch_brick(site: Site, plaque: Plaque) -> Built:
    branch = plaque.organisation
    all_of_them = commitments.list_organisation_commitments(site.session, branch)
    current, cards, older = _split(site, all_of_them)
    totals = totals_of(current, site.today)
    standing = find_standing(site.session, organisation_id=branch.id)
    is_branch = branch.kind is OrganisationKind.BRANCH
    page = BrickPage(
        chrome=site.chrome(brick_path(plaque.code), f"{branch.name}的承诺"),
        brick="支部的砖" if is_branch else "党组织的砖",
        name=branch.name,
        lines=tuple(line for line in (_members_line(site, branch), _repointed_words(site, plaque)) if line),
        figures=total_figures(totals) if totals.published else (),
        summary=total_words(totals),
        filled=totals.filled,
        cards=cards,
        empty=f"{site.today.year} 年还没有公开的承诺。审过、公示以后会在这里出现。",
        rating=_rating(standing, plaque.code, branch.name, branch=True) if is_branch else None,
        wall_path=wall_path(branch.code),
        feedback_path=f"/feedback?about={plaque.code}",
        code=group_code(plaque.code),
        older=older,
    )
    return Built(page, f"organisation:{branch.id}", fresh_until(site.today, standing))


def _members_line(site: Site, branch: Organisation) -> str:
    counts = count_members(site.session, branch.path)
    return f"党员 {counts.active} 名"
