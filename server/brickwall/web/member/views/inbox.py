"""My messages in the pocket: what became of my promises, what is due."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.messages import queries, services
from brickwall.messages.queries import Owner
from brickwall.web.console.forms import done
from brickwall.web.member.blueprint import page, pocket

SHOWN = 100


def own_messages() -> Owner:
    """Return whose messages this pocket shows."""
    return Owner(account_id=current_actor().account_id)


@pocket.get("/inbox")
@requires(Permission.OWN_COMMITMENT)
def inbox() -> Response:
    """Show what I was told, the newest first."""
    session, owner = db.session(), own_messages()
    messages = queries.list_messages(session, owner, SHOWN)
    return page("inbox.html", messages=messages, unread=queries.count_unread(session, owner))


@pocket.post("/inbox/read")
@requires(Permission.OWN_COMMITMENT)
def read_inbox() -> ResponseReturnValue:
    """Note that I read everything."""
    services.mark_read(db.session(), own_messages())
    return done("都看过了", url_for("pocket.inbox"))
