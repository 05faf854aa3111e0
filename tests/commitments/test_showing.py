"""What waits or was refused stands on no public page, in no JSON, in no export, in no photo's address."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import queries, services
from brickwall.commitments.chain import read_chain, read_entries
from brickwall.commitments.constants import CommitmentKind, CommitmentState, Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import find_check, held_below
from brickwall.moderation.services import Origin, hold_check, refuse_check, release_check
from brickwall.publicity.export import export_site
from brickwall.publicity.queries import commitments_with_photos
from tests.factories.commitments import Village, make_account_row, make_commitment, make_village, text
from tests.factories.pictures import jpeg
from tests.support.people import SignIn

WORDS = "王婶家的病我都管了"


@pytest.fixture
def village(session: Session) -> Village:
    made = make_village(session)
    made.owner = replace(made.owner, account_id=make_account_row(session, member=made.member).id)
    return made


@pytest.fixture
def commitment(session: Session, village: Village) -> Commitment:
    return make_commitment(
        session, village, CommitmentState.PUBLISHED, kind=CommitmentKind.COUNTED, target_amount=12
    )


@pytest.fixture
def held(
    session: Session, village: Village, commitment: Commitment, wechat_settings: Settings, settings: Settings
) -> FulfilmentEntry:
    """An entry of three times with two photos, written on the web of a site with a mini-program."""
    photos = services.upload_photos(
        session, village.owner, [jpeg(600, 400), jpeg(400, 600)], settings.media_dir
    )
    given = EntryInput(WORDS, amount=3, photo_ids=[photo.public_id for photo in photos])
    entry = services.record_entry(session, village.owner, commitment, given, origin=Origin(wechat_settings))
    session.commit()
    return entry


def check_of(session: Session, kind: ContentKind, subject: str) -> ContentCheck:
    # The public pages were rebuilt meanwhile: SQLite lets no older view write.
    session.commit()
    found = find_check(session, kind, subject)
    assert found is not None
    return found


def release_all(session: Session, village: Village, entry: FulfilmentEntry) -> None:
    release_check(session, village.clerk, check_of(session, ContentKind.ENTRY, entry.public_id))
    for photo in entry.photos:
        release_check(session, village.clerk, check_of(session, ContentKind.PHOTO, photo.public_id))
    session.commit()


def public_faces(client: FlaskClient, commitment: Commitment, folder: Path, settings: Settings) -> str:
    """Return everything an outsider can read of a commitment: page, JSON of page and API, export."""
    public_id, branch = commitment.public_id, commitment.organisation.code
    paths = (
        f"/c/{public_id}",
        f"/w/{branch}",
        f"/api/v1/commitments/{public_id}",
        f"/api/v1/pages/c/{public_id}",
    )
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    export_site(settings, folder)
    files = [file.read_text() for file in sorted(folder.rglob("*.html"))]
    names = [file.name for file in folder.rglob("*.jpg")]
    return "\n".join([*(answer.get_data(as_text=True) for answer in answers), *files, *names])


def test_a_held_entry_is_nowhere_until_it_is_released(
    client: FlaskClient,
    session: Session,
    village: Village,
    held: FulfilmentEntry,
    commitment: Commitment,
    tmp_path: Path,
    settings: Settings,
):
    photos = [photo.public_id for photo in held.photos]
    faces = public_faces(client, commitment, tmp_path, settings)
    assert WORDS not in faces
    assert "记了一条" not in faces
    assert not any(photo in faces for photo in photos)
    assert [client.get(f"/media/{photo}-s.jpg").status_code for photo in photos] == [404, 404]
    release_all(session, village, held)
    faces = public_faces(client, commitment, tmp_path, settings)
    assert WORDS in faces
    assert all(photo in faces for photo in photos)
    assert [client.get(f"/media/{photo}-s.jpg").status_code for photo in photos] == [200, 200]


def test_what_is_taken_back_leaves_page_photo_and_export_again(
    client: FlaskClient,
    session: Session,
    village: Village,
    held: FulfilmentEntry,
    commitment: Commitment,
    tmp_path: Path,
    settings: Settings,
):
    release_all(session, village, held)
    assert WORDS in public_faces(client, commitment, tmp_path, settings)
    check = check_of(session, ContentKind.ENTRY, held.public_id)
    refuse_check(session, village.secretary, check, "写的是别人家的事", seen=CheckState.RELEASED)
    session.commit()
    faces = public_faces(client, commitment, tmp_path, settings)
    assert WORDS not in faces
    assert "写的是别人家的事" not in faces
    assert not any(photo.public_id in faces for photo in held.photos)
    assert client.get(f"/media/{held.photos[0].public_id}-l.jpg").status_code == 404


def test_one_photo_may_be_hidden_alone(
    client: FlaskClient,
    session: Session,
    village: Village,
    held: FulfilmentEntry,
    commitment: Commitment,
    tmp_path: Path,
    settings: Settings,
):
    release_all(session, village, held)
    shown, hidden = held.photos
    check = check_of(session, ContentKind.PHOTO, hidden.public_id)
    refuse_check(session, village.secretary, check, "拍到了门牌", seen=CheckState.RELEASED)
    session.commit()
    faces = public_faces(client, commitment, tmp_path, settings)
    assert shown.public_id in faces
    assert hidden.public_id not in faces
    assert client.get(f"/media/{hidden.public_id}-s.jpg").status_code == 404


def test_its_writer_and_the_branch_see_it_with_what_became_of_it(
    session: Session, village: Village, held: FulfilmentEntry, commitment: Commitment
):
    own = read_entries(session, commitment, public=False)
    assert [(view.text, view.notice) for view in own] == [(WORDS, "等待审看，通过后公开")]
    assert len(own[0].photos) == 2
    assert read_entries(session, commitment) == []
    check = check_of(session, ContentKind.ENTRY, held.public_id)
    refuse_check(session, village.secretary, check, "写的是别人家的事。")
    session.commit()
    notice = read_entries(session, commitment, public=False)[0].notice
    assert notice == "没有通过审看，原因：写的是别人家的事。可以更正这条，改好再交"


def test_a_risky_photo_is_told_to_its_uploader(
    session: Session, held: FulfilmentEntry, commitment: Commitment, village: Village
):
    release_check(session, village.clerk, check_of(session, ContentKind.ENTRY, held.public_id))
    check = check_of(session, ContentKind.PHOTO, held.photos[0].public_id)
    check.reason = CheckReason.TIMEOUT
    session.flush()
    hold_check(session, check, CheckReason.RISKY, 20002)
    session.commit()
    notice = read_entries(session, commitment, public=False)[0].notice
    assert "有 1 张照片等待审看，通过后公开" in notice
    assert "有 1 张照片没有通过审看，可以更正这条，换一张" in notice


def test_a_waiting_entry_counts_a_refused_one_does_not(
    session: Session, village: Village, held: FulfilmentEntry, commitment: Commitment
):
    def counted() -> int:
        session.refresh(commitment)
        return commitment.done_amount

    assert counted() == 3
    check = check_of(session, ContentKind.ENTRY, held.public_id)
    refuse_check(session, village.secretary, check, "写的是别人家的事")
    session.commit()
    assert counted() == 0
    release_check(session, village.secretary, check, "他家同意", seen=CheckState.REFUSED)
    session.commit()
    assert counted() == 3


def test_a_correction_is_looked_at_with_its_reason_and_replaces_what_was_refused(
    session: Session,
    village: Village,
    held: FulfilmentEntry,
    commitment: Commitment,
    wechat_settings: Settings,
):
    check = check_of(session, ContentKind.ENTRY, held.public_id)
    refuse_check(session, village.secretary, check, "写的是别人家的事")
    kept = [held.photos[0].public_id]
    newer = services.supersede_entry(
        session,
        village.owner,
        held,
        EntryInput("帮扶一户", amount=2, photo_ids=kept),
        "写得太细了",
        origin=Origin(wechat_settings),
    )
    session.commit()
    session.refresh(commitment)
    assert (newer.showing, commitment.done_amount) == (Showing.WAITING, 2)
    assert [link for link in read_chain(session, commitment) if link.entry] == []
    assert "写得太细了" not in str(read_chain(session, commitment))
    release_check(session, village.secretary, check_of(session, ContentKind.ENTRY, newer.public_id))
    session.commit()
    shown = [link for link in read_chain(session, commitment) if link.entry]
    assert [(link.entry.text, link.why) for link in shown if link.entry] == [("帮扶一户", "写得太细了")]
    # The kept photo keeps its own standing: it still waits.
    assert [link.entry.photos for link in shown if link.entry] == [[]]


def test_what_was_corrected_while_it_waited_leaves_the_queue(
    session: Session,
    village: Village,
    held: FulfilmentEntry,
    commitment: Commitment,
    wechat_settings: Settings,
):
    kept, left = (photo.public_id for photo in held.photos)
    newer = services.supersede_entry(
        session,
        village.owner,
        held,
        EntryInput("帮扶一户", photo_ids=[kept]),
        "写得太细了",
        origin=Origin(wechat_settings),
    )
    session.commit()
    waiting = {check.subject for check in session.scalars(held_below([village.branch.path]))}
    assert waiting == {newer.public_id, kept}
    assert find_check(session, ContentKind.PHOTO, left) is None
    release_all(session, village, newer)
    assert WORDS not in str(read_chain(session, commitment))
    old = next(view for view in read_entries(session, commitment, public=False) if view.superseded)
    assert old.notice == ""


def test_the_newest_entry_on_cards_is_the_newest_shown(
    session: Session, village: Village, held: FulfilmentEntry, commitment: Commitment
):
    assert queries.latest_entries(session, [commitment.id]) == {}
    assert commitments_with_photos(session, [commitment.id]) == set()
    assert queries.latest_entries(session, [commitment.id], hidden=True)[commitment.id].id == held.id


def test_the_uploader_and_staff_open_a_hidden_photo(
    session: Session, village: Village, held: FulfilmentEntry, sign_in: SignIn
):
    path = f"/media/{held.photos[0].public_id}-s.jpg"
    assert sign_in(Role.CLERK, village.branch).get(path).status_code == 200
    assert sign_in(Role.CLERK, village.other).get(path).status_code == 404


def test_a_members_words_beside_a_step_are_public_once_the_branch_answered(
    session: Session, village: Village, commitment: Commitment
):
    def public_words() -> list[str]:
        return [link.why for link in read_chain(session, commitment) if link.why]

    def own_words() -> list[str]:
        return [link.why for link in read_chain(session, commitment, public=False) if link.why]

    services.propose_revision(session, village.owner, commitment, text("修好村西头排水沟"), "东头县里修了")
    assert (public_words(), own_words()) == ([], ["东头县里修了"])
    services.refuse_revision(session, village.secretary, commitment, "再等等")
    assert public_words() == ["东头县里修了", "再等等"]
    services.record_entry(session, village.owner, commitment, EntryInput("都挖好了", amount=12))
    services.claim_done(session, village.owner, commitment, "大家来看看")
    assert "大家来看看" not in public_words()
    assert "大家来看看" in own_words()
    services.close_out(session, village.secretary, commitment, "属实")
    assert public_words()[-2:] == ["大家来看看", "属实"]


def test_a_card_speaks_of_photos_only_when_one_is_shown(
    session: Session, village: Village, held: FulfilmentEntry, commitment: Commitment
):
    release_check(session, village.clerk, check_of(session, ContentKind.ENTRY, held.public_id))
    assert commitments_with_photos(session, [commitment.id]) == set()
    photo = held.photos[0].public_id
    release_check(session, village.clerk, check_of(session, ContentKind.PHOTO, photo))
    assert commitments_with_photos(session, [commitment.id]) == {commitment.id}
