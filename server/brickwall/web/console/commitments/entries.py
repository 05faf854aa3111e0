"""Writing down at a desk what a member did (代录), and correcting an entry."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import queries, rules, services
from brickwall.commitments.models import Commitment
from brickwall.commitments.texts import ENTRY_LENGTH
from brickwall.kernel import clock
from brickwall.kernel.db import db, transaction
from brickwall.kernel.http import accepts_upload, settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.moderation.origins import current_origin
from brickwall.moderation.services import word_hint
from brickwall.web.console.commitments.area import area
from brickwall.web.console.commitments.forms import (
    SOURCE_OPTIONS,
    EntryForm,
    entry_of_form,
    form_of_entry,
)
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason

UPLOAD_MEGABYTES = 75
ENTRY_PAGE = "console/commitments/entry.html"


def _mine(public_id: str) -> Commitment:
    return queries.get_readable_commitment(db.session(), current_actor(), public_id)


def _context(commitment: Commitment, **more: Any) -> dict[str, Any]:
    return {
        "commitment": commitment,
        "owner": rules.owner_name(commitment),
        "sources": SOURCE_OPTIONS,
        "entry_length": ENTRY_LENGTH,
        "earliest": rules.earliest_entry_on(commitment).isoformat(),
        "max_photos": rules.MAX_PHOTOS,
        "entry": None,
        "kept": [],
        **more,
    }


def _keep_uploads() -> list[str]:
    """Keep the pictures of this form in a transaction of their own and return all ids it names.

    Done before the request reads anything: a refused form then shows them again instead of
    asking for them once more, and decoding holds up no other writer.
    """
    named = request.form.getlist("photo")[: rules.MAX_PHOTOS]
    files = [data for file in request.files.getlist("photos") if (data := file.read())]
    if not files:
        return named
    with transaction() as session:
        photos = services.upload_photos(session, current_actor(), files, settings().media_dir)
        return [*named, *(photo.public_id for photo in photos)]


@area.get("/<public_id>/entries/new")
@requires(Permission.ENTRY_RECORD)
def new_entry(public_id: str) -> str:
    """Show the form for what was done."""
    form = Form({"happened_on": clock.today().isoformat(), "source": "meeting"})
    return render_template(ENTRY_PAGE, form=form, **_context(_mine(public_id)))


@area.post("/<public_id>/entries/new")
@accepts_upload(UPLOAD_MEGABYTES)
@requires(Permission.ENTRY_RECORD)
def record(public_id: str) -> ResponseReturnValue:
    """Write down what a member did."""
    kept: list[str] = []
    try:
        kept = _keep_uploads()
        entry = entry_of_form(read_form(EntryForm()), kept)
        origin = current_origin()
        services.record_entry(db.session(), current_actor(), _mine(public_id), entry, origin=origin)
    except Problem as problem:
        return _again(problem, public_id, kept=kept)
    _tell_words(entry.text)
    return done("记下了", url_for("console_commitments.page", public_id=public_id))


def _tell_words(text: str) -> None:
    """Tell a clerk that what he just wrote has a word of the list in it; it is shown all the same."""
    if hint := word_hint(settings(), text):
        flash(hint, "late")


def _again(problem: Problem, public_id: str, **more: Any) -> ResponseReturnValue:
    db.session.rollback()
    return form_again(ENTRY_PAGE, problem, **_context(_mine(public_id), **more))


@area.get("/<public_id>/entries/<entry_id>/correct")
@requires(Permission.ENTRY_RECORD)
def correct_entry(public_id: str, entry_id: str) -> str:
    """Show a wrong entry for correcting."""
    commitment = _mine(public_id)
    entry = queries.get_entry(db.session(), commitment, entry_id)
    kept = [photo.public_id for photo in entry.photos]
    return render_template(
        ENTRY_PAGE, form=form_of_entry(entry), **_context(commitment, entry=entry, kept=kept)
    )


@area.post("/<public_id>/entries/<entry_id>/correct")
@accepts_upload(UPLOAD_MEGABYTES)
@requires(Permission.ENTRY_RECORD)
def save_correction(public_id: str, entry_id: str) -> ResponseReturnValue:
    """Put a new entry in place of a wrong one; the old one stays readable."""
    kept: list[str] = []
    try:
        kept = _keep_uploads()
        correction, session = entry_of_form(read_form(EntryForm()), kept), db.session()
        entry = queries.get_entry(session, _mine(public_id), entry_id)
        origin, reason = current_origin(), read_reason()
        services.supersede_entry(session, current_actor(), entry, correction, reason, origin=origin)
    except Problem as problem:
        db.session.rollback()
        entry = queries.get_entry(db.session(), _mine(public_id), entry_id)
        return _again(problem, public_id, entry=entry, kept=kept)
    _tell_words(f"{correction.text}\n{reason}")
    sentence = "更正好了，原来那条划掉了，还能看到"
    return done(sentence, url_for("console_commitments.page", public_id=public_id))
