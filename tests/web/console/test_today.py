"""The today page: what waits for whom, figures with denominators, what is late and what comes."""

import io
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from flask import current_app
from openpyxl import load_workbook

from brickwall.accounts.constants import Role
from brickwall.commitments.constants import CommitmentKind
from brickwall.commitments.constants import CommitmentState as S
from brickwall.commitments.services import propose_revision
from brickwall.feedback.services import send_feedback
from brickwall.kernel import clock
from brickwall.web.console.today.waiting import list_queues
from tests.factories.commitments import make_commitment, make_village, text
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import FORM_TOKEN, SignIn

NOW = "2026-11-21T02:00:00Z"


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def village(session):
    return make_village(session)


def today_page(sign_in, role, place):
    return sign_in(role, place).get("/console/today/").text


def queues(session, actor):
    with current_app.test_request_context("/console/today/"):
        return list_queues(session, actor)


def totals(session, actor):
    return {queue.items[0].kind: queue.total for queue in queues(session, actor)}


def test_empty_branch_is_told_the_first_three_steps(session, sign_in: SignIn):
    page = today_page(sign_in, Role.SECRETARY, make_organisation(session))
    assert "把党员名册导进来" in page
    assert "0 / 0" not in page


def test_branch_with_members_and_nothing_else_shows_no_invented_figure(village, sign_in: SignIn):
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "0 / 2" in page
    assert page.count("暂无") == 3
    assert "0.0%" not in page
    assert "都办完了" in page
    assert "11 月 21 日 星期六" in page


def test_coverage_leaves_out_the_exempt_and_says_so(session, village, sign_in: SignIn):
    make_member(session, village.branch, "王婆婆", exemption_reason="年满八十")
    make_commitment(session, village, S.PUBLISHED)
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "1 / 2" in page
    assert "人有承诺（另 1 人免诺）" in page


def test_what_waits_names_person_and_matter_with_hints(session, village, sign_in: SignIn):
    make_commitment(session, village, S.SUBMITTED, title="把三组巷道灯修好 14 盏")
    make_commitment(session, village, S.APPROVED, title="清理池塘")
    make_commitment(session, village, S.DONE_CLAIMED, title="给敬老户安装扶手 6 户")
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "今天要办 3 件" in page
    assert "林秀峰 交来 1 件新承诺：“把三组巷道灯修好 14 盏”" in page
    assert "没写谁受益" in page
    assert "林秀峰 的承诺已审过：“清理池塘”" in page
    assert "林秀峰 报“办成了”：给敬老户安装扶手 6 户" in page
    assert "挖好 86 米，水泥已到" in page


def test_queues_follow_the_role(session, village):
    make_commitment(session, village, S.SUBMITTED)
    make_commitment(session, village, S.SUBMITTED, own=True, title="修村部厕所")
    make_commitment(session, village, S.DONE_CLAIMED, title="种树 20 棵")
    assert totals(session, village.secretary) == {"审承诺": 1, "核实": 1}
    assert totals(session, village.superior) == {"审承诺": 2, "核实": 1}
    assert totals(session, village.clerk) == {}
    assert totals(session, village.stranger) == {}


def test_new_text_of_a_published_commitment_waits_for_vetting(session, village):
    commitment = make_commitment(session, village, S.PUBLISHED)
    propose_revision(session, village.clerk, commitment, text(title="修好排水沟 150 米"), "多修了一段")
    assert totals(session, village.secretary) == {"审修改": 1}


def test_long_queue_shows_its_first_and_counts_the_rest(session, village, sign_in: SignIn):
    for number in range(7):
        make_commitment(session, village, S.SUBMITTED, title=f"第{number}件要办的大事情")
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "今天要办 7 件" in page
    assert page.count("交来 1 件新承诺") == 4
    assert "还有 3 件" in page


def test_late_and_coming_are_listed_with_owner_and_days(session, village, sign_in: SignIn):
    today = clock.today()
    make_commitment(
        session, village, S.PUBLISHED, title="改造户厕 12 户", due_on=today - timedelta(days=19), own=True
    )
    make_commitment(session, village, S.PUBLISHED, title="修排水沟", due_on=today - timedelta(days=5))
    make_commitment(session, village, S.PUBLISHED, title="装路灯", due_on=today + timedelta(days=9))
    make_commitment(session, village, S.PUBLISHED, title="来年的事", due_on=today + timedelta(days=90))
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "2 / 4" in page
    assert "件晚了，最久 19 天" in page
    assert page.index("改造户厕 12 户") < page.index("修排水沟") < page.index("装路灯")
    assert "晚了 19 天" in page
    assert "还有 9 天" in page
    assert "来年的事" not in page


def test_fulfilment_shows_checked_beside_claimed(session, village, sign_in: SignIn):
    make_commitment(session, village, S.CLOSED_OUT)
    make_commitment(session, village, S.DONE_CLAIMED)
    make_commitment(session, village, S.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=12)
    page = today_page(sign_in, Role.SECRETARY, village.branch)
    assert "1 / 3" in page
    assert "件核实办成，1 件自报待核实" in page


def test_another_branchs_matters_stay_out(session, village, sign_in: SignIn):
    make_commitment(session, village, S.SUBMITTED, title="柳河村的事")
    page = today_page(sign_in, Role.SECRETARY, village.other)
    assert "柳河村的事" not in page


def test_inspector_sees_figures_and_no_work_of_others(session, village, sign_in: SignIn):
    make_commitment(session, village, S.SUBMITTED)
    page = today_page(sign_in, Role.INSPECTOR, village.township)
    assert "今天没有等您办的" in page
    assert "0 / 2" in page


def test_messages_wait_for_those_who_may_answer(session, village, settings):
    send_feedback(session, settings, village.branch, village.member, "村口垃圾点三天没人收")
    send_feedback(session, settings, village.branch, None, "长" * 200)
    first, second = queues(session, village.secretary)[0].items
    assert first.text == "“村口垃圾点三天没人收”"
    assert first.note == "今天 10:00，说的是林秀峰，没留姓名"
    assert second.text == f"“{'长' * 60}……”"
    assert totals(session, village.clerk) == {"投诉建议": 2}
    assert totals(session, village.inspector) == {}
    assert totals(session, village.stranger) == {}


def test_superior_sees_every_branch_with_denominators(session, village, sign_in: SignIn):
    make_commitment(session, village, S.CLOSED_OUT)
    late = clock.today() - timedelta(days=3)
    make_commitment(session, village, S.PUBLISHED, member=village.neighbour, due_on=late)
    make_member(session, village.other, "何大山")
    superior = sign_in(Role.SUPERIOR, village.township)
    rows = Rows(superior.get("/console/today/").text).found
    assert ["柳河村党支部", "2 / 2", "0", "1 / 2", "0", "1 / 1"] in rows
    assert ["东坡村党支部", "0 / 1", "0", "暂无", "0", "暂无"] in rows

    answer = superior.post("/console/today/branches?q=东坡", data={"form_token": FORM_TOKEN})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in list(sheet.rows)[1]] == ["东坡村党支部", "0 / 1", 0, "暂无", 0, "暂无"]


def test_one_branch_needs_no_table_of_branches(village, sign_in: SignIn):
    assert "各支部" not in today_page(sign_in, Role.SECRETARY, village.branch)


class Rows(HTMLParser):
    """Collects the texts of a page's table cells, row by row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.found.append([])
        if tag == "td":
            self.found[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.found[-1][-1] += data.strip()
