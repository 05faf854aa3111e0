"""Comments on ratings and complaints: checked where WeChat can be asked, never dated, never barred."""

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.evaluations.constants import CommentState
from brickwall.evaluations.models import RatingComment
from brickwall.evaluations.services import publish_comment, reject_comment
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import send_feedback
from brickwall.kernel.jobs import Job, run_pending_jobs
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import count_held, find_hints, held_below
from brickwall.moderation.services.asking import WORK_JOB
from tests.factories.evaluations import RatedBranch, make_open_round
from tests.support.fake_wechat import FakeWeChat
from tests.support.people import SignIn
from tests.support.phones import Mini, MiniProgram

S, R = CheckState, CheckReason
KIND = "沟修好了，谢谢老林"


@pytest.fixture
def branch(session: Session, settings: Settings) -> RatedBranch:
    """Return a branch whose round is open."""
    return make_open_round(session, settings)


@pytest.fixture
def phone(mini: Mini) -> MiniProgram:
    """Return the mini-program of a resident."""
    return mini("alice")


def rate(phone: MiniProgram, branch: RatedBranch, comment: str, **more: object) -> TestResponse:
    """Rate the first member with a comment from the mini-program, with a new device mark."""
    device = phone.call("POST", "/devices", {}).get_json()["device"]
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "satisfied", "device": device}
    return phone.call("POST", "/ratings", {**body, "comment": comment, **more})


def only_comment(session: Session) -> RatingComment:
    session.rollback()
    return session.scalars(select(RatingComment)).one()


def only_check(session: Session) -> ContentCheck:
    session.rollback()
    return session.scalars(select(ContentCheck)).one()


def test_a_comment_wechat_passes_needs_no_person(session: Session, branch: RatedBranch, phone: MiniProgram):
    assert rate(phone, branch, KIND).status_code == 201
    check = only_check(session)
    assert (check.kind, check.state, check.organisation_id) == (
        ContentKind.COMMENT,
        S.WAITING,
        branch.organisation.id,
    )
    assert check.subject == only_comment(session).public_id
    assert only_comment(session).state is CommentState.HELD
    run_pending_jobs()
    assert only_comment(session).state is CommentState.PUBLISHED
    assert only_check(session).state is S.PASSED


@pytest.mark.parametrize(("text", "reason"), [("违禁的话", R.RISKY), ("可疑的话", R.REVIEW)])
def test_a_comment_wechat_doubts_stays_with_a_person_and_says_why(
    session: Session, branch: RatedBranch, phone: MiniProgram, text: str, reason: CheckReason
):
    rate(phone, branch, text)
    run_pending_jobs()
    comment = only_comment(session)
    assert comment.state is CommentState.HELD
    assert only_check(session).reason is reason
    hints = find_hints(session, ContentKind.COMMENT, [comment.public_id])
    assert hints[comment.public_id].startswith("微信")
    # The 评议留言 page is its place, as ever.
    assert session.scalars(held_below([branch.organisation.path])).all() == []


def test_a_settled_check_keeps_no_time_no_openid_and_no_job(
    session: Session, branch: RatedBranch, phone: MiniProgram
):
    rate(phone, branch, KIND)
    run_pending_jobs()
    check = only_check(session)
    assert (check.openid_sealed, check.since, check.settled_at, check.trace_id) == (None, None, None, None)
    named = session.scalars(select(Job)).all()
    assert not any(job.name == WORK_JOB for job in named)
    assert not any(check.subject in json.dumps(job.args) for job in named)


def test_a_comment_from_the_web_asks_nobody(
    session: Session, branch: RatedBranch, phone: MiniProgram, wechat: FakeWeChat
):
    phone.token = ""
    assert rate(phone, branch, KIND).status_code == 201
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ContentCheck)) == 0
    assert session.scalar(select(func.count()).select_from(Job).where(Job.name == WORK_JOB)) == 0
    assert only_comment(session).state is CommentState.HELD
    assert wechat.count("text") == 0


def test_a_rating_without_words_leaves_no_check(session: Session, branch: RatedBranch, phone: MiniProgram):
    assert rate(phone, branch, "").status_code == 201
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ContentCheck)) == 0


