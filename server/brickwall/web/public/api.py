"""What a visitor's program may do without signing in: complain, read the answer, get to know the site."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from brickwall.accounts.identities import current_identity
from brickwall.config import MESSAGE_KINDS
from brickwall.evaluations.schemas import ONCE
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import find_answer, send_feedback
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import RECEIPT_LENGTH, code_from
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import Invalid, NotFound
from brickwall.kernel.security import keyed_hash
from brickwall.web.public import schemas
from brickwall.web.public.feedback import About, find_about
from brickwall.web.public.restraint import Restraint, restraint_of

blueprint = Blueprint("api_public", __name__, url_prefix="", description="投诉建议，小程序所需的设置")


def _about(address: str) -> About:
    """Return whom a page's address stands for.

    Raises:
        NotFound: when nobody stands behind it.
    """
    kind, name = address[1], address[3:]
    found = find_about(db.session(), name if kind == "q" else "", name if kind == "w" else "")
    if found is None:
        raise NotFound("没有找到要写给谁，请从砖或砖墙的页面再点“投诉建议”", "feedback.nobody")
    return found


def _ticket() -> str:
    """Return the reading code that belongs to this request's Idempotency-Key, or an empty text.

    Made from the key instead of kept beside it: the same request gets the same code, and the
    code itself is stored nowhere.
    """
    key = request.headers.get("Idempotency-Key", "")
    return code_from(keyed_hash(settings(), "feedback-ticket", key), RECEIPT_LENGTH) if key else ""


@blueprint.post("/feedback")
@public
@blueprint.arguments(schemas.FeedbackIn())
@blueprint.response(201, schemas.FeedbackTaken)
@blueprint.doc(**ONCE)
def send(body: dict[str, str]) -> dict[str, str]:
    """Take a complaint or suggestion about a brick's holder or a branch; nothing of the sender is kept."""
    about = _about(body["about"])
    code = send_feedback(
        db.session(),
        settings(),
        about.organisation,
        about.member,
        body["text"],
        ticket=_ticket(),
        identity=current_identity(),
    )
    return {"code": schemas.reading_code(code), "about": about.words}


@blueprint.post("/feedback/answer")
@public
@blueprint.arguments(schemas.AnswerIn())
@blueprint.response(200, schemas.AnswerOut)
def read_answer(body: dict[str, str]) -> Feedback:
    """Return what became of a message; the code stands in the body, never in an address."""
    wrong = "没有找到这个编号。请照着回执再打一遍"
    try:
        found = find_answer(db.session(), settings(), body["code"])
    except ValueError as error:
        shape = "编号是 12 位，分三组。请照着回执再打一遍"
        raise Invalid(shape, "feedback.bad_code", fields={"code": shape}) from error
    if found is None:
        raise NotFound(wrong, "feedback.unknown_code")
    return found


@blueprint.get("/client")
@public
@blueprint.response(200, schemas.ClientOut)
def client() -> dict[str, Any]:
    """Return what a mini-program must know of this site; no secret among it."""
    configured = settings()
    wechat = configured.wechat
    return {
        "host": configured.host,
        "base_url": configured.base_url,
        "contact": configured.contact_line,
        "wechat": wechat is not None,
        "templates": {kind: wechat.template(kind) if wechat else "" for kind in MESSAGE_KINDS},
    }


@blueprint.get("/rules")
@public
@blueprint.response(200, schemas.RestraintOut)
def rules() -> Restraint:
    """Return what is done here, what not, and what is kept of whom for how long."""
    return restraint_of(db.session(), settings())
