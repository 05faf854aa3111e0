"""The audit log as a table."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Response, render_template
from sqlalchemy import Select, String, cast, or_

from brickwall.audit.models import AuditEntry
from brickwall.audit.queries import audit_entries
from brickwall.audit.services import sentence
from brickwall.kernel import clock
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.places import home_path
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec, export, show

area = console_area("audit", __name__)

AREAS = (
    ("organisations", "党组织与党员"),
    ("commitments", "承诺"),
    ("plaques", "铭牌"),
    ("evaluations", "评议"),
    ("feedback", "投诉建议"),
    ("accounts", "账号与登录"),
    ("reports", "导出"),
    ("system", "系统"),
)
SPANS = (("1", "今天"), ("7", "最近 7 天"), ("30", "最近 30 天"), ("365", "最近一年"))


def _in_area(query: Select[Any], prefix: str) -> Select[Any]:
    return query.where(cast(AuditEntry.tag, String).startswith(f"{prefix}."))


def _since(query: Select[Any], days: str) -> Select[Any]:
    first = clock.today() - timedelta(days=int(days) - 1)
    return query.where(AuditEntry.at >= datetime.combine(first, time.min, clock.SHANGHAI))


def _named(query: Select[Any], text: str) -> Select[Any]:
    return query.where(
        or_(
            AuditEntry.actor_label.contains(text, autoescape=True),
            AuditEntry.subject.contains(text, autoescape=True),
        )
    )


TABLE = TableSpec(
    key="audit",
    title="操作记录",
    columns=(
        Column("at", "时间", lambda row: row.at, sort=AuditEntry.at, width=18),
        Column("who", "谁", lambda row: row.actor_label, sort=AuditEntry.actor_label, width=18),
        Column("what", "做了什么", sentence, width=60),
    ),
    empty=EmptyState("还没有操作记录", "登录、导入、审核、打印、答复，每办一件就自动记一条。"),
    default_sort="-at",
    filters=(
        Filter("area", "哪一类", AREAS, _in_area),
        Filter("days", "多久以内", SPANS, _since),
    ),
    search=_named,
    search_label="按人名或事名查找",
    tie=AuditEntry.id.desc(),
)


def _entries() -> Select[Any]:
    return audit_entries(current_actor().paths(Permission.AUDIT_READ))


@area.get("/")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """Show the log below the actor's organisations, newest first."""
    return render_template("console/audit/index.html", view=show(TABLE, _entries()))


@area.post("/export")
@requires(Permission.AUDIT_READ, Permission.EXPORT_TABLE)
def export_list() -> Response:
    """Hand out the log as shown."""
    return export(TABLE, _entries(), home_path(current_actor()))
