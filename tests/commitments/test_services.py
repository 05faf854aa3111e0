"""The life cycle through its services: what each step leaves behind."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.audit.models import AuditEntry
from brickwall.commitments import queries, services
from brickwall.commitments.constants import (
    CommitmentKind,
    CommitmentState,
    EntrySource,
    EventKind,
    RevisionState,
)
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from brickwall.kernel.projections import PublishedPage, store_page
from brickwall.organisations.constants import MemberStatus
from tests.factories.commitments import Village, make_commitment, text

S = CommitmentState


def test_the_straight_way_from_draft_to_closed_out(session: Session, village: Village) -> None:
    commitment = services.propose_commitment(
        session, village.owner, text(), organisation=village.branch, member=village.member, submit=True
    )
    assert commitment.state is S.SUBMITTED
    services.approve_and_publish(session, village.secretary, commitment)
    assert commitment.state is S.PUBLISHED
    assert commitment.file_number == f"承诺〔{clock.today().year}〕柳河 001"
    assert commitment.published_at is not None
    services.record_entry(session, village.owner, commitment, EntryInput("挖好 86 米"))
    services.claim_done(session, village.owner, commitment)
    services.close_out(session, village.secretary, commitment, "看过现场")
    assert commitment.state is S.CLOSED_OUT
    assert commitment.closed_out_at is not None
    events = queries.list_events(session, commitment)
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.kind for event in events] == [
        EventKind.PROPOSED,
        EventKind.SUBMITTED,
        EventKind.APPROVED,
        EventKind.PUBLISHED,
        EventKind.ENTRY_RECORDED,
        EventKind.DONE_CLAIMED,
        EventKind.CLOSED_OUT,
    ]
    assert commitment.version == 7


def test_every_step_is_in_the_audit_log(session: Session, village: Village) -> None:
    make_commitment(session, village, S.CLOSED_OUT)
    tags = [str(entry.tag) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert tags == [
        "commitments.commitment.proposed",
        "commitments.commitment.submitted",
        "commitments.commitment.approved",
        "commitments.commitment.published",
        "commitments.entry.recorded",
        "commitments.commitment.done_claimed",
        "commitments.commitment.closed_out",
    ]


def test_file_numbers_count_per_branch_and_year(session: Session, village: Village) -> None:
    first, second = (make_commitment(session, village, S.APPROVED, title=f"办第 {n} 件事") for n in (1, 2))
    assert [first.file_sequence, second.file_sequence] == [1, 2]


def test_a_returned_commitment_must_be_changed_before_it_is_handed_in_again(
    session: Session, village: Village
) -> None:
    commitment = make_commitment(session, village, S.RETURNED)
    with pytest.raises(Refused, match="先按退回的原因修改"):
        services.submit_commitment(session, village.owner, commitment)
    services.edit_draft(session, village.owner, commitment, text("修好村东头排水沟 150 米"))
    assert (commitment.state, commitment.title) == (S.DRAFT, "修好村东头排水沟 150 米")
    services.submit_commitment(session, village.owner, commitment)
    assert commitment.state is S.SUBMITTED
    assert queries.get_revision(session, commitment, 1).text["title"] == "修好村东头排水沟 150 米"


@pytest.mark.parametrize("reason", ["", "  \n ", "\u202e"])
def test_a_return_without_a_reason_is_refused_and_changes_nothing(
    session: Session, village: Village, reason: str
) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED)
    with pytest.raises(Invalid, match="写明原因"):
        services.return_commitment(session, village.secretary, commitment, reason)
    assert commitment.state is S.SUBMITTED


def test_the_text_is_frozen_after_publication(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    with pytest.raises(Refused, match="申请修改"):
        services.edit_draft(session, village.owner, commitment, text("修好 1 米"))
    assert commitment.title == "修好村东头排水沟 120 米"


def test_the_second_of_two_clerks_is_told_who_was_faster(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED)
    seen = commitment.version
    services.return_commitment(session, village.secretary, commitment, "写具体些", seen=seen)
    with pytest.raises(Refused) as refused:
        services.approve_commitment(session, village.superior, commitment, seen=seen)
    assert "柳河secretary刚“退回”了这件承诺" in refused.value.title
    assert refused.value.code == "commitments.changed_meanwhile"
    assert commitment.state is S.RETURNED


def test_a_sent_back_commitment_goes_on_with_a_new_entry(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.SENT_BACK)
    assert commitment.claimed_at is None
    with pytest.raises(Refused, match="先记一条新的"):
        services.claim_done(session, village.owner, commitment)
    services.record_entry(session, village.owner, commitment, EntryInput("盖板补上了"))
    assert commitment.state is S.PUBLISHED
    services.claim_done(session, village.owner, commitment)
    assert commitment.state is S.DONE_CLAIMED


def test_nothing_is_claimed_without_an_entry(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    with pytest.raises(Refused, match="先记一条做了什么"):
        services.claim_done(session, village.owner, commitment)


def test_counts_add_up_and_a_count_below_the_target_is_not_done(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=12)
    services.record_entry(session, village.owner, commitment, EntryInput("夜巡", amount=9))
    services.record_entry(session, village.owner, commitment, EntryInput("夜巡"))
    session.refresh(commitment)
    assert commitment.done_amount == 10
    with pytest.raises(Refused, match="还差 2 次"):
        services.claim_done(session, village.owner, commitment)


def test_a_correction_supersedes_and_recounts(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=12)
    entry = services.record_entry(session, village.owner, commitment, EntryInput("夜巡", amount=9))
    correction = EntryInput("夜巡，多记了一次", amount=8)
    newer = services.supersede_entry(session, village.owner, entry, correction, "数错了")
    session.refresh(commitment)
    assert commitment.done_amount == 8
    assert (entry.superseded, newer.supersedes_id) == (True, entry.id)
    with pytest.raises(Refused, match="已经更正过"):
        services.supersede_entry(session, village.owner, entry, correction, "再改")


def test_entries_of_staff_are_marked_as_recorded_on_behalf(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    given = EntryInput("会上说的", source=EntrySource.MEETING)
    entry = services.record_entry(session, village.clerk, commitment, given)
    assert (entry.recorded_by, entry.on_behalf_of) == ("柳河clerk", "林秀峰")
    own = services.record_entry(session, village.owner, commitment, EntryInput("自己记的"))
    assert (own.recorded_by, own.on_behalf_of) == ("林秀峰", None)


def test_days_in_the_future_or_before_the_year_are_refused(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid, match="还没有到"):
        services.record_entry(session, village.owner, commitment, EntryInput("做了", tomorrow))
    with pytest.raises(Invalid, match="太早"):
        services.record_entry(
            session, village.owner, commitment, EntryInput("做了", date(commitment.year - 1, 12, 31))
        )


@pytest.mark.parametrize("state", [S.APPROVED, S.DONE_CLAIMED, S.CLOSED_OUT, S.WITHDRAWN])
def test_entries_are_taken_only_while_it_is_worked_on(
    session: Session, village: Village, state: CommitmentState
) -> None:
    commitment = make_commitment(session, village, state)
    with pytest.raises(Refused):
        services.record_entry(session, village.owner, commitment, EntryInput("做了"))


def test_a_published_change_marks_the_pages_stale_and_a_draft_does_not(
    session: Session, village: Village
) -> None:
    page = store_page(session, "/q/7k3m9qx2", f"member:{village.member.id}", b"x", clock.now())
    commitment = make_commitment(session, village, S.APPROVED)
    assert session.get_one(PublishedPage, "/q/7k3m9qx2").stale is False
    assert page.body == b"x"
    services.publish_commitment(session, village.secretary, commitment)
    session.expire_all()
    assert session.get_one(PublishedPage, "/q/7k3m9qx2").stale is True


VISIBLE_CHANGES = {
    "entry": (S.PUBLISHED, lambda s, v, c: services.record_entry(s, v.owner, c, EntryInput("做了"))),
    "claim": (S.SENT_BACK, lambda s, v, c: services.record_entry(s, v.owner, c, EntryInput("补上了"))),
    "close out": (S.DONE_CLAIMED, lambda s, v, c: services.close_out(s, v.secretary, c)),
    "send back": (S.DONE_CLAIMED, lambda s, v, c: services.send_back(s, v.secretary, c, "没盖板")),
    "withdraw": (S.PUBLISHED, lambda s, v, c: services.withdraw_commitment(s, v.superior, c, "重了")),
    "revision": (
        S.PUBLISHED,
        lambda s, v, c: services.propose_revision(s, v.owner, c, text("修 9 米"), "少"),
    ),
}


@pytest.mark.parametrize("change", VISIBLE_CHANGES)
@pytest.mark.parametrize("own", [False, True])
def test_every_visible_change_marks_every_page_it_stands_on(
    session: Session, village: Village, change: str, own: bool
) -> None:
    if own:
        village.owner = village.clerk
        village.secretary = village.superior
    state, act = VISIBLE_CHANGES[change]
    commitment = make_commitment(session, village, state, own=own)
    subjects = {f"commitment:{commitment.id}", f"organisation:{village.branch.id}"}
    if not own:
        subjects.add(f"member:{village.member.id}")
    for subject in (*subjects, f"member:{village.neighbour.id}"):
        store_page(session, f"/{subject}", subject, b"x", clock.now())
    act(session, village, commitment)
    session.expire_all()
    stale = {page.subject for page in session.query(PublishedPage) if page.stale}
    assert stale == subjects


def test_a_member_who_moved_away_gets_no_new_commitment(session: Session, village: Village) -> None:
    village.member.status = MemberStatus.MOVED
    with pytest.raises(Invalid, match="不在本支部名册"):
        make_commitment(session, village)


def test_a_member_of_another_branch_is_not_found(session: Session, village: Village) -> None:
    with pytest.raises(NotFound):
        services.propose_commitment(
            session, village.stranger, text(), organisation=village.other, member=village.member
        )


def test_a_draft_can_be_dropped_with_a_reason_and_was_never_public(
    session: Session, village: Village
) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED)
    services.discard_commitment(session, village.owner, commitment, "和别人重了")
    assert (commitment.state, commitment.published_at) == (S.WITHDRAWN, None)
    with pytest.raises(NotFound):
        queries.get_public_commitment(session, commitment.public_id)


def test_only_the_upper_organisation_withdraws_what_is_public(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    with pytest.raises(Forbidden, match="上级党组织批准"):
        services.withdraw_commitment(session, village.secretary, commitment, "不办了")
    services.withdraw_commitment(session, village.superior, commitment, "和县里的工程重了")
    assert commitment.state is S.WITHDRAWN
    assert queries.get_public_commitment(session, commitment.public_id) is commitment


def test_a_branch_cannot_vet_or_check_its_own_commitment(session: Session, village: Village) -> None:
    commitment = make_commitment(session, village, S.SUBMITTED, own=True)
    with pytest.raises(Forbidden, match="上级党组织"):
        services.approve_commitment(session, village.secretary, commitment)
    services.approve_commitment(session, village.superior, commitment)
    services.publish_commitment(session, village.secretary, commitment)
    services.record_entry(session, village.clerk, commitment, EntryInput("修好了"))
    services.claim_done(session, village.clerk, commitment)
    with pytest.raises(Forbidden):
        services.close_out(session, village.secretary, commitment)
    services.close_out(session, village.superior, commitment)
    assert commitment.state is S.CLOSED_OUT


class TestRevisions:
    def test_a_new_text_waits_and_both_stay_readable(self, session: Session, village: Village) -> None:
        commitment = make_commitment(session, village, S.PUBLISHED)
        longer = text("修好村东头排水沟 90 米")
        services.propose_revision(session, village.owner, commitment, longer, "水泥不够")
        assert commitment.title == "修好村东头排水沟 120 米"
        services.accept_revision(session, village.secretary, commitment)
        assert (commitment.title, commitment.revision) == ("修好村东头排水沟 90 米", 2)
        texts = [row.text["title"] for row in queries.list_revisions(session, commitment)]
        assert texts == ["修好村东头排水沟 120 米", "修好村东头排水沟 90 米"]

    def test_a_refused_text_changes_nothing(self, session: Session, village: Village) -> None:
        commitment = make_commitment(session, village, S.PUBLISHED)
        row = services.propose_revision(session, village.owner, commitment, text("只修 1 米"), "太累")
        services.refuse_revision(session, village.secretary, commitment, "答应了就要办")
        assert (commitment.title, row.state) == ("修好村东头排水沟 120 米", RevisionState.REFUSED)
        assert commitment.revision == 1

    def test_only_one_waits_and_something_must_differ(self, session: Session, village: Village) -> None:
        commitment = make_commitment(session, village, S.PUBLISHED)
        with pytest.raises(Invalid, match="没有要改的"):
            services.propose_revision(session, village.owner, commitment, text(), "改")
        services.propose_revision(session, village.owner, commitment, text("修 90 米"), "水泥不够")
        with pytest.raises(Refused, match="还在等审核"):
            services.propose_revision(session, village.owner, commitment, text("修 80 米"), "再改")

    def test_the_author_cannot_accept_his_own(self, session: Session, village: Village) -> None:
        commitment = make_commitment(session, village, S.PUBLISHED)
        services.propose_revision(session, village.owner, commitment, text("修 90 米"), "水泥不够")
        with pytest.raises(Forbidden):
            services.accept_revision(session, village.owner, commitment)
        with pytest.raises(NotFound):
            services.accept_revision(session, village.stranger, commitment)
