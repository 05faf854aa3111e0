"""Lists, adds and changes organisations."""

from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.organisations import queries, rules
from brickwall.organisations.constants import LABELS, OrganisationKind, Sector
from brickwall.organisations.models import Organisation
from brickwall.organisations.schemas import ChildForm, OrganisationForm
from brickwall.organisations.services import organisations
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form
from brickwall.web.console.places import get_place, home_path
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec, export, show

area = console_area("organisations", __name__)
SECTORS = [(sector.value, LABELS[sector]) for sector in Sector]


def _named(query: Select[Any], text: str) -> Select[Any]:
    return query.where(Organisation.name.contains(text, autoescape=True))


def _of_kind(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Organisation.kind == OrganisationKind(value))


def _with_counts(session: Any, rows: Any) -> list[dict[str, Any]]:
    """Add the members of each organisation of one page, in one query."""
    counts = queries.count_members_of(session, [row.id for row in rows])
    return [{"row": row, "members": counts[row.id].active if row.id in counts else None} for row in rows]


def _url(each: dict[str, Any]) -> str:
    return url_for("console_organisations.page", code=each["row"].code)


TABLE = TableSpec(
    key="organisations",
    title="党组织",
    columns=(
        Column(
            "name",
            "名称",
            lambda each: each["row"].name,
            sort=Organisation.name,
            link=_url,
        ),
        Column("kind", "类别", lambda each: LABELS[each["row"].kind], sort=Organisation.kind),
        Column("sector", "行业", lambda each: LABELS[each["row"].sector], sort=Organisation.sector),
        Column("code", "代码", lambda each: each["row"].code, sort=Organisation.code),
        Column("members", "在册党员", lambda each: each["members"], numeric=True),
        Column(
            "residents", "群众人数", lambda each: each["row"].resident_count, numeric=True, wide_only=True
        ),
    ),
    filters=(Filter("kind", "类别", [(kind.value, LABELS[kind]) for kind in OrganisationKind], _of_kind),),
    search=_named,
    search_label="按名称查找",
    load=_with_counts,
    tie=Organisation.id,
    empty=EmptyState("还没有党组织", "请让管理员先建好您的党组织。"),
)


@area.get("/")
@requires(Permission.ORGANISATION_READ)
def index() -> str:
    """List the organisations in the actor's reach, parents before children."""
    paths = current_actor().paths(Permission.ORGANISATION_READ)
    view = show(TABLE, queries.organisations_below(paths))
    return render_template("console/organisations/index.html", view=view)


def _page_context(place: Organisation) -> dict[str, Any]:
    session, actor = db.session(), current_actor()
    children = queries.list_children(session, place)
    return {
        "place": place,
        "children": children,
        "counts": queries.count_members(session, place.path),
        "may_write": actor.may(Permission.ORGANISATION_WRITE, place.path),
        "kinds": [(kind.value, LABELS[kind]) for kind in rules.CHILD_KINDS[place.kind]],
        "sectors": SECTORS,
    }


@area.post("/export")
@requires(Permission.ORGANISATION_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the list as shown."""
    actor = current_actor()
    return export(
        TABLE, queries.organisations_below(actor.paths(Permission.ORGANISATION_READ)), home_path(actor)
    )


@area.get("/<code>")
@requires(Permission.ORGANISATION_READ)
def page(code: str) -> str:
    """Show one organisation, what is below it, and the form for one more."""
    place = get_place(current_actor(), Permission.ORGANISATION_READ, code)
    return render_template("console/organisations/page.html", form=Form(), **_page_context(place))


@area.post("/<code>/children")
@requires(Permission.ORGANISATION_WRITE)
def create_child(code: str) -> ResponseReturnValue:
    """Make a branch or group below an organisation."""
    actor = current_actor()
    place = get_place(actor, Permission.ORGANISATION_WRITE, code)
    try:
        values = read_form(ChildForm())
        made = organisations.create_organisation(db.session(), actor, place, **values)
    except Problem as problem:
        return form_again("console/organisations/page.html", problem, **_page_context(place))
    return done(f"已新建{made.name}", url_for(".page", code=code))


@area.get("/<code>/edit")
@requires(Permission.ORGANISATION_WRITE)
def edit(code: str) -> str:
    """Show the form of an organisation."""
    place = get_place(current_actor(), Permission.ORGANISATION_WRITE, code)
    names = ("name", "short_name", "sector", "resident_count")
    form = Form({name: getattr(place, name) for name in names})
    return render_template("console/organisations/edit.html", form=form, place=place, sectors=SECTORS)


@area.post("/<code>/edit")
@requires(Permission.ORGANISATION_WRITE)
def change(code: str) -> ResponseReturnValue:
    """Rename an organisation or change its sector or number of residents."""
    actor = current_actor()
    place = get_place(actor, Permission.ORGANISATION_WRITE, code)
    try:
        values = read_form(OrganisationForm())
        changed = organisations.change_organisation(db.session(), actor, place, **values)
    except Problem as problem:
        return form_again("console/organisations/edit.html", problem, place=place, sectors=SECTORS)
    return done("已改好" if changed else "没有改动", url_for(".page", code=code))
