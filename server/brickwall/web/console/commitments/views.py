"""The table, the page of one commitment, and the steps taken on it."""

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import queries, services
from brickwall.commitments.models import Commitment
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.web.console.commitments import entries, importing, review, writing
from brickwall.web.console.commitments.area import area
from brickwall.web.console.commitments.detail import find_detail
from brickwall.web.console.commitments.forms import seen_version
from brickwall.web.console.commitments.steps import get_step
from brickwall.web.console.commitments.table import rows_for, table_for
from brickwall.web.console.forms import done, note, read_reason
from brickwall.web.console.places import EVERYTHING, find_home
from brickwall.web.console.tables import export, show

__all__ = ["area", "entries", "importing", "review", "writing"]

MAX_PICKED = 200


@area.get("/")
@requires(Permission.COMMITMENT_READ)
def index() -> str:
    """Show the commitments of my organisations."""
    actor = current_actor()
    view = show(table_for(actor), rows_for(actor))
    queues = review.waiting_queues(db.session(), actor)
    may_vet = actor.may(Permission.COMMITMENT_VET) and actor.may(Permission.COMMITMENT_PUBLISH)
    return render_template("console/commitments/index.html", view=view, queues=queues, may_vet=may_vet)


@area.post("/export")
@requires(Permission.COMMITMENT_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the table as it is shown."""
    actor = current_actor()
    home = find_home(actor)
    return export(table_for(actor), rows_for(actor), home.path if home else EVERYTHING)


@area.get("/<public_id>")
@requires(Permission.COMMITMENT_READ)
def page(public_id: str) -> str:
    """Show one commitment: its words, its chain, and what I can do now."""
    detail = find_detail(db.session(), current_actor(), _mine(public_id))
    return render_template("console/commitments/page.html", detail=detail, review=None)


def _mine(public_id: str) -> Commitment:
    return queries.get_readable_commitment(db.session(), current_actor(), public_id)


@area.post("/<public_id>/steps/<name>")
@requires(Permission.COMMITMENT_READ)
def take_step(public_id: str, name: str) -> ResponseReturnValue:
    """Take one step of the life cycle, then go on to the next one in the queue or back."""
    step, commitment = get_step(name), _mine(public_id)
    reason = read_reason() if step.reasoned else request.form.get("reason", "")
    step.run(db.session(), current_actor(), commitment, reason, seen_version())
    return done(f"“{commitment.title}”：{step.done}", _next_url(public_id))


def _next_url(public_id: str) -> str:
    """Return where to go on: the next of the queue the step was taken in, or the page."""
    queue, following = request.form.get("queue", ""), request.form.get("next", "")
    if queue in review.QUEUES:
        return url_for("console_commitments.review_queue", which=queue, at=following or None)
    return url_for("console_commitments.page", public_id=public_id)


@area.post("/<public_id>/revision/accept")
@requires(Permission.COMMITMENT_VET)
def accept_revision(public_id: str) -> ResponseReturnValue:
    """Put the waiting text in force."""
    commitment = _mine(public_id)
    remark = request.form.get("reason", "")
    services.accept_revision(db.session(), current_actor(), commitment, remark, seen=seen_version())
    return done("修改审过了，新的内容已经换上，旧的还能看到", _next_url(public_id))


@area.post("/<public_id>/revision/refuse")
@requires(Permission.COMMITMENT_VET)
def refuse_revision(public_id: str) -> ResponseReturnValue:
    """Keep the text in force."""
    commitment = _mine(public_id)
    services.refuse_revision(db.session(), current_actor(), commitment, read_reason(), seen=seen_version())
    return done("没有采用这次修改，内容照旧", _next_url(public_id))


@area.post("/approve-picked")
@requires(Permission.COMMITMENT_VET, Permission.COMMITMENT_PUBLISH)
def approve_picked() -> ResponseReturnValue:
    """Vet and publish everything that was ticked: a meeting has already gone through it."""
    picked = request.form.getlist("pick")[:MAX_PICKED]
    refusals = [refusal for public_id in picked if (refusal := _approve_one(public_id))]
    approved = len(picked) - len(refusals)
    if refusals:
        flash(f"有 {len(refusals)} 件没有办：{refusals[0]}", "late")
    url = url_for("console_commitments.index", state="submitted")
    return (
        done(f"审过并公示了 {approved} 件", url)
        if approved
        else note("没有审过任何一件，请先勾选等待审核的", url)
    )


def _approve_one(public_id: str) -> str:
    """Vet and publish one commitment; return the refusal's sentence, or nothing."""
    try:
        services.approve_and_publish(db.session(), current_actor(), _mine(public_id))
    except Problem as problem:
        return problem.title
    return ""
