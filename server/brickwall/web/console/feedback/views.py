"""投诉建议 on the branch's desk: what waits, the message, the answer, closing with a reason."""

from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from sqlalchemy import Select

from brickwall.feedback.constants import LABELS, FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.feedback.queries import feedback_below, get_feedback
from brickwall.feedback.rules import MAX_ANSWER
from brickwall.feedback.services import answer_feedback, close_feedback
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.queries import find_hints
from brickwall.organisations.models import Member, Organisation
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason
from brickwall.web.console.places import home_path
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec, export, show

area = console_area("feedback", __name__)
QUOTED = 40
TONES = {FeedbackState.WAITING: "new", FeedbackState.ANSWERED: "done", FeedbackState.CLOSED: "plain"}


class AnswerForm(Schema):
    """What is written back to the sender."""

    answer = fields.String(load_default="")


def _quoted(row: Feedback) -> str:
    line = " ".join(row.text.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"


def _address(row: Feedback) -> str:
    return url_for("console_feedback.page", public_id=row.public_id)


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Feedback.state == value)


def _holding(query: Select[Any], text: str) -> Select[Any]:
    return query.where(Feedback.text.contains(text, autoescape=True))


TABLE = TableSpec(
    key="feedback",
    title="投诉建议",
    columns=(
        Column("at", "什么时候", lambda row: row.created_at, sort=Feedback.created_at, width=18),
        Column("text", "写了什么", lambda row: row.text, link=_address, width=60),
        Column(
            "about",
            "关于谁",
            lambda row: row.member.name if row.member else "支部",
            sort=Member.name,
            width=14,
        ),
        Column("branch", "党组织", lambda row: row.organisation.name, sort=Organisation.name, wide_only=True),
        Column(
            "state",
            "状态",
            lambda row: LABELS[row.state],
            sort=Feedback.state,
            tone=lambda row: TONES[row.state],
        ),
        Column("answer", "答复", lambda row: row.answer or "", shown=False, width=60),
    ),
    empty=EmptyState("还没有投诉建议", "群众扫砖上的码，点“投诉建议”就能写，不留姓名。写来的会列在这里。"),
    default_sort="-at",
    filters=(Filter("state", "状态", [(state.value, LABELS[state]) for state in FeedbackState], _in_state),),
    search=_holding,
    search_label="按内容查找",
    tie=Feedback.id.desc(),
)


def _rows() -> Select[Any]:
    paths = current_actor().paths(Permission.FEEDBACK_READ)
    return feedback_below(paths).outerjoin(Member, Member.id == Feedback.member_id)


def _found(public_id: str, permission: Permission = Permission.FEEDBACK_READ) -> Feedback:
    return get_feedback(db.session(), public_id, current_actor().paths(permission))


def _page_context(found: Feedback) -> dict[str, Any]:
    actor = current_actor()
    return {
        "found": found,
        "hint": find_hints(db.session(), ContentKind.FEEDBACK, [found.public_id]).get(found.public_id, ""),
        "about": found.member.name if found.member else found.organisation.name,
        "tone": TONES[found.state],
        "may_answer": actor.may(Permission.FEEDBACK_ANSWER, found.organisation.path),
        "waiting": found.state is FeedbackState.WAITING,
        "closed": found.state is FeedbackState.CLOSED,
        "limit": MAX_ANSWER,
    }


@area.get("/")
@requires(Permission.FEEDBACK_READ)
def index() -> str:
    """List the messages to the actor's organisations, newest first."""
    return render_template("console/feedback/index.html", view=show(TABLE, _rows()), quoted=_quoted)


@area.post("/export")
@requires(Permission.FEEDBACK_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the list as shown."""
    return export(TABLE, _rows(), home_path(current_actor()))


@area.get("/<public_id>")
@requires(Permission.FEEDBACK_READ)
def page(public_id: str) -> str:
    """Show one message with its answer, or the form to answer it."""
    return render_template("console/feedback/page.html", form=Form(), **_page_context(_found(public_id)))


@area.post("/<public_id>/answer")
@requires(Permission.FEEDBACK_ANSWER)
def answer(public_id: str) -> ResponseReturnValue:
    """Write the answer; what was typed stays when it cannot be taken."""
    found = _found(public_id, Permission.FEEDBACK_ANSWER)
    try:
        answer_feedback(db.session(), current_actor(), found, **read_form(AnswerForm()))
    except Problem as problem:
        again = _page_context(found)
        return form_again("console/feedback/page.html", problem, **again)
    return done("已答复，对方凭编号能看到", url_for(".page", public_id=public_id))


@area.post("/<public_id>/close")
@requires(Permission.FEEDBACK_ANSWER)
def close(public_id: str) -> ResponseReturnValue:
    """Close a message with a reason; an unanswered one gets it as its answer."""
    found = _found(public_id, Permission.FEEDBACK_ANSWER)
    close_feedback(db.session(), current_actor(), found, read_reason())
    return done("已办结", url_for(".index"))
