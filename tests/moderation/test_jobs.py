"""Every way a check can go: passed, risky, for review, unanswered, WeChat down, nobody to ask about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts.identities import open_openid
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import FulfilmentEntry
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.moderation.jobs import schedule_work, take_answer
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import count_held, find_check
from brickwall.moderation.services import Origin
from brickwall.moderation.services.asking import WORK_JOB
from brickwall.wechat.pushes import HANDLERS
from tests.factories.commitments import Village
from tests.moderation.conftest import OPENID
from tests.support.fake_wechat import FakeWeChat

S, R = CheckState, CheckReason
LATER = timedelta(minutes=31)
CheckOf = Callable[[FulfilmentEntry], ContentCheck]


def work_jobs(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Job).where(Job.name == WORK_JOB)) or 0


def photo_check(session: Session, entry: FulfilmentEntry) -> ContentCheck:
    session.rollback()
    found = find_check(session, ContentKind.PHOTO, entry.photos[0].public_id)
    assert found is not None
    return found


def push(check: ContentCheck, suggest: str, label: int = 20006, **more: object) -> None:
    """Let WeChat's pushed answer about a picture arrive."""
    event = {"trace_id": check.trace_id, "errcode": 0, "result": {"suggest": suggest, "label": label}}
    with transaction() as session:
        take_answer(session, {**event, **more})


def test_the_request_asks_nobody_and_the_openid_is_sealed(
    session: Session, record, from_wechat: Origin, wechat: FakeWeChat, check_of: CheckOf
):
    entry = record(from_wechat)
    check = check_of(entry)
    assert (check.state, entry.showing) == (S.WAITING, Showing.WAITING)
    assert check.openid_sealed is not None
    assert OPENID.encode() not in check.openid_sealed
    assert open_openid(from_wechat.settings, check.openid_sealed) == OPENID
    assert wechat.count("text") == 0
    assert OPENID not in repr(from_wechat)


@pytest.mark.parametrize(
    ("text", "state", "reason", "showing"),
    [
        ("挖好 86 米", S.PASSED, None, Showing.SHOWN),
        ("挖好 86 米，违禁", S.HELD, R.RISKY, Showing.WAITING),
        ("挖好 86 米，可疑", S.HELD, R.REVIEW, Showing.WAITING),
    ],
)
def test_wechats_word_about_a_text(
    session: Session, record, from_wechat: Origin, check_of: CheckOf, text, state, reason, showing
):
    entry = record(from_wechat, text)
    assert run_pending_jobs() >= 1
    check = check_of(entry)
    assert (check.state, check.reason, entry.showing) == (state, reason, showing)
    assert check.openid_sealed is None
    assert work_jobs(session) == 0


def test_the_check_gets_text_person_and_scene(record, from_wechat: Origin, wechat: FakeWeChat):
    record(from_wechat, "挖好 86 米")
    run_pending_jobs()
    body = next(call["body"] for call in wechat.calls if call["call"] == "text")
    assert (body["content"], body["openid"], body["scene"], body["version"]) == ("挖好 86 米", OPENID, 4, 2)


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"status": 502, "body": "bad gateway"}])
def test_while_wechat_is_down_nothing_is_shown_and_it_is_asked_again(
    session: Session, record, from_wechat: Origin, wechat: FakeWeChat, check_of: CheckOf, fault
):
    wechat.fail("text", **fault)
    entry = record(from_wechat)
    run_pending_jobs()
    assert check_of(entry).state is S.WAITING
    again = session.scalars(select(Job).where(Job.name == WORK_JOB)).one()
    assert timedelta(seconds=30) < again.run_at - clock.now() <= timedelta(minutes=1)
    wechat.heal()
    with clock.at(clock.now() + timedelta(minutes=2)):
        run_pending_jobs()
    assert check_of(entry).state is S.PASSED


def test_wechat_down_for_half_an_hour_brings_it_to_people(
    session: Session, record, from_wechat: Origin, wechat: FakeWeChat, check_of: CheckOf, village: Village
):
    wechat.fail("*", errcode=-1)
    entry = record(from_wechat)
    run_pending_jobs()
    with clock.at(clock.now() + LATER):
        # The queue does not wait for the worker.
        assert count_held(session, [village.branch.path]) == 1
        assert check_of(entry).state is S.WAITING
        session.rollback()
        run_pending_jobs()
        check = check_of(entry)
    assert (check.state, check.reason, check.openid_sealed) == (S.HELD, R.UNREACHABLE, None)
    assert entry.showing is Showing.WAITING


@pytest.mark.parametrize(
    ("errcode", "reason"),
    [(40003, R.NO_OPENID), (61010, R.NO_OPENID), (45009, R.UNREACHABLE), (48001, R.UNREACHABLE)],
)
def test_a_refusal_for_good_goes_to_people_at_once(
    record, from_wechat: Origin, wechat: FakeWeChat, check_of: CheckOf, errcode, reason
):
    wechat.fail("text", errcode=errcode)
    entry = record(from_wechat)
    run_pending_jobs()
    check = check_of(entry)
    assert (check.state, check.reason, entry.showing) == (S.HELD, reason, Showing.WAITING)


