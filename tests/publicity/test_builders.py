"""What the pages of a real branch say."""

import re
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments import services
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import text_of
from brickwall.config import Settings
from brickwall.organisations.constants import MemberStatus, OrganisationKind
from brickwall.plaques.constants import PlaqueState
from brickwall.publicity.services import current_page
from tests.factories.evaluations import make_open_round
from tests.factories.organisations import make_member, make_organisation
from tests.factories.plaques import make_plaque
from tests.publicity.conftest import Bricks, ReadPage


def words(html: str) -> str:
    """Return the text of a page without its style."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


@pytest.mark.practice("F2")
def test_a_brick_shows_who_what_and_how_far(bricks: Bricks, read: ReadPage) -> None:
    page = words(read("/q/7k3m9qx2"))
    assert "1 号砖，全墙 3 块 林秀峰 支部委员 柳河村党支部" in page
    assert "3 件承诺 1 办成了 1 正在办 1 晚了" in page
    assert page.index("修好村东头排水沟") < page.index("全年义务夜巡") < page.index("给敬老户安装扶手")
    assert "做了 0 次，还差 12 次" in page
    assert "还没有公示的事" not in page
    assert "打机井" not in page


def test_the_branch_s_own_brick_shows_the_branch_s_own_promises(bricks: Bricks, read: ReadPage) -> None:
    page = words(read("/q/0000zzzz"))
    assert "支部的砖 柳河村党支部 党员 3 名" in page
    assert "打机井 13 眼" in page
    assert "排水沟" not in page


@pytest.mark.practice("F1", "L10")
def test_the_wall_shows_every_member_and_true_denominators(bricks: Bricks, read: ReadPage) -> None:
    html = read("/w/liuhe")
    page = words(html)
    assert "名党员 3" in page
    assert "人有承诺（另 1 人免诺） 1 / 2" in page
    assert "件核实办成 1 / 4" in page
    assert "林秀峰 1 件晚了" in page
    assert "周大勇 还没承诺" in page
    assert "柳春风 免诺" in page
    assert 'id="b1"><a href="/q/7k3m9qx2">' in html


def test_groups_stand_as_pieces_of_wall_and_have_their_own(
    bricks: Bricks, session: Session, read: ReadPage
) -> None:
    branch = bricks.village.branch
    first, second = (
        make_organisation(
            session,
            code=f"g{len(n)}-{ord(n)}",
            name=f"第{n}党小组",
            short_name=f"{n}组",
            kind=OrganisationKind.GROUP,
            parent=branch,
        )
        for n in "一二"
    )
    bricks.village.member.group_id, bricks.village.neighbour.group_id = first.id, second.id
    session.merge(bricks.village.member)
    session.merge(bricks.village.neighbour)
    session.commit()
    page = words(read("/w/liuhe"))
    assert "第一党小组 1 人 林秀峰" in page
    assert "第二党小组 1 人 周大勇" in page
    assert "未分党小组 1 人 柳春风" in page
    group = words(read(f"/w/{first.code}"))
    assert "林秀峰" in group
    assert "周大勇" not in group
    assert "件核实办成 1 / 3" in group


def test_the_township_lists_its_walls_with_figures(bricks: Bricks, read: ReadPage) -> None:
    html = read("/w/jishi")
    page = words(html)
    assert html.index("/w/liuhe") < html.index("/w/dongpo")
    assert "柳河村党支部 3 名党员 1 / 2 人有承诺（另 1 人免诺）" in page
    assert "东坡村党支部 0 名党员 暂无 公开的承诺" in page


@pytest.mark.practice("A7")
def test_the_chain_tells_everything_with_the_three_truths_apart(bricks: Bricks, read: ReadPage) -> None:
    page = words(read(f"/c/{bricks.rails.public_id}"))
    assert "自报 办成了" in page
    assert "核实 办成了" in page
    assert "群众评 暂无 还没有评过" in page
    assert page.index("核实办成，销号") < page.index("公示了") < page.index("写下了这件承诺")
    assert f"档案号 {bricks.rails.file_number}" in page


def test_a_corrected_entry_stays_readable_and_crossed_out(
    bricks: Bricks, session: Session, read: ReadPage
) -> None:
    village = bricks.village
    drain = session.merge(bricks.drain)
    entry = services.record_entry(session, village.clerk, drain, EntryInput("挖好 68 米"))
    services.supersede_entry(session, village.clerk, entry, EntryInput("挖好 86 米"), "数字写反了")
    session.commit()
    html = read(f"/c/{drain.public_id}")
    page = words(html)
    assert "更正为： 挖好 86 米 原因：数字写反了" in page
    assert "（后来更正过）： 挖好 68 米" in page
    assert len(re.findall(r'<li class="[^"]*struck', html)) == 1
    assert "林秀峰（柳河clerk代录）" in page


def test_how_much_was_done_stands_beside_who_did_it(bricks: Bricks, session: Session, read: ReadPage) -> None:
    patrol = session.merge(bricks.patrol)
    services.record_entry(session, bricks.village.owner, patrol, EntryInput("转了村西。", amount=2))
    session.commit()
    assert f"林秀峰记录（2 {patrol.unit}）： 转了村西。" in words(read(f"/c/{patrol.public_id}"))


def test_an_old_text_stays_readable_after_a_revision(
    bricks: Bricks, session: Session, read: ReadPage
) -> None:
    village, drain = bricks.village, session.merge(bricks.drain)
    from_before = drain.title
    text = replace(text_of(drain), title="修好村东头排水沟 100 米")
    services.propose_revision(session, village.clerk, drain, text, "量过以后只有 100 米")
    services.accept_revision(session, village.secretary, drain)
    session.commit()
    page = words(read(f"/c/{drain.public_id}"))
    assert "修好村东头排水沟 100 米" in page
    assert f"承诺 {from_before}" in page
    assert "改动原因：量过以后只有 100 米" in page


def test_an_unpublished_or_unknown_commitment_has_no_page(bricks: Bricks, settings: Settings) -> None:
    assert current_page(settings, "/c/zzzzzzzzzzzz") is None
    assert current_page(settings, "/q/zzzzzzzz") is None
    assert current_page(settings, "/w/nowhere") is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [(PlaqueState.RETIRED, "这块砖已经停用"), (PlaqueState.BLANK, "这块砖还没有配人")],
)
def test_a_brick_that_leads_to_nobody_explains_itself_and_offers_a_way_on(
    bricks: Bricks, session: Session, read: ReadPage, state: PlaqueState, expected: str
) -> None:
    make_plaque(session, bricks.village.branch, state=state, code="dead0000", serial=20)
    session.commit()
    html = read("/q/dead0000")
    assert expected in html
    assert 'href="/w/liuhe"' in html
    assert 'action="/code"' in html


@pytest.mark.parametrize("status", [MemberStatus.MOVED, MemberStatus.LEFT, MemberStatus.DECEASED])
def test_the_brick_of_somebody_gone_says_so(
    bricks: Bricks, session: Session, read: ReadPage, status: MemberStatus
) -> None:
    session.merge(bricks.village.member).status = status
    session.commit()
    page = read("/q/7k3m9qx2")
    assert "这块砖的主人不在墙上了" in page
    assert 'action="/ratings"' not in page


@pytest.mark.practice("F3")
def test_the_faces_stand_on_the_page_while_a_round_is_open(
    session: Session, settings: Settings, read: ReadPage
) -> None:
    rated = make_open_round(session, settings)
    html = read(f"/q/{rated.codes[0]}")
    assert f'name="subject" value="{rated.codes[0]}"' in html
    assert f'name="round" value="{rated.round_id}"' in html
    assert re.findall(r'name="value" value="(\w+)"', html) == ["satisfied", "fair", "dissatisfied"]
    assert "封箱，之前可以改" in html
    assert "正在进行" in read(f"/w/{rated.organisation.code}")


def test_home_is_the_only_branch_s_wall_with_a_field_for_codes(session: Session, read: ReadPage) -> None:
    branch = make_organisation(session)
    make_member(session, branch, wall_position=1)
    session.commit()
    html = read("/")
    assert "柳河村党员承诺墙" in html
    assert 'action="/code"' in html


def test_home_of_a_township_lists_its_walls(bricks: Bricks, read: ReadPage) -> None:
    assert "姬石镇党委" in read("/")
    assert 'href="/w/dongpo"' in read("/")


def test_an_empty_site_says_what_comes_first(app: object, read: ReadPage) -> None:
    assert "还没有党支部" in read("/")
