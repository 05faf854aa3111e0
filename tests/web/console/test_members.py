"""The members' pages: list, add, change, acts with reasons, order of the wall."""

import io
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from brickwall.accounts.constants import Role
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.kernel.db import db
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.web.console.members import table
from brickwall.web.console.members.views import order_of
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import FORM_TOKEN, SignIn

TOKEN = {"form_token": FORM_TOKEN}


@pytest.fixture
def town(session):
    return make_organisation(session, code="zhen", name="青石镇党委", kind=OrganisationKind.COMMITTEE)


@pytest.fixture
def ours(session, town):
    return make_organisation(session, parent=town)


@pytest.fixture
def other(session, town):
    return make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后", parent=town)


@pytest.fixture
def people(session, ours, other):
    group = make_organisation(session, code="g1", name="第一党小组", kind=OrganisationKind.GROUP, parent=ours)
    made = [
        make_member(session, ours, "林秀峰", wall_position=1, post="支部书记", group_id=group.id),
        make_member(session, ours, "王䶮", wall_position=2, exemption_reason="年满八十"),
        make_member(session, ours, "老赵", wall_position=3, status=MemberStatus.DECEASED),
    ]
    make_member(session, other, "邻村的人", wall_position=1)
    session.commit()
    return made


@pytest.fixture
def clerk(people, ours, sign_in: SignIn):
    return sign_in(Role.SECRETARY, ours)


def fresh(session, member: Member) -> Member:
    session.rollback()
    session.expire_all()
    return session.get_one(Member, member.id)


def test_the_list_shows_ones_own_members_with_denominators(clerk):
    page = clerk.get("/console/members/").text
    assert "在册 2 人，其中免诺 1 人，应承诺 1 人" in page
    assert page.index("林秀峰") < page.index("王䶮")
    assert "邻村的人" not in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=王", "王䶮", "林秀峰"),
        ("exempt=no", "林秀峰", "王䶮"),
        ("status=deceased", "老赵", "林秀峰"),
        ("group=g1", "林秀峰", "王䶮"),
    ],
)
def test_search_and_filters_narrow_the_list(clerk, query, shown, hidden):
    page = clerk.get(f"/console/members/?{query}").text
    assert shown in page
    assert hidden not in page


def test_a_superior_sees_branches_and_filters_by_them(people, town, sign_in: SignIn):
    client = sign_in(Role.SUPERIOR, town)
    assert "邻村的人" in client.get("/console/members/").text
    narrowed = client.get("/console/members/?branch=shanhou").text
    assert "邻村的人" in narrowed
    assert "林秀峰" not in narrowed


def test_an_empty_list_tells_the_first_step(ours, session, sign_in: SignIn):
    session.commit()
    page = sign_in(Role.SECRETARY, ours).get("/console/members/").text
    assert "还没有党员" in page
    assert "/console/roster/" in page


def test_the_export_holds_names_and_no_phone(clerk):
    answer = clerk.post("/console/members/export?status=active", data=TOKEN)
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert [row[0] for row in rows] == ["姓名", "林秀峰", "王䶮"]
    assert "电话" not in rows[0]


