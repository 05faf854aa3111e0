"""The print dialog: choose, see the real page, order; then the finished files."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import JobState, get_job
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, NotFound, Problem
from brickwall.organisations.models import Organisation
from brickwall.plaques import printouts, services
from brickwall.plaques.printouts import PrintOrder, PrintPlan
from brickwall.printing.budget import describe_host
from brickwall.printing.errors import PrintingError
from brickwall.printing.plaque_templates import get_template, list_templates
from brickwall.printing.press import CHILD
from brickwall.web.console.downloads import attachment
from brickwall.web.console.places import get_place
from brickwall.web.console.plaques.area import area
from brickwall.web.console.plaques.choices import list_branches

WHAT = (("all", "每位党员和支部自己的铭牌"), ("blank", "空白砖"))
PDF = "application/pdf"


def read_order(given: MultiDict[str, str], organisation: Organisation) -> PrintOrder:
    """Return the order in a form or address; what is missing gets its usual value.

    Raises:
        Invalid: no such template, or a number of labels that cannot be.
    """
    template = printouts.find_template(given.get("template") or list_templates()[0].name)
    skip = given.get("skip") or "0"
    if not (skip.isascii() and skip.isdigit() and int(skip) < template.per_page):
        room = template.per_page - 1
        sentence = f"第一张上已用掉的格数要在 0 到 {room} 之间"
        raise Invalid(sentence, fields={"skip": sentence})
    codes = tuple(code for code in given.get("codes", "").split(",") if code)
    return PrintOrder(
        organisation.code, template.name, codes or None, given.get("what") == "blank", int(skip)
    )


def _plan(given: MultiDict[str, str]) -> tuple[Organisation, PrintPlan]:
    place = get_place(current_actor(), Permission.PLAQUE_PRINT, given.get("organisation", ""))
    return place, printouts.plan_preview(db.session(), settings(), read_order(given, place))


def _hint(template: str) -> str:
    """How far away a plaque of that template reads, with the configured address."""
    host = describe_host(settings().base_url)
    shape = get_template(template)
    return (
        f"{shape.note}。每个黑白格 {shape.module_mm(host.modules):.2f} 毫米，"
        f"{shape.reading_distance(host.modules)}外能扫。{host.sentence}"
    )


def _dialog(given: MultiDict[str, str], places: list[Organisation]) -> dict[str, object]:
    """What the dialog shows: the choices, the preview's address, and what stands in the way."""
    chosen = {name: given.get(name, "") for name in ("organisation", "template", "what", "skip", "codes")}
    chosen["template"] = chosen["template"] or list_templates()[0].name
    if not chosen["organisation"] and places:
        chosen["organisation"] = places[0].code
    shown = MultiDict(chosen)
    problem, count, hint = "", 0, ""
    try:
        hint = _hint(chosen["template"])
        _, plan = _plan(shown)
        texts = [text for face in plan.faces for text in face.fields().values()]
        count, problem = len(plan.faces), CHILD.missing(texts)
    except Problem as refusal:
        problem = refusal.title
    except PrintingError as refusal:
        problem = str(refusal)
    return {"chosen": chosen, "problem": problem, "count": count, "hint": hint}


@area.get("/print")
@requires(Permission.PLAQUE_PRINT)
def order() -> str:
    """Show the dialog with the first page as it will come out."""
    places = list(list_branches(current_actor(), Permission.PLAQUE_PRINT))
    return render_template(
        "console/plaques/print.html",
        places=places,
        templates=list_templates(),
        what=WHAT,
        **_dialog(request.args, places),
    )


@area.get("/preview.png")
@requires(Permission.PLAQUE_PRINT)
def preview() -> WerkzeugResponse:
    """Return a picture of the first page of the real PDF."""
    _, plan = _plan(request.args)
    answer = Response(printouts.preview(plan, CHILD), mimetype="image/png")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@area.post("/print")
@requires(Permission.PLAQUE_PRINT)
def order_print() -> ResponseReturnValue:
    """Order the job and go to its page."""
    actor = current_actor()
    place = get_place(actor, Permission.PLAQUE_PRINT, request.form.get("organisation", ""))
    wanted = read_order(request.form, place)
    job = services.order_print(
        db.session(),
        actor,
        place,
        wanted.template,
        codes=wanted.codes,
        blank=wanted.blank,
        skip=wanted.skip,
    )
    back = url_for(".order", organisation=place.code, template=wanted.template)
    return redirect(url_for("console_jobs.page", public_id=job.public_id, back=back), 303)


@area.get("/printed/<job_id>")
@requires(Permission.PLAQUE_PRINT)
def printed(job_id: str) -> str:
    """Show what came of a print job: the plaques, the list, what to mind at the printer."""
    job = get_job(db.session(), job_id, current_actor().account_id)
    if job.name != services.PRINT_JOB or job.state is not JobState.DONE:
        raise NotFound("这项打印还没有办好，请过一会儿再看")
    return render_template("console/plaques/printed.html", job=job, result=job.result or {})


@area.get("/printed/<job_id>/list")
@requires(Permission.PLAQUE_PRINT)
def printed_list(job_id: str) -> Response:
    """Hand out the job sheet, to the account that ordered the job only."""
    job = get_job(db.session(), job_id, current_actor().account_id)
    path = printouts.list_path(settings(), job.public_id)
    if job.name != services.PRINT_JOB or not path.is_file():
        raise NotFound("这个文件已经过期，请再印一次")
    name = str((job.result or {}).get("list_name", "打印清单.pdf"))
    return attachment(path.read_bytes(), name, PDF)


@area.get("/calibration.pdf")
@requires(Permission.PLAQUE_PRINT)
def calibration() -> Response:
    """Hand out the calibration page."""
    return attachment(CHILD.calibration(), "打印校准页.pdf", PDF)


@area.get("/poster.pdf")
@requires(Permission.PLAQUE_PRINT)
def poster() -> Response:
    """Hand out the villager's poster of one branch."""
    place = get_place(current_actor(), Permission.PLAQUE_PRINT, request.args.get("organisation", ""))
    pdf = CHILD.poster(
        branch=place.name,
        url=f"{settings().base_url}/w/{place.code}",
        host_words=settings().host,
        contact=settings().contact_line,
    )
    return attachment(pdf, f"{place.name} 村民海报.pdf", PDF)
