"""An uploaded roster between preview and confirmation: kept rows, summary, states."""

import base64
import gzip
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.imports import Import, ImportKind, ImportState
from brickwall.kernel.jobs import Job, enqueue
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import NotFound, Refused
from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.models import Organisation
from brickwall.organisations.roster.columns import Column
from brickwall.organisations.roster.comparing import FIELD_LABELS
from brickwall.organisations.roster.plan import Action, PlanItem
from brickwall.organisations.roster.rows import Issue, Roster, RosterRow
from brickwall.organisations.roster.values import Severity
from brickwall.organisations.services.rosters import Applied, RosterPlan

APPLY_JOB = "organisations.apply_roster"
SHOWN = 200
KEPT_FOR = timedelta(days=30)
SHOWN_ISSUES = 500
_SIGNATURE = 8


def summarise(plan: RosterPlan) -> dict[str, Any]:
    """Return the preview as small JSON: all counts, the first 200 of each kind."""
    return {
        "counts": plan.counts(),
        "columns": [column.label for column in plan.columns],
        "new": _first(plan, Action.NEW),
        "changed": _first(plan, Action.CHANGED),
        "missing": [each.name for branch in plan.branches for each in branch.missing][:SHOWN],
        "new_groups": sorted({name for branch in plan.branches for name in branch.new_groups})[:SHOWN],
        "issues": [_issue_json(issue) for issue in sort_issues(plan.issues)[:SHOWN_ISSUES]],
        "severities": {each.value: sum(i.severity is each for i in plan.issues) for each in Severity},
        "branches": len(plan.branches),
    }


def sort_issues(issues: list[Issue]) -> list[Issue]:
    """Put what keeps a line out first; then in the file's order."""
    order = {Severity.REFUSED: 0, Severity.DOUBTFUL: 1, Severity.HINT: 2}
    return sorted(issues, key=lambda issue: (order[issue.severity], issue.sheet, issue.line or 0))


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "severity": issue.severity.value,
        "label": issue.severity.label,
        "sheet": issue.sheet,
        "line": issue.line,
        "who": issue.who,
        "reason": issue.reason,
    }


def _first(plan: RosterPlan, action: Action) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in plan.items():
        if item.action is action:
            found.append(item_json(item))
            if len(found) == SHOWN:
                break
    return found


def item_json(item: PlanItem) -> dict[str, Any]:
    """Return one line of the preview; a phone is said to be there, never shown."""
    row = item.row
    return {
        "sheet": row.sheet,
        "line": row.line,
        "name": row.name,
        "group": row.group,
        "post": row.post,
        "joined_on": row.joined_on,
        "phone": row.phone_index is not None,
        "changes": [
            {
                "field": FIELD_LABELS[change.field],
                "old": change.old,
                "new": "新号码" if change.field == "phone" else change.new,
            }
            for change in item.changes
        ],
    }


# ---------------------------------------------------------------- kept rows


def _path(settings: Settings, stored_as: str) -> Path:
    return settings.work_dir / "rosters" / stored_as


