"""Importing a ledger of commitments: preview, confirm, apply; twice changes nothing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.commitments import queries
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.ledger.columns import TEMPLATE, Column
from brickwall.commitments.ledger.plan import Action, LedgerPlan, PlanItem, plan_ledger
from brickwall.commitments.ledger.reading import Ledger, LedgerRow, read_ledger, row_from_json
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.checking import approve_and_publish
from brickwall.commitments.services.drafting import propose_commitment
from brickwall.commitments.texts import clean_year
from brickwall.commitments.transitions import APPROVE, PUBLISH
from brickwall.kernel import clock
from brickwall.kernel.imports import Import, ImportKind, ImportState
from brickwall.kernel.jobs import Job, enqueue
from brickwall.kernel.permissions import Actor, Permission, require_at
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.kernel.spreadsheets import Table, write_workbook
from brickwall.kernel.text import clean_line
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.roster.rows import Issue
from brickwall.organisations.roster.values import Severity

APPLY_JOB = "commitments.apply_ledger"
_EXAMPLE = (
    "林秀峰",
    "修好村东头排水沟 120 米",
    "自家出机械，带两户一起挖",
    "2026-11-30",
    "村东 32 户",
    "水利灌溉",
    "",
    "",
    "",
)
_COUNTED = ("周大勇", "全年义务夜巡", "和巡防队一起，每月一次", "年底", "全村", "平安巡防", "每月1次", "", "")


def preview_ledger(
    session: Session, actor: Actor, branch: Organisation, ledger: Ledger, file_name: str
) -> Import:
    """Compare a ledger with the branch, and keep the result until it is confirmed.

    Args:
        ledger: from :func:`open_ledger`, read before the transaction begins; the uploaded
            file is not kept, only the rows that were understood.

    Raises:
        NotFound, Forbidden: not the actor's branch.
        Invalid: not a branch.
    """
    require_at(actor, Permission.COMMITMENT_PROPOSE, branch.path)
    if branch.kind is not OrganisationKind.BRANCH:
        raise Invalid("承诺表要导入到一个党支部，请先选支部。", "ledger.not_a_branch")
    plan = plan_for(session, branch, ledger.rows)
    batch = Import(
        kind=ImportKind.COMMITMENTS,
        state=ImportState.PREVIEW,
        organisation_id=branch.id,
        account_id=actor.account_id,
        file_name=clean_line(file_name)[-120:] or "承诺表",
        stored_as="",
        summary=_summary(ledger, plan),
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def open_ledger(data: bytes, year: int | None = None) -> Ledger:
    """Read an uploaded ledger; touches no database.

    Args:
        year: for lines that name none; this year when None.

    Raises:
        Invalid: another year, no table, too long.
    """
    return read_ledger(data, clean_year(clock.today().year if year is None else year))


def plan_for(session: Session, branch: Organisation, rows: list[LedgerRow]) -> LedgerPlan:
    """Compare rows with the branch's members and commitments, with two queries."""
    members = session.scalars(
        select(Member)
        .where(Member.organisation_id == branch.id)
        .options(joinedload(Member.group))
        .order_by(Member.id)
    ).all()
    existing = session.scalars(
        select(Commitment).where(
            Commitment.organisation_id == branch.id,
            Commitment.year.in_({row.year for row in rows}),
            Commitment.state != CommitmentState.WITHDRAWN,
        )
    )
    return plan_ledger(rows, branch, members, existing)


def _summary(ledger: Ledger, plan: LedgerPlan) -> dict[str, Any]:
    issues = sorted([*ledger.issues, *plan.issues], key=_issue_order)
    counts = plan.counts()
    counts["refused"] = len({(each.sheet, each.line) for each in issues if each.severity is Severity.REFUSED})
    return {
        "counts": counts,
        "columns": [column.label for column in Column if column in ledger.columns],
        "items": [_item_json(item) for item in plan.items if item.action is not Action.REFUSED],
        "issues": [_issue_json(issue) for issue in issues],
        "rows": [item.row.to_json() for item in plan.items if item.action is Action.NEW],
    }


def _issue_order(issue: Issue) -> tuple[int, str, int]:
    order = {Severity.REFUSED: 0, Severity.DOUBTFUL: 1, Severity.HINT: 2}
    return order[issue.severity], issue.sheet, issue.line or 0


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "severity": issue.severity.value,
        "label": issue.severity.label,
        "sheet": issue.sheet,
        "line": issue.line,
        "who": issue.who,
        "reason": issue.reason,
    }


def _item_json(item: PlanItem) -> dict[str, Any]:
    text = item.row.text
    return {
        "sheet": item.row.sheet,
        "line": item.row.line,
        "name": item.member.name if item.member else "支部",
        "title": text.title,
        "due_on": text.due_on.isoformat() if text.due_on else None,
        "amount": f"{text.target_amount} {text.unit}" if text.target_amount else "",
        "action": item.action.value,
    }