def test_the_same_comment_sent_twice_is_checked_once(
    session: Session, branch: RatedBranch, phone: MiniProgram
):
    device = phone.call("POST", "/devices", {}).get_json()["device"]
    for _ in range(2):
        assert rate(phone, branch, KIND, device=device).status_code == 201
    assert only_check(session).state is S.WAITING


@pytest.mark.parametrize("publish", [True, False])
def test_a_person_who_was_faster_is_not_overruled(
    session: Session, branch: RatedBranch, phone: MiniProgram, publish: bool
):
    rate(phone, branch, KIND)
    comment = only_comment(session)
    if publish:
        publish_comment(session, branch.actor, comment)
    else:
        reject_comment(session, branch.actor, comment, "点了别人的名")
    session.commit()
    check = only_check(session)
    assert check.state is (S.RELEASED if publish else S.REFUSED)
    assert (check.openid_sealed, check.since) == (None, None)
    run_pending_jobs()
    assert only_comment(session).state is (CommentState.PUBLISHED if publish else CommentState.REJECTED)


def test_wechat_down_delays_no_rating(
    session: Session, branch: RatedBranch, phone: MiniProgram, wechat: FakeWeChat
):
    wechat.fail("*", hang_up="silent")
    assert rate(phone, branch, KIND).status_code == 201
    run_pending_jobs()
    assert only_comment(session).state is CommentState.HELD
    assert only_check(session).state is S.WAITING


# ---------------------------------------------------------------- complaints


def send(session: Session, site: Settings, branch: RatedBranch, text: str) -> Feedback:
    send_feedback(session, site, branch.organisation, None, text)
    session.commit()
    return session.scalars(select(Feedback)).one()


def test_a_complaint_reaches_the_branch_whatever_a_list_says(
    session: Session, settings: Settings, branch: RatedBranch, sign_in: SignIn
):
    message = send(session, settings, branch, "有人在村里说稳赚不赔，骗老人钱")
    check = only_check(session)
    assert (check.kind, check.reason, check.since, check.settled_at) == (
        ContentKind.FEEDBACK,
        R.WORDS,
        None,
        None,
    )
    assert count_held(session, [branch.organisation.path]) == 0
    page = sign_in(Role.CLERK, branch.organisation).get(f"/console/feedback/{message.public_id}")
    assert "骗老人钱" in page.get_data(as_text=True)
    assert "提示：有“稳赚不赔”字样" in page.get_data(as_text=True)


def test_a_complaint_without_a_hit_leaves_nothing(
    session: Session, wechat_settings: Settings, branch: RatedBranch
):
    send(session, wechat_settings, branch, "村口垃圾点三天没人收")
    assert session.scalars(select(ContentCheck)).all() == []


def test_a_complaint_from_wechat_gets_a_note_and_keeps_nobody(
    session: Session, wechat_settings: Settings, branch: RatedBranch, phone: MiniProgram
):
    session.rollback()
    from_phone = {"about": f"/w/{branch.organisation.code}", "text": "违禁的话"}
    assert phone.call("POST", "/feedback", from_phone).status_code == 201
    run_pending_jobs()
    session.rollback()
    message = session.scalars(select(Feedback)).one()
    assert message.text == "违禁的话"
    check = only_check(session)
    assert (check.state, check.reason) == (S.HELD, R.RISKY)
    assert (check.openid_sealed, check.since, check.settled_at) == (None, None, None)


def test_who_asks_is_told_of_his_waiting_check_and_who_leaves_takes_his_openid_along(
    session: Session, branch: RatedBranch, mini: Mini
):
    alice, other = mini("alice"), mini("bob")
    rate(alice, branch, KIND)
    told = alice.call("GET", "/me/kept").get_data(as_text=True)
    assert "您刚写的 1 件还在等微信看" in told
    assert "还在等微信看" not in other.call("GET", "/me/kept").get_data(as_text=True)
    assert other.call("POST", "/me/leave", {}).status_code in {200, 204}
    assert only_check(session).state is S.WAITING
    assert alice.call("POST", "/me/leave", {}).status_code in {200, 204}
    check = only_check(session)
    assert (check.state, check.reason, check.openid_sealed) == (S.HELD, R.NO_OPENID, None)
    assert only_comment(session).state is CommentState.HELD
