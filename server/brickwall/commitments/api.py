"""Commitments over the API: mine, the public chain, entries, photos, and the steps of the branch."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from brickwall.commitments import queries, schemas, services
from brickwall.commitments.chain import entry_view, read_chain
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import CommitmentText
from brickwall.commitments.transitions import allowed_transitions
from brickwall.kernel.db import db
from brickwall.kernel.http import accepts_upload, idempotent, settings
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import Actor, Permission, current_actor, public, requires
from brickwall.kernel.problems import Invalid
from brickwall.moderation.origins import current_origin
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import get_member_for, get_organisation_for

blueprint = Blueprint("api_commitments", __name__, url_prefix="", description="承诺、践诺记录和照片")

_TEXT_FIELDS = tuple(schemas.TextIn().fields)
_ONCE = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": 128},
            "description": "Repeat a write with the same key and it happens once.",
        }
    ]
}


def _text(body: dict[str, Any]) -> CommitmentText:
    return CommitmentText(**{name: body[name] for name in _TEXT_FIELDS})


def _entry(body: dict[str, Any]) -> EntryInput:
    return EntryInput(body["text"], body["happened_on"], body["amount"], body["photos"], body["source"])


def _mine(public_id: str) -> tuple[Session, Actor, Commitment]:
    """Return session, actor and a commitment he may see before publication."""
    session, actor = db.session(), current_actor()
    return session, actor, queries.get_readable_commitment(session, actor, public_id)


def _recorded(entry: FulfilmentEntry, corrected: FulfilmentEntry | None = None) -> dict[str, Any]:
    db.session().refresh(entry.commitment)
    earlier = {corrected.id: corrected.public_id} if corrected else {}
    return {"entry": entry_view(entry, entry.commitment, earlier), "commitment": entry.commitment}


@blueprint.get("/me/commitments")
@requires(Permission.OWN_COMMITMENT)
@blueprint.response(200, schemas.MyList)
def list_mine() -> dict[str, Any]:
    """Return my commitments with their newest entries and the steps open to me."""
    session, actor = db.session(), current_actor()
    member = session.get_one(Member, actor.member_id)
    rows = queries.list_member_commitments(session, member, public=False)
    latest = queries.latest_entries(session, [row.id for row in rows], hidden=True)
    return {"items": [_mine_item(actor, row, latest.get(row.id)) for row in rows], "next_cursor": None}


def _mine_item(actor: Actor, row: Commitment, entry: FulfilmentEntry | None) -> dict[str, Any]:
    return {
        "commitment": row,
        "latest_entry": entry_view(entry, row) if entry else None,
        "steps": [step.name for step in allowed_transitions(actor, row)],
    }


@blueprint.get("/commitments")
@requires(Permission.COMMITMENT_READ)
@blueprint.arguments(schemas.ListQuery, location="query")
@blueprint.response(200, schemas.CommitmentPage)
def list_commitments(query: dict[str, Any]) -> dict[str, Any]:
    """Return the commitments of my organisations, newest first."""
    filters = queries.Filters(
        year=query["year"],
        state=query["state"],
        category=query["category"],
        timing=query["timing"],
        member_public_id=query["member"],
        text=query["q"],
    )
    table = queries.commitments_table(current_actor().paths(Permission.COMMITMENT_READ), filters)
    return cursor_page(db.session(), table, Commitment.id.expression, query["cursor"], query["limit"])


@blueprint.post("/commitments")
@requires(Permission.OWN_SESSION)
@idempotent
@blueprint.arguments(schemas.CommitmentIn)
@blueprint.response(201, schemas.CommitmentOut)
@blueprint.doc(**_ONCE)
def propose(body: dict[str, Any]) -> Commitment:
    """Propose a commitment: my own, or as staff a member's or the branch's."""
    session, actor = db.session(), current_actor()
    organisation, member = _owner(session, actor, body["organisation"], body["member"])
    options = {"year": body["year"], "submit": body["submit"]}
    return services.propose_commitment(
        session, actor, _text(body), organisation=organisation, member=member, **options
    )


def _owner(
    session: Session, actor: Actor, organisation: str | None, member: str | None
) -> tuple[Organisation, Member | None]:
    """Return whose commitment is meant: a member's own when nothing else is said."""
    if organisation is None and member is None:
        own = session.get(Member, actor.member_id) if actor.member_id is not None else None
        if own is None:
            message = "请说明是哪个支部或哪位党员的承诺"
            raise Invalid(message, "commitments.owner_missing", fields={"organisation": message})
        return own.organisation, own
    if member is not None:
        found = get_member_for(session, actor, Permission.COMMITMENT_PROPOSE, member)
        return found.organisation, found
    return get_organisation_for(session, actor, Permission.COMMITMENT_PROPOSE, organisation or ""), None


