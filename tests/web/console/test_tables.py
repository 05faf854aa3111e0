"""One way to do a table: search, filter, sort, pages, export as shown."""

import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import func, select

from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.kernel.db import db
from brickwall.kernel.http import set_actor
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec, export, show
from brickwall.web.console.words import deadline, near_day, near_moment, share, shown_text, weekday
from tests.factories.organisations import make_member, make_organisation

TABLE = TableSpec(
    key="members",
    title="党员名单",
    columns=(
        Column("name", "姓名", lambda row: row.name, sort=Member.name),
        Column("post", "职务", lambda row: row.post),
        Column("position", "次序", lambda row: row.wall_position, sort=Member.wall_position, numeric=True),
        Column("since", "登记", lambda row: row.created_at, shown=False),
        Column("tick", "勾", lambda row: True, exported=False),
    ),
    empty=EmptyState("还没有党员", "先导入名册。"),
    filters=(
        Filter(
            "status",
            "状态",
            [("active", "在册"), ("moved", "已转出")],
            lambda query, value: query.where(Member.status == MemberStatus(value)),
        ),
    ),
    search=lambda query, text: query.where(Member.name.contains(text, autoescape=True)),
    tie=Member.id,
    page_size=10,
)


@pytest.fixture
def people(session):
    branch = make_organisation(session)
    for number in range(25):
        status = MemberStatus.MOVED if number % 5 == 0 else MemberStatus.ACTIVE
        make_member(session, branch, f"甲{number:02d}", wall_position=100 - number, status=status)
    make_member(session, branch, "百分%之一", post="=1+1", wall_position=1)
    session.commit()
    return select(Member).where(Member.organisation_id == branch.id).order_by(Member.id)


def view_of(app, query, address):
    with app.test_request_context(address):
        return show(TABLE, query)


def names(view):
    return [row.name for row in view.rows]


def test_first_page_in_the_order_of_the_query(app, people):
    view = view_of(app, people, "/x")
    assert names(view) == [f"甲{number:02d}" for number in range(10)]
    assert (view.total, view.last, view.number, view.first_row) == (26, 3, 1, 1)
    assert not view.narrowed


@pytest.mark.parametrize(("asked", "number"), [("3", 3), ("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)])
def test_page_numbers_are_clamped(app, people, asked, number):
    assert view_of(app, people, f"/x?page={asked}").number == number


def test_search_takes_wildcards_literally(app, people):
    assert names(view_of(app, people, "/x?q=%25")) == ["百分%之一"]
    assert view_of(app, people, "/x?q=%00").total == 26


def test_filter_narrows_and_an_unknown_value_is_ignored(app, people):
    assert view_of(app, people, "/x?status=moved").total == 5
    assert view_of(app, people, "/x?status=moved").narrowed
    assert view_of(app, people, "/x?status=zzz").total == 26


def test_sorting_by_a_column_and_back(app, people):
    rising = view_of(app, people, "/x?sort=position")
    assert rising.rows[0].wall_position == 1
    assert rising.sort_state(TABLE.columns[2]) == "ascending"
    assert rising.sort_url(TABLE.columns[2]) == "?sort=-position"
    falling = view_of(app, people, "/x?sort=-position")
    assert falling.rows[0].wall_position == 100
    assert falling.sort_url(TABLE.columns[2]) == "?sort=position"


def test_sorting_by_what_cannot_be_sorted_is_ignored(app, people):
    assert "sort" not in view_of(app, people, "/x?sort=post").chosen
    assert "sort" not in view_of(app, people, "/x?sort=-id;drop").chosen


def test_addresses_keep_search_filter_and_order(app, people):
    view = view_of(app, people, "/x?q=甲&status=active&sort=-name&page=2&evil=1")
    assert view.url(page=3) == "?q=%E7%94%B2&status=active&sort=-name&page=3"
    assert view.url(page=None, q=None) == "?status=active&sort=-name"
    assert view.query_string() == "q=%E7%94%B2&status=active&sort=-name"


def test_query_of_several_columns_and_a_loader_for_a_whole_page(app, people, session):
    seen = []
    spec = TableSpec(
        key="x",
        title="统计",
        columns=(Column("status", "状态", lambda row: row[0], sort=Member.status),),
        empty=EmptyState("空"),
        load=lambda _, rows: seen.append(len(rows)) or rows,
    )
    query = select(Member.status, func.count()).group_by(Member.status).order_by(Member.status)
    with app.test_request_context("/x"):
        view = show(spec, query)
    assert [tuple(row) for row in view.rows] == [(MemberStatus.ACTIVE, 21), (MemberStatus.MOVED, 5)]
    assert seen == [2]


def test_export_holds_every_page_as_shown_and_is_recorded(app, people, session):
    with app.test_request_context("/x?q=甲&sort=-name&page=2", method="POST"):
        set_actor(Actor("陈书记", 7, grants=(Grant("/", frozenset()),)), "t")
        answer = export(TABLE, people, "/1/")
        db.session.commit()
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[0] == ["姓名", "职务", "次序", "登记"]
    assert [row[0] for row in rows[1:]] == [f"甲{number:02d}" for number in range(24, -1, -1)]
    session.rollback()
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.tag is Tag.TABLE_EXPORTED
    assert (entry.organisation_path, entry.subject, entry.data) == ("/1/", "党员名单", {"rows": 25})
    assert "attachment" in answer.headers["Content-Disposition"]


def test_export_neutralises_formulas(app, people):
    with app.test_request_context("/x?q=百分", method="POST"):
        set_actor(Actor("陈书记", 7), "t")
        answer = export(TABLE, people, "/1/")
    cell = load_workbook(io.BytesIO(answer.data)).active["B2"]
    assert cell.value == "=1+1"
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        (0, "0"),
        (12345, "12,345"),
        (True, "是"),
        (False, "否"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 1, 16, 30, tzinfo=UTC), "2026-01-02 00:30"),
    ],
)
def test_cells_in_words(value, text):
    assert shown_text(value) == text


def test_dates_in_words():
    with time_machine.travel("2026-11-21T16:30:00Z", tick=False):
        assert near_day(date(2026, 11, 22)) == "今天"
        assert near_moment(datetime(2026, 11, 21, 10, 42, tzinfo=UTC)) == "昨天 18:42"
        assert near_day(date(2026, 11, 2)) == "11 月 2 日"
        assert deadline(date(2026, 12, 4)) == "还有 12 天"
        assert deadline(date(2026, 11, 22)) == "今天到期"
        assert deadline(date(2026, 11, 17)) == "晚了 5 天"
    assert weekday(date(2026, 11, 21)) == "星期六"


def test_share_without_a_denominator_is_not_a_number():
    assert share(0, 0) == "暂无"
    assert share(36, 50) == "72.0%"
