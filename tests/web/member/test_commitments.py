"""My commitments on the phone: what is due, noting, proposing, reporting, without any script."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.kernel import clock
from brickwall.organisations.models import Member
from tests.factories.commitments import Village, make_commitment
from tests.factories.pictures import jpeg
from tests.support.people import SignIn
from tests.web.member.conftest import Phone

S = CommitmentState


@pytest.fixture
def ditch(session: Session, village: Village) -> Commitment:
    made = make_commitment(session, village, S.PUBLISHED)
    session.commit()
    return made


@pytest.fixture
def patrol(session: Session, village: Village) -> Commitment:
    made = make_commitment(
        session, village, S.PUBLISHED, title="全年义务夜巡 3 次", kind=CommitmentKind.COUNTED, target_amount=3
    )
    session.commit()
    return made


def entries(session: Session) -> list[FulfilmentEntry]:
    session.rollback()
    return list(session.scalars(select(FulfilmentEntry).order_by(FulfilmentEntry.id)))


def the_only_one(session: Session) -> Commitment:
    session.rollback()
    return session.scalars(select(Commitment)).one()


def url(commitment: Commitment, act: str = "") -> str:
    return f"/my/commitments/{commitment.public_id}{act}"


def state_of(session: Session, commitment: Commitment) -> CommitmentState:
    session.rollback()
    return session.get_one(Commitment, commitment.id).state


def test_an_empty_pocket_tells_the_first_step(phone: Phone):
    page = phone.client.get("/my").text
    assert "您还没有承诺" in page
    assert "/my/new" in page


def test_the_first_page_says_what_is_due_most_urgent_first(session: Session, village: Village, phone: Phone):
    today = clock.today()
    make_commitment(session, village, S.PUBLISHED, title="不急的")
    make_commitment(session, village, S.PUBLISHED, title="晚了的", due_on=today.replace(month=1, day=1))
    make_commitment(session, village, S.RETURNED, title="退回的")
    make_commitment(session, village, S.SUBMITTED, title="等审的")
    make_commitment(session, village, S.CLOSED_OUT, title="办成的")
    session.commit()
    page = phone.client.get("/my").text
    places = [page.index(f">{title}</a>") for title in ("退回的", "晚了的", "不急的", "等审的", "办成的")]
    assert places == sorted(places)
    assert "写具体些" in page
    assert f"晚了 {(today - today.replace(month=1, day=1)).days} 天" in page


def test_a_note_is_taken_with_one_sentence(session: Session, phone: Phone, ditch: Commitment):
    answer = phone.post(url(ditch, "/entries"), text="挖好 86 米，水泥已到")
    assert answer.location == url(ditch)
    (entry,) = entries(session)
    assert (entry.text, entry.happened_on, entry.recorded_by) == (
        "挖好 86 米，水泥已到",
        clock.today(),
        "林秀峰",
    )
    assert entry.on_behalf_of is None
    page = phone.client.get(url(ditch)).text
    assert "记下了" in page
    assert "挖好 86 米，水泥已到" in page


def test_photos_are_kept_with_the_note_and_are_never_needed(
    session: Session, phone: Phone, ditch: Commitment
):
    assert "照片可不传" in phone.client.get(url(ditch)).text
    photos = [(io.BytesIO(jpeg()), f"{number}.jpg") for number in range(2)]
    phone.post(url(ditch, "/entries"), text="有照片", photos=photos)
    phone.post(url(ditch, "/entries"), text="没有照片", photos=(io.BytesIO(), ""))
    assert [len(entry.photos) for entry in entries(session)] == [2, 0]


def test_ten_photos_or_a_broken_one_lose_no_word(session: Session, phone: Phone, ditch: Commitment):
    ten = [(io.BytesIO(jpeg()), f"{number}.jpg") for number in range(10)]
    too_many = phone.post(url(ditch, "/entries"), text="写了很久的话", photos=ten)
    broken = phone.post(
        url(ditch, "/entries"), text="写了很久的话", photos=(io.BytesIO(b"GIF89a<svg"), "x.jpg")
    )
    for answer in (too_many, broken):
        assert answer.status_code == 422
        assert "写了很久的话</textarea>" in answer.text
    assert "最多 9 张" in too_many.text
    assert entries(session) == []
    assert session.scalar(select(func.count(Photo.id)).where(Photo.entry_id.is_not(None))) == 0


def test_a_form_sent_twice_counts_once(session: Session, phone: Phone, patrol: Commitment):
    for _ in range(2):
        assert phone.post(url(patrol, "/entries"), text="村西一线", amount="1", key="k1").status_code == 303
    phone.post(url(patrol, "/entries"), text="村西一线", amount="1", key="k2")
    assert len(entries(session)) == 2
    assert session.get_one(Commitment, patrol.id).done_amount == 2


def test_a_reused_key_with_other_words_is_told(phone: Phone, session: Session, patrol: Commitment):
    phone.post(url(patrol, "/entries"), text="村西一线", key="k1")
    other = phone.post(url(patrol, "/entries"), text="村东一线", key="k1")
    assert other.status_code == 409
    assert "村东一线</textarea>" in other.text
    assert len(entries(session)) == 1


def test_full_width_figures_are_read(session: Session, phone: Phone, patrol: Commitment):
    yesterday = clock.today() - timedelta(days=1)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    phone.post(
        url(patrol, "/entries"), text="夜巡", amount="２", happened_on=yesterday.isoformat().translate(wide)
    )
    (entry,) = entries(session)
    assert (entry.amount, entry.happened_on) == (2, yesterday)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": "  "}, "还没有写做了什么"),
        ({"text": "长" * 501}, "最多 500 个字"),
        ({"text": "夜巡", "amount": "很多"}, "请填整数"),
        ({"text": "夜巡", "happened_on": "2099-01-01"}, "2099"),
        ({"text": "夜巡", "happened_on": "昨天"}, "日期"),
    ],
)
def test_a_note_that_cannot_be_kept_says_why(
    session: Session, phone: Phone, patrol: Commitment, data: dict[str, str], sentence: str
):
    answer = phone.post(url(patrol, "/entries"), **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert entries(session) == []


def test_done_is_reported_once_enough_was_noted(session: Session, phone: Phone, patrol: Commitment):
    page = phone.client.get(url(patrol)).text
    assert "报告办成了" not in page
    assert phone.post(url(patrol, "/claim")).status_code == 409
    phone.post(url(patrol, "/entries"), text="夜巡", amount="2")
    assert "还差 1 次" in phone.client.get(url(patrol)).text
    phone.post(url(patrol, "/entries"), text="夜巡", amount="1")
    assert "报告办成了" in phone.client.get(url(patrol)).text
    assert phone.post(url(patrol, "/claim"), reason="一年没出事").status_code == 303
    assert state_of(session, patrol) is S.DONE_CLAIMED
    assert "一年没出事" in phone.client.get(url(patrol)).text


def test_a_check_that_failed_shows_its_reason_and_lets_go_on(
    session: Session, village: Village, phone: Phone
):
    made = make_commitment(session, village, S.SENT_BACK)
    session.commit()
    assert "还差一段没有盖板" in phone.client.get("/my").text
    phone.post(url(made, "/entries"), text="盖板都盖上了")
    assert state_of(session, made) is S.PUBLISHED
    assert "核实退回的原因" not in phone.client.get("/my").text


PROPOSAL = {"title": "给敬老户安装扶手 6 户", "kind": "counted", "target_amount": "６", "unit": "户"}


def test_a_proposal_goes_to_the_branch(session: Session, village: Village, phone: Phone):
    answer = phone.post("/my/new", **PROPOSAL)
    assert answer.status_code == 303
    made = the_only_one(session)
    assert (made.state, made.target_amount, made.unit) == (S.SUBMITTED, 6, "户")
    assert (made.member_id, made.organisation_id) == (village.member.id, village.branch.id)
    assert "等支部审核" in phone.client.get("/my").text


def test_a_draft_is_kept_changed_and_handed_in_later(session: Session, phone: Phone):
    phone.post("/my/new", **PROPOSAL, act="keep")
    made = the_only_one(session)
    assert made.state is S.DRAFT
    form = phone.client.get(url(made, "/edit")).text
    assert "给敬老户安装扶手 6 户</textarea>" in form
    assert 'value="counted" checked' in form
    phone.post(url(made, "/edit"), **{**PROPOSAL, "title": "给敬老户安装扶手 8 户", "act": "keep"})
    assert phone.post(url(made, "/submit")).status_code == 303
    assert state_of(session, made) is S.SUBMITTED
    assert session.get_one(Commitment, made.id).title == "给敬老户安装扶手 8 户"


def test_a_returned_one_shows_the_reason_and_goes_back_changed(
    session: Session, village: Village, phone: Phone
):
    made = make_commitment(session, village, S.RETURNED)
    session.commit()
    assert "写具体些" in phone.client.get(url(made, "/edit")).text
    assert phone.post(url(made, "/submit")).status_code == 409
    phone.post(url(made, "/edit"), title="修好村东头排水沟 120 米，加盖板", due_on=made.due_on.isoformat())
    assert state_of(session, made) is S.SUBMITTED


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": " "}, "还没有写承诺内容"),
        ({"title": "长" * 61}, "最多 60 个字"),
        ({"title": "夜巡", "kind": "counted"}, "一共做多少次"),
        ({"title": "夜巡", "kind": "sometimes"}, "请从列表里选择"),
        ({"title": "夜巡", "due_on": "年底"}, "日期"),
    ],
)
def test_a_proposal_that_cannot_be_kept_says_why_and_keeps_the_words(
    session: Session, phone: Phone, data: dict[str, str], sentence: str
):
    answer = phone.post("/my/new", beneficiary="五保户", **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="五保户"' in answer.text
    session.rollback()
    assert session.scalars(select(Commitment)).all() == []


def test_a_published_one_is_not_edited_here(phone: Phone, ditch: Commitment):
    assert phone.client.get(url(ditch, "/edit")).status_code == 409
    assert phone.post(url(ditch, "/edit"), title="别的").status_code == 409


def test_a_colleagues_commitment_does_not_exist_for_me(
    session: Session, village: Village, ditch: Commitment, give_phone: Callable[[Member], Phone]
):
    neighbour = give_phone(village.neighbour)
    assert "排水沟" not in neighbour.client.get("/my").text
    assert neighbour.client.get(url(ditch)).status_code == 404
    assert neighbour.client.get(url(ditch, "/edit")).status_code == 404
    assert neighbour.client.get(url(ditch, "/entries/zzzzzzzzzzzz/correct")).status_code == 404
    for act in ("/entries", "/claim", "/submit", "/edit", "/discard", "/entries/zzzzzzzzzzzz/correct"):
        assert neighbour.post(url(ditch, act), text="代他写", title="代他写").status_code == 404
    assert entries(session) == []


def test_a_console_cookie_opens_no_pocket(sign_in: SignIn, village: Village):
    assert sign_in(Role.SECRETARY, village.branch).get("/my").status_code == 302


def test_a_form_without_its_token_is_refused(session: Session, phone: Phone, ditch: Commitment):
    assert phone.client.post(url(ditch, "/entries"), data={"text": "x"}).status_code == 403
    assert entries(session) == []


def test_a_note_is_corrected_in_public_with_a_reason(session: Session, phone: Phone, patrol: Commitment):
    photos = [(io.BytesIO(jpeg()), f"{number}.jpg") for number in range(2)]
    phone.post(url(patrol, "/entries"), text="夜巡两次", amount="2", photos=photos)
    (entry,) = entries(session)
    page = phone.client.get(url(patrol)).text
    correct = f"{url(patrol)}/entries/{entry.public_id}/correct"
    assert correct in page
    assert "夜巡两次</textarea>" in phone.client.get(correct).text
    right = {"text": "夜巡一次", "amount": "1", "keep": entry.photos[0].public_id}
    without = phone.post(correct, **right)
    assert without.status_code == 422
    assert "夜巡一次</textarea>" in without.text
    assert phone.post(correct, **right, reason="多记了一次").location == url(patrol)
    old, new = entries(session)
    assert (old.superseded, new.amount, len(new.photos)) == (True, 1, 1)
    assert session.scalar(select(Commitment.done_amount)) == 1
    assert phone.client.get(correct).status_code == 409
    assert "多记了一次" in phone.client.get(url(patrol)).text


def test_a_proposal_is_dropped_with_a_reason(session: Session, village: Village, phone: Phone):
    made = make_commitment(session, village, S.RETURNED)
    session.commit()
    assert "不提这件了" in phone.client.get(url(made)).text
    assert phone.post(url(made, "/discard")).status_code == 422
    assert phone.post(url(made, "/discard"), reason="和邻居的重了").status_code == 303
    assert state_of(session, made) is S.WITHDRAWN


def test_the_script_and_worker_are_served_with_their_reach(phone: Phone):
    page = phone.client.get("/my").text
    path = page.split('src="/my/files/')[1].split('"')[0]
    script = phone.client.get(f"/my/files/{path}")
    assert script.mimetype == "text/javascript"
    assert "immutable" in script.headers["Cache-Control"]
    worker = phone.client.get("/my/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/my"
    assert worker.headers["Cache-Control"] == "no-cache"
