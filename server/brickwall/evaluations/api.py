"""Ratings over the API: rate, look up a receipt; rounds, results and comments for staff."""

from typing import Any

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from brickwall.accounts.identities import current_identity
from brickwall.accounts.web_auth import client_address
from brickwall.evaluations import queries, schemas, services
from brickwall.evaluations.devices import Device, cookie_name, find_device, new_device_token
from brickwall.evaluations.figures import figures_of
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.leaves import receipt_text
from brickwall.evaluations.models import EvaluationRound, RatingComment
from brickwall.evaluations.risk import give_mark
from brickwall.kernel.db import db
from brickwall.kernel.http import idempotent, settings
from brickwall.kernel.ids import RECEIPT_LENGTH, normalise_code
from brickwall.kernel.paging import cursor_page
from brickwall.kernel.permissions import Permission, current_actor, public, requires
from brickwall.kernel.problems import Invalid, NotFound
from brickwall.moderation.origins import current_origin
from brickwall.organisations.queries import get_organisation_for

blueprint = Blueprint("api_evaluations", __name__, url_prefix="", description="评议：评价、回执、结果")


def _keys() -> RoundKeys:
    return RoundKeys(settings().keys_dir)


def _device(given: str) -> Device:
    """Return the phone that rates: by the mark in the body, else by its cookie."""
    configured = settings()
    found = find_device(configured, given or request.cookies.get(cookie_name(configured)))
    if found is None:
        raise Invalid(
            "还没有这部手机的记号，请先领一个再评", "rating.device_needed", fields={"device": "没有记号"}
        )
    return found


@blueprint.post("/devices")
@public
@blueprint.arguments(schemas.DeviceIn, required=False)
@blueprint.response(201, schemas.DeviceOut)
def create_device(body: dict[str, str]) -> dict[str, str]:
    """Give a client without cookies its mark; nothing of it is stored here.

    With a mini-program's bearer it is the person's mark: one WeChat is one voter on all his
    phones. Ask once a round, with the mark this phone had: its secret stays.
    """
    identity = current_identity()
    if identity is None:
        return {"device": new_device_token(settings())}
    return {"device": give_mark(settings(), identity, body["device"], client_address())}


# Not @idempotent: that would keep the answer with its time. The rating path keeps its own
# keyed hashes, which closing wipes (RATINGS.md, never stored).
@blueprint.post("/ratings")
@public
@blueprint.arguments(schemas.RatingIn())
@blueprint.response(201, schemas.RatingOut)
@blueprint.doc(**schemas.ONCE)
def rate(body: dict[str, Any]) -> dict[str, Any]:
    """Rate a brick's holder; 201 once the disk has it. The same face again is the same rating."""
    receipt = services.record_rating(_keys(), _tap(body))
    return {
        "receipt": receipt.text,
        "round": {"id": receipt.round_public_id, "name": receipt.round_name},
    }


def _tap(body: dict[str, Any]) -> services.Tap:
    return services.Tap(
        round_public_id=body["round"],
        code=body["subject"],
        value=body["value"],
        device=_device(body["device"]),
        request_key=request.headers.get("Idempotency-Key", ""),
        supersedes=tuple(body["supersedes"]),
        comment=body["comment"],
        openid_sealed=current_origin().seal() if body["comment"] else None,
    )


@blueprint.get("/receipts/<code>")
@public
@blueprint.response(200, schemas.ReceiptOut)
def get_receipt(code: str) -> dict[str, Any]:
    """Tell whether a receipt is on record; the answer does not depend on how one rated."""
    try:
        found = queries.find_receipt(db.session(), normalise_code(code, RECEIPT_LENGTH))
    except ValueError:
        found = None
    if found is None:
        raise NotFound("没有找到这张回执，请对着照片再核对一遍", "receipt.not_found")
    return {
        "receipt": receipt_text(found.receipt),
        "round": {"id": found.round_public_id, "name": found.round_name},
        "on_record": True,
        "latest": found.latest,
        "open": found.round_open,
    }


