"""Commitments over HTTP: the member's phone, the branch's programs, everybody's chain."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.kernel import clock
from tests.factories.commitments import Village, make_commitment, text
from tests.factories.pictures import jpeg
from tests.support.people import FORM_TOKEN, SignIn

S = CommitmentState
API = "/api/v1"


@pytest.fixture
def village(village: Village, session: Session) -> Village:
    """Let the clients see the village."""
    session.commit()
    return village


@pytest.fixture
def phone(sign_in: SignIn, village: Village) -> FlaskClient:
    """Return the phone of the member who makes the commitments."""
    return sign_in(Role.MEMBER, village.branch, member=village.member)


def put(session: Session, village: Village, state: CommitmentState, **values: Any) -> Commitment:
    commitment = make_commitment(session, village, state, **values)
    session.commit()
    return commitment


def upload(client: FlaskClient, data: bytes, name: str = "a.jpg") -> Any:
    headers = {"X-Form-Token": FORM_TOKEN}
    return client.post(f"{API}/uploads", data={"photo": (io.BytesIO(data), name)}, headers=headers)


class TestMine:
    def test_lists_mine_only_with_what_i_can_do(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        mine = put(session, village, S.PUBLISHED)
        put(session, village, S.PUBLISHED, member=village.neighbour, title="别人的")
        services.record_entry(session, village.owner, mine, EntryInput("挖好 86 米"))
        session.commit()
        items = phone.get(f"{API}/me/commitments").json["items"]
        assert [item["commitment"]["id"] for item in items] == [mine.public_id]
        assert items[0]["latest_entry"]["text"] == "挖好 86 米"
        assert items[0]["steps"] == ["claim"]
        assert items[0]["commitment"]["owner"] == "林秀峰"

    def test_a_member_proposes_his_own(self, phone: FlaskClient, session: Session, village: Village) -> None:
        body = {"title": "全年夜巡", "kind": "counted", "target_amount": 12, "submit": True}
        answer = phone.post(f"{API}/commitments", json=body)
        assert (answer.status_code, answer.json["state"]) == (201, "submitted")
        made = session.scalars(select(Commitment)).one()
        assert (made.member_id, made.target_amount) == (village.member.id, 12)

    def test_a_member_cannot_propose_for_others(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        for owner in ({"organisation": "liuhe"}, {"member": village.neighbour.public_id}):
            assert phone.post(f"{API}/commitments", json={"title": "修路", **owner}).status_code == 404
        assert session.scalars(select(Commitment)).all() == []

    def test_refusals_are_chinese_problems(self, phone: FlaskClient, village: Village) -> None:
        answer = phone.post(f"{API}/commitments", json={"title": "修" * 300})
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"
        assert answer.json["code"] == "commitments.text_invalid"
        assert "最多 60 个字" in answer.json["fields"]["title"]


class TestEntries:
    def test_a_retry_with_the_same_key_happens_once(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=12)
        path, headers = f"{API}/commitments/{commitment.public_id}/entries", {"Idempotency-Key": "one"}
        first = phone.post(path, json={"text": "夜巡"}, headers=headers)
        again = phone.post(path, json={"text": "夜巡"}, headers=headers)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json == first.json
        assert first.json["commitment"]["done_amount"] == 1
        session.rollback()
        assert len(session.scalars(select(FulfilmentEntry)).all()) == 1
        other = phone.post(path, json={"text": "别的"}, headers=headers)
        assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")

    def test_photos_go_up_first_and_into_the_entry(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        ids = [upload(phone, jpeg()).json["id"] for _ in range(2)]
        path = f"{API}/commitments/{commitment.public_id}/entries"
        answer = phone.post(path, json={"text": "挖好了", "photos": ids[::-1]})
        assert [photo["id"] for photo in answer.json["entry"]["photos"]] == ids[::-1]
        again = phone.post(path, json={"text": "又用一次", "photos": ids})
        assert (again.status_code, again.json["code"]) == (422, "photos.unknown")

    def test_ten_photos_are_too_many(self, phone: FlaskClient, session: Session, village: Village) -> None:
        commitment = put(session, village, S.PUBLISHED)
        body = {"text": "挖好了", "photos": [f"{number:012d}" for number in range(10)]}
        answer = phone.post(f"{API}/commitments/{commitment.public_id}/entries", json=body)
        assert (answer.status_code, answer.json["title"]) == (422, "一条记录最多 9 张照片，请去掉几张。")

    def test_a_correction(self, phone: FlaskClient, session: Session, village: Village) -> None:
        commitment = put(session, village, S.DONE_CLAIMED)
        entry = session.scalars(select(FulfilmentEntry)).one()
        path = f"{API}/commitments/{commitment.public_id}/entries/{entry.public_id}/correction"
        assert phone.post(path, json={"text": "挖好 68 米"}).status_code == 422
        answer = phone.post(path, json={"text": "挖好 68 米", "reason": "写反了"})
        assert (answer.status_code, answer.json["entry"]["supersedes"]) == (201, entry.public_id)


class TestUploads:
    def test_bad_files_are_refused_and_nothing_is_kept(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        for data in (b"", b"<svg/>", b"GIF89a", b"hello"):
            answer = upload(phone, data)
            assert answer.status_code == 422
            assert answer.json["code"].startswith("photos.")
        assert session.scalars(select(Photo)).all() == []

    def test_a_body_beyond_the_limit_is_refused(self, phone: FlaskClient) -> None:
        part = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        answer = phone.post(
            f"{API}/uploads",
            data=part + b"\xff\xd8\xff" + b"\0" * 10 * 1024 * 1024 + b"\r\n--x--\r\n",
            content_type="multipart/form-data; boundary=x",
            headers={"X-Form-Token": FORM_TOKEN},
        )
        assert answer.status_code == 413

    def test_nobody_uploads_without_signing_in(self, client: FlaskClient) -> None:
        assert upload(client, jpeg()).status_code == 401

    def test_an_unused_photo_is_taken_back_a_used_one_is_not(
        self, phone: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        used, unused = (upload(phone, jpeg()).json["id"] for _ in range(2))
        phone.post(
            f"{API}/commitments/{commitment.public_id}/entries", json={"text": "做了", "photos": [used]}
        )
        headers = {"X-Form-Token": FORM_TOKEN}
        assert phone.delete(f"{API}/uploads/{unused}", headers=headers).status_code == 204
        assert phone.delete(f"{API}/uploads/{unused}", headers=headers).status_code == 404
        assert phone.delete(f"{API}/uploads/{used}", headers=headers).status_code == 409


class TestStaff:
    def test_the_whole_way(self, sign_in: SignIn, session: Session, village: Village) -> None:
        secretary = sign_in(Role.SECRETARY, village.branch)
        body = {"title": "修沟", "member": village.member.public_id, "submit": True}
        made = secretary.post(f"{API}/commitments", json=body).json
        path = f"{API}/commitments/{made['id']}"
        steps = [
            ("approve", {}),
            ("publish", {}),
            ("entries", {"text": "修好了"}),
            ("claim", {}),
            ("close-out", {}),
        ]
        answers = [secretary.post(f"{path}/{name}", json=given).status_code for name, given in steps]
        assert answers == [200, 200, 201, 200, 200]
        chain = secretary.get(path).json
        assert chain["commitment"]["state"] == "closed_out"
        assert chain["commitment"]["step"] == "apply"
        assert len(chain["chain"]) == 7

    @pytest.mark.parametrize(
        ("state", "step", "target"),
        [
            (S.SUBMITTED, "return", "returned"),
            (S.DONE_CLAIMED, "send-back", "sent_back"),
            (S.SUBMITTED, "discard", "withdrawn"),
        ],
    )
    def test_steps_with_a_reason(
        self,
        sign_in: SignIn,
        session: Session,
        village: Village,
        state: CommitmentState,
        step: str,
        target: str,
    ) -> None:
        commitment = put(session, village, state)
        secretary = sign_in(Role.SECRETARY, village.branch)
        path = f"{API}/commitments/{commitment.public_id}/{step}"
        assert secretary.post(path, json={}).status_code == 422
        assert secretary.post(path, json={"reason": " "}).json["code"] == "commitments.reason_missing"
        assert secretary.post(path, json={"reason": "再想想"}).json["state"] == target

    def test_withdrawing_is_the_upper_organisations(
        self, sign_in: SignIn, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        path, body = f"{API}/commitments/{commitment.public_id}/withdraw", {"reason": "重了"}
        assert sign_in(Role.SECRETARY, village.branch).post(path, json=body).status_code == 403
        answer = sign_in(Role.SUPERIOR, village.township).post(path, json=body)
        assert answer.json["state"] == "withdrawn"

    def test_a_stale_version_is_refused(self, sign_in: SignIn, session: Session, village: Village) -> None:
        commitment = put(session, village, S.SUBMITTED)
        secretary = sign_in(Role.SECRETARY, village.branch)
        body = {"version": commitment.version - 1}
        answer = secretary.post(f"{API}/commitments/{commitment.public_id}/approve", json=body)
        assert (answer.status_code, answer.json["code"]) == (409, "commitments.changed_meanwhile")

    def test_revisions(self, sign_in: SignIn, session: Session, village: Village) -> None:
        commitment = put(session, village, S.PUBLISHED)
        secretary = sign_in(Role.SECRETARY, village.branch)
        path = f"{API}/commitments/{commitment.public_id}/revisions"
        body = {"title": "修 90 米", "reason": "水泥不够"}
        assert secretary.post(path, json=body).status_code == 201
        assert secretary.post(f"{path}/accept", json={}).json["title"] == "修 90 米"
        assert secretary.post(path, json={**body, "title": "修 80 米"}).status_code == 201
        refused = secretary.post(f"{path}/refuse", json={"reason": "不行"})
        assert refused.json["title"] == "修 90 米"
        assert secretary.post(f"{path}/accept", json={}).status_code == 404

    def test_lists_are_paged_and_narrowed(self, sign_in: SignIn, session: Session, village: Village) -> None:
        for number in range(3):
            put(session, village, S.PUBLISHED, title=f"第 {number} 件")
        put(session, village, S.SUBMITTED, title="等审的")
        services.propose_commitment(session, village.stranger, text("东坡的"), organisation=village.other)
        session.commit()
        secretary = sign_in(Role.SECRETARY, village.branch)
        first = secretary.get(f"{API}/commitments?state=published&limit=2").json
        second = secretary.get(
            f"{API}/commitments?state=published&limit=2&cursor={first['next_cursor']}"
        ).json
        titles = [item["title"] for item in (*first["items"], *second["items"])]
        assert titles == ["第 2 件", "第 1 件", "第 0 件"]
        assert second["next_cursor"] is None
        assert secretary.get(f"{API}/commitments?q=等审").json["items"][0]["title"] == "等审的"


# Every way of changing a commitment, by path and body, for the foreign-branch matrix.
BODIES: dict[str, dict[str, Any]] = {
    "entries": {"text": "改"},
    "revisions": {"title": "改", "reason": "改"},
}
STEPS = (
    "submit discard claim return approve publish close-out send-back withdraw entries "
    "revisions revisions/accept revisions/refuse"
)
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("put", "", {"title": "改"}),
    *[("post", f"/{step}", BODIES.get(step, {"reason": "改"})) for step in STEPS.split()],
]


class TestOthers:
    @pytest.mark.parametrize(
        ("method", "path", "body"), WRITES, ids=[path or "/edit" for _, path, _ in WRITES]
    )
    def test_another_branchs_commitment_is_not_there(
        self,
        sign_in: SignIn,
        session: Session,
        village: Village,
        method: str,
        path: str,
        body: dict[str, Any],
    ) -> None:
        commitment = put(session, village, S.PUBLISHED)
        before = commitment.version
        others = [
            sign_in(Role.SECRETARY, village.other),
            sign_in(Role.MEMBER, village.branch, member=village.neighbour),
        ]
        for other in others:
            answer = getattr(other, method)(f"{API}/commitments/{commitment.public_id}{path}", json=body)
            assert answer.status_code in {403, 404}
            assert answer.status_code == 404 or answer.json["code"] == "forbidden"
        session.rollback()
        assert session.get_one(Commitment, commitment.id).version == before

    @pytest.mark.parametrize("state", [S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED])
    def test_nobody_reads_what_is_not_published(
        self, client: FlaskClient, session: Session, village: Village, state: CommitmentState
    ) -> None:
        commitment = put(session, village, state)
        assert client.get(f"{API}/commitments/{commitment.public_id}").status_code == 404

    def test_everybody_reads_the_chain_of_what_is(
        self, client: FlaskClient, session: Session, village: Village
    ) -> None:
        commitment = put(session, village, S.CLOSED_OUT)
        found = client.get(f"{API}/commitments/{commitment.public_id}").json
        assert found["commitment"]["due_words"] == "办成了"
        assert found["chain"][4]["entry"]["text"] == "挖好 86 米，水泥已到"
        assert "version" not in found["commitment"]
        assert found["chain"][0]["at"][:4] == str(clock.now().year)
