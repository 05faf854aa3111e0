"""The ledger and one plaque's page."""

from __future__ import annotations

from collections import Counter

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.plaques import queries, services
from brickwall.plaques.constants import LABELS, PlaqueEventKind, PlaqueState
from brickwall.plaques.rules import brick_words, may
from brickwall.printing.budget import describe_host
from brickwall.printing.errors import HostTooLong
from brickwall.web.console.forms import done, note
from brickwall.web.console.places import EVERYTHING, find_home
from brickwall.web.console.plaques.area import area, own_plaque
from brickwall.web.console.plaques.choices import list_targets
from brickwall.web.console.plaques.table import TABLE, TONES
from brickwall.web.console.tables import export, show

MAX_PICKED = 200
ACTS = frozenset(PlaqueEventKind) - {PlaqueEventKind.ISSUED, PlaqueEventKind.PRINTED}


def host_sentence() -> str:
    """Say what the configured address means for the codes, or why none can be printed."""
    try:
        return describe_host(settings().base_url).sentence
    except HostTooLong as error:
        return str(error)


@area.get("/")
@requires(Permission.PLAQUE_READ)
def index() -> str:
    """Show every plaque in reach."""
    actor = current_actor()
    paths = actor.paths(Permission.PLAQUE_READ)
    counts = _counts(paths)
    return render_template(
        "console/plaques/index.html",
        view=show(TABLE, queries.plaques_below(paths)),
        counts=counts,
        total=sum(number for _, number, _ in counts),
        may_print=actor.may(Permission.PLAQUE_PRINT),
        may_write=actor.may(Permission.PLAQUE_WRITE),
        host_sentence=host_sentence(),
    )


def _counts(paths: list[str]) -> list[tuple[str, int, str]]:
    """How many plaques stand in each state: words, number, value of the filter."""
    counts: Counter[PlaqueState] = Counter()
    for path in paths:
        counts.update(queries.count_by_state(db.session(), path))
    return [(LABELS[state], counts[state], state.value) for state in PlaqueState if counts[state]]


@area.post("/export")
@requires(Permission.PLAQUE_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the ledger as shown."""
    actor = current_actor()
    home = find_home(actor)
    query = queries.plaques_below(actor.paths(Permission.PLAQUE_READ))
    return export(TABLE, query, home.path if home else EVERYTHING)


@area.post("/picked")
@requires(Permission.PLAQUE_WRITE)
def picked() -> ResponseReturnValue:
    """Do something with the ticked rows: print them again, or note that they hang."""
    codes = request.form.getlist("pick")[:MAX_PICKED]
    if not codes:
        return note("还没有选砖，请先在左边打勾", url_for(".index"))
    plaques = [own_plaque(code, Permission.PLAQUE_WRITE) for code in codes]
    if request.form.get("act") == "print":
        place = plaques[0].organisation.code
        chosen = ",".join(p.code for p in plaques if p.organisation.code == place)
        return redirect(url_for(".order", organisation=place, codes=chosen), 303)
    for plaque in plaques:
        services.install_plaque(db.session(), current_actor(), plaque)
    return done(f"已登记 {len(plaques)} 块安装好了", url_for(".index"))


@area.get("/<code>")
@requires(Permission.PLAQUE_READ)
def page(code: str) -> str:
    """Show one plaque, its ledger, and what can be done with it."""
    plaque, actor = own_plaque(code), current_actor()
    writing = actor.may(Permission.PLAQUE_WRITE, plaque.organisation.path)
    return render_template(
        "console/plaques/page.html",
        plaque=plaque,
        holder=services.holder_name(plaque),
        brick=brick_words(plaque.serial, member=plaque.member_id is not None),
        tone=TONES[plaque.state],
        events=queries.list_events(db.session(), plaque),
        acts={kind.value for kind in ACTS if writing and may(plaque.state, kind)},
        may_print=actor.may(Permission.PLAQUE_PRINT, plaque.organisation.path),
        link=f"{settings().base_url}/q/{plaque.code}",
        targets=list_targets(plaque) if writing else [],
    )
