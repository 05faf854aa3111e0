"""Members and organisations: what is written, logged and marked for rebuilding."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused
from brickwall.kernel.projections import PublishedPage
from brickwall.kernel.security import PhoneBox
from brickwall.organisations import queries
from brickwall.organisations.constants import MemberStatus, OrganisationKind, Sector, Sex
from brickwall.organisations.models import Organisation
from brickwall.organisations.services import members, organisations
from tests.factories.organisations import make_member, make_organisation

ACTOR = Actor(label="陈书记", account_id=1)


@pytest.fixture
def box(settings: Settings) -> PhoneBox:
    return PhoneBox(settings.keys_dir)


@pytest.fixture
def branch(session: Session) -> Organisation:
    return make_organisation(session)


def log(session: Session) -> list[str]:
    return [sentence(entry) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def add_page(session: Session, subject: str) -> None:
    session.add(
        PublishedPage(
            path=f"/{subject}",
            subject=subject,
            body=b"x",
            etag="e",
            fresh_until=clock.now(),
            built_at=clock.now(),
        )
    )
    session.flush()


def stale(session: Session) -> set[str]:
    session.expire_all()
    return set(session.scalars(select(PublishedPage.subject).where(PublishedPage.stale)))


def test_a_new_member_goes_to_the_end_of_the_wall_with_a_sealed_phone(
    session: Session, branch: Organisation, box: PhoneBox
) -> None:
    make_member(session, branch, "林秀峰", wall_position=7)
    add_page(session, f"organisation:{branch.id}")
    made = members.create_member(
        session, ACTOR, box, branch, name=" 王䶮 ", phone="138-1234-5678", sex=Sex.MALE
    )
    assert (made.name, made.wall_position, made.sex) == ("王䶮", 8, Sex.MALE)
    assert b"13812345678" not in (made.phone_sealed or b"")
    assert members.open_phone(made, box) == "13812345678"
    assert made.phone_index == box.index("13812345678")
    assert log(session) == ["新增了党员“王䶮”"]
    assert stale(session) == {f"organisation:{branch.id}"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "字" * 300}, "name"),
        ({"name": "张\u202e三"}, "name"),
        ({"name": "123"}, "name"),
        ({"name": "张三", "phone": "123"}, "phone"),
        ({"name": "张三", "joined_on": "78.5"}, "joined_on"),
        ({"name": "张三", "post": "字" * 61}, "post"),
        ({"name": "张三", "group_id": 999_999}, "group_id"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    session: Session, branch: Organisation, box: PhoneBox, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        members.create_member(session, ACTOR, box, branch, **values)  # type: ignore[arg-type]
    assert field in caught.value.fields


def test_members_belong_to_branches_only(session: Session, box: PhoneBox) -> None:
    committee = make_organisation(session, code="zhen", kind=OrganisationKind.COMMITTEE)
    with pytest.raises(Invalid, match="党支部"):
        members.create_member(session, ACTOR, box, committee, name="张三")


def test_changing_a_member_logs_the_fields_and_marks_his_pages(
    session: Session, branch: Organisation, box: PhoneBox
) -> None:
    member = make_member(session, branch, "张三", post="会计")
    add_page(session, f"member:{member.id}")
    changed = members.change_member(
        session, ACTOR, box, member, {"post": "书记", "name": "张三"}, phone="13812345678"
    )
    assert changed == ["post", "phone"]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.tag, entry.data["fields"]) == (Tag.MEMBER_CHANGED, ["post", "phone"])
    assert "13812345678" not in str(entry.data)
    assert stale(session) == {f"member:{member.id}"}


def test_changing_nothing_writes_nothing(session: Session, branch: Organisation, box: PhoneBox) -> None:
    member = make_member(session, branch, "张三", post="会计")
    assert members.change_member(session, ACTOR, box, member, {"post": " 会计 "}, phone="") == []
    assert log(session) == []


def test_a_phone_can_be_taken_away_and_the_same_one_is_no_change(
    session: Session, branch: Organisation, box: PhoneBox
) -> None:
    member = members.create_member(session, ACTOR, box, branch, name="张三", phone="13812345678")
    sealed = member.phone_sealed
    assert members.change_member(session, ACTOR, box, member, {}, phone="+86 13812345678") == []
    assert member.phone_sealed == sealed
    assert members.change_member(session, ACTOR, box, member, {}, phone="") == ["phone"]
    assert (member.phone_index, members.open_phone(member, box)) == (None, None)


def test_a_form_that_is_out_of_date_does_not_overwrite(
    session: Session, branch: Organisation, box: PhoneBox
) -> None:
    member = make_member(session, branch, "张三")
    seen = member.updated_at.isoformat()
    members.change_member(session, ACTOR, box, member, {"post": "书记"}, seen=seen)
    with pytest.raises(Refused, match="刚刚有人改过"):
        members.change_member(session, ACTOR, box, member, {"post": "会计"}, seen=seen)
    assert member.post == "书记"


def test_moving_needs_a_reason_and_leaves_the_group(
    session: Session, branch: Organisation, box: PhoneBox
) -> None:
    group = organisations.create_group(session, ACTOR, branch, "一组")
    other = make_organisation(session, code="xinhe", name="新河村党支部")
    member = make_member(session, branch, "张三", group_id=group.id, wall_position=3)
    with pytest.raises(Invalid):
        members.move_member(session, ACTOR, member, other, "  ")
    members.move_member(session, ACTOR, member, other, "搬家")
    assert (member.organisation_id, member.group_id, member.wall_position) == (other.id, None, 1)
    assert log(session)[-1] == "把党员“张三”转到了“新河村党支部”"
    with pytest.raises(Refused):
        members.move_member(session, ACTOR, member, other, "再搬")
    with pytest.raises(Invalid):
        members.move_member(session, ACTOR, member, group, "错了")


def test_status_changes_need_a_reason_and_are_never_repeated(session: Session, branch: Organisation) -> None:
    member = make_member(session, branch, "张三")
    members.change_status(session, ACTOR, member, MemberStatus.DECEASED, "病故")
    assert member.status is MemberStatus.DECEASED
    assert log(session) == ["把党员“张三”的状态改为“已去世”，原因：病故"]
    with pytest.raises(Refused):
        members.change_status(session, ACTOR, member, MemberStatus.DECEASED, "病故")
    with pytest.raises(Invalid):
        members.change_status(session, ACTOR, member, MemberStatus.ACTIVE, "")


@pytest.mark.practice("L10")
def test_exempt_members_count_in_the_denominator_and_can_come_back(
    session: Session, branch: Organisation
) -> None:
    old, _ = make_member(session, branch, "张三"), make_member(session, branch, "李四")
    make_member(session, branch, "王五", status=MemberStatus.MOVED)
    members.exempt_member(session, ACTOR, old, "年老体弱")
    counts = queries.count_members(session, branch.path)
    assert (counts.active, counts.exempt, counts.committing) == (2, 1, 1)
    assert old.exempt_since == clock.today()
    members.end_exemption(session, ACTOR, old, "身体好了")
    assert not old.exempt
    assert queries.count_members(session, branch.path).exempt == 0
    with pytest.raises(Refused):
        members.end_exemption(session, ACTOR, old, "再来")


def test_reordering_puts_the_named_first_and_keeps_the_rest(session: Session, branch: Organisation) -> None:
    wall = [
        make_member(session, branch, name, wall_position=place) for place, name in enumerate("甲乙丙丁", 1)
    ]
    members.reorder_wall(session, ACTOR, branch, [wall[2].public_id, wall[0].public_id])
    session.expire_all()
    assert [each.name for each in queries.list_wall(session, branch)] == ["丙", "甲", "乙", "丁"]
    with pytest.raises(Invalid):
        members.reorder_wall(session, ACTOR, branch, [wall[0].public_id] * 2)
    other = make_organisation(session, code="xinhe")
    with pytest.raises(Invalid):
        members.reorder_wall(session, ACTOR, branch, [make_member(session, other, "外人").public_id])


def test_organisations_stand_below_each_other_only_as_the_tree_allows(session: Session) -> None:
    town = organisations.create_organisation(
        session, ACTOR, None, name="柳河镇党委", kind=OrganisationKind.COMMITTEE, code="liuhe-zhen"
    )
    branch = organisations.create_organisation(
        session, ACTOR, town, name="中共柳河村支部委员会", kind=OrganisationKind.BRANCH, sector=Sector.VILLAGE
    )
    assert branch.path == f"{town.path}{branch.id}/"
    assert (branch.short_name, len(branch.code)) == ("柳河村", 6)
    with pytest.raises(Invalid):
        organisations.create_organisation(session, ACTOR, branch, name="乱", kind=OrganisationKind.COMMITTEE)
    with pytest.raises(Refused, match="代码"):
        organisations.create_organisation(
            session, ACTOR, town, name="又一个", kind=OrganisationKind.BRANCH, code="LIUHE-zhen"
        )
    with pytest.raises(Invalid):
        organisations.create_organisation(
            session, ACTOR, town, name="又一个", kind=OrganisationKind.BRANCH, code="柳河"
        )


def test_groups_have_one_name_each(session: Session, branch: Organisation) -> None:
    organisations.create_group(session, ACTOR, branch, "一组")
    with pytest.raises(Refused):
        organisations.create_group(session, ACTOR, branch, "一 组")
    assert [group.name for group in queries.list_groups(session, branch)] == ["一组"]


def test_renaming_marks_the_wall_and_its_members(session: Session, branch: Organisation) -> None:
    member = make_member(session, branch, "张三")
    add_page(session, f"member:{member.id}")
    add_page(session, f"organisation:{branch.id}")
    assert organisations.change_organisation(
        session, ACTOR, branch, name="柳河社区党支部", resident_count=400
    )
    assert (branch.short_name, branch.resident_count) == ("柳河社区", 400)
    assert stale(session) == {f"member:{member.id}", f"organisation:{branch.id}"}
    unchanged = organisations.change_organisation(
        session, ACTOR, branch, name="柳河社区党支部", resident_count=400
    )
    assert unchanged is False


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13812345678", "138****5678"), ("03951234567", "039****4567"), ("1234567", "****4567"), (None, "")],
)
def test_phones_are_shown_masked(phone: str | None, masked: str) -> None:
    assert members.mask_phone(phone) == masked
