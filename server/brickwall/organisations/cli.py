"""``brickwall roster import`` and ``brickwall organisation create|list``."""

import gc
import json
import sys
from pathlib import Path
from typing import Any

import click

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import Problem
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.constants import LABELS, OrganisationKind
from brickwall.organisations.roster.branches import sort_by_branch
from brickwall.organisations.roster.plan import BranchPlan
from brickwall.organisations.roster.rows import Roster, read_roster
from brickwall.organisations.services import imports, rosters
from brickwall.organisations.services.organisations import create_organisation

EXIT_REFUSED = 1
EXIT_DOUBTFUL = 3


@click.group("roster")
def roster() -> None:
    """名册：导入。"""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "code", required=True, help="导入到哪个党组织（代码）")
@click.option("--dry-run", is_flag=True, help="只看会怎样，不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供别的程序读")
def import_roster(file: Path, code: str, dry_run: bool, as_json: bool) -> None:
    """导入名册（.xlsx、.xls 或 CSV）。

    退出码：0 全部导入；1 文件读不了或不能导入；3 已导入，但有存疑或拒收的行要看。
    """
    # Hundreds of thousands of rows live at once: collecting garbage among them
    # finds none and costs a fifth of the time.
    gc.disable()
    try:
        result = _import(file, code, dry_run)
    except Problem as problem:
        _refuse(problem, as_json)
    finally:
        gc.enable()
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else _sentences(result))
    if result["severities"]["refused"] or result["severities"]["doubtful"]:
        sys.exit(EXIT_DOUBTFUL)


def _refuse(problem: Problem, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"title": problem.title, "code": problem.code}, ensure_ascii=False))
    else:
        click.echo(problem.title, err=True)
    sys.exit(EXIT_REFUSED)


def _import(file: Path, code: str, dry_run: bool) -> dict[str, Any]:
    """Read, plan and (unless ``dry_run``) apply one file."""
    found = read_roster(file.read_bytes(), today=clock.today())
    rosters.seal_phones(PhoneBox(settings().keys_dir), found.rows)
    if dry_run:
        with new_session() as session:
            plan = rosters.plan_roster(session, queries.get_organisation(session, code), found)
        return {**imports.summarise(plan), "applied": None}
    plan, applied = _apply(found, code, file.name)
    return {**imports.summarise(plan), "applied": {"created": applied.created, "changed": applied.changed}}


def _apply(found: Roster, code: str, file_name: str) -> tuple[rosters.RosterPlan, rosters.Applied]:
    """Write a roster a few thousand lines a transaction.

    A county's roster takes many seconds, and villagers' ratings wait for nobody's import. After
    an interruption the same command goes on: lines already written compare as unchanged.
    """
    with new_session() as session:
        organisation = queries.get_organisation(session, code)
        placed = sort_by_branch(found, rosters.list_target_branches(session, organisation))
    applied, branches = rosters.Applied(), list[BranchPlan]()
    for chunk in rosters.steps(placed.rows):
        with transaction() as session:
            plans = rosters.plan_step(session, {each: placed.rows[each] for each in chunk})
            applied.add(rosters.apply_plans(session, plans))
        branches += plans
    with transaction() as session:
        record(
            session,
            SYSTEM,
            Tag.ROSTER_IMPORTED,
            path=organisation.path,
            subject=file_name,
            created=applied.created,
            changed=applied.changed,
        )
    return rosters.gather_plan(found, placed, branches), applied


def _sentences(result: dict[str, Any]) -> str:
    counts, applied = result["counts"], result["applied"]
    if applied is None:
        first = f"试看：会新增 {counts['new']} 人，修改 {counts['changed']} 人。什么都没有写入。"
    else:
        first = f"已导入：新增 {applied['created']} 人，修改 {applied['changed']} 人。"
    rest = f"不变 {counts['unchanged']} 人；存疑先不动 {counts['set_aside']} 行；"
    lines = [first, f"{rest}名册里没有、未改动 {counts['missing']} 人。"]
    if result["new_groups"]:
        lines.append(f"新建党小组：{'、'.join(result['new_groups'])}")
    for issue in result["issues"]:
        where = f"{issue['sheet']} " if issue["sheet"] else ""
        where += f"第 {issue['line']} 行" if issue["line"] else ""
        who = f"（{issue['who']}）" if issue["who"] else ""
        lines.append(f"[{issue['label']}] {where.strip()}{who}：{issue['reason']}")
    return "\n".join(lines)


@click.group("organisation")
def organisation() -> None:
    """党组织：新建、列出。"""


@organisation.command("create")
@click.option("--name", required=True, help="全名，例如 柳河村党支部")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in OrganisationKind]), required=True, help="类别"
)
@click.option("--code", default="", help="代码，用在砖墙网址里；不填就随机")
@click.option("--parent", "parent_code", default="", help="上级党组织代码；不填就是最上级")
def create(name: str, kind: str, code: str, parent_code: str) -> None:
    """新建党组织。"""
    with transaction() as session:
        parent = queries.get_organisation(session, parent_code) if parent_code else None
        made = create_organisation(session, SYSTEM, parent, name=name, kind=OrganisationKind(kind), code=code)
    click.echo(f"已新建：{made.name}（{LABELS[made.kind]}，代码 {made.code}）")


@organisation.command("list")
def list_all() -> None:
    """列出全部党组织。"""
    with new_session() as session:
        for each in session.scalars(queries.organisations_below(["/"])):
            depth = each.path.count("/") - 2
            click.echo(f"{'  ' * depth}{each.code}  {each.name}（{LABELS[each.kind]}）")
