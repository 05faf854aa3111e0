"""The chain in plain sentences."""

from datetime import date

from sqlalchemy.orm import Session

from brickwall.commitments import chain, queries, services
from brickwall.commitments.constants import CommitmentState, EntrySource, EventKind
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from tests.factories.commitments import Village, make_commitment, text

S = CommitmentState


def sentences(session: Session, commitment: object, **options: bool) -> list[str]:
    links = chain.read_chain(session, commitment, **options)  # type: ignore[arg-type]
    return [f"{link.who}{link.sentence}" for link in links]


def test_the_whole_way_reads_like_a_story(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.CLOSED_OUT)
    assert sentences(session, commitment) == [
        "柳河clerk替林秀峰写下了这件承诺",
        "柳河clerk交上去审核",
        f"柳河secretary审过了，编号承诺〔{commitment.year}〕柳河 001",
        "柳河secretary公示了",
        "柳河clerk记了一条",
        "柳河clerk替林秀峰报告办成了，等待核实",
        "柳河secretary核实办成，销号",
    ]
    assert chain.read_chain(session, commitment)[-1].why == "看过现场"


def test_work_on_the_draft_is_shown_to_the_branch_only(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village)
    services.edit_draft(session, village.owner, commitment, text("修好 150 米"))
    assert "林秀峰改了稿子" in sentences(session, commitment, public=False)
    assert "林秀峰改了稿子" not in sentences(session, commitment)


def test_a_written_down_entry_names_both(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    given = EntryInput("挖好 86 米", source=EntrySource.VISIT)
    services.record_entry(session, village.clerk, commitment, given)
    services.record_entry(session, village.owner, commitment, EntryInput("又挖了 10 米"))
    first, second = chain.read_entries(session, commitment)
    assert first.byline == "林秀峰（柳河clerk在走访时代录）"
    assert second.byline == "林秀峰"


def test_the_branchs_own_entry_is_nobody_elses(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED, own=True)
    services.record_entry(session, village.clerk, commitment, EntryInput("打好第一口井"))
    assert chain.read_entries(session, commitment)[0].byline == "柳河clerk"


def test_a_corrected_entry_stays_and_points_on(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    wrong = services.record_entry(session, village.owner, commitment, EntryInput("挖好 86 米"))
    services.supersede_entry(session, village.owner, wrong, EntryInput("挖好 68 米"), "写反了")
    old, new = chain.read_entries(session, commitment)
    assert (old.text, old.superseded, old.photos) == ("挖好 86 米", True, [])
    assert (new.text, new.supersedes) == ("挖好 68 米", old.public_id)
    last = chain.read_chain(session, commitment)[-1]
    assert (last.kind, last.why) == (EventKind.ENTRY_SUPERSEDED, "写反了")
    assert last.entry is not None
    assert last.entry.text == "挖好 68 米"


def test_a_revision_says_what_it_changed(session: Session, village: Village) -> None:
    year = clock.today().year
    commitment = make_commitment(session, village, S.PUBLISHED, due_on=date(year, 11, 16))
    later = text(due_on=date(year, 12, 20), beneficiary="村东 32 户")
    services.propose_revision(session, village.owner, commitment, later, "水泥晚到")
    asked = chain.read_chain(session, commitment)[-1]
    assert (asked.sentence, asked.changes) == ("申请修改内容，等待审核", [])
    services.accept_revision(session, village.secretary, commitment)
    taken = chain.read_chain(session, commitment)[-1]
    assert taken.why == "水泥晚到"
    assert [(each.label, each.before, each.after) for each in taken.changes] == [
        ("受益对象", "没写", "村东 32 户"),
        ("完成时限", f"{year} 年 11 月 16 日", f"{year} 年 12 月 20 日"),
    ]
    views = chain.read_revisions(session, commitment)
    assert [(view.number, view.current) for view in views] == [(1, False), (2, True)]
    assert chain.first_due_on(queries.list_revisions(session, commitment)) == date(year, 11, 16)


def test_a_dropped_draft_says_it_was_never_public(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED)
    services.discard_commitment(session, village.owner, commitment, "重了")
    assert sentences(session, commitment, public=False)[-1] == "林秀峰没有公示就作废了"