@blueprint.get("/commitments/<public_id>")
@public
@blueprint.response(200, schemas.ChainPublic)
def get_chain(public_id: str) -> dict[str, Any]:
    """Return a published commitment and its whole chain."""
    session = db.session()
    commitment = queries.get_public_commitment(session, public_id)
    return {"commitment": commitment, "chain": read_chain(session, commitment)}


@blueprint.put("/commitments/<public_id>")
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.EditIn)
@blueprint.response(200, schemas.CommitmentOut)
def edit(body: dict[str, Any], public_id: str) -> Commitment:
    """Change the words of a draft or of a returned commitment."""
    session, actor, commitment = _mine(public_id)
    services.edit_draft(session, actor, commitment, _text(body), seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/entries")
@requires(Permission.OWN_SESSION)
@idempotent
@blueprint.arguments(schemas.EntryIn)
@blueprint.response(201, schemas.EntryOut)
@blueprint.doc(**_ONCE)
def add_entry(body: dict[str, Any], public_id: str) -> dict[str, Any]:
    """Record what was done; staff records on behalf of the member."""
    session, actor, commitment = _mine(public_id)
    entry = services.record_entry(session, actor, commitment, _entry(body), origin=current_origin())
    return _recorded(entry)


@blueprint.post("/commitments/<public_id>/entries/<entry_id>/correction")
@requires(Permission.OWN_SESSION)
@idempotent
@blueprint.arguments(schemas.CorrectionIn)
@blueprint.response(201, schemas.EntryOut)
@blueprint.doc(**_ONCE)
def correct_entry(body: dict[str, Any], public_id: str, entry_id: str) -> dict[str, Any]:
    """Correct an entry by a new one; the old one stays readable."""
    session, actor, commitment = _mine(public_id)
    entry = queries.get_entry(session, commitment, entry_id)
    origin, reason = current_origin(), body["reason"]
    newer = services.supersede_entry(session, actor, entry, _entry(body), reason, origin=origin)
    return _recorded(newer, entry)


@blueprint.post("/uploads")
@accepts_upload(9)
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.UploadIn, location="files")
@blueprint.response(201, schemas.PhotoOut)
def upload(files: dict[str, Any]) -> Photo:
    """Keep a picture; name its id in an entry within a week.

    Sent twice it is kept twice, and the one nobody names is swept.
    """
    data = files["photo"].read()
    return services.upload_photo(db.session(), current_actor(), data, settings().media_dir)


@blueprint.delete("/uploads/<public_id>")
@requires(Permission.OWN_SESSION)
@blueprint.response(204)
def take_back_upload(public_id: str) -> None:
    """Take back a picture that is not part of an entry yet."""
    services.remove_photo(db.session(), current_actor(), public_id, settings().media_dir)


