"""My commitments: the list, one of them, and what I can do with it."""

import hashlib
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.commitments import queries, rules, services
from brickwall.commitments.chain import notice_of, read_chain
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import accepts_upload, settings
from brickwall.kernel.idempotency import find_answer, keep_answer
from brickwall.kernel.ids import random_code
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import NotFound, Problem
from brickwall.messages.queries import count_unread
from brickwall.moderation.origins import current_origin
from brickwall.web.console.forms import Form, done, read_form
from brickwall.web.member.blueprint import own_member, page, pocket
from brickwall.web.member.cards import read_card, read_pocket
from brickwall.web.member.forms import EntryForm
from brickwall.web.member.views.inbox import own_messages

# Nine photos of 8 MB each, and the form around them.
UPLOAD_MEGABYTES = 75


def get_own(public_id: str) -> Commitment:
    """Return one of my own commitments.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    found = queries.get_commitment(db.session(), public_id)
    if not rules.is_owner(current_actor(), found):
        raise NotFound("没有找到这件承诺，请回到“我的承诺”重新打开")
    return found


def page_of(commitment: Commitment) -> str:
    """Return the address of a commitment's page in the pocket."""
    return url_for("pocket.one", public_id=commitment.public_id)


@pocket.get("", strict_slashes=False)
@requires(Permission.OWN_COMMITMENT)
def index() -> Response:
    """Show what I promised, what is due, and a place to note what I did."""
    member = own_member()
    return page(
        "index.html",
        member=member,
        pocket=read_pocket(db.session(), current_actor(), member),
        form=Form(),
        today=clock.today(),
        new_key=lambda: random_code(16),
        unread=count_unread(db.session(), own_messages()),
    )


def _show(commitment: Commitment, form: Form, status: int = 200) -> Response:
    chain = read_chain(db.session(), commitment, public=False)
    context: dict[str, Any] = {"card": read_card(db.session(), current_actor(), commitment), "form": form}
    context |= {"chain": list(reversed(chain)), "today": clock.today(), "new_key": lambda: random_code(16)}
    return page("one.html", status, **context)


@pocket.get("/commitments/<public_id>")
@requires(Permission.OWN_COMMITMENT)
def one(public_id: str) -> Response:
    """Show one of my commitments with everything that happened to it."""
    return _show(get_own(public_id), Form())


def _again(public_id: str, problem: Problem) -> Response:
    """Show the commitment again with what was typed; the pictures have to be chosen anew."""
    db.session.rollback()
    return _show(
        get_own(public_id), Form(request.form.to_dict(), problem.fields, problem.title), problem.status
    )


@pocket.post("/commitments/<public_id>/entries")
@accepts_upload(UPLOAD_MEGABYTES)
@requires(Permission.OWN_COMMITMENT)
def record(public_id: str) -> ResponseReturnValue:
    """Note what I did, for phones without script; a form sent twice counts once."""
    try:
        notice = _record(public_id)
    except Problem as problem:
        return _again(public_id, problem)
    return done(f"记下了，{notice or '大家都能看到'}", url_for("pocket.one", public_id=public_id))


def _already_kept(public_id: str) -> bool:
    """Tell whether this very form was kept before; note that it is being kept now."""
    key = request.form.get("key", "")
    if not key:
        return False
    scope = f"pocket {public_id} {current_actor().account_id}"
    typed = "\0".join(request.form.get(name, "") for name in ("text", "amount", "happened_on"))
    body = hashlib.sha256(typed.encode()).digest()
    key_hash, request_hash, kept = find_answer(db.session(), scope, key, body)
    if kept is None:
        keep_answer(db.session(), key_hash, request_hash, 303, b"")
    return kept is not None


def _record(public_id: str) -> str:
    """Keep what was sent; return what its writer is told when it is not shown at once."""
    session, actor = db.session(), current_actor()
    typed = read_form(EntryForm())
    files = [file.read() for file in request.files.getlist("photos") if file.filename]
    photos = services.upload_photos(session, actor, files, settings().media_dir) if files else []
    if _already_kept(public_id):
        return "没有重复记"
    entry = EntryInput(
        typed["text"], typed["happened_on"], typed["amount"], [row.public_id for row in photos]
    )
    return notice_of(
        services.record_entry(session, actor, get_own(public_id), entry, origin=current_origin())
    )


@pocket.post("/commitments/<public_id>/submit")
@requires(Permission.OWN_COMMITMENT)
def submit(public_id: str) -> ResponseReturnValue:
    """Hand a draft in."""
    commitment = get_own(public_id)
    services.submit_commitment(db.session(), current_actor(), commitment)
    return done("交上去了，等支部审核", page_of(commitment))


@pocket.post("/commitments/<public_id>/claim")
@requires(Permission.OWN_COMMITMENT)
def claim(public_id: str) -> ResponseReturnValue:
    """Say that it is done."""
    commitment = get_own(public_id)
    note = request.form.get("reason", "")
    services.claim_done(db.session(), current_actor(), commitment, note)
    return done("报上去了，等支部核实", page_of(commitment))
