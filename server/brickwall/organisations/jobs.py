"""Work of this domain that is done later: applying a confirmed roster."""

from typing import Any

from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import settings
from brickwall.kernel.imports import ImportState
from brickwall.kernel.jobs import Job, job, report_progress
from brickwall.kernel.permissions import Actor
from brickwall.organisations.models import Organisation
from brickwall.organisations.roster.branches import sort_by_branch
from brickwall.organisations.services import imports, rosters

OVERTAKEN = "有 {} 行在预览之后又有了变动，没有动。请把名册再导一次看看。"


@job(imports.APPLY_JOB)
def apply_roster(claimed: Job) -> dict[str, Any] | None:
    """Apply a confirmed roster, a few thousand lines a transaction.

    Other writers get their turn between two steps. A worker that dies starts again: lines
    already applied compare as unchanged, so nothing is done twice.
    """
    with new_session() as session:
        batch = imports.get_import(session, claimed.args["import"])
        if batch.state is ImportState.APPLIED:
            return claimed.result
        roster, confirmed = imports.read_kept(settings(), batch)
        organisation = session.get_one(Organisation, batch.organisation_id)
        placed = sort_by_branch(roster, rosters.list_target_branches(session, organisation))
    chunks = list(rosters.steps(placed.rows))
    for number, chunk in enumerate(chunks, start=1):
        with transaction() as session:
            applied = rosters.apply_step(session, {each: placed.rows[each] for each in chunk}, confirmed)
            imports.note_step(session, batch.id, applied)
        report_progress(claimed.id, 99 * number // len(chunks))
    return _finish(claimed)


def _finish(claimed: Job) -> dict[str, Any]:
    actor = Actor(label=claimed.args["label"], account_id=claimed.account_id)
    with transaction() as session:
        batch = imports.get_import(session, claimed.args["import"])
        organisation = session.get_one(Organisation, batch.organisation_id)
        result = imports.finish_import(session, actor, batch, organisation)
    imports.forget_rows(settings(), batch)
    return {
        "sentence": f"名册导入好了：新增 {result['created']} 人，修改 {result['changed']} 人。",
        "lines": [OVERTAKEN.format(result["overtaken"])] if result["overtaken"] else [],
        "url": f"/console/roster/{batch.public_id}",
    }