@blueprint.post("/commitments/<public_id>/submit")
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def submit(body: dict[str, Any], public_id: str) -> Commitment:
    """Hand a draft in for vetting."""
    session, actor, commitment = _mine(public_id)
    services.submit_commitment(session, actor, commitment, seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/discard")
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.ReasonedStepIn)
@blueprint.response(200, schemas.CommitmentOut)
def discard(body: dict[str, Any], public_id: str) -> Commitment:
    """Drop a commitment that was never published."""
    session, actor, commitment = _mine(public_id)
    services.discard_commitment(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/claim")
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def claim(body: dict[str, Any], public_id: str) -> Commitment:
    """Report a commitment as done."""
    session, actor, commitment = _mine(public_id)
    services.claim_done(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/return")
@requires(Permission.COMMITMENT_VET)
@blueprint.arguments(schemas.ReasonedStepIn)
@blueprint.response(200, schemas.CommitmentOut)
def send_to_author(body: dict[str, Any], public_id: str) -> Commitment:
    """Send a submitted commitment back to its author."""
    session, actor, commitment = _mine(public_id)
    services.return_commitment(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/approve")
@requires(Permission.COMMITMENT_VET)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def approve(body: dict[str, Any], public_id: str) -> Commitment:
    """Accept a submitted commitment and give it its file number."""
    session, actor, commitment = _mine(public_id)
    services.approve_commitment(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/approve-and-publish")
@requires(Permission.COMMITMENT_VET, Permission.COMMITMENT_PUBLISH)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def approve_and_publish(body: dict[str, Any], public_id: str) -> Commitment:
    """Accept a submitted commitment and show it to everybody in one go."""
    session, actor, commitment = _mine(public_id)
    services.approve_and_publish(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/publish")
@requires(Permission.COMMITMENT_PUBLISH)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def publish(body: dict[str, Any], public_id: str) -> Commitment:
    """Show an approved commitment to everybody."""
    session, actor, commitment = _mine(public_id)
    services.publish_commitment(session, actor, commitment, seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/close-out")
@requires(Permission.COMMITMENT_CLOSE_OUT)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def close_out(body: dict[str, Any], public_id: str) -> Commitment:
    """Confirm that a commitment reported as done is done."""
    session, actor, commitment = _mine(public_id)
    services.close_out(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/send-back")
@requires(Permission.COMMITMENT_CLOSE_OUT)
@blueprint.arguments(schemas.ReasonedStepIn)
@blueprint.response(200, schemas.CommitmentOut)
def send_back(body: dict[str, Any], public_id: str) -> Commitment:
    """Say that a commitment reported as done is not done."""
    session, actor, commitment = _mine(public_id)
    services.send_back(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/withdraw")
@requires(Permission.COMMITMENT_WITHDRAW)
@blueprint.arguments(schemas.ReasonedStepIn)
@blueprint.response(200, schemas.CommitmentOut)
def withdraw(body: dict[str, Any], public_id: str) -> Commitment:
    """Withdraw a published commitment with a public reason."""
    session, actor, commitment = _mine(public_id)
    services.withdraw_commitment(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/revisions")
@requires(Permission.OWN_SESSION)
@blueprint.arguments(schemas.RevisionIn)
@blueprint.response(201, schemas.CommitmentOut)
def propose_revision(body: dict[str, Any], public_id: str) -> Commitment:
    """Ask for another text of a published commitment."""
    session, actor, commitment = _mine(public_id)
    text, reason = _text(body), body["reason"]
    services.propose_revision(session, actor, commitment, text, reason, seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/revisions/accept")
@requires(Permission.COMMITMENT_VET)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CommitmentOut)
def accept_revision(body: dict[str, Any], public_id: str) -> Commitment:
    """Put the waiting text in force."""
    session, actor, commitment = _mine(public_id)
    services.accept_revision(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment


@blueprint.post("/commitments/<public_id>/revisions/refuse")
@requires(Permission.COMMITMENT_VET)
@blueprint.arguments(schemas.ReasonedStepIn)
@blueprint.response(200, schemas.CommitmentOut)
def refuse_revision(body: dict[str, Any], public_id: str) -> Commitment:
    """Keep the text in force and say why."""
    session, actor, commitment = _mine(public_id)
    services.refuse_revision(session, actor, commitment, body["reason"], seen=body["version"])
    return commitment
