"""Proposing a commitment, and changing one that was returned."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import services
from brickwall.commitments.constants import LABELS, Category, CommitmentKind
from brickwall.commitments.models import Commitment
from brickwall.commitments.rules import EDITABLE
from brickwall.commitments.texts import CommitmentText, text_of
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem, Refused
from brickwall.web.console.forms import Form, done, read_form
from brickwall.web.member.blueprint import own_member, page, pocket
from brickwall.web.member.cards import read_card
from brickwall.web.member.forms import ProposalForm
from brickwall.web.member.views.commitments import get_own, page_of

_KINDS = (
    (CommitmentKind.ONE_OFF, "办成一件事，例如修好一条排水沟"),
    (CommitmentKind.COUNTED, "按次数做，例如夜巡 12 次"),
    (CommitmentKind.STANDING, "全年坚持，例如看护一片林子"),
)


def _context(form: Form, commitment: Commitment | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "commitment": commitment,
        "reason": read_card(db.session(), current_actor(), commitment).reason if commitment else "",
        "kinds": _KINDS,
        "categories": [(each.value, LABELS[each]) for each in Category],
        "today": clock.today(),
    }


def _again(problem: Problem, public_id: str = "") -> Response:
    db.session.rollback()
    form = Form(request.form.to_dict(), problem.fields, problem.title)
    return page("propose.html", problem.status, **_context(form, get_own(public_id) if public_id else None))


def _handing_in() -> bool:
    return request.form.get("act") != "keep"


def _said() -> str:
    return "交上去了，等支部审核" if _handing_in() else "先存着，想好了再交"


@pocket.get("/new")
@requires(Permission.OWN_COMMITMENT)
def new() -> Response:
    """Ask what I want to promise."""
    return page("propose.html", **_context(Form()))


@pocket.post("/new")
@requires(Permission.OWN_COMMITMENT)
def propose() -> ResponseReturnValue:
    """Write a new commitment and hand it in, or keep it as a draft."""
    session, actor, member = db.session(), current_actor(), own_member()
    try:
        text = CommitmentText(**read_form(ProposalForm()))
        made = services.propose_commitment(
            session, actor, text, organisation=member.organisation, member=member, submit=_handing_in()
        )
    except Problem as problem:
        return _again(problem)
    return done(_said(), page_of(made))


@pocket.get("/commitments/<public_id>/edit")
@requires(Permission.OWN_COMMITMENT)
def edit(public_id: str) -> Response:
    """Show a draft or returned commitment to be changed."""
    commitment = get_own(public_id)
    if commitment.state not in EDITABLE:
        raise Refused("这件承诺现在不能改。公示过的请支部书记申请修改", "commitments.wrong_state")
    text = text_of(commitment)
    values = {name: getattr(text, name) for name in ProposalForm().fields}
    return page("propose.html", **_context(Form(values), commitment))


@pocket.post("/commitments/<public_id>/edit")
@requires(Permission.OWN_COMMITMENT)
def change(public_id: str) -> ResponseReturnValue:
    """Change the words and hand them in again, or keep them as a draft."""
    session, actor = db.session(), current_actor()
    try:
        commitment = get_own(public_id)
        text = CommitmentText(**{"detail": commitment.detail, **read_form(ProposalForm())})
        services.edit_draft(session, actor, commitment, text)
        if _handing_in():
            services.submit_commitment(session, actor, commitment)
    except Problem as problem:
        return _again(problem, public_id)
    return done(_said(), url_for("pocket.one", public_id=public_id))
