"""审看 on the desk: the queue, one thing, releasing, refusing, turning it round, in clerks' words."""

from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.services import Origin
from tests.factories.commitments import Village, make_account_row, make_commitment, make_village
from tests.factories.pictures import jpeg
from tests.support.people import FORM_TOKEN, SignIn

TEXT = "有人推销稳赚不赔的理财，陪老人问清楚了"


@pytest.fixture
def village(session: Session) -> Village:
    made = make_village(session)
    made.owner = replace(made.owner, account_id=make_account_row(session, member=made.member).id)
    return made


@pytest.fixture
def commitment(session: Session, village: Village) -> Commitment:
    return make_commitment(session, village, CommitmentState.PUBLISHED)


@pytest.fixture
def held(session: Session, village: Village, commitment: Commitment, settings: Settings) -> FulfilmentEntry:
    """An entry that waits because of a word, written on the web without a mini-program."""
    entry = services.record_entry(
        session, village.owner, commitment, EntryInput(TEXT), origin=Origin(settings)
    )
    session.commit()
    return entry


@pytest.fixture
def clerk(held: FulfilmentEntry, village: Village, sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.CLERK, village.branch)


def only_check(session: Session) -> ContentCheck:
    session.rollback()
    return session.scalars(select(ContentCheck).where(ContentCheck.kind == ContentKind.ENTRY)).one()


