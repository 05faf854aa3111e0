"""Rounds on the branch's desk: open, wait, close, read the results, review comments.

While a round is open there is nothing to count here: no totals exist before closing.
"""

from datetime import timedelta
from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from brickwall.evaluations import queries, services
from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import EvaluationRound
from brickwall.evaluations.rules import few_or_number
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Problem
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.queries import find_hints
from brickwall.organisations.constants import OrganisationKind
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.forms import Form, done, form_again, read_form, read_reason
from brickwall.web.console.places import get_place, home_path, list_places
from brickwall.web.console.rounds.forms import RoundForm, plan_of
from brickwall.web.console.rounds.tables import RESULTS, ROUNDS
from brickwall.web.console.tables import export, show

area = console_area("rounds", __name__)
USUAL_DAYS = 14
COMMENTS_SHOWN = 50


def _keys() -> RoundKeys:
    return RoundKeys(settings().keys_dir)


def _found(public_id: str, permission: Permission = Permission.ROUND_READ) -> EvaluationRound:
    return queries.get_round(db.session(), public_id, current_actor().paths(permission))


@area.get("/")
@requires(Permission.ROUND_READ)
def index() -> str:
    """List the rounds of the actor's organisations, open ones first."""
    actor, session = current_actor(), db.session()
    rows = queries.rounds_below(actor.paths(Permission.ROUND_READ))
    return render_template(
        "console/rounds/index.html",
        view=show(ROUNDS, rows),
        waiting=queries.count_held_comments(session, actor.paths(Permission.COMMENT_REVIEW)),
        may_review=actor.may(Permission.COMMENT_REVIEW),
        may_open=actor.may(Permission.ROUND_MANAGE),
    )


@area.post("/export")
@requires(Permission.ROUND_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the list of rounds as shown."""
    actor = current_actor()
    return export(ROUNDS, queries.rounds_below(actor.paths(Permission.ROUND_READ)), home_path(actor))


def _new_context() -> dict[str, Any]:
    places = list_places(current_actor(), Permission.ROUND_MANAGE)
    branches = [place for place in places if place.kind is OrganisationKind.BRANCH]
    return {
        "places": [(place.code, place.name) for place in branches],
        "only": branches[0].code if len(branches) == 1 else "",
        "roster_size": branches[0].resident_count if len(branches) == 1 else None,
        "today": clock.today(),
        "closes_on": clock.today() + timedelta(days=USUAL_DAYS),
    }


@area.get("/new")
@requires(Permission.ROUND_MANAGE)
def new() -> str:
    """Show the form that opens a round."""
    return render_template("console/rounds/new.html", form=Form(), **_new_context())


@area.post("/new")
@requires(Permission.ROUND_MANAGE)
def create() -> ResponseReturnValue:
    """Open a round; what was typed stays when it cannot be opened."""
    actor = current_actor()
    try:
        values = read_form(RoundForm())
        place = get_place(actor, Permission.ROUND_MANAGE, values["organisation"])
        opened = services.open_round(db.session(), actor, _keys(), place, plan_of(values))
    except Problem as problem:
        return form_again("console/rounds/new.html", problem, **_new_context())
    return done("评议开始了，砖上的页面已经可以评", url_for(".page", public_id=opened.public_id))


@area.get("/comments")
@requires(Permission.COMMENT_REVIEW)
def comments() -> str:
    """Show the comments that wait for a person, in no order of arrival."""
    session, paths = db.session(), current_actor().paths(Permission.COMMENT_REVIEW)
    held = session.scalars(queries.held_comments_below(paths).limit(COMMENTS_SHOWN)).all()
    hints = find_hints(session, ContentKind.COMMENT, [comment.public_id for comment in held])
    items = [
        (comment, queries.subject_name(comment.subject), hints.get(comment.public_id, "")) for comment in held
    ]
    total = queries.count_held_comments(session, paths)
    return render_template("console/rounds/comments.html", items=items, total=total)


@area.post("/comments/<public_id>/publish")
@requires(Permission.COMMENT_REVIEW)
def publish(public_id: str) -> ResponseReturnValue:
    """Let a comment appear once its round has ended."""
    session, actor = db.session(), current_actor()
    comment = queries.get_comment(session, public_id, actor.paths(Permission.COMMENT_REVIEW))
    services.publish_comment(session, actor, comment)
    return done("已通过，这一轮结束以后会公开", url_for(".comments"))


@area.post("/comments/<public_id>/reject")
@requires(Permission.COMMENT_REVIEW)
def reject(public_id: str) -> ResponseReturnValue:
    """Keep a comment back, with a reason."""
    session, actor = db.session(), current_actor()
    comment = queries.get_comment(session, public_id, actor.paths(Permission.COMMENT_REVIEW))
    services.reject_comment(session, actor, comment, read_reason())
    return done("这条不公开，原因已经记下", url_for(".comments"))


@area.get("/<public_id>")
@requires(Permission.ROUND_READ)
def page(public_id: str) -> str:
    """Show a round: what was fixed and until when, or its results once it has ended."""
    session, round_ = db.session(), _found(public_id)
    closed = round_.state is RoundState.CLOSED
    return render_template(
        "console/rounds/page.html",
        round=round_,
        closed=closed,
        view=show(RESULTS, queries.subjects_of(round_.id)) if closed else None,
        subjects=queries.count_subjects(session, round_.id),
        events=queries.list_events(session, round_.id),
        may_close=current_actor().may(Permission.ROUND_MANAGE, round_.organisation.path),
        key_here=_keys().exists(round_.public_id),
        flagged=few_or_number(round_.flagged) if round_.flagged else "",
    )


@area.post("/<public_id>/close")
@requires(Permission.ROUND_MANAGE)
def close(public_id: str) -> ResponseReturnValue:
    """End a round early, with a reason."""
    round_ = _found(public_id, Permission.ROUND_MANAGE)
    services.close_round(db.session(), current_actor(), _keys(), round_, read_reason())
    return done("评议已结束，结果算好了", url_for(".page", public_id=public_id))


@area.post("/<public_id>/export")
@requires(Permission.ROUND_READ, Permission.EXPORT_TABLE)
def export_results(public_id: str) -> Response:
    """Hand out the results as shown; of an open round there are none."""
    round_ = _found(public_id)
    return export(RESULTS, queries.subjects_of(round_.id), round_.organisation.path)
