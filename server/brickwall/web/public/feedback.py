"""投诉建议: a form without name, phone or place; a code to read the answer by."""

from dataclasses import dataclass

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from brickwall.feedback.rules import MAX_TEXT
from brickwall.feedback.services import find_answer, new_reading_code, send_feedback
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import group_code
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import Invalid, Problem, TooMany
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.queries import find_organisation
from brickwall.plaques.queries import find_plaque
from brickwall.publicity.queries import list_first_branches
from brickwall.web.public.blueprint import page, public_area

# A choice of more branches than this is no choice; the brick or wall says which one.
MAX_CHOICE = 100
TRAP = "website"
area = public_area("feedback", __name__)


@dataclass(frozen=True, slots=True)
class About:
    """Whom or what a message is about, and how the form says it again."""

    organisation: Organisation
    member: Member | None
    code: str

    @property
    def words(self) -> str:
        """Return it as people read it."""
        if self.member is None:
            return self.organisation.name
        return f"{self.member.name}（{self.organisation.name}）"


def find_about(session: Session, code: str, wall: str) -> About | None:
    """Return whom a brick's code or a wall's organisation stands for, or None."""
    plaque = find_plaque(session, code) if code else None
    if plaque is not None:
        return About(plaque.organisation, plaque.member, plaque.code)
    organisation = find_organisation(session, wall) if wall else None
    return About(organisation, None, "") if organisation is not None else None


def _form(about: About | None, text: str = "", problem: Problem | None = None) -> Response:
    status = problem.status if problem else 200
    branches = [] if about else list_first_branches(db.session(), MAX_CHOICE + 1)
    if about is None and len(branches) == 1:
        about = About(branches[0], None, "")
    return page(
        "public/feedback.html",
        status,
        about=about,
        branches=branches if len(branches) <= MAX_CHOICE else [],
        text=text,
        problem=problem,
        ticket=request.form.get("ticket") or new_reading_code(),
        limit=MAX_TEXT,
        trap=TRAP,
    )


@area.get("/feedback")
@public
def write() -> Response:
    """Show the form, about a brick (``about``), an organisation (``wall``) or one to choose."""
    return _form(find_about(db.session(), request.args.get("about", ""), request.args.get("wall", "")))


@area.post("/feedback")
@public
def send() -> ResponseReturnValue:
    """Take the message and show the code to read its answer by; the code is in no address."""
    text, ticket = request.form.get("text", ""), request.form.get("ticket", "")
    about = find_about(db.session(), request.form.get("about", ""), request.form.get("wall", ""))
    if about is None:
        return _form(None, text, Invalid("请先选是写给哪个支部的", fields={"wall": "请选一个支部"}))
    if request.form.get(TRAP):
        return _receipt(about, new_reading_code())
    try:
        code = send_feedback(db.session(), settings(), about.organisation, about.member, text, ticket=ticket)
    except (Invalid, TooMany) as problem:
        return _form(about, text, problem)
    return _receipt(about, code)


def _receipt(about: About, code: str) -> Response:
    return page("public/feedback_sent.html", 201, about=about, code=group_code(code, "-").upper())


@area.get("/feedback/answer")
@public
def ask_answer() -> Response:
    """Show the field for the reading code."""
    return page("public/answer.html", found=None, problem="")


@area.post("/feedback/answer")
@public
def read_answer() -> Response:
    """Show what became of a message; nobody learns from it who wrote it."""
    try:
        found = find_answer(db.session(), settings(), request.form.get("code", ""))
    except ValueError:
        return page(
            "public/answer.html", 422, found=None, problem="编号是 12 位，分三组。请照着回执再打一遍。"
        )
    if found is None:
        return page("public/answer.html", 404, found=None, problem="没有找到这个编号。请照着回执再打一遍。")
    return page("public/answer.html", found=found, problem="")
