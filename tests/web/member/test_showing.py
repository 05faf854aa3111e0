"""A member's own view of what waits to be looked at; every way in takes part in the check."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.models import Account, WechatIdentity
from brickwall.commitments.constants import CommitmentState, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.moderation.constants import CheckReason
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.services import hold_check
from brickwall.organisations.models import Member
from tests.factories.commitments import Village, make_commitment
from tests.factories.pictures import jpeg
from tests.support.fake_wechat import FakeWeChat
from tests.support.phones import Mini, MiniProgram
from tests.web.member.conftest import Phone

BAD = "跟我投钱稳赚不赔"
WAITS = "等待审看，通过后公开"


@pytest.fixture
def ditch(session: Session, village: Village) -> Commitment:
    made = make_commitment(session, village, CommitmentState.PUBLISHED)
    session.commit()
    return made


def newest(session: Session) -> FulfilmentEntry:
    session.rollback()
    return session.scalars(select(FulfilmentEntry).order_by(FulfilmentEntry.id.desc()).limit(1)).one()


def record(phone: Phone, commitment: Commitment, text: str, **more: object) -> str:
    answer = phone.client.post(
        f"/my/commitments/{commitment.public_id}/entries",
        data={"form_token": phone.opened.row.form_token, "text": text, **more},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_without_a_mini_program_an_innocent_note_is_shown_at_once(
    session: Session, phone: Phone, ditch: Commitment
):
    page = record(phone, ditch, "挖好 86 米")
    assert "记下了，大家都能看到" in page
    assert WAITS not in page
    assert newest(session).showing is Showing.SHOWN


def test_a_word_of_the_list_waits_and_its_writer_is_told(session: Session, phone: Phone, ditch: Commitment):
    page = record(phone, ditch, BAD)
    assert f"记下了，{WAITS}" in page
    assert BAD in page
    assert newest(session).showing is Showing.WAITING
    pocket = phone.client.get("/my").get_data(as_text=True)
    assert f"{BAD}（{WAITS}）" in pocket


def test_beside_a_mini_program_the_web_waits_for_a_person_photos_too(
    session: Session, phone: Phone, ditch: Commitment, wechat: FakeWeChat
):
    page = record(phone, ditch, "挖好 86 米", photos=(BytesIO(jpeg(60, 40)), "a.jpg"))
    assert WAITS in page
    entry = newest(session)
    assert (entry.showing, entry.photos[0].showing) == (Showing.WAITING, Showing.WAITING)
    assert phone.client.get(f"/media/{entry.photos[0].public_id}-s.jpg").status_code == 200


def test_a_correction_waits_as_well(session: Session, phone: Phone, ditch: Commitment):
    record(phone, ditch, "挖好 86 米")
    old = newest(session)
    answer = phone.client.post(
        f"/my/commitments/{ditch.public_id}/entries/{old.public_id}/correct",
        data={"form_token": phone.opened.row.form_token, "text": "挖好 68 米", "reason": BAD},
        follow_redirects=True,
    )
    assert f"更正好了，原来那条划掉了，还看得到。新写的{WAITS}" in answer.get_data(as_text=True)
    assert newest(session).showing is Showing.WAITING


def test_a_risky_photo_is_told_and_may_be_replaced(
    session: Session, phone: Phone, ditch: Commitment, wechat: FakeWeChat
):
    record(phone, ditch, "挖好 86 米", photos=(BytesIO(jpeg(60, 40)), "a.jpg"))
    session.rollback()
    for check in session.scalars(select(ContentCheck)):
        check.reason = CheckReason.TIMEOUT
    session.flush()
    photo = session.scalars(select(Photo)).one()
    check = session.scalars(select(ContentCheck).where(ContentCheck.subject == photo.public_id)).one()
    hold_check(session, check, CheckReason.RISKY, 20002)
    entry = newest_in(session)
    entry.showing = Showing.SHOWN
    session.commit()
    page = phone.client.get(f"/my/commitments/{ditch.public_id}").get_data(as_text=True)
    assert "有 1 张照片没有通过审看，可以更正这条，换一张" in page
    assert "照片 1，没有通过审看" in page


def newest_in(session: Session) -> FulfilmentEntry:
    return session.scalars(select(FulfilmentEntry).order_by(FulfilmentEntry.id.desc()).limit(1)).one()


# ---------------------------------------------------------------- the API


@pytest.fixture
def bound(
    mini: Mini, session: Session, village: Village, give_phone: Callable[[Member], Phone]
) -> MiniProgram:
    """The member's mini-program, bound to him."""
    account: Account = give_phone(village.member).account
    opened = mini("linxiufeng")
    session.rollback()
    bind(session, account)
    assert opened.sign_in().get_json()["member"]["name"] == "林秀峰"
    return opened


def bind(session: Session, account: Account) -> None:
    session.scalars(select(WechatIdentity)).one().account_id = account.id
    session.commit()


def test_from_wechat_it_waits_for_the_check_alone(
    session: Session, bound: MiniProgram, ditch: Commitment, wechat: FakeWeChat
):
    answer = bound.call("POST", f"/commitments/{ditch.public_id}/entries", {"text": "挖好 86 米"})
    assert answer.status_code == 201
    entry = answer.get_json()["entry"]
    assert (entry["showing"], entry["showing_label"], entry["notice"]) == ("waiting", WAITS, WAITS)
    assert wechat.count("text") == 0
    run_pending_jobs()
    assert newest(session).showing is Showing.SHOWN
    mine = bound.call("GET", "/me/commitments").get_json()["items"][0]["latest_entry"]
    assert (mine["showing"], mine["notice"]) == ("shown", "")


def test_a_correction_from_wechat_goes_the_same_way(
    session: Session, bound: MiniProgram, ditch: Commitment, wechat: FakeWeChat
):
    bound.call("POST", f"/commitments/{ditch.public_id}/entries", {"text": "挖好 86 米"})
    run_pending_jobs()
    old = newest(session).public_id
    body = {"text": "挖好 68 米", "reason": "违禁的理由"}
    answer = bound.call("POST", f"/commitments/{ditch.public_id}/entries/{old}/correction", body)
    assert answer.get_json()["entry"]["showing"] == "waiting"
    run_pending_jobs()
    assert newest(session).showing is Showing.WAITING
    chain = bound.client.get(f"/api/v1/commitments/{ditch.public_id}").get_data(as_text=True)
    assert "违禁的理由" not in chain
