"""The audit log: readable sentences, only one's own, exportable, never changeable."""

import io
from datetime import timedelta

import pytest
import time_machine
from openpyxl import load_workbook

from brickwall.accounts.constants import Role
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from tests.factories.organisations import make_organisation
from tests.support.people import FORM_TOKEN, SignIn

CLERK = Actor("王文书", 3)


@pytest.fixture
def places(session):
    town = make_organisation(session, code="zhen", name="青石镇党委", short_name="青石镇")
    ours = make_organisation(session, code="liuhe", parent=town)
    other = make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后", parent=town)
    record(session, CLERK, Tag.MEMBER_EXEMPTED, path=ours.path, subject="韩德水", reason="年满八十")
    record(
        session, CLERK, Tag.PLAQUE_RETIRED, path=ours.path, subject="林秀峰", code="7k3m9qx2", reason="遗失"
    )
    record(session, CLERK, Tag.MEMBER_CREATED, path=other.path, subject="邻村的人")
    session.commit()
    return town, ours, other


def test_log_reads_as_sentences(places, sign_in: SignIn):
    page = sign_in(Role.SECRETARY, places[1]).get("/console/audit/").text
    assert "给党员“韩德水”办了免诺，原因：年满八十" in page
    assert "停用了砖 7k3m9qx2（林秀峰），原因：遗失" in page
    assert page.index("停用了砖") < page.index("办了免诺")
    assert "王文书" in page


def test_another_branchs_acts_are_not_shown(places, sign_in: SignIn):
    assert "邻村的人" not in sign_in(Role.SECRETARY, places[1]).get("/console/audit/").text
    assert "邻村的人" in sign_in(Role.SUPERIOR, places[0]).get("/console/audit/").text


def test_roles_without_the_permission_are_refused(places, sign_in: SignIn):
    clerk = sign_in(Role.CLERK, places[1])
    assert clerk.get("/console/audit/").status_code == 403
    assert clerk.post("/console/audit/export", data={"form_token": FORM_TOKEN}).status_code == 403


def test_kind_span_and_name_narrow_the_log(places, session, sign_in: SignIn):
    with time_machine.travel(clock.now() - timedelta(days=40)):
        record(session, CLERK, Tag.MEMBER_CREATED, path=places[1].path, subject="早先来的")
        session.commit()
    client = sign_in(Role.SECRETARY, places[1])
    assert "韩德水" not in client.get("/console/audit/?area=plaques").text
    assert "林秀峰" in client.get("/console/audit/?area=plaques").text
    assert "早先来的" in client.get("/console/audit/").text
    assert "早先来的" not in client.get("/console/audit/?days=30").text
    assert "早先来的" in client.get("/console/audit/?days=365").text
    assert "林秀峰" not in client.get("/console/audit/?q=韩德").text


def test_export_hands_out_the_sentences_and_is_itself_logged(places, sign_in: SignIn):
    client = sign_in(Role.SECRETARY, places[1])
    answer = client.post("/console/audit/export?area=organisations", data={"form_token": FORM_TOKEN})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[0] == ["时间", "谁", "做了什么"]
    assert [row[2] for row in rows[1:]] == ["给党员“韩德水”办了免诺，原因：年满八十"]
    assert "导出了表格“操作记录”，共 1 行" in client.get("/console/audit/").text


def test_export_without_the_form_token_is_refused(places, sign_in: SignIn):
    answer = sign_in(Role.SECRETARY, places[1]).post("/console/audit/export")
    assert answer.status_code == 403
    assert "页面放得太久了" in answer.text


def test_nothing_here_changes_or_removes_an_entry(app):
    methods = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console/audit")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert methods == {("/console/audit/", "GET"), ("/console/audit/export", "POST")}


def test_empty_search_offers_the_whole_list(places, sign_in: SignIn):
    page = sign_in(Role.SECRETARY, places[1]).get("/console/audit/?q=没有这个人").text
    assert "没有找到符合条件的" in page
    assert 'href="/console/audit/"' in page
