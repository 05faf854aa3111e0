"""Importing a ledger: upload, look at what it would do, confirm or discard."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments.services import ledgers
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import accepts_upload
from brickwall.kernel.imports import ImportState
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, Problem
from brickwall.organisations.constants import OrganisationKind
from brickwall.web.console.commitments.area import area
from brickwall.web.console.downloads import workbook_response
from brickwall.web.console.forms import Form, done, form_again
from brickwall.web.console.places import get_place, list_places

UPLOAD_MEGABYTES = 20
LIST_PAGE = "console/commitments/imports.html"


def _list_context() -> dict[str, object]:
    actor, this_year = current_actor(), clock.today().year
    places = list_places(actor, Permission.COMMITMENT_PROPOSE)
    branches = [(place.code, place.name) for place in places if place.kind is OrganisationKind.BRANCH]
    return {
        "branches": branches,
        "years": [(year, f"{year} 年") for year in (this_year, this_year + 1, this_year - 1)],
        "batches": ledgers.list_ledgers(db.session(), actor),
        "states": ImportState,
    }


@area.get("/import")
@requires(Permission.COMMITMENT_PROPOSE)
def imports() -> str:
    """Show the upload form and the imports of late."""
    return render_template(LIST_PAGE, form=Form({"year": clock.today().year}), **_list_context())


@area.get("/import/template")
@requires(Permission.COMMITMENT_PROPOSE)
def import_template() -> Response:
    """Hand out an empty ledger to fill in."""
    return workbook_response(ledgers.template_workbook(), "承诺表模板")


@area.post("/import")
@accepts_upload(UPLOAD_MEGABYTES)
@requires(Permission.COMMITMENT_PROPOSE)
def upload_ledger() -> ResponseReturnValue:
    """Read an uploaded ledger and show what it would do; nothing is changed yet."""
    try:
        public_id = _preview()
    except Problem as problem:
        db.session.rollback()
        return form_again(LIST_PAGE, problem, **_list_context())
    return done(
        "读好了，请先看一遍再导入", url_for("console_commitments.import_preview", public_id=public_id)
    )


def _preview() -> str:
    """Read the file before the transaction begins, then keep the preview; return its id."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("请先选一个 Excel 或 CSV 文件", fields={"file": "请选文件"})
    year = request.form.get("year", "")
    ledger = ledgers.open_ledger(file.read(), int(year) if year.isascii() and year.isdigit() else None)
    session, actor = db.session(), current_actor()
    branch = get_place(actor, Permission.COMMITMENT_PROPOSE, request.form.get("organisation", ""))
    return ledgers.preview_ledger(session, actor, branch, ledger, file.filename).public_id


@area.get("/import/<public_id>")
@requires(Permission.COMMITMENT_PROPOSE)
def import_preview(public_id: str) -> str:
    """Show what a ledger would do, or did."""
    actor = current_actor()
    batch, branch = ledgers.get_ledger(db.session(), actor, public_id)
    may_publish = actor.may(Permission.COMMITMENT_VET, branch.path)
    return render_template(
        "console/commitments/import.html",
        batch=batch,
        branch=branch,
        may_publish=may_publish,
        states=ImportState,
    )


@area.post("/import/<public_id>/apply")
@requires(Permission.COMMITMENT_PROPOSE)
def apply_import(public_id: str) -> ResponseReturnValue:
    """Have a previewed ledger applied in the background."""
    session, actor = db.session(), current_actor()
    batch, _ = ledgers.get_ledger(session, actor, public_id)
    job = ledgers.confirm_ledger(session, actor, batch, publish=bool(request.form.get("publish")))
    back = url_for("console_commitments.index")
    return done("开始导入了", url_for("console_jobs.page", public_id=job.public_id, back=back))


@area.post("/import/<public_id>/discard")
@requires(Permission.COMMITMENT_PROPOSE)
def discard_import(public_id: str) -> ResponseReturnValue:
    """Drop a preview."""
    session, actor = db.session(), current_actor()
    batch, _ = ledgers.get_ledger(session, actor, public_id)
    ledgers.discard_ledger(session, actor, batch)
    return done("这次导入作废了，什么都没有改", url_for("console_commitments.imports"))