def test_a_member_is_added_and_found_again(clerk, session, ours, settings):
    assert "姓名" in clerk.get("/console/members/new").text
    form = {**TOKEN, "name": "赵　𬎆", "phone": "138 1234 5678", "joined_on": "1999-07", "sex": "female"}
    answer = clerk.post("/console/members/new/liuhe", data=form, follow_redirects=True)
    assert "已新增党员赵" in answer.text
    assert "138****5678" in answer.text
    assert "13812345678" not in answer.text
    made = session.scalars(select(Member).where(Member.phone_index.is_not(None))).one()
    assert made.phone_index == PhoneBox(settings.keys_dir).index("13812345678")
    assert (made.joined_on, made.organisation_id) == ("1999-07", ours.id)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "请填写"),
        ({"name": "字" * 299}, "最多 60 个"),
        ({"name": "张三", "phone": "123"}, "没有读进来"),
        ({"name": "张三", "joined_on": "去年"}, "1978-05"),
        ({"name": "张三", "group_id": "99999"}, "请重新选择"),
        ({"name": "张\u202e三"}, "看不见"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(clerk, session, form, words):
    before = len(session.scalars(select(Member)).all())
    answer = clerk.post("/console/members/new/liuhe", data={**TOKEN, "post": "会计", **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert "会计" in answer.text
    session.rollback()
    assert len(session.scalars(select(Member)).all()) == before


def test_a_member_is_changed_and_an_empty_phone_field_keeps_the_number(clerk, session, people, settings):
    url = f"/console/members/{people[0].public_id}/edit"
    clerk.post(url, data={**TOKEN, "name": "林秀峰", "phone": "13812345678", "post": "支部书记"})
    assert "138****5678" in clerk.get(url).text
    answer = clerk.post(url, data={**TOKEN, "name": "林秀锋", "post": "委员"}, follow_redirects=True)
    assert "已改好林秀锋的资料" in answer.text
    member = fresh(session, people[0])
    assert (member.name, member.post, member.group_id) == ("林秀锋", "委员", None)
    assert member.phone_index == PhoneBox(settings.keys_dir).index("13812345678")
    clerk.post(url, data={**TOKEN, "name": "林秀锋", "no_phone": "1"})
    assert fresh(session, people[0]).phone_index is None


def test_two_clerks_do_not_overwrite_each_other(clerk, session, people):
    url = f"/console/members/{people[0].public_id}/edit"
    seen = people[0].updated_at.isoformat()
    form = {**TOKEN, "name": "林秀峰", "seen": seen}
    assert clerk.post(url, data={**form, "post": "先来"}).status_code == 303
    late = clerk.post(url, data={**form, "post": "后到"})
    assert late.status_code == 409
    assert "刚刚有人改过" in late.text
    assert fresh(session, people[0]).post == "先来"


@pytest.mark.practice("L10")
def test_exemption_asks_for_a_reason_and_can_end(clerk, session, people):
    url = f"/console/members/{people[0].public_id}"
    assert clerk.post(f"{url}/exempt", data=TOKEN).status_code == 422
    answer = clerk.post(f"{url}/exempt", data={**TOKEN, "reason": "长期住院"}, follow_redirects=True)
    assert "不算进应承诺的人数" in answer.text
    assert fresh(session, people[0]).exemption_reason == "长期住院"
    clerk.post(f"{url}/unexempt", data={**TOKEN, "reason": "康复"})
    assert not fresh(session, people[0]).exempt
    entries = [sentence(each) for each in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert entries == ["给党员“林秀峰”办了免诺，原因：长期住院", "取消了党员“林秀峰”的免诺，原因：康复"]


def test_status_and_branch_change_with_a_reason(clerk, session, people, town, other, sign_in: SignIn):
    url = f"/console/members/{people[0].public_id}"
    assert clerk.post(f"{url}/status", data={**TOKEN, "status": "x", "reason": "去"}).status_code == 422
    clerk.post(f"{url}/status", data={**TOKEN, "status": "left", "reason": "退党"})
    assert fresh(session, people[0]).status is MemberStatus.LEFT
    move = {**TOKEN, "to": "shanhou", "reason": "搬家"}
    assert clerk.post(f"{url}/move", data=move).status_code == 404
    county = sign_in(Role.SECRETARY, town)
    db.session.remove()
    assert "转到别的支部" in county.get(url).text
    assert county.post(f"{url}/move", data=move).status_code == 303
    assert fresh(session, people[0]).organisation_id == other.id


def test_another_branchs_member_is_not_found(clerk, session, other):
    neighbour = queries.list_wall(session, other)[0]
    url = f"/console/members/{neighbour.public_id}"
    assert clerk.get(url).status_code == 404
    assert clerk.get(f"{url}/edit").status_code == 404
    for act in ("edit", "exempt", "unexempt", "status", "move"):
        data = {**TOKEN, "reason": "x", "name": "x", "status": "left", "to": "liuhe"}
        assert clerk.post(f"{url}/{act}", data=data).status_code == 404
    assert clerk.post("/console/members/new/shanhou", data={**TOKEN, "name": "张三"}).status_code == 404
    assert clerk.post("/console/members/order/shanhou", data=TOKEN).status_code == 404


def test_where_branches_are_too_many_they_are_named_by_code(
    people, town, other, session, sign_in, monkeypatch
):
    monkeypatch.setattr(table, "MOST_CHOICES", 1)
    client = sign_in(Role.SECRETARY, town)
    assert "党支部代码" in client.get("/console/members/new").text
    assert "山后村党支部" in client.get("/console/members/new?branch=shanhou").text
    url = f"/console/members/{people[0].public_id}"
    assert "党支部代码" in client.get(url).text
    db.session.remove()
    client.post(f"{url}/move", data={**TOKEN, "to": "shanhou", "reason": "搬家"})
    assert fresh(session, people[0]).organisation_id == other.id


def test_an_inspector_reads_nothing_he_may_not_change(people, ours, sign_in: SignIn):
    client = sign_in(Role.INSPECTOR, ours)
    url = f"/console/members/{people[0].public_id}"
    assert client.post(f"{url}/exempt", data={**TOKEN, "reason": "x"}).status_code == 403
    assert client.get("/console/members/new").status_code == 403


def test_the_wall_is_put_in_the_order_of_the_numbers(clerk, session, people, ours: Organisation):
    third = make_member(session, ours, "韩德水", wall_position=4)
    session.commit()
    page = clerk.get("/console/members/order").text
    assert page.index("林秀峰") < page.index("韩德水")
    numbers = {people[0].public_id: "1", people[1].public_id: "2", third.public_id: "1"}
    clerk.post("/console/members/order/liuhe", data={**TOKEN, **numbers})
    session.rollback()
    session.expire_all()
    assert [each.name for each in queries.list_wall(session, ours)] == ["韩德水", "林秀峰", "王䶮"]


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        (["1", "2", "3"], "abc"),
        (["3", "2", "3"], "bca"),
        (["1", "2", "1"], "cab"),
        (["2", "1", "3"], "bac"),
        (["", "x", "3"], "c"),
    ],
)
def test_equal_numbers_give_way_to_the_one_that_was_moved(numbers, names):
    assert order_of(dict(zip("abc", numbers, strict=True))) == list(names)


def test_organisations_are_listed_made_and_renamed(clerk, session, ours, other):
    page = clerk.get("/console/organisations/").text
    assert "柳河村党支部" in page
    assert "山后村" not in page
    form = {**TOKEN, "kind": "group", "name": "第二党小组"}
    assert (
        "已新建第二党小组"
        in clerk.post("/console/organisations/liuhe/children", data=form, follow_redirects=True).text
    )
    again = clerk.post("/console/organisations/liuhe/children", data={**form, "kind": "branch"})
    assert (again.status_code, "不能设" in again.text) == (422, True)
    form = {**TOKEN, "name": "柳河社区党支部", "sector": "community", "resident_count": "412"}
    clerk.post("/console/organisations/liuhe/edit", data=form)
    session.rollback()
    session.expire_all()
    changed = queries.get_organisation(session, "liuhe")
    assert (changed.name, changed.short_name, changed.resident_count) == ("柳河社区党支部", "柳河社区", 412)
    assert clerk.get("/console/organisations/shanhou").status_code == 404
    assert clerk.post("/console/organisations/shanhou/edit", data=form).status_code == 404


def test_a_member_leads_to_his_promises_and_plaques(clerk, people):
    page = clerk.get(f"/console/members/{people[0].public_id}").text
    name = quote(people[0].name)
    assert f'href="/console/commitments/?q={name}"' in page
    assert f'href="/console/plaques/?q={name}"' in page
