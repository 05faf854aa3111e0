"""A county's roster, 140,000 lines for 1,000 branches in one .xlsx, through the operator's command."""

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from openpyxl import Workbook

from benchmarks.report import Measure, median
from benchmarks.sites import ROOT, Sites, read_rows, settings_of
from brickwall.app import create_app
from brickwall.kernel.db import db, transaction
from brickwall.kernel.permissions import SYSTEM
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.services.organisations import create_organisation
from tests.support.server import settings_for

LINES = 140_000
BRANCHES = 1_000
HEADINGS = ("序号", "所在党支部", "姓名", "性别", "出生年月", "入党时间", "联系电话", "职务", "所在党小组")
SURNAMES = "陈林韩沈周李王张刘杨赵黄吴徐孙胡朱高何郭"
# 20 surnames × 82 × 82: nearly everybody has a name of his own.
GIVEN = (
    "德水秀峰大勇小满建国志强春梅玉兰海波文斌晓东永红庆明辉安邦成达恩发福光贵和宏华吉家"
    "江金景军开康科乐礼立良林龙茂民宁平启千清荣瑞善生世守淑顺思泰天廷万伟喜先祥新信兴旺"
)


def branch_name(number: int) -> str:
    """Return the name of one of the county's branches."""
    return f"{GIVEN[number % len(GIVEN)]}{GIVEN[number // len(GIVEN)]}村党支部"


def make_county(sites: Sites, code: str) -> None:
    """Make a committee with 1,000 empty branches."""
    with create_app(settings_for(sites.village.var_dir)).app_context():
        with transaction() as session:
            county = create_organisation(
                session, SYSTEM, None, name="试算县委", kind=OrganisationKind.COMMITTEE, code=code
            )
            for number in range(BRANCHES):
                create_organisation(
                    session, SYSTEM, county, name=branch_name(number), kind=OrganisationKind.BRANCH
                )
        db.engine.dispose()


def write_roster(path: Path, lines: int) -> None:
    """Write a roster of invented people, every one with a name and a number of his own."""
    dice = random.Random(140_000)
    book = Workbook(write_only=True)
    page = book.create_sheet("党员名册")
    page.append(["柳河镇党员名册"])
    page.append(list(HEADINGS))
    for number in range(lines):
        surname = SURNAMES[number % len(SURNAMES)]
        rest = number // len(SURNAMES)
        name = surname + GIVEN[rest % len(GIVEN)] + GIVEN[rest // len(GIVEN) % len(GIVEN)]
        year = dice.randint(1940, 2000)
        born = f"{year}.{dice.randint(1, 12):02d}"
        joined = f"{year + dice.randint(19, 24)}年{dice.randint(1, 12)}月"
        phone = f"13{number:09d}"
        branch = branch_name(number * BRANCHES // lines)
        sex, group = "男女"[number % 2], f"第{number % 4 + 1}党小组"
        page.append([number + 1, branch, name, sex, born, joined, phone, "党员", group])
    book.save(path)


def run_command(sites: Sites, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``brickwall`` on the benchmark's folder."""
    environ = {**os.environ, **settings_of(sites, 0)}
    command = [sys.executable, "-m", "brickwall.cli", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, cwd=ROOT)


def count_members(sites: Sites) -> int:
    """Return how many members there are in the whole database."""
    (row,) = read_rows(sites.database, "SELECT count(*) FROM member")
    return int(str(row[0]))


def import_once(sites: Sites, file: Path, code: str) -> tuple[float, float]:
    """Import into a new, empty county; return seconds and CPU seconds.

    Raises:
        RuntimeError: when the command fails, or members are missing.
    """
    make_county(sites, code)
    before = count_members(sites)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = run_command(sites, "roster", "import", str(file), "--organisation", code)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    added = count_members(sites) - before
    if added != LINES:
        raise RuntimeError(f"{added} of {LINES} members: {done.stdout[-300:]} {done.stderr[-300:]}")
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return seconds, cpu


def measure_roster(sites: Sites, rounds: int) -> list[Measure]:
    """Import the same file into ``rounds`` empty counties."""
    file = sites.room / "roster.xlsx"
    write_roster(file, LINES)
    runs = [import_once(sites, file, f"bench{turn}") for turn in range(rounds)]
    seconds = median([run[0] for run in runs])
    parts = {"CPU s": median([run[1] for run in runs]), "runs": float(rounds)}
    return [Measure("import of 140,000 roster lines", seconds, "≤", 20.0, parts, "s")]
