"""Writing a commitment on behalf of a member or for the branch; changing a draft; asking for a revision."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import queries, services
from brickwall.commitments.models import Commitment
from brickwall.commitments.texts import REASON_LENGTH, TITLE_LENGTH
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Actor, Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, Problem
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import get_member_for, list_wall
from brickwall.web.console.commitments.area import area
from brickwall.web.console.commitments.forms import (
    CATEGORY_OPTIONS,
    KIND_OPTIONS,
    NewForm,
    TextForm,
    form_of,
    seen_version,
    text_of_form,
)
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason
from brickwall.web.console.places import get_place, list_places

OWN = "branch"
FORM_LIMITS = {
    "title_length": TITLE_LENGTH,
    "reason_length": REASON_LENGTH,
    "categories": CATEGORY_OPTIONS,
    "kinds": KIND_OPTIONS,
}


def list_branches(actor: Actor) -> list[Organisation]:
    """Return the places a commitment can be written for: everything but groups."""
    places = list_places(actor, Permission.COMMITMENT_PROPOSE)
    return [place for place in places if place.kind is not OrganisationKind.GROUP]


def _chosen_branch() -> Organisation | None:
    """Return the branch in the address, or the only one there is."""
    actor, code = current_actor(), request.args.get("organisation", "")
    if code:
        return get_place(actor, Permission.COMMITMENT_PROPOSE, code)
    places = list_branches(actor)
    return places[0] if len(places) == 1 else None


def _new_context(branch: Organisation) -> dict[str, Any]:
    this_year = clock.today().year
    members = [(member.public_id, member.name) for member in list_wall(db.session(), branch)]
    own = (OWN, f"{branch.short_name}（支部自己的承诺）")
    return {
        **FORM_LIMITS,
        "branch": branch,
        "owners": [own, *members],
        "years": [(year, f"{year} 年") for year in (this_year, this_year + 1, this_year - 1)],
        "may_publish": current_actor().may(Permission.COMMITMENT_VET, branch.path),
    }


@area.get("/new")
@requires(Permission.COMMITMENT_PROPOSE)
def new() -> str:
    """Show the empty form, or ask first for which branch."""
    branch = _chosen_branch()
    if branch is None:
        places = list_branches(current_actor())
        return render_template("console/commitments/choose.html", places=places)
    start = {"member": request.args.get("member", ""), "unit": "次", "category": "other"}
    return render_template("console/commitments/new.html", form=Form(start), **_new_context(branch))


@area.post("/new")
@requires(Permission.COMMITMENT_PROPOSE)
def create() -> ResponseReturnValue:
    """Write a commitment: keep it as a draft, hand it in, or also vet and publish it."""
    branch = get_place(current_actor(), Permission.COMMITMENT_PROPOSE, request.args.get("organisation", ""))
    try:
        commitment, sentence = _create(branch)
    except Problem as problem:
        return form_again("console/commitments/new.html", problem, **_new_context(branch))
    again = request.form.get("again")
    if again:
        return done(sentence, url_for("console_commitments.new", organisation=branch.code))
    return done(sentence, url_for("console_commitments.page", public_id=commitment.public_id))


def _create(branch: Organisation) -> tuple[Commitment, str]:
    session, actor, values = db.session(), current_actor(), read_form(NewForm())
    act, chosen = request.form.get("act", "draft"), values["member"]
    if not chosen:
        raise Invalid("请选是谁的承诺", fields={"member": "请选是谁的承诺"})
    member = None if chosen == OWN else get_member_for(session, actor, Permission.COMMITMENT_PROPOSE, chosen)
    commitment = services.propose_commitment(
        session,
        actor,
        text_of_form(values),
        organisation=branch,
        member=member,
        year=values["year"],
        submit=act in {"submit", "publish"},
    )
    if act == "publish":
        services.approve_and_publish(session, actor, commitment)
    words = {"submit": "写好了，交上去等审核", "publish": "写好了，已经审过并公示"}
    return commitment, f"“{commitment.title}”{words.get(act, '存成了草稿，还没有提交')}"


@area.get("/<public_id>/edit")
@requires(Permission.COMMITMENT_PROPOSE)
def edit(public_id: str) -> str:
    """Show the words of a draft for changing."""
    commitment = queries.get_readable_commitment(db.session(), current_actor(), public_id)
    return render_template(
        "console/commitments/edit.html",
        form=form_of(commitment),
        commitment=commitment,
        revising=False,
        **FORM_LIMITS,
    )


@area.post("/<public_id>/edit")
@requires(Permission.COMMITMENT_PROPOSE)
def save(public_id: str) -> ResponseReturnValue:
    """Change the words of a draft; with ``act=submit`` also hand it in."""
    session, actor = db.session(), current_actor()
    commitment = queries.get_readable_commitment(session, actor, public_id)
    try:
        text = text_of_form(read_form(TextForm()))
        services.edit_draft(session, actor, commitment, text, seen=seen_version())
        if request.form.get("act") == "submit":
            services.submit_commitment(session, actor, commitment)
    except Problem as problem:
        return _again(problem, public_id, revising=False)
    return done("改好了", url_for("console_commitments.page", public_id=public_id))


@area.get("/<public_id>/revise")
@requires(Permission.COMMITMENT_PROPOSE)
def revise(public_id: str) -> str:
    """Show the words of a published commitment, to ask for others."""
    commitment = queries.get_readable_commitment(db.session(), current_actor(), public_id)
    return render_template(
        "console/commitments/edit.html",
        form=form_of(commitment),
        commitment=commitment,
        revising=True,
        **FORM_LIMITS,
    )


@area.post("/<public_id>/revise")
@requires(Permission.COMMITMENT_PROPOSE)
def ask_revision(public_id: str) -> ResponseReturnValue:
    """Ask for another text of a published commitment, with a reason."""
    session, actor = db.session(), current_actor()
    commitment = queries.get_readable_commitment(session, actor, public_id)
    try:
        text, reason = text_of_form(read_form(TextForm())), read_reason()
        services.propose_revision(session, actor, commitment, text, reason, seen=seen_version())
    except Problem as problem:
        return _again(problem, public_id, revising=True)
    return done(
        "申请交上去了，审过以前还是原来的内容", url_for("console_commitments.page", public_id=public_id)
    )


def _again(problem: Problem, public_id: str, *, revising: bool) -> ResponseReturnValue:
    """Show the form again; the commitment is read afresh after the rollback."""
    db.session.rollback()
    commitment = queries.get_readable_commitment(db.session(), current_actor(), public_id)
    context = {"commitment": commitment, "revising": revising, **FORM_LIMITS}
    return form_again("console/commitments/edit.html", problem, **context)
