"""The branch's desk: server-rendered pages under ``/console``, keyboard first, no script needed.

How an area page is made
------------------------
An area is a folder ``web/console/<area>/`` with ``views.py`` (further modules as it grows:
``table.py``, ``forms.py``) and ``templates/console/<area>/*.html``. It registers itself by one
import and one line in :func:`console_blueprints` below. ``navigation.py`` already lists the areas
``today members commitments rounds feedback roster plaques accounts audit``: a line shows as soon
as the area has a view called ``index``. A view is parse → authorise → call → render, 15 lines::

    area = console_area("members", __name__)          # endpoints: console_members.index, …

A list::

    TABLE = TableSpec(
        key="members", title="党员名单", tie=Member.id, row_id=lambda row: row.public_id,
        columns=(
            Column("name", "姓名", lambda row: row.name, sort=Member.name,
                   link=lambda row: url_for("console_members.page", public_id=row.public_id)),
            Column("status", "状态", lambda row: label(row.status), tone=lambda row: "plain"),
        ),
        filters=(Filter("status", "状态", OPTIONS, lambda query, value: query.where(…)),),
        search=lambda query, text: query.where(Member.name.contains(text, autoescape=True)),
        search_label="按姓名查找",
        empty=EmptyState("还没有党员", "先把名册导进来。", "导入名册", "/console/roster/"),
    )

    @area.get("/")
    @requires(Permission.MEMBER_READ)
    def index() -> str:
        query = queries.members_below(current_actor().paths(Permission.MEMBER_READ))
        return render_template("console/members/index.html", view=show(TABLE, query))

    @area.post("/export")
    @requires(Permission.MEMBER_READ, Permission.EXPORT_TABLE)
    def export_list() -> Response:
        return export(TABLE, query, path_of_the_audit_entry)

    {% extends "console/base.html" %}
    {% from "console/macros/parts.html" import heading, button with context %}
    {% from "console/macros/tables.html" import table with context %}
    {% block title %}党员{% endblock %}
    {% block main %}
    {% call heading("党员", "在册 66 人") %}{{ button("新增", url_for(".new"), primary=true) }}{% endcall %}
    {{ table(view, export_url=url_for(".export_list")) }}
    {% endblock %}

Cells of one's own: ``{% call(row, column) table(view) %}{% if column.key == "x" %}…{% endif %}
{% endcall %}``; an empty answer falls back to the column's text. Rows to tick: ``table(view,
select_form="bulk")`` beside ``<form id="bulk" method="post">``; read ``request.form.getlist("pick")``.

A form: ``forms.read_form(Schema())`` raises Invalid with a sentence per field; on refusal show it
again with what was typed, on success redirect with a sentence::

    @area.post("/new")
    @requires(Permission.MEMBER_WRITE)
    def create() -> ResponseReturnValue:
        try:
            member = create_member(db.session(), current_actor(), **read_form(MemberForm()))
        except Problem as problem:
            return form_again("console/members/new.html", problem, places=…)
        return done(f"已新增党员{member.name}", url_for(".index"))

    {% from "console/macros/forms.html" import form_start, text_field, form_end with context %}
    {{ form_start(draft="member-new", form=form) }}
    {{ text_field(form, "name", "姓名", maxlength=300) }}
    {{ form_end("保存", url_for(".index")) }}

The GET view passes ``form=Form()`` or ``Form({"name": member.name})``. ``draft`` lets the browser
keep what is typed until it was saved, also when the session ends in between.

An act that asks for a reason: ``{{ reason_act("停用", url_for(".disable", …), "停用以后……", id) }}``
in the page, ``read_reason()`` in its POST view; let Problems rise, the edge shows them with what
was typed. An act without questions: ``post_button``. Long work: ``enqueue(…,
account_id=actor.account_id)`` and redirect to ``url_for("console_jobs.page", public_id=job.public_id,
back=…)``; see ``jobs/views.py`` for what a job's result may hold. Choosing an organisation:
``places.list_places`` and ``places.get_place``. Files: ``downloads.attachment``. Words for dates: filters
``day moment exact label group_code`` and ``words.near_day(…)``, ``words.deadline(…)``.
"""

from flask import Blueprint

from brickwall.web.console.accounts.views import area as accounts
from brickwall.web.console.activation.views import area as activation
from brickwall.web.console.audit.views import area as audit
from brickwall.web.console.blueprint import shell
from brickwall.web.console.commitments.views import area as commitments
from brickwall.web.console.feedback.views import area as feedback
from brickwall.web.console.jobs.views import area as jobs
from brickwall.web.console.members.acts import area as members
from brickwall.web.console.moderation.views import area as moderation
from brickwall.web.console.organisations.views import area as organisations
from brickwall.web.console.plaques.routes import area as plaques
from brickwall.web.console.restraint.views import area as restraint
from brickwall.web.console.roster.views import area as roster
from brickwall.web.console.rounds.views import area as rounds
from brickwall.web.console.sign_in.own import area as my
from brickwall.web.console.sign_in.views import area as sign_in
from brickwall.web.console.today.views import area as today


def console_blueprints() -> list[Blueprint]:
    """Return every blueprint of the console; an area adds itself here in one line."""
    return [
        shell,
        accounts,
        activation,
        audit,
        commitments,
        feedback,
        jobs,
        members,
        moderation,
        my,
        organisations,
        restraint,
        roster,
        rounds,
        sign_in,
        plaques,
        today,
    ]
