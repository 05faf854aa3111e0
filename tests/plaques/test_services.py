"""Acts on plaques: what they change, note, refuse, and who may."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.kernel import clock
from brickwall.kernel.permissions import SYSTEM, Actor, Grant, Permission
from brickwall.kernel.problems import Invalid, NotFound, Refused, Unavailable
from brickwall.kernel.projections import PublishedPage, store_page
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Organisation
from brickwall.plaques import queries, services
from brickwall.plaques.constants import PlaqueEventKind as Kind
from brickwall.plaques.constants import PlaqueState as State
from brickwall.plaques.models import Plaque
from tests.factories.organisations import make_member, make_organisation
from tests.factories.plaques import make_plaque


@pytest.fixture
def branch(session: Session) -> Organisation:
    return make_organisation(session)


def secretary(branch: Organisation) -> Actor:
    """Return somebody who may print and change plaques at one branch."""
    allowed = frozenset({Permission.PLAQUE_READ, Permission.PLAQUE_PRINT, Permission.PLAQUE_WRITE})
    return Actor("林支书", grants=(Grant(branch.path, allowed),))


def last_entry(session: Session) -> AuditEntry:
    """Return the newest line of the log."""
    found = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert found is not None
    return found


def test_everybody_gets_one_code_once(session: Session, branch: Organisation) -> None:
    first = make_member(session, branch, "陈𠅤明", wall_position=2)
    make_member(session, branch, "刘䶮", wall_position=1)
    make_member(session, branch, "已走", status=MemberStatus.MOVED, wall_position=3)
    made = services.ensure_plaques(session, secretary(branch), branch)
    assert [(p.member.name if p.member else None, p.serial) for p in made] == [
        ("刘䶮", 1),
        ("陈𠅤明", 2),
        (None, 3),
    ]
    assert {p.state for p in made} == {State.ISSUED}
    assert services.ensure_plaques(session, secretary(branch), branch) == []
    assert last_entry(session).tag is Tag.PLAQUES_ISSUED
    assert last_entry(session).data == {"count": 3}
    late = make_member(session, branch, "新来", wall_position=2)
    again = services.ensure_plaques(session, SYSTEM, branch)
    assert [(p.member_id, p.serial) for p in again] == [(late.id, 4)]
    assert queries.list_events(session, made[1])[0].kind is Kind.ISSUED
    assert first.id == made[1].member_id


def test_member_whose_plaque_was_retired_gets_a_new_code(session: Session, branch: Organisation) -> None:
    member = make_member(session, branch)
    old = make_plaque(session, branch, member, state=State.RETIRED)
    made = services.ensure_plaques(session, SYSTEM, branch)
    codes = [plaque.code for plaque in made if plaque.member_id == member.id]
    assert len(codes) == 1
    assert codes[0] != old.code


def test_codes_that_are_taken_are_drawn_again(
    session: Session, branch: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plaque(session, branch, code="aaaaaaaa", state=State.RETIRED)
    drawn = iter(["aaaaaaaa", "bbbbbbbb", "bbbbbbbb", "cccccccc", "dddddddd"])
    monkeypatch.setattr(services, "new_code", lambda: next(drawn))
    made = services.issue_blank_stock(session, SYSTEM, branch, 3)
    assert [plaque.code for plaque in made] == ["bbbbbbbb", "cccccccc", "dddddddd"]


def test_code_taken_in_the_same_moment_is_drawn_again(
    session: Session, branch: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plaque(session, branch, code="aaaaaaaa")
    tries: Iterator[list[str]] = iter([["aaaaaaaa"], ["bbbbbbbb"]])
    monkeypatch.setattr(services, "_fresh_codes", lambda session, count: next(tries))
    made = services.issue_blank_stock(session, SYSTEM, branch, 1)
    assert [plaque.code for plaque in made] == ["bbbbbbbb"]
    assert session.scalar(select(func.count()).select_from(Plaque)) == 2


def test_no_free_code_says_try_later(
    session: Session, branch: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plaque(session, branch, code="aaaaaaaa")
    monkeypatch.setattr(services, "_fresh_codes", lambda session, count: ["aaaaaaaa"])
    with pytest.raises(Unavailable, match="再试"):
        services.issue_blank_stock(session, SYSTEM, branch, 1)


def test_blank_is_bound_to_a_member(session: Session, branch: Organisation) -> None:
    member = make_member(session, branch, "王𬎆")
    plaque = services.issue_blank_stock(session, SYSTEM, branch, 1)[0]
    assert services.holder_name(plaque) == "空白砖"
    services.bind_plaque(session, secretary(branch), plaque, member)
    assert (plaque.state, plaque.member_id) == (State.ISSUED, member.id)
    assert last_entry(session).data["code"] == f"{plaque.code[:4]} {plaque.code[4:]}"
    with pytest.raises(Refused, match="改指向"):
        services.bind_plaque(session, secretary(branch), plaque, member)


def test_printed_blank_keeps_its_print_when_bound(session: Session, branch: Organisation) -> None:
    plaque = services.issue_blank_stock(session, SYSTEM, branch, 1)[0]
    services.mark_printed(session, SYSTEM, branch, [plaque], template="sheet-2x5", fingerprint="0" * 12)
    assert plaque.state is State.BLANK
    services.bind_plaque(session, SYSTEM, plaque, branch)
    assert (plaque.state, plaque.member_id) == (State.PRINTED, None)
    assert services.holder_name(plaque) == branch.name


def test_repointing_is_noted_with_both_names_and_the_reason(session: Session, branch: Organisation) -> None:
    old, new = make_member(session, branch, "陈𠅤明"), make_member(session, branch, "刘䶮")
    plaque = make_plaque(session, branch, old, state=State.INSTALLED)
    services.repoint_plaque(session, secretary(branch), plaque, new, " 陈𠅤明转走，砖给新书记 ")
    event = queries.list_events(session, plaque)[0]
    assert (event.kind, event.note, event.actor_label) == (Kind.REPOINTED, "陈𠅤明转走，砖给新书记", "林支书")
    assert event.data == {"before": "陈𠅤明", "after": "刘䶮"}
    assert (plaque.member_id, plaque.state) == (new.id, State.INSTALLED)
    assert last_entry(session).tag is Tag.PLAQUE_REPOINTED
    with pytest.raises(Refused, match="已经指向"):
        services.repoint_plaque(session, secretary(branch), plaque, new, "再来一次")
    with pytest.raises(Invalid):
        services.repoint_plaque(session, secretary(branch), plaque, old, " ")


def test_repointing_to_another_branch_needs_rights_there(session: Session, branch: Organisation) -> None:
    other = make_organisation(session, code="shangwan", name="上湾村党支部", short_name="上湾")
    make_plaque(session, other, serial=5)
    stranger = make_member(session, other, "外村人")
    plaque = make_plaque(session, branch, make_member(session, branch))
    with pytest.raises(NotFound):
        services.repoint_plaque(session, secretary(branch), plaque, stranger, "原因")
    services.repoint_plaque(session, SYSTEM, plaque, stranger, "两村合并")
    assert (plaque.organisation_id, plaque.serial) == (other.id, 6)


def test_retired_code_stays_taken_and_refuses_everything(session: Session, branch: Organisation) -> None:
    plaque = make_plaque(session, branch, make_member(session, branch, "李𬍛"), state=State.INSTALLED)
    services.retire_plaque(session, secretary(branch), plaque, "砖碎了")
    assert plaque.state is State.RETIRED
    assert last_entry(session).subject == "李𬍛"
    assert queries.list_taken_codes(session, [plaque.code]) == {plaque.code}
    for act in (
        lambda: services.retire_plaque(session, SYSTEM, plaque, "再来"),
        lambda: services.install_plaque(session, SYSTEM, plaque),
        lambda: services.report_damaged(session, SYSTEM, plaque, "裂了"),
        lambda: services.mark_printed(session, SYSTEM, branch, [plaque], template="x", fingerprint="y"),
    ):
        with pytest.raises(Refused, match="已停用"):
            act()


def test_life_of_a_plaque_is_in_its_ledger(session: Session, branch: Organisation) -> None:
    actor, member = secretary(branch), make_member(session, branch)
    plaque = next(p for p in services.ensure_plaques(session, actor, branch) if p.member_id == member.id)
    services.mark_printed(
        session, actor, branch, [plaque], template="brick-240x53", fingerprint="abcdef012345"
    )
    services.install_plaque(session, actor, plaque)
    services.report_damaged(session, actor, plaque, "石灰盖住了")
    services.mark_printed(
        session, actor, branch, [plaque], template="brick-240x53", fingerprint="abcdef012346"
    )
    kinds = [event.kind for event in queries.list_events(session, plaque)]
    assert kinds == [Kind.PRINTED, Kind.DAMAGED, Kind.INSTALLED, Kind.PRINTED, Kind.ISSUED]
    assert plaque.installed_at is not None
    assert plaque.printed_at is not None
    assert queries.list_events(session, plaque)[0].data == {
        "template": "brick-240x53",
        "fingerprint": "abcdef012346",
    }
    assert queries.count_by_state(session, branch.path) == {State.PRINTED: 1, State.ISSUED: 1}


def test_every_act_marks_the_pages_that_show_it(session: Session, branch: Organisation) -> None:
    member = make_member(session, branch)
    plaque = make_plaque(session, branch, member, state=State.PRINTED)
    for path, subject in (
        ("/q/x", f"member:{member.id}"),
        ("/w/x", f"organisation:{branch.id}"),
        ("/q/y", "member:999"),
    ):
        store_page(session, path, subject, b"page", clock.now())
    services.install_plaque(session, SYSTEM, plaque)
    session.expire_all()
    stale = dict(session.execute(select(PublishedPage.path, PublishedPage.stale)).all())
    assert stale == {"/q/x": True, "/w/x": True, "/q/y": False}


def test_strangers_see_no_branch_to_act_on(session: Session, branch: Organisation) -> None:
    other = make_organisation(session, code="shangwan", name="上湾村党支部", short_name="上湾")
    plaque = make_plaque(session, branch, make_member(session, branch), state=State.PRINTED)
    stranger = secretary(other)
    for act in (
        lambda: services.ensure_plaques(session, stranger, branch),
        lambda: services.issue_blank_stock(session, stranger, branch, 1),
        lambda: services.retire_plaque(session, stranger, plaque, "原因"),
        lambda: services.install_plaque(session, stranger, plaque),
        lambda: services.order_print(session, stranger, branch, "sheet-2x5"),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        queries.get_plaque_for(session, stranger, Permission.PLAQUE_READ, plaque.code)


def test_code_is_found_as_people_type_it(session: Session, branch: Organisation) -> None:
    plaque = make_plaque(session, branch, code="7k3m1qx0")
    for typed in ("7k3m1qx0", " 7K3M 1QX0 ", "7k3m-lqxo", "７ｋ３ｍIqxO"):
        assert queries.get_plaque(session, typed).id == plaque.id
    for wrong in ("", "7k3m", "7k3m1qxu", "zzzzzzzz"):
        assert queries.find_plaque(session, wrong) is None
