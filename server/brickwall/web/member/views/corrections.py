"""Taking back: correcting a note of mine, dropping a commitment nobody has seen yet."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import queries, services
from brickwall.commitments.chain import notice_of
from brickwall.commitments.constants import LABELS, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.rules import CORRECTABLE
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem, Refused
from brickwall.moderation.origins import current_origin
from brickwall.web.console.forms import Form, done, read_form
from brickwall.web.member.blueprint import page, pocket
from brickwall.web.member.cards import read_card
from brickwall.web.member.forms import EntryForm
from brickwall.web.member.views.commitments import get_own


def _get(public_id: str, entry_id: str) -> tuple[Commitment, FulfilmentEntry]:
    commitment = get_own(public_id)
    return commitment, queries.get_entry(db.session(), commitment, entry_id)


def _show(commitment: Commitment, entry: FulfilmentEntry, form: Form, status: int = 200) -> Response:
    card = read_card(db.session(), current_actor(), commitment)
    return page("correct.html", status, card=card, entry=entry, form=form, today=clock.today())


@pocket.get("/commitments/<public_id>/entries/<entry_id>/correct")
@requires(Permission.OWN_COMMITMENT)
def correct(public_id: str, entry_id: str) -> Response:
    """Show a note to be corrected."""
    commitment, entry = _get(public_id, entry_id)
    if entry.superseded or commitment.state not in CORRECTABLE:
        raise Refused("这条记录现在不能更正，请回到承诺看最新的", "commitments.not_correctable")
    values = {"text": entry.text, "amount": entry.amount, "happened_on": entry.happened_on}
    return _show(commitment, entry, Form(values))


@pocket.post("/commitments/<public_id>/entries/<entry_id>/correct")
@requires(Permission.OWN_COMMITMENT)
def put_right(public_id: str, entry_id: str) -> ResponseReturnValue:
    """Put a new note in place of a wrong one; the old one stays readable, crossed out."""
    try:
        typed = read_form(EntryForm())
        _, entry = _get(public_id, entry_id)
        kept = request.form.getlist("keep")
        new = EntryInput(typed["text"], typed["happened_on"], typed["amount"], kept)
        reason = request.form.get("reason", "")
        origin = current_origin()
        newer = services.supersede_entry(db.session(), current_actor(), entry, new, reason, origin=origin)
    except Problem as problem:
        return _again(public_id, entry_id, problem)
    waits = f"。新写的{LABELS[Showing.WAITING]}" if notice_of(newer) else ""
    sentence = f"更正好了，原来那条划掉了，还看得到{waits}"
    return done(sentence, url_for("pocket.one", public_id=public_id))


def _again(public_id: str, entry_id: str, problem: Problem) -> Response:
    db.session.rollback()
    form = Form(request.form.to_dict(), problem.fields, problem.title)
    return _show(*_get(public_id, entry_id), form, problem.status)


@pocket.post("/commitments/<public_id>/discard")
@requires(Permission.OWN_COMMITMENT)
def discard(public_id: str) -> ResponseReturnValue:
    """Drop a commitment that was never published, with a reason."""
    commitment = get_own(public_id)
    services.discard_commitment(db.session(), current_actor(), commitment, request.form.get("reason", ""))
    return done("这件不提了，支部那里留有记录", url_for("pocket.index"))