def get_ledger(session: Session, actor: Actor, public_id: str) -> tuple[Import, Organisation]:
    """Return an import of commitments and its branch.

    Raises:
        NotFound: when there is none, or it is another branch's.
    """
    batch = session.scalar(
        select(Import).where(Import.public_id == public_id, Import.kind == ImportKind.COMMITMENTS)
    )
    branch = session.get(Organisation, batch.organisation_id) if batch else None
    if batch is None or branch is None or not actor.may(Permission.COMMITMENT_PROPOSE, branch.path):
        raise NotFound("没有找到这次导入，请重新上传")
    return batch, branch


def confirm_ledger(session: Session, actor: Actor, batch: Import, *, publish: bool = False) -> Job:
    """Have a previewed ledger applied by a job.

    Args:
        publish: also vet and publish what the actor may vet: a meeting has already done it.

    Raises:
        Refused: already applied or discarded.
        NotFound, Forbidden: not the actor's branch.
    """
    session.refresh(batch, with_for_update=True)
    branch = session.get_one(Organisation, batch.organisation_id)
    require_at(actor, Permission.COMMITMENT_PROPOSE, branch.path)
    if publish:
        require_at(actor, Permission.COMMITMENT_VET, branch.path)
    if batch.state is not ImportState.PREVIEW:
        raise Refused("这次导入已经办过了，请到承诺列表里查看。", "ledger.not_in_preview")
    batch.state = ImportState.APPLYING
    args = {"import": batch.public_id, "label": actor.label, "publish": publish}
    job = enqueue(session, APPLY_JOB, {**args, "grants": _kept_grants(actor)}, account_id=actor.account_id)
    batch.job_id = job.public_id
    session.flush()
    return job


def _kept_grants(actor: Actor) -> list[dict[str, Any]]:
    """Return the rights the job acts with: those of whoever confirmed, as they were then."""
    return [{"path": grant.path, "permissions": sorted(grant.permissions)} for grant in actor.grants]


def discard_ledger(session: Session, actor: Actor, batch: Import) -> None:
    """Drop a preview; nothing was written.

    Raises:
        Refused: it was already confirmed.
    """
    session.refresh(batch, with_for_update=True)
    if batch.state is not ImportState.PREVIEW:
        raise Refused("这次导入已经办过了，不能再作废。", "ledger.not_in_preview")
    batch.state = ImportState.DISCARDED
    session.flush()


def kept_rows(batch: Import) -> list[LedgerRow]:
    """Return the new lines of a preview."""
    return [row_from_json(values) for values in batch.summary["rows"]]


def apply_rows(
    session: Session, actor: Actor, branch: Organisation, rows: list[LedgerRow], *, publish: bool
) -> dict[str, int]:
    """Propose the lines that are still new; plan again, for others may have been at work meanwhile.

    Returns:
        how many were proposed (``created``) and published, and how many left (``skipped``).
    """
    plan = plan_for(session, branch, rows)
    done = {"created": 0, "published": 0, "skipped": 0}
    for item in plan.items:
        if item.action is not Action.NEW:
            done["skipped"] += 1
            continue
        commitment = propose_commitment(
            session,
            actor,
            item.row.text,
            organisation=branch,
            member=item.member,
            year=item.row.year,
            submit=True,
        )
        done["created"] += 1
        if publish and APPROVE.allowed(actor, commitment) and PUBLISH.permitted(actor, commitment):
            approve_and_publish(session, actor, commitment)
            done["published"] += 1
    return done


def finish_ledger(session: Session, actor: Actor, batch: Import, done: dict[str, int]) -> None:
    """Note that a ledger was applied, with what it did."""
    batch.state = ImportState.APPLIED
    batch.applied_at = clock.now()
    batch.summary = {**batch.summary, "done": done, "rows": []}
    branch = session.get_one(Organisation, batch.organisation_id)
    record(
        session,
        actor,
        Tag.COMMITMENTS_IMPORTED,
        path=branch.path,
        subject=batch.file_name,
        created=done["created"],
    )
    session.flush()


def template_workbook() -> bytes:
    """Return the empty ledger to fill in, with two example lines to overwrite."""
    headings = [column.label for column in TEMPLATE]
    note = "从第 4 行开始填，两行样例可以删掉。支部自己的承诺，姓名写“支部”。完成时限可以写日期、月份、年底或长期。"
    table = Table(
        title="承诺表",
        headings=headings,
        rows=[_EXAMPLE, _COUNTED],
        widths=[12, 32, 30, 14, 16, 12, 12, 8, 30],
        notes=[note],
    )
    return write_workbook([table])


def list_ledgers(session: Session, actor: Actor) -> list[Import]:
    """Return the newest imports of commitments in the actor's reach, at most 20."""
    return list(
        session.scalars(
            select(Import)
            .join(Organisation, Organisation.id == Import.organisation_id)
            .where(
                Import.kind == ImportKind.COMMITMENTS,
                queries.below(actor.paths(Permission.COMMITMENT_PROPOSE)),
            )
            .order_by(Import.id.desc())
            .limit(20)
        )
    )
