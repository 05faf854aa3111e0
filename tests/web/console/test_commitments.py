"""Commitments at the desk: table, page, review queues, writing, entries."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import queries, services
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.kernel import clock
from brickwall.kernel.db import db
from tests.factories.commitments import Village, make_commitment, make_village, text
from tests.factories.pictures import jpeg
from tests.support.people import FORM_TOKEN, SignIn
from tests.support.statements import recorded_statements

S = CommitmentState


@pytest.fixture
def village(session: Session) -> Village:
    """Return a township with two branches and everybody in it."""
    found = make_village(session)
    session.commit()
    return found


@pytest.fixture
def secretary(sign_in: SignIn, village: Village) -> FlaskClient:
    """Return the branch secretary's browser."""
    return sign_in(Role.SECRETARY, village.branch)


def put(
    session: Session, village: Village, state: CommitmentState = S.SUBMITTED, **values: object
) -> Commitment:
    commitment = make_commitment(session, village, state, **values)  # type: ignore[arg-type]
    session.commit()
    return commitment


def form(**fields: object) -> dict[str, object]:
    return {"form_token": FORM_TOKEN, **fields}


def again(session: Session, commitment: Commitment) -> Commitment:
    session.rollback()
    return session.get_one(Commitment, commitment.id)


def only(session: Session, kind: type[Any]) -> Any:
    """Return the one row there is, as the client's transaction left it."""
    session.rollback()
    return session.scalars(select(kind)).one()


