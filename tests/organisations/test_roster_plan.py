"""Comparing a roster with the members already there."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster.comparing import Change
from brickwall.organisations.roster.matching import Existing
from brickwall.organisations.roster.plan import Action, BranchPlan, plan_branch
from brickwall.organisations.roster.rows import RosterRow
from brickwall.organisations.roster.values import Severity

_lines = iter(range(2, 100_000))


def row(name: str, **values: object) -> RosterRow:
    return RosterRow(sheet="名册", line=next(_lines), name=name, **values)  # type: ignore[arg-type]


def member(number: int, name: str, **values: object) -> Existing:
    return Existing(number, name, **{"status": MemberStatus.ACTIVE, **values})  # type: ignore[arg-type]


def plan(rows: list[RosterRow], existing: list[Existing], groups: tuple[str, ...] = ()) -> BranchPlan:
    return plan_branch(7, rows, existing, groups)


def actions(result: BranchPlan) -> list[Action]:
    return [item.action for item in result.items]


def test_new_changed_and_unchanged_lines_are_told_apart() -> None:
    result = plan(
        [row("张三", post="书记"), row("李四", post="委员"), row("王五")],
        [member(1, "张三", post="书记"), member(2, "李四", post="会计")],
    )
    assert actions(result) == [Action.UNCHANGED, Action.CHANGED, Action.NEW]
    assert result.items[1].member_id == 2
    assert result.items[1].changes == (Change("post", "会计", "委员"),)


def test_what_the_roster_does_not_tell_stays() -> None:
    old = member(
        1, "张三", post="书记", sex=Sex.MALE, phone_index="a", group="一组", exemption="年老", position=3
    )
    assert actions(plan([row("张三")], [old])) == [Action.UNCHANGED]


def test_members_missing_from_the_file_are_listed_and_never_touched() -> None:
    result = plan(
        [row("张三")], [member(1, "张三"), member(2, "李四"), member(3, "老王", status=MemberStatus.DECEASED)]
    )
    assert [each.name for each in result.missing] == ["李四"]
    assert all(item.member_id != 2 for item in result.items)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("1978-05-01", "1978-05", False),
        ("1978-05", "1978-05-01", True),
        ("1978", "1978", False),
        ("1978-05", "1979-05", True),
        (None, "1978", True),
    ],
)
def test_a_less_precise_date_does_not_replace_a_better_one(old: str | None, new: str, changed: bool) -> None:
    result = plan([row("张三", joined_on=new)], [member(1, "张三", joined_on=old)])
    assert (actions(result) == [Action.CHANGED]) is changed


def test_a_changed_phone_is_named_but_not_shown() -> None:
    result = plan([row("张三", phone_index="b" * 64)], [member(1, "张三", phone_index="a" * 64)])
    (change,) = result.items[0].changes
    assert (change.field, change.old, change.new) == ("phone", "有", "b" * 12)


def test_names_that_differ_in_spaces_or_dots_are_one_person_and_the_name_changes() -> None:
    result = plan([row("买买提·吐尔逊")], [member(1, "买买提•吐尔逊")])
    assert result.items[0].changes == (Change("name", "买买提•吐尔逊", "买买提·吐尔逊"),)


def test_namesakes_are_told_apart_by_phone_date_or_group() -> None:
    rows = [
        row("张伟", phone_index="b"),
        row("张伟", joined_on="1990"),
        row("张伟", group="三组", joined_on="2001"),
    ]
    existing = [
        member(1, "张伟", joined_on="1990-07", group="一组"),
        member(2, "张伟", phone_index="b", joined_on="1985"),
        member(3, "张伟", group="三组"),
    ]
    result = plan(rows, existing)
    assert [item.member_id for item in result.items] == [2, 1, 3]


def test_new_namesakes_who_differ_are_both_new_and_the_second_import_changes_nothing() -> None:
    rows = [row("张伟", group="一组"), row("张伟", group="二组")]
    assert actions(plan(rows, [])) == [Action.NEW, Action.NEW]
    again = plan(rows, [member(1, "张伟", group="一组"), member(2, "张伟", group="二组")])
    assert actions(again) == [Action.UNCHANGED, Action.UNCHANGED]
    assert [item.member_id for item in again.items] == [1, 2]


def test_namesakes_nobody_can_tell_apart_are_set_aside_and_not_called_missing() -> None:
    result = plan([row("张伟"), row("张伟")], [member(1, "张伟")])
    assert actions(result) == [Action.SET_ASIDE, Action.SET_ASIDE]
    assert "2 个“张伟”" in result.issues[0].reason
    assert result.missing == []
    assert actions(plan([row("张伟")], [member(1, "张伟"), member(2, "张伟")])) == [Action.SET_ASIDE]


def test_namesakes_on_one_line_of_two_sheets_are_two_people() -> None:
    rows = [
        RosterRow(sheet=sheet, line=2, name="张伟", phone_index=phone)
        for sheet, phone in (("一", "a"), ("二", "b"))
    ]
    assert actions(plan(rows, [])) == [Action.NEW, Action.NEW]


def test_a_third_namesake_is_new_when_the_others_are_matched() -> None:
    result = plan(
        [row("张伟", phone_index="a"), row("张伟", phone_index="b")],
        [member(1, "张伟", phone_index="a")],
    )
    assert actions(result) == [Action.UNCHANGED, Action.NEW]


def test_a_repeated_line_counts_once() -> None:
    result = plan([row("张三", phone_index="a"), row("张三", phone_index="a")], [])
    assert actions(result) == [Action.NEW, Action.SET_ASIDE]
    assert result.issues[0].severity is Severity.HINT
    assert "重复" in result.issues[0].reason


def test_a_namesake_with_other_phone_and_dates_is_doubtful() -> None:
    result = plan(
        [row("张三", phone_index="b", joined_on="2001")],
        [member(1, "张三", phone_index="a", joined_on="1978")],
    )
    assert actions(result) == [Action.SET_ASIDE]
    assert "同名" in result.issues[0].reason


def test_a_new_name_with_a_known_phone_is_pointed_out() -> None:
    result = plan([row("王䶮", phone_index="a")], [member(1, "王龙", phone_index="a")])
    assert actions(result) == [Action.NEW]
    assert "王龙" in result.issues[0].reason


def test_someone_marked_as_gone_but_still_listed_is_pointed_out() -> None:
    result = plan([row("张三")], [member(1, "张三", status=MemberStatus.MOVED)])
    assert actions(result) == [Action.UNCHANGED]
    assert "已转出" in result.issues[0].reason
    back = plan([row("张三", status=MemberStatus.ACTIVE)], [member(1, "张三", status=MemberStatus.MOVED)])
    assert back.items[0].changes == (Change("status", "已转出", "在册"),)


def test_groups_that_do_not_exist_yet_are_listed_once() -> None:
    rows = [row("张三", group="一组"), row("李四", group="一 组"), row("王五", group="二组")]
    assert plan(rows, [], groups=("二组",)).new_groups == ["一组"]


def test_exemption_without_a_reason_keeps_the_reason_there() -> None:
    assert actions(
        plan([row("张三", exemption="名册上注明免诺")], [member(1, "张三", exemption="年老")])
    ) == [Action.UNCHANGED]
    assert actions(plan([row("张三", exemption="重病")], [member(1, "张三", exemption="年老")])) == [
        Action.CHANGED
    ]


def test_the_signature_changes_with_the_state_it_was_made_on() -> None:
    line = row("张三", post="书记")
    first = plan([line], [member(1, "张三", post="会计")]).items[0].signature()
    same = plan([line], [member(1, "张三", post="会计")]).items[0].signature()
    other = plan([line], [member(1, "张三", post="委员")]).items[0].signature()
    assert first == same
    assert first != other


PEOPLE = st.lists(
    st.builds(
        lambda name, phone, joined, born, group, post: row(
            name, phone_index=phone, joined_on=joined, born_on=born, group=group, post=post
        ),
        st.sampled_from(["张伟", "李娜", "王 · 芳"]),
        st.sampled_from([None, None, "a", "b", "c"]),
        st.sampled_from([None, "1990", "1990-07", "2001"]),
        st.sampled_from([None, None, "1950", "1960-01"]),
        st.sampled_from([None, "一组", "二组"]),
        st.sampled_from([None, "书记"]),
    ),
    max_size=6,
)


def applied(result: BranchPlan, existing: list[Existing]) -> list[Existing]:
    """Return the members as they would be after the plan was applied."""
    after = {each.id: each for each in existing}
    for item in result.items:
        told = {
            name: value
            for name in ("name", "phone_index", "joined_on", "born_on", "group", "post")
            if (value := getattr(item.row, name)) is not None
        }
        if item.action is Action.NEW:
            number = len(after) + 1
            after[number] = member(number, **told)
        elif item.action is Action.CHANGED:
            assert item.member_id is not None
            fields = {"phone_index" if change.field == "phone" else change.field for change in item.changes}
            values = {name: told[name] for name in fields}
            after[item.member_id] = dataclasses.replace(after[item.member_id], **values)
    return list(after.values())


@settings(max_examples=300, deadline=None)
@given(PEOPLE, PEOPLE)
def test_importing_any_roster_twice_changes_nothing(before: list[RosterRow], rows: list[RosterRow]) -> None:
    existing = applied(plan(before, []), [])
    after = applied(plan(rows, existing), existing)
    again = plan(rows, after)
    assert {Action.NEW, Action.CHANGED}.isdisjoint(actions(again)), (existing, rows, after)
