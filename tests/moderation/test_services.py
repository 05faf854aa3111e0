"""Who sees what at once, and what people decide: first come first served, always with a way back."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.audit.models import AuditEntry
from brickwall.audit.services import sentence
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import FulfilmentEntry
from brickwall.config import Settings
from brickwall.kernel.db import new_session
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.kernel.problems import Forbidden, Invalid, NotFound, Refused
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import count_held, find_check, get_check, held_below
from brickwall.moderation.services import Origin, describe, refuse_check, release_check, word_hint
from tests.factories.commitments import Village, actor_for
from tests.moderation.conftest import BAD_WORD

S, R = CheckState, CheckReason
CheckOf = Callable[[FulfilmentEntry], ContentCheck]


@pytest.fixture
def held(record, from_web: Origin) -> FulfilmentEntry:
    """Return an entry that waits for a person."""
    return record(from_web)


def test_staff_are_shown_at_once_and_only_told(session: Session, record, from_web: Origin, village: Village):
    entry = record(from_web, f"他{BAD_WORD}", actor=village.clerk)
    assert entry.showing is Showing.SHOWN
    assert find_check(session, ContentKind.ENTRY, entry.public_id) is None
    assert word_hint(from_web.settings, entry.text) == f"里面有“{BAD_WORD}”字样，请再看一眼，不合适就更正"
    assert word_hint(from_web.settings, "挖好 86 米") == ""


@pytest.mark.parametrize(("words", "reason"), [("挖好 86 米", R.NO_OPENID), (f"{BAD_WORD}，快来", R.WORDS)])
def test_from_the_web_of_a_site_with_a_mini_program_a_person_looks(
    record, from_web: Origin, check_of: CheckOf, words, reason
):
    entry = record(from_web, words, pictures=1)
    check = check_of(entry)
    assert (check.state, check.reason, check.openid_sealed) == (S.HELD, reason, None)
    assert (entry.showing, entry.photos[0].showing) == (Showing.WAITING, Showing.WAITING)


def test_without_a_mini_program_a_members_word_is_shown_as_before(
    session: Session, record, settings: Settings
):
    entry = record(Origin(settings), pictures=1)
    assert (entry.showing, entry.photos[0].showing) == (Showing.SHOWN, Showing.SHOWN)
    assert session.scalars(select(ContentCheck)).all() == []


def test_without_a_mini_program_a_word_of_the_list_brings_a_person(
    record, settings: Settings, check_of: CheckOf
):
    entry = record(Origin(settings, "o_left_over"), BAD_WORD)
    check = check_of(entry)
    assert (check.state, check.reason, check.found) == (S.HELD, R.WORDS, BAD_WORD)
    assert entry.showing is Showing.WAITING


def test_a_person_releases_it_and_the_log_says_so(
    session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village
):
    release_check(session, village.clerk, check_of(held))
    session.commit()
    check = check_of(held)
    assert (check.state, check.decided_by, held.showing) == (S.RELEASED, village.clerk.label, Showing.SHOWN)
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert sentence(last) == "审看放行了一条践诺记录（林秀峰：修好村东头排水沟 120 米），说明：看过没有问题"


def test_a_refusal_needs_a_reason_and_can_be_turned_round(
    session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village
):
    with pytest.raises(Invalid):
        refuse_check(session, village.secretary, check_of(held), "  ")
    refuse_check(session, village.secretary, check_of(held), "说了别人家的病")
    session.commit()
    assert (check_of(held).state, held.showing) == (S.REFUSED, Showing.REFUSED)
    with pytest.raises(Invalid):
        release_check(session, village.secretary, check_of(held), seen=S.REFUSED)
    release_check(session, village.secretary, check_of(held), "他家同意公开", seen=S.REFUSED)
    session.commit()
    assert (check_of(held).state, held.showing) == (S.RELEASED, Showing.SHOWN)
    refuse_check(session, village.secretary, check_of(held), "又不同意了", seen=S.RELEASED)
    session.commit()
    assert (check_of(held).decision, held.showing) == ("又不同意了", Showing.REFUSED)


def test_what_wechat_passed_a_person_can_take_back(
    session: Session, record, from_wechat: Origin, check_of: CheckOf, village: Village
):
    entry = record(from_wechat)
    run_pending_jobs()
    refuse_check(session, village.secretary, check_of(entry), "写的是别人的事", seen=check_of(entry).state)
    session.commit()
    assert (check_of(entry).state, entry.showing) == (S.REFUSED, Showing.REFUSED)


def test_of_two_clerks_the_first_decides_and_the_other_is_told(
    session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village
):
    check = check_of(held)
    release_check(session, village.secretary, check)
    session.commit()
    with pytest.raises(Refused) as caught:
        refuse_check(session, village.clerk, check_of(held), "不合适", seen=S.HELD)
    assert f"{village.secretary.label}刚看过这一件，现在是“已放行”" in caught.value.title
    session.rollback()
    assert held.showing is Showing.SHOWN


@pytest.mark.parametrize("seen", [S.PASSED, S.RELEASED])
def test_what_is_shown_cannot_be_released_again(
    session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village, seen
):
    with pytest.raises(Refused):
        release_check(session, village.secretary, check_of(held), seen=seen)
    with pytest.raises(Refused):
        refuse_check(session, village.secretary, check_of(held), "不合适", seen=S.REFUSED)


def test_a_late_word_of_wechat_changes_nothing_after_a_person(
    session: Session, record, from_wechat: Origin, check_of: CheckOf, village: Village
):
    entry = record(from_wechat)
    refuse_check(session, village.secretary, check_of(entry), "写的是别人的事", seen=S.WAITING)
    session.commit()
    assert check_of(entry).openid_sealed is None
    run_pending_jobs()
    assert (check_of(entry).state, entry.showing) == (S.REFUSED, Showing.REFUSED)


def test_another_branch_does_not_find_it(
    session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village
):
    check = check_of(held)
    with pytest.raises(NotFound):
        get_check(session, check.public_id, [village.other.path])
    with pytest.raises(NotFound):
        release_check(session, village.stranger, check)
    with pytest.raises(Forbidden):
        refuse_check(session, village.inspector, check, "不合适")
    assert session.scalars(held_below([village.other.path])).all() == []
    assert count_held(session, [village.township.path]) == 1
    assert count_held(session, []) == 0
    assert get_check(session, check.public_id, [village.township.path]).public_id == check.public_id


def test_a_witness_has_no_say(session: Session, held: FulfilmentEntry, check_of: CheckOf, village: Village):
    with pytest.raises(Forbidden):
        release_check(session, actor_for(Role.WITNESS, village.branch), check_of(held))


def test_a_reader_of_the_queue_gets_words_person_and_pictures(session: Session, record, from_web: Origin):
    entry = record(from_web, pictures=2)
    found = {row.kind: describe(session, row) for row in session.scalars(select(ContentCheck))}
    assert found[ContentKind.ENTRY].text == "挖好 86 米"
    assert found[ContentKind.ENTRY].about == "林秀峰：修好村东头排水沟 120 米"
    assert found[ContentKind.ENTRY].who == "林秀峰"
    assert list(found[ContentKind.ENTRY].photos) == [photo.public_id for photo in entry.photos]
    assert len(found[ContentKind.PHOTO].photos) == 1


@pytest.mark.parametrize(
    "change",
    ["openid_sealed = CAST('x' AS {binary})", "kind = 'comment', since = '2026-11-21 08:00:00+00:00'"],
)
def test_the_database_itself_keeps_no_openid_and_no_voices_time(
    session: Session, held: FulfilmentEntry, change: str
):
    binary = "BLOB" if session.get_bind().dialect.name == "sqlite" else "BYTEA"
    with new_session() as other, pytest.raises(IntegrityError):
        other.execute(text(f"UPDATE content_check SET {change.format(binary=binary)}"))