def post(client: FlaskClient, path: str, **data: object) -> tuple[int, str]:
    answer = client.post(path, data={"form_token": FORM_TOKEN, **data}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def showing(session: Session, entry: FulfilmentEntry) -> Showing:
    session.rollback()
    session.refresh(entry)
    return entry.showing


def test_the_queue_tells_what_about_whom_and_why(clerk: FlaskClient):
    page = clerk.get("/console/moderation/").get_data(as_text=True)
    for words in (TEXT, "践诺记录", "林秀峰：修好村东头排水沟 120 米", "有“稳赚不赔”字样", "打勾的都放行"):
        assert words in page


def test_an_empty_queue_says_what_will_stand_there(village: Village, session: Session, sign_in: SignIn):
    session.commit()
    page = sign_in(Role.CLERK, village.branch).get("/console/moderation/").get_data(as_text=True)
    assert "没有等您看的" in page
    assert "打勾的都放行" not in page
    settled = (
        sign_in(Role.SECRETARY, village.branch).get("/console/moderation/settled").get_data(as_text=True)
    )
    assert "还没有看过的" in settled


def test_one_thing_is_released_from_its_page(clerk: FlaskClient, session: Session, held: FulfilmentEntry):
    address = f"/console/moderation/{only_check(session).public_id}"
    page = clerk.get(address).get_data(as_text=True)
    assert TEXT in page
    assert "看这件承诺" in page
    status, page = post(clerk, f"{address}/release", seen="held")
    assert status == 200
    assert "放行了，大家看得到了" in page
    assert showing(session, held) is Showing.SHOWN
    assert "收回，不再公开" in clerk.get(address).get_data(as_text=True)


def test_a_refusal_needs_a_reason_and_is_turned_round_with_one(
    clerk: FlaskClient, session: Session, held: FulfilmentEntry
):
    address = f"/console/moderation/{only_check(session).public_id}"
    status, page = post(clerk, f"{address}/refuse", seen="held", reason=" ")
    assert (status, "请写明原因" in page) == (422, True)
    status, page = post(clerk, f"{address}/refuse", seen="held", reason="点了别人的名")
    assert status == 200
    assert showing(session, held) is Showing.REFUSED
    page = clerk.get("/console/moderation/settled").get_data(as_text=True)
    assert "没有通过" in page
    assert "点了别人的名" in page
    status, page = post(clerk, f"{address}/release", seen="refused")
    assert (status, "请写明原因" in page) == (422, True)
    status, _ = post(clerk, f"{address}/release", seen="refused", reason="本人同意")
    assert (status, showing(session, held)) == (200, Showing.SHOWN)


def test_the_second_clerk_is_told_who_was_faster(clerk: FlaskClient, session: Session, held: FulfilmentEntry):
    address = f"/console/moderation/{only_check(session).public_id}"
    post(clerk, f"{address}/release", seen="held")
    status, page = post(clerk, f"{address}/refuse", seen="held", reason="不合适")
    assert status == 409
    assert "刚看过这一件，现在是“已放行”" in page
    assert showing(session, held) is Showing.SHOWN


def test_what_is_ticked_is_released_and_what_is_gone_is_left(
    clerk: FlaskClient, session: Session, held: FulfilmentEntry
):
    public_id = only_check(session).public_id
    status, page = post(clerk, "/console/moderation/release", pick=[public_id, "nowhere00000"])
    assert status == 200
    assert "放行了 1 件，大家看得到了；1 件别人刚看过，没有动" in page
    assert showing(session, held) is Showing.SHOWN
    status, page = post(clerk, "/console/moderation/release", pick=[public_id])
    assert "放行了 0 件" in page
    status, page = post(clerk, "/console/moderation/release")
    assert (status, "没有选中" in page) == (422, True)


@pytest.mark.parametrize("seen", ["nonsense", "\x00"])
def test_a_form_that_is_not_ours_is_refused(clerk: FlaskClient, session: Session, seen: str):
    status, page = post(clerk, f"/console/moderation/{only_check(session).public_id}/release", seen=seen)
    assert (status, "这一页不完整" in page) == (422, True)


def test_the_queue_and_what_was_decided_can_be_exported(clerk: FlaskClient, session: Session):
    answer = clerk.post("/console/moderation/export", data={"form_token": FORM_TOKEN})
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[1][:3] == ("践诺记录", TEXT, "林秀峰：修好村东头排水沟 120 米")
    post(clerk, f"/console/moderation/{only_check(session).public_id}/release", seen="held")
    answer = clerk.post("/console/moderation/settled/export", data={"form_token": FORM_TOKEN})
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[1][3:5][0] == "已放行"
    assert rows[1][4].endswith("：看过没有问题")


def test_the_morning_page_counts_it_and_leads_to_it(clerk: FlaskClient, session: Session):
    page = clerk.get("/console/today/").get_data(as_text=True)
    assert f"/console/moderation/{only_check(session).public_id}" in page
    assert "践诺记录：“有人推销稳赚不赔" in page
    assert "今天要办 1 件" in page


def test_photos_are_seen_before_they_are_released(
    session: Session,
    village: Village,
    commitment: Commitment,
    wechat_settings: Settings,
    settings: Settings,
    sign_in: SignIn,
):
    photo = services.upload_photo(session, village.owner, jpeg(60, 40), settings.media_dir)
    given = EntryInput("挖好了", photo_ids=[photo.public_id])
    services.record_entry(session, village.owner, commitment, given, origin=Origin(wechat_settings))
    session.commit()
    clerk = sign_in(Role.CLERK, village.branch)
    page = clerk.get("/console/moderation/?kind=photo").get_data(as_text=True)
    assert f"/media/{photo.public_id}-s.jpg" in page
    assert "从网页写来，微信没看过" in page
    assert clerk.get(f"/media/{photo.public_id}-s.jpg").status_code == 200


def test_who_may_not_look_is_turned_away(
    session: Session, village: Village, held: FulfilmentEntry, sign_in: SignIn
):
    address = f"/console/moderation/{only_check(session).public_id}"
    assert sign_in(Role.INSPECTOR, village.township).get("/console/moderation/").status_code == 403
    assert sign_in(Role.SECRETARY, village.other).get(address).status_code == 404
    assert sign_in(Role.SUPERIOR, village.township).get(address).status_code == 200


def test_the_branch_reads_on_the_commitment_what_waits(clerk: FlaskClient, commitment: Commitment):
    page = clerk.get(f"/console/commitments/{commitment.public_id}").get_data(as_text=True)
    assert "等待审看，通过后公开" in page
    assert "去审看" in page


def test_a_clerk_is_told_of_a_word_in_his_own_text(
    session: Session, commitment: Commitment, village: Village, sign_in: SignIn
):
    session.commit()
    clerk = sign_in(Role.CLERK, village.branch)
    form = {"text": TEXT, "happened_on": "", "source": "visit"}
    status, page = post(clerk, f"/console/commitments/{commitment.public_id}/entries/new", **form)
    assert status == 200
    assert "里面有“稳赚不赔”字样，请再看一眼" in page
    assert session.scalars(select(ContentCheck)).all() == []