def test_a_site_that_leaves_wechat_meanwhile_leaves_it_to_people(
    app: Application, record, from_wechat: Origin, check_of: CheckOf, settings: Settings
):
    entry = record(from_wechat)
    app.config["BRICKWALL"] = replace(settings, wechat=None)
    run_pending_jobs()
    assert (check_of(entry).reason, entry.showing) == (R.UNREACHABLE, Showing.WAITING)


def test_a_lost_key_leaves_it_to_people(session: Session, record, from_wechat: Origin, check_of: CheckOf):
    entry = record(from_wechat)
    check_of(entry).openid_sealed = b"001 not what was sealed here"
    session.commit()
    run_pending_jobs()
    assert check_of(entry).reason is R.NO_OPENID


def test_the_check_of_a_thing_that_is_gone_is_forgotten(
    session: Session, village: Village, from_wechat: Origin
):
    session.add(
        ContentCheck(
            kind=ContentKind.PHOTO,
            subject="nowhere",
            organisation_id=village.branch.id,
            state=S.WAITING,
            openid_sealed=from_wechat.seal(),
            since=clock.now(),
        )
    )
    schedule_work(session)
    session.commit()
    run_pending_jobs()
    assert session.scalars(select(ContentCheck)).all() == []


def test_the_worker_looks_at_what_waited_while_it_was_off(
    session: Session, record, from_wechat: Origin, check_of: CheckOf
):
    entry = record(from_wechat)
    session.query(Job).delete()
    schedule_work(session)
    schedule_work(session)
    session.commit()
    assert work_jobs(session) == 1
    run_pending_jobs()
    assert check_of(entry).state is S.PASSED


# ---------------------------------------------------------------- pictures


def test_a_picture_waits_for_the_pushed_answer(
    session: Session, record, from_wechat: Origin, wechat: FakeWeChat, app: Application
):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    check = photo_check(session, entry)
    assert (check.state, entry.photos[0].showing, entry.showing) == (
        S.WAITING,
        Showing.WAITING,
        Showing.SHOWN,
    )
    url = next(call["body"]["media_url"] for call in wechat.calls if call["call"] == "image")
    picture = app.test_client().get(url.removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    push(check, "pass", 100)
    check = photo_check(session, entry)
    assert (check.state, entry.photos[0].showing, check.openid_sealed) == (S.PASSED, Showing.SHOWN, None)


def test_a_risky_picture_is_refused_to_its_uploader_and_waits_for_a_person(
    session: Session, record, from_wechat: Origin
):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    push(photo_check(session, entry), "risky")
    check = photo_check(session, entry)
    assert (check.state, check.reason, check.label) == (S.HELD, R.RISKY, 20006)
    assert entry.photos[0].showing is Showing.REFUSED


@pytest.mark.parametrize(
    "event", [{"errcode": -1008}, {"errcode": "1"}, {"result": None}, {"result": {"suggest": "?"}}]
)
def test_an_answer_that_says_nothing_is_for_a_person(session: Session, record, from_wechat: Origin, event):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    push(photo_check(session, entry), "pass", **event)
    check = photo_check(session, entry)
    assert (check.state, check.reason, entry.photos[0].showing) == (S.HELD, R.REVIEW, Showing.WAITING)


def test_no_answer_within_half_an_hour_brings_a_picture_to_people_until_it_comes(
    session: Session, record, from_wechat: Origin
):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    scheduled = session.scalars(select(Job).where(Job.name == WORK_JOB, Job.state == JobState.WAITING)).one()
    assert timedelta(minutes=29) < scheduled.run_at - clock.now() <= timedelta(minutes=30)
    with clock.at(clock.now() + LATER):
        session.rollback()
        run_pending_jobs()
    check = photo_check(session, entry)
    assert (check.state, check.reason, entry.photos[0].showing) == (S.HELD, R.TIMEOUT, Showing.WAITING)
    push(check, "pass", 100)
    assert (photo_check(session, entry).state, entry.photos[0].showing) == (S.PASSED, Showing.SHOWN)


def test_a_push_nobody_waits_for_changes_nothing(session: Session, record, from_wechat: Origin):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    before = photo_check(session, entry)
    for trace in ("unknown", "", None):
        with transaction() as other:
            take_answer(other, {"trace_id": trace, "errcode": 0, "result": {"suggest": "pass"}})
    assert photo_check(session, entry).state is S.WAITING
    assert before.trace_id


def test_the_same_push_twice_is_one_answer(session: Session, record, from_wechat: Origin):
    entry = record(from_wechat, pictures=1)
    run_pending_jobs()
    check = photo_check(session, entry)
    push(check, "risky")
    push(check, "pass", 100)
    assert (photo_check(session, entry).reason, entry.photos[0].showing) == (R.RISKY, Showing.REFUSED)


def test_wechats_pushes_about_pictures_come_here():
    assert HANDLERS["wxa_media_check"] is take_answer