@blueprint.get("/rounds")
@requires(Permission.ROUND_READ)
@blueprint.arguments(schemas.RoundsQuery, location="query")
@blueprint.response(200, schemas.RoundPage)
def list_rounds(query: dict[str, Any]) -> dict[str, Any]:
    """Return the rounds of my organisations, newest first."""
    rows = queries.rounds_below(current_actor().paths(Permission.ROUND_READ)).order_by(None)
    key = EvaluationRound.id.expression
    return cursor_page(db.session(), rows, key, query["cursor"], query["limit"])


@blueprint.post("/rounds")
@requires(Permission.ROUND_MANAGE)
@idempotent
@blueprint.arguments(schemas.RoundIn)
@blueprint.response(201, schemas.RoundOut)
@blueprint.doc(**schemas.ONCE)
def open_round(body: dict[str, Any]) -> EvaluationRound:
    """Open a round in which residents rate a branch and its members."""
    session, actor = db.session(), current_actor()
    place = get_organisation_for(session, actor, Permission.ROUND_MANAGE, body.pop("organisation"))
    next_on = body.pop("next_opens_on")
    plan = services.RoundPlan(**body, next_opens_on=next_on.isoformat() if next_on else None)
    return services.open_round(session, actor, _keys(), place, plan)


def _round(session: Session, permission: Permission, public_id: str) -> EvaluationRound:
    return queries.get_round(session, public_id, current_actor().paths(permission))


@blueprint.post("/rounds/<public_id>/close")
@requires(Permission.ROUND_MANAGE)
@idempotent
@blueprint.arguments(schemas.CloseIn)
@blueprint.response(200, schemas.RoundOut)
@blueprint.doc(**schemas.ONCE)
def close_round(body: dict[str, Any], public_id: str) -> EvaluationRound:
    """End a round and count it; before its closing time a reason is needed."""
    session = db.session()
    round_ = _round(session, Permission.ROUND_MANAGE, public_id)
    services.close_round(session, current_actor(), _keys(), round_, body["reason"])
    return round_


@blueprint.get("/rounds/<public_id>/results")
@requires(Permission.ROUND_READ)
@blueprint.response(200, schemas.ResultsOut)
def get_results(public_id: str) -> dict[str, Any]:
    """Return the figures of a closed round; an open one has none, not even for staff."""
    session = db.session()
    round_ = _round(session, Permission.ROUND_READ, public_id)
    subjects = session.scalars(queries.subjects_of(round_.id)).all()
    rows = [(subject, figures_of(subject)) for subject in subjects]
    items = [
        {"subject": subject.key, "name": queries.subject_name(subject), "figures": figures}
        for subject, figures in rows
        if figures is not None
    ]
    return {"round": round_, "items": items}


def _comment_row(comment: RatingComment) -> dict[str, Any]:
    return {
        "public_id": comment.public_id,
        "about": queries.subject_name(comment.subject),
        "text": comment.text,
        "state": comment.state,
    }


@blueprint.get("/rating-comments")
@requires(Permission.COMMENT_REVIEW)
@blueprint.response(200, schemas.CommentPage)
def list_comments() -> dict[str, Any]:
    """Return up to 200 comments that wait for review."""
    paths = current_actor().paths(Permission.COMMENT_REVIEW)
    held = db.session().scalars(queries.held_comments_below(paths).limit(200)).all()
    return {"items": [_comment_row(comment) for comment in held], "next_cursor": None}


@blueprint.post("/rating-comments/<public_id>")
@requires(Permission.COMMENT_REVIEW)
@idempotent
@blueprint.arguments(schemas.CommentDecision)
@blueprint.response(200, schemas.CommentOut)
@blueprint.doc(**schemas.ONCE)
def review_comment(body: dict[str, Any], public_id: str) -> dict[str, Any]:
    """Let a comment appear after its round, or keep it back with a reason."""
    session, actor = db.session(), current_actor()
    comment = queries.get_comment(session, public_id, actor.paths(Permission.COMMENT_REVIEW))
    if body["publish"]:
        services.publish_comment(session, actor, comment)
    else:
        services.reject_comment(session, actor, comment, body["reason"])
    return _comment_row(comment)