def keep_preview(
    session: Session,
    actor: Actor,
    settings: Settings,
    organisation: Organisation,
    roster: Roster,
    plan: RosterPlan,
    file_name: str,
) -> Import:
    """Keep a previewed roster until it is confirmed or discarded.

    Kept are the cleaned rows with sealed phones, never the uploaded file: it may hold
    national id numbers.
    """
    public_id = new_public_id()
    stored_as = f"{public_id}.json.gz"
    _write_rows(_path(settings, stored_as), roster, plan.signatures())
    batch = Import(
        public_id=public_id,
        kind=ImportKind.ROSTER,
        state=ImportState.PREVIEW,
        organisation_id=organisation.id,
        account_id=actor.account_id,
        file_name=file_name[-120:],
        stored_as=stored_as,
        summary=summarise(plan),
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def _write_rows(path: Path, roster: Roster, signatures: set[bytes]) -> None:
    body = orjson.dumps(
        {
            "rows": [_row_json(row) for row in roster.rows],
            "issues": [asdict(issue) for issue in roster.issues],
            "columns": sorted(roster.columns),
            "signatures": base64.b64encode(b"".join(sorted(signatures))).decode(),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    path.touch(mode=0o600)
    path.write_bytes(gzip.compress(body, 1))


def _sweep(folder: Path) -> None:
    """Delete rows of previews that nobody confirmed within :data:`KEPT_FOR`."""
    oldest = (clock.now() - KEPT_FOR).timestamp()
    for path in folder.glob("*.json.gz"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


_TEXT_FIELDS = [
    "sheet",
    "line",
    "name",
    "sex",
    "born_on",
    "joined_on",
    "regular_on",
    "post",
    "group",
    "branch",
    "status",
    "exemption",
    "position",
    "phone_index",
    "phone_key_id",
]


def _row_json(row: RosterRow) -> list[Any]:
    sealed = base64.b64encode(row.phone_sealed).decode() if row.phone_sealed else None
    return [getattr(row, name) for name in _TEXT_FIELDS] + [sealed]


def _row_from(values: list[Any]) -> RosterRow:
    row = RosterRow(**dict(zip(_TEXT_FIELDS, values[:-1], strict=True)))
    row.sex = Sex(row.sex) if row.sex else None
    row.status = MemberStatus(row.status) if row.status else None
    row.phone_sealed = base64.b64decode(values[-1]) if values[-1] else None
    return row


def read_kept(settings: Settings, batch: Import) -> tuple[Roster, set[bytes]]:
    """Return the kept rows and the confirmed signatures of an import.

    Raises:
        Refused: the rows are gone, because it was applied, discarded or cleaned up.
    """
    path = _path(settings, batch.stored_as)
    if not path.exists():
        raise Refused("这次导入的数据已经清掉了。请把名册再传一次", "roster.rows_gone")
    body = orjson.loads(gzip.decompress(path.read_bytes()))
    roster = Roster(
        rows=[_row_from(values) for values in body["rows"]],
        issues=[Issue(**{**each, "severity": Severity(each["severity"])}) for each in body["issues"]],
        columns={Column(each) for each in body["columns"]},
    )
    packed = base64.b64decode(body["signatures"])
    return roster, {packed[at : at + _SIGNATURE] for at in range(0, len(packed), _SIGNATURE)}


def forget_rows(settings: Settings, batch: Import) -> None:
    """Delete the kept rows."""
    _path(settings, batch.stored_as).unlink(missing_ok=True)


# ---------------------------------------------------------------- states


def get_import(session: Session, public_id: str) -> Import:
    """Return a roster import.

    Raises:
        NotFound: when there is none.
    """
    query = select(Import).where(Import.public_id == public_id, Import.kind == ImportKind.ROSTER)
    found = session.scalar(query)
    if found is None:
        raise NotFound("没有找到这次导入，请从“导入名册”重新开始", "roster.no_import")
    return found


def confirm_import(session: Session, actor: Actor, batch: Import) -> Job:
    """Hand a previewed import to the worker.

    Raises:
        Refused: it was confirmed or discarded already.
    """
    if batch.state is not ImportState.PREVIEW:
        raise Refused("这次导入已经处理过了，不用再点一次", "roster.already_handled")
    batch.state = ImportState.APPLYING
    job = enqueue(
        session,
        APPLY_JOB,
        {"import": batch.public_id, "label": actor.label},
        account_id=actor.account_id,
    )
    batch.job_id = job.public_id
    session.flush()
    return job


def discard_import(session: Session, settings: Settings, batch: Import) -> None:
    """Throw a preview away; nothing of it was written to the members.

    Raises:
        Refused: it is being applied or was applied.
    """
    if batch.state is not ImportState.PREVIEW:
        raise Refused("这次导入已经处理过了，不能再取消", "roster.already_handled")
    batch.state = ImportState.DISCARDED
    session.flush()
    forget_rows(settings, batch)


def note_step(session: Session, batch_id: int, applied: Applied) -> None:
    """Add one step's figures to the import, in the transaction that wrote the members."""
    batch = session.get_one(Import, batch_id)
    so_far = batch.summary.get("applied", {"created": 0, "changed": 0, "overtaken": 0})
    batch.summary = {
        **batch.summary,
        "applied": {key: so_far[key] + getattr(applied, key) for key in ("created", "changed", "overtaken")},
    }
    session.flush()


def finish_import(
    session: Session, actor: Actor, batch: Import, organisation: Organisation
) -> dict[str, int]:
    """Close an applied import with its audit entry; return the figures of the whole."""
    applied: dict[str, int] = batch.summary.get("applied", {"created": 0, "changed": 0, "overtaken": 0})
    batch.state, batch.applied_at = ImportState.APPLIED, clock.now()
    record(
        session,
        actor,
        Tag.ROSTER_IMPORTED,
        path=organisation.path,
        subject=batch.file_name,
        created=applied["created"],
        changed=applied["changed"],
    )
    return applied
