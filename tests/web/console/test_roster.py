"""Importing a roster at the console: upload, preview, confirm, result."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from brickwall.accounts.constants import Role
from brickwall.kernel.db import db, transaction
from brickwall.kernel.imports import Import, ImportState
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.kernel.spreadsheets import read_sheets
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.services import rosters
from brickwall.web.console.roster import views
from tests.factories.organisations import make_member, make_organisation
from tests.factories.workbooks import csv_file, xlsx
from tests.support.people import FORM_TOKEN, SignIn

TOKEN = {"form_token": FORM_TOKEN}
ROWS = [
    ["柳河村党支部党员名册"],
    ["序号", "姓 名", "手机", "入党时间", "身份证号"],
    [1, "王 䶮", 13812345678, "1978年7月", "411123195805011234"],
    [2, "李四", "1381234", 1990.5, None],
    [3, None, 13900000000, None, None],
    ["合计", "3人"],
]


@pytest.fixture
def ours(session):
    town = make_organisation(session, code="zhen", name="青石镇党委", kind=OrganisationKind.COMMITTEE)
    make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后", parent=town)
    made = make_organisation(session, parent=town)
    session.commit()
    return made


@pytest.fixture
def clerk(ours, sign_in: SignIn):
    return sign_in(Role.SECRETARY, ours)


def upload(client, data: bytes, name: str = "名册.xlsx", place: str = "liuhe"):
    form = {**TOKEN, "organisation": place, "file": (io.BytesIO(data), name)}
    return client.post("/console/roster/", data=form)


def test_upload_preview_confirm_and_result(clerk, session):
    answer = upload(clerk, xlsx(("名册", ROWS)))
    assert answer.status_code == 303
    page = answer.headers["Location"]
    preview = clerk.get(page).text
    assert "看一遍再导入" in preview
    assert "王䶮" in preview
    assert "名册 第&nbsp;5&nbsp;行" in preview
    assert "没有姓名" in preview
    assert "手机号应是 11 位，这里是 7 位" in preview
    assert "13812345678" not in preview
    assert "411123195805011234" not in preview
    assert session.scalars(select(Member)).all() == []
    session.rollback()
    confirmed = clerk.post(f"{page}/confirm", data=TOKEN)
    assert confirmed.headers["Location"].startswith("/console/jobs/")
    assert "正在导入" in clerk.get(page).text
    run_pending_jobs()
    db.session.remove()
    assert "新增 2 人" in clerk.get(confirmed.headers["Location"]).text
    result = clerk.get(page).text
    assert "已导入：新增 2 人，修改 0 人" in result
    assert "看党员名单" in result
    session.rollback()
    assert sorted(each.name for each in session.scalars(select(Member))) == ["李四", "王䶮"]
    assert clerk.post(f"{page}/confirm", data=TOKEN).status_code == 409


def test_the_second_import_has_nothing_to_write(clerk, session, ours):
    make_member(session, ours, "王䶮", joined_on="1978-07")
    session.commit()
    answer = upload(clerk, csv_file([["姓名", "入党时间"], ["王䶮", "1978-07"]], "gb18030"), "名册.csv")
    page = clerk.get(answer.headers["Location"]).text
    assert "没有要写入的" in page
    assert "确认导入</button>" not in page


def test_a_preview_can_be_discarded(clerk, session):
    page = upload(clerk, xlsx(ROWS)).headers["Location"]
    assert "什么都没有改动" in clerk.post(f"{page}/discard", data=TOKEN, follow_redirects=True).text
    assert "这次导入已取消" in clerk.get(page).text
    assert session.scalars(select(Import)).one().state is ImportState.DISCARDED
    assert clerk.post(f"{page}/problems", data=TOKEN).status_code == 409


def test_problems_are_handed_out_as_a_workbook(clerk):
    page = upload(clerk, xlsx(("名册", ROWS))).headers["Location"]
    answer = clerk.post(f"{page}/problems", data=TOKEN)
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[0] == ("轻重", "工作表", "行", "姓名", "说明")
    assert [row[0] for row in rows[1:]] == ["拒收", "存疑", "提示"]
    assert rows[1][1:3] == ("名册", 5)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG 图片"),
        (b"PK\x03\x04damaged", "损坏"),
        (xlsx([["甲", "乙"], [1, 2]]), "没有找到“姓名”"),
        (b"\xff\xff\xfe\x80\xff", "看不懂"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_plain_words(clerk, session, data, words):
    answer = upload(clerk, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Import)).all() == []


def test_no_file_and_a_foreign_place_are_refused(clerk):
    assert "请先选名册文件" in clerk.post("/console/roster/", data={**TOKEN, "organisation": "liuhe"}).text
    assert upload(clerk, xlsx(ROWS), place="shanhou").status_code == 404


def test_an_import_of_another_branch_is_not_found(clerk, session, sign_in: SignIn):
    page = upload(clerk, xlsx(ROWS)).headers["Location"]
    neighbour = sign_in(Role.SECRETARY, make_organisation(session, code="xinhe", name="新河村党支部"))
    assert neighbour.get(page).status_code == 404
    for act in ("confirm", "discard", "problems"):
        assert neighbour.post(f"{page}/{act}", data=TOKEN).status_code == 404


def test_members_who_are_missing_are_listed_as_left_alone(clerk, session, ours):
    make_member(session, ours, "老党员")
    session.commit()
    page = clerk.get(upload(clerk, xlsx(ROWS)).headers["Location"]).text
    assert "名册里没有，未改动（1 人）" in page
    assert "老党员" in page


def test_the_template_is_a_roster_that_reads_back(clerk):
    answer = clerk.get("/console/roster/template")
    sheets = read_sheets(answer.data)
    assert sheets[0].rows[0][0] == "姓名"
    assert "身份证号" not in sheets[0].rows[0]
    assert upload(clerk, answer.data).status_code == 422


def test_the_first_page_lists_recent_imports(clerk):
    upload(clerk, xlsx(ROWS))
    page = clerk.get("/console/roster/").text
    assert "名册.xlsx" in page
    assert "待确认" in page


def test_where_branches_are_too_many_their_superiors_are_offered(ours, sign_in: SignIn, session, monkeypatch):
    monkeypatch.setattr(views, "MOST_CHOICES", 1)
    client = sign_in(Role.SECRETARY, session.get_one(Organisation, ours.parent_id))
    page = client.get("/console/roster/").text
    assert "青石镇党委" in page
    assert 'value="zhen"' in page
    assert "山后村党支部" not in page


def test_nobody_waits_for_the_write_lock_while_a_roster_is_compared(clerk, session, ours, monkeypatch):
    real, branch_id = rosters.plan_roster, ours.id
    session.rollback()

    def slowly(*arguments):
        """Another clerk writes while the comparison is under way."""
        with transaction() as writing:
            make_member(writing, writing.get_one(Organisation, branch_id), "同时写入的人")
        return real(*arguments)

    monkeypatch.setattr(rosters, "plan_roster", slowly)
    assert upload(clerk, xlsx(ROWS)).status_code == 303
    session.rollback()
    assert "同时写入的人" in [each.name for each in session.scalars(select(Member))]