class TestTable:
    def test_lists_my_branch_only(self, secretary: FlaskClient, session: Session, village: Village) -> None:
        put(session, village, title="修好村东头排水沟")
        services.propose_commitment(session, village.stranger, text("东坡村修桥"), organisation=village.other)
        session.commit()
        page = secretary.get("/console/commitments/").text
        assert "修好村东头排水沟" in page
        assert "东坡村修桥" not in page

    def test_filters_by_state_and_search(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        put(session, village, S.PUBLISHED, title="夜巡 12 次")
        put(session, village, S.SUBMITTED, title="修沟")
        page = secretary.get("/console/commitments/?state=published").text
        assert "夜巡 12 次" in page
        assert "修沟" not in page
        assert "修沟" in secretary.get("/console/commitments/?q=林秀峰").text

    def test_the_empty_list_says_the_first_step(self, secretary: FlaskClient) -> None:
        page = secretary.get("/console/commitments/").text
        assert "还没有承诺" in page
        assert "/console/commitments/new" in page

    def test_exports_what_is_shown(self, secretary: FlaskClient, session: Session, village: Village) -> None:
        put(session, village, S.PUBLISHED, title="=HYPERLINK(1)")
        answer = secretary.post("/console/commitments/export?state=published", data=form())
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")

    def test_more_rows_cost_no_more_queries(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        put(session, village, S.PUBLISHED, title="第 1 件")
        secretary.get("/console/commitments/")
        with recorded_statements(db.engine) as one:
            secretary.get("/console/commitments/")
        for number in range(8):
            put(session, village, S.PUBLISHED, title=f"第 {number + 2} 件")
        with recorded_statements(db.engine) as many:
            secretary.get("/console/commitments/")
        assert len(many) == len(one) > 0


class TestPage:
    @pytest.mark.parametrize("state", list(S)[:8])
    def test_shows_every_state_to_the_branch(
        self, secretary: FlaskClient, session: Session, village: Village, state: CommitmentState
    ) -> None:
        commitment = put(session, village, state)
        page = secretary.get(f"/console/commitments/{commitment.public_id}")
        assert page.status_code == 200
        assert "修好村东头排水沟 120 米" in page.text
        assert "全过程" in page.text

    def test_is_not_there_for_another_branch(
        self, sign_in: SignIn, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        stranger = sign_in(Role.SECRETARY, village.other)
        path = f"/console/commitments/{commitment.public_id}"
        assert stranger.get(path).status_code == 404
        for rest in ("/steps/return", "/revision/accept", "/entries/new", "/edit", "/revise"):
            assert (
                stranger.post(path + rest, data=form(reason="不行", title="x", text="y")).status_code == 404
            )

    def test_shows_only_buttons_that_work(self, sign_in: SignIn, session: Session, village: Village) -> None:
        commitment = put(session, village, S.SUBMITTED)
        path = f"/console/commitments/{commitment.public_id}"
        assert "审过并公示" not in sign_in(Role.CLERK, village.branch).get(path).text
        assert "审过并公示" in sign_in(Role.SECRETARY, village.branch).get(path).text

    def test_hints_what_to_look_at_when_vetting(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        put(session, village, S.PUBLISHED, title="修好村东头的排水沟 120 米", member=village.neighbour)
        commitment = put(session, village, S.SUBMITTED)
        page = secretary.get(f"/console/commitments/{commitment.public_id}").text
        assert "没写谁受益" in page
        assert "和周大勇的“修好村东头的排水沟 120 米”相近" in page


class TestSteps:
    def test_the_secretary_vets_publishes_and_closes_out(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.SUBMITTED)
        path = f"/console/commitments/{commitment.public_id}"
        answer = secretary.post(f"{path}/steps/approve_and_publish", data=form(version=commitment.version))
        assert answer.status_code == 303
        assert again(session, commitment).state is S.PUBLISHED
        secretary.post(
            f"{path}/entries/new", data=form(text="挖好 120 米", happened_on=clock.today(), source="visit")
        )
        secretary.post(f"{path}/steps/claim", data=form())
        secretary.post(f"{path}/steps/close_out", data=form(reason="看过现场"))
        assert again(session, commitment).state is S.CLOSED_OUT

    def test_a_return_needs_a_reason(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.SUBMITTED)
        path = f"/console/commitments/{commitment.public_id}/steps/return"
        assert secretary.post(path, data=form(reason=" ")).status_code == 422
        assert again(session, commitment).state is S.SUBMITTED
        secretary.post(path, data=form(reason="写明多少米"))
        assert again(session, commitment).state is S.RETURNED

    def test_the_slower_of_two_clerks_is_told(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.SUBMITTED)
        seen = commitment.version
        path = f"/console/commitments/{commitment.public_id}/steps"
        secretary.post(f"{path}/return", data=form(reason="写明多少米", version=seen))
        answer = secretary.post(f"{path}/approve_and_publish", data=form(version=seen))
        assert answer.status_code == 409
        assert "刚“退回”了这件承诺" in answer.text

    def test_an_unknown_step_is_not_found(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village)
        path = f"/console/commitments/{commitment.public_id}/steps/delete"
        assert secretary.post(path, data=form()).status_code == 404

    def test_ticked_ones_are_approved_together(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        ticked = [put(session, village, S.SUBMITTED, title=f"第 {n} 件") for n in range(3)]
        own = put(session, village, S.SUBMITTED, own=True, title="支部修路")
        picks = [row.public_id for row in (*ticked, own)]
        answer = secretary.post(
            "/console/commitments/approve-picked", data=form(pick=picks), follow_redirects=True
        )
        assert "审过并公示了 3 件" in answer.text
        assert "有 1 件没有办" in answer.text
        assert [again(session, row).state for row in (*ticked, own)] == [S.PUBLISHED] * 3 + [S.SUBMITTED]


class TestReview:
    def test_goes_from_one_to_the_next(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        first, second = (put(session, village, title=title) for title in ("修第一条沟", "栽一百棵树"))
        page = secretary.get("/console/commitments/review/vet").text
        assert "第 1 件，共 2 件" in page
        assert "修第一条沟" in page
        answer = secretary.post(
            f"/console/commitments/{first.public_id}/steps/approve_and_publish",
            data=form(queue="vet", next=second.public_id, version=first.version),
            follow_redirects=True,
        )
        assert "第 1 件，共 1 件" in answer.text
        assert "栽一百棵树" in answer.text

    @pytest.mark.parametrize("which", ["vet", "revise", "publish", "check"])
    def test_an_empty_queue_says_so(self, secretary: FlaskClient, which: str) -> None:
        assert "没有等您" in secretary.get(f"/console/commitments/review/{which}").text

    def test_a_waiting_revision_is_shown_and_accepted(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        services.propose_revision(session, village.owner, commitment, text("只修 90 米"), "水泥不够")
        session.commit()
        page = secretary.get("/console/commitments/review/revise").text
        assert "水泥不够" in page
        assert "只修 90 米" in page
        secretary.post(f"/console/commitments/{commitment.public_id}/revision/accept", data=form())
        assert again(session, commitment).title == "只修 90 米"


class TestWriting:
    def test_writes_for_a_member_and_publishes_at_once(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        assert "林秀峰" in secretary.get("/console/commitments/new").text
        answer = secretary.post(
            "/console/commitments/new?organisation=liuhe",
            data=form(
                member=village.member.public_id,
                title="全年夜巡",
                kind="counted",
                target_amount="12",
                act="publish",
            ),
        )
        assert answer.status_code == 303
        made = only(session, Commitment)
        assert (made.state, made.kind, made.target_amount) == (S.PUBLISHED, CommitmentKind.COUNTED, 12)
        assert made.member_id == village.member.id

    def test_writes_the_branchs_own(self, secretary: FlaskClient, session: Session) -> None:
        data = form(member="branch", title="打三口井", act="submit")
        secretary.post("/console/commitments/new?organisation=liuhe", data=data)
        made = only(session, Commitment)
        assert (made.member_id, made.state) == (None, S.SUBMITTED)

    def test_a_refused_form_keeps_what_was_typed(self, secretary: FlaskClient, village: Village) -> None:
        answer = secretary.post(
            "/console/commitments/new?organisation=liuhe",
            data=form(member=village.member.public_id, title="修" * 300, measures="自家出机械"),
        )
        assert answer.status_code == 422
        assert "有 300 个字，最多 60 个字" in answer.text
        assert "自家出机械" in answer.text

    def test_a_draft_is_changed_and_handed_in(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.RETURNED)
        path = f"/console/commitments/{commitment.public_id}/edit"
        assert "修好村东头排水沟 120 米" in secretary.get(path).text
        secretary.post(
            path, data=form(title="修好村东头排水沟 150 米", act="submit", version=commitment.version)
        )
        changed = again(session, commitment)
        assert (changed.title, changed.state) == ("修好村东头排水沟 150 米", S.SUBMITTED)

    def test_a_published_text_is_changed_by_a_revision_only(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        path = f"/console/commitments/{commitment.public_id}"
        assert secretary.post(f"{path}/edit", data=form(title="修 1 米")).status_code == 409
        answer = secretary.post(f"{path}/revise", data=form(title="修 90 米", reason=""))
        assert answer.status_code == 422
        secretary.post(f"{path}/revise", data=form(title="修 90 米", reason="水泥不够"))
        assert queries.find_waiting_revision(session, again(session, commitment)) is not None


class TestEntries:
    def test_records_on_behalf_with_photos(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        data = form(text="挖好 86 米", happened_on=clock.today().isoformat(), source="meeting")
        data["photos"] = [(io.BytesIO(jpeg()), "a.jpg"), (io.BytesIO(jpeg()), "b.jpg")]
        answer = secretary.post(f"/console/commitments/{commitment.public_id}/entries/new", data=data)
        assert answer.status_code == 303
        entry = only(session, FulfilmentEntry)
        assert entry.on_behalf_of == "林秀峰"
        assert len(entry.photos) == 2
        page = secretary.get(f"/console/commitments/{commitment.public_id}").text
        assert f"/media/{entry.photos[0].public_id}-s.jpg" in page
        assert "在会议时代录" in page

    def test_a_refused_entry_keeps_its_photos(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        data = form(text="", happened_on=clock.today().isoformat(), source="meeting")
        data["photos"] = [(io.BytesIO(jpeg()), "a.jpg")]
        answer = secretary.post(f"/console/commitments/{commitment.public_id}/entries/new", data=data)
        assert answer.status_code == 422
        assert "还没有写做了什么" in answer.text
        assert 'name="photo" value="' in answer.text

    def test_a_file_that_is_no_photo_is_refused_in_words(
        self, secretary: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        data = form(text="挖好了", happened_on=clock.today().isoformat(), source="meeting")
        data["photos"] = [(io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "a.jpg")]
        answer = secretary.post(f"/console/commitments/{commitment.public_id}/entries/new", data=data)
        assert answer.status_code == 422
        assert "这是 SVG 矢量图" in answer.text
        assert "挖好了" in answer.text

    def test_corrects_an_entry(self, secretary: FlaskClient, session: Session, village: Village) -> None:
        commitment = put(session, village, S.DONE_CLAIMED)
        entry = only(session, FulfilmentEntry)
        path = f"/console/commitments/{commitment.public_id}/entries/{entry.public_id}/correct"
        assert "挖好 86 米" in secretary.get(path).text
        data = form(
            text="挖好 120 米", happened_on=clock.today().isoformat(), source="visit", reason="量错了"
        )
        assert secretary.post(path, data=data).status_code == 303
        page = secretary.get(f"/console/commitments/{commitment.public_id}").text
        assert "挖好 120 米" in page
        assert "这一条已经更正" in page
