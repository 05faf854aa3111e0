"""The page a secretary opens in the morning."""

from flask import render_template

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.places import find_home
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
    )
