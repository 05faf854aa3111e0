"""The page a secretary opens in the morning."""

from flask import Response, render_template

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.places import find_home, home_path
from brickwall.web.console.tables import export, show
from brickwall.web.console.today.branches import TABLE, branches_of, has_several
from brickwall.web.console.today.standing import find_standing
from brickwall.web.console.today.waiting import list_queues

area = console_area("today", __name__)


@area.get("/")
@requires(Permission.COMMITMENT_READ)
def index() -> str:
    """Show what waits, what is late, what comes."""
    actor, session = current_actor(), db.session()
    queues = list_queues(session, actor)
    return render_template(
        "console/today/index.html",
        queues=queues,
        total=sum(queue.total for queue in queues),
        standing=find_standing(session, actor, find_home(actor)),
        branches=show(TABLE, branches_of(actor)) if has_several(session, actor) else None,
    )


@area.post("/branches")
@requires(Permission.COMMITMENT_READ, Permission.EXPORT_TABLE)
def export_branches() -> Response:
    """Hand out the branches with their figures."""
    actor = current_actor()
    return export(TABLE, branches_of(actor), home_path(actor))
