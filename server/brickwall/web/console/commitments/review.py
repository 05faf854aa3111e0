"""Review queues: what waits for me, one after another, by keyboard if wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import Select
from sqlalchemy.orm import Session

from brickwall.commitments import queries
from brickwall.commitments.models import Commitment
from brickwall.kernel.db import db
from brickwall.kernel.permissions import Actor, Permission, current_actor, requires
from brickwall.kernel.problems import NotFound
from brickwall.web.console.commitments.area import area
from brickwall.web.console.commitments.detail import find_detail

MAX_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of waiting: its word, what the page says when nothing waits, and its SELECT."""

    name: str
    label: str
    empty: str
    select: Callable[[Actor], Select[Commitment]]


QUEUES: dict[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue("vet", "审承诺", "没有等您审的承诺", queries.vetting_queue),
        Queue("revise", "审修改", "没有等您审的修改", queries.revision_queue),
        Queue("publish", "待公示", "没有等您公示的承诺", queries.publishing_queue),
        Queue("check", "核实", "没有等您核实的承诺", queries.checking_queue),
    )
}


@dataclass(frozen=True, slots=True)
class Review:
    """Where a commitment stands in a queue: ``number`` of ``total``, and its neighbours' ids."""

    queue: Queue
    number: int
    total: int
    previous: str
    following: str


def waiting_queues(session: Session, actor: Actor) -> list[tuple[Queue, int]]:
    """Return the queues in which something waits for ``actor``, with how many."""
    counted = [(queue, queries.count_rows(session, queue.select(actor))) for queue in QUEUES.values()]
    return [(queue, count) for queue, count in counted if count]


def place_in(queue: Queue, ids: Sequence[str], wanted: str) -> Review:
    """Return the place of ``wanted`` in the queue, of the first one when it has left it."""
    place = ids.index(wanted) if wanted in ids else 0
    previous = ids[place - 1] if place else ""
    following = ids[place + 1] if place + 1 < len(ids) else ""
    return Review(queue, place + 1, len(ids), previous, following)


@area.get("/review/<which>")
@requires(Permission.COMMITMENT_READ)
def review_queue(which: str) -> str:
    """Show the next commitment that waits, or that none does."""
    session, actor, queue = db.session(), current_actor(), get_queue(which)
    waiting = queue.select(actor).with_only_columns(Commitment.public_id).limit(MAX_SHOWN)
    ids = session.scalars(waiting).all()
    if not ids:
        return render_template("console/commitments/review_done.html", queue=queue)
    place = place_in(queue, ids, request.args.get("at", ""))
    commitment = queries.get_readable_commitment(session, actor, ids[place.number - 1])
    detail = find_detail(session, actor, commitment)
    return render_template("console/commitments/page.html", detail=detail, review=place)


def get_queue(which: str) -> Queue:
    """Return one of the queues by its name.

    Raises:
        NotFound: when there is none.
    """
    if which not in QUEUES:
        raise NotFound("没有这个列表，请回到承诺页面")
    return QUEUES[which]
