"""Upload, preview, confirm and result of a roster import."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.db import db, new_session, reading
from brickwall.kernel.http import accepts_upload, settings
from brickwall.kernel.imports import Import, ImportKind
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, NotFound, Problem
from brickwall.kernel.security import PhoneBox
from brickwall.kernel.spreadsheets import Table, write_workbook
from brickwall.organisations import queries
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Organisation
from brickwall.organisations.roster.rows import Roster, read_roster
from brickwall.organisations.services import imports, rosters
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.downloads import workbook_response
from brickwall.web.console.forms import Form, done, form_again
from brickwall.web.console.navigation import area_url
from brickwall.web.console.roster.template import template_workbook

area = console_area("roster", __name__)
UPLOAD_MEGABYTES = 64
RECENT = 10
MOST_CHOICES = 300


def _choices() -> list[tuple[str, str]]:
    """Return the organisations a roster may be imported into; groups take none.

    Where branches are too many to list, their superiors are offered: a column of the
    roster says which branch a line belongs to.
    """
    upper = [OrganisationKind.COMMITTEE, OrganisationKind.GENERAL_BRANCH]
    paths = current_actor().paths(Permission.ROSTER_IMPORT)
    session = db.session()
    found = queries.list_of_kinds(session, paths, [*upper, OrganisationKind.BRANCH], MOST_CHOICES + 1)
    if len(found) > MOST_CHOICES:
        found = queries.list_of_kinds(session, paths, upper, MOST_CHOICES)
    return [(each.code, each.name) for each in found]


def _recent() -> list[Any]:
    inside = queries.organisations_below(current_actor().paths(Permission.ROSTER_IMPORT)).subquery()
    query = (
        select(Import, inside.c.name)
        .join(inside, inside.c.id == Import.organisation_id)
        .where(Import.kind == ImportKind.ROSTER)
        .order_by(Import.id.desc())
    )
    return list(db.session.execute(query.limit(RECENT)))


def _index_context() -> dict[str, Any]:
    return {"choices": _choices(), "recent": _recent()}


@area.get("/")
@requires(Permission.ROSTER_IMPORT)
def index() -> str:
    """Show the upload form and the latest imports."""
    return render_template("console/roster/index.html", form=Form(), **_index_context())


def read_upload() -> tuple[Roster, str]:
    """Read the posted file into rows with sealed phones; return them with the file's name.

    Touches no database: reading a large file must not hold the writer's place in line.

    Raises:
        Invalid: no file, or one that cannot be read; the title says why.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("请先选名册文件", fields={"file": "请选一个 Excel 或 CSV 文件"})
    try:
        roster = read_roster(file.read(), today=clock.today())
    except Invalid as problem:
        raise Invalid(problem.title, problem.code, fields={"file": "换一个文件，或改好再传"}) from problem
    rosters.seal_phones(PhoneBox(settings().keys_dir), roster.rows)
    return roster, file.filename


def plan_upload(roster: Roster) -> tuple[Organisation, rosters.RosterPlan]:
    """Compare a roster with the members of the posted organisation, without the write lock.

    Raises:
        NotFound: the organisation is out of the actor's reach.
        Invalid: it cannot take a roster.
    """
    code = request.form.get("organisation", "")
    with reading(), new_session() as session:
        place = queries.get_organisation_for(session, current_actor(), Permission.ROSTER_IMPORT, code)
        return place, rosters.plan_roster(session, place, roster)


@area.post("/")
@requires(Permission.ROSTER_IMPORT)
@accepts_upload(UPLOAD_MEGABYTES)
def upload() -> ResponseReturnValue:
    """Read a roster and keep its preview; nothing is written to the members."""
    actor = current_actor()
    try:
        roster, file_name = read_upload()
        place, plan = plan_upload(roster)
        batch = imports.keep_preview(db.session(), actor, settings(), place, roster, plan, file_name)
    except Problem as problem:
        return form_again("console/roster/index.html", problem, **_index_context())
    return done(
        "名册读好了，还没有写入。请看一遍，再点“确认导入”", url_for(".page", public_id=batch.public_id)
    )


def get_batch(public_id: str) -> tuple[Import, Organisation]:
    """Return an import in the actor's reach; another branch's import is not found."""
    batch = imports.get_import(db.session(), public_id)
    place = db.session.get_one(Organisation, batch.organisation_id)
    if not current_actor().may(Permission.ROSTER_IMPORT, place.path):
        raise NotFound("没有找到这次导入，请从“导入名册”重新开始", "roster.no_import")
    return batch, place


@area.get("/<public_id>")
@requires(Permission.ROSTER_IMPORT)
def page(public_id: str) -> str:
    """Show an import: its preview, or what came of it."""
    batch, place = get_batch(public_id)
    return render_template(
        "console/roster/page.html",
        batch=batch,
        place=place,
        summary=batch.summary,
        plaques_url=area_url("console_plaques"),
    )


@area.post("/<public_id>/confirm")
@requires(Permission.ROSTER_IMPORT)
def confirm(public_id: str) -> ResponseReturnValue:
    """Hand a previewed roster to the worker and show its progress."""
    batch, _ = get_batch(public_id)
    job = imports.confirm_import(db.session(), current_actor(), batch)
    back = url_for(".page", public_id=public_id)
    return done("开始导入", url_for("console_jobs.page", public_id=job.public_id, back=back))


@area.post("/<public_id>/discard")
@requires(Permission.ROSTER_IMPORT)
def discard(public_id: str) -> ResponseReturnValue:
    """Throw a preview away."""
    batch, _ = get_batch(public_id)
    imports.discard_import(db.session(), settings(), batch)
    return done("这次导入已取消，什么都没有改动", url_for(".index"))


@area.post("/<public_id>/problems")
@requires(Permission.ROSTER_IMPORT)
def export_problems(public_id: str) -> Response:
    """Hand out every finding of a preview as a workbook, to be mended line by line."""
    batch, place = get_batch(public_id)
    roster, _ = imports.read_kept(settings(), batch)
    issues = imports.sort_issues(rosters.plan_roster(db.session(), place, roster).issues)
    rows = [[i.severity.label, i.sheet, i.line, i.who, i.reason] for i in issues]
    table = Table("名册问题", ["轻重", "工作表", "行", "姓名", "说明"], rows, widths=[8, 16, 8, 14, 70])
    title = f"名册问题 {batch.file_name}"
    record(db.session(), current_actor(), Tag.TABLE_EXPORTED, path=place.path, subject=title, rows=len(rows))
    return workbook_response(write_workbook([table]), f"{title} {clock.today():%Y-%m-%d}")


@area.get("/template")
@requires(Permission.ROSTER_IMPORT)
def template() -> Response:
    """Hand out the empty roster."""
    return workbook_response(template_workbook(), "党员名册模板")
