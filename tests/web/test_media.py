"""Photos on their own path: who sees which, with what headers."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Photo
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.images import Size, image_path
from brickwall.kernel.permissions import Actor
from brickwall.moderation.addresses import check_address
from tests.factories.commitments import Village, actor_for, make_account_row, make_commitment, make_village
from tests.factories.pictures import jpeg
from tests.support.people import SignIn

S = CommitmentState


@pytest.fixture
def village(session: Session) -> Village:
    """Return a township with two branches and everybody in it."""
    return make_village(session)


@pytest.fixture
def uploader(session: Session, village: Village) -> Actor:
    """Return the member with an account's row."""
    return actor_for(
        Role.MEMBER, village.branch, member=village.member, account_id=make_account_row(session).id
    )


def put_photo(session: Session, uploader: Actor, settings: Settings) -> Photo:
    photo = services.upload_photo(session, uploader, jpeg(600, 400), settings.media_dir)
    session.commit()
    return photo


def attach(session: Session, village: Village, uploader: Actor, photo: Photo) -> None:
    commitment = make_commitment(session, village, S.PUBLISHED)
    services.record_entry(session, uploader, commitment, EntryInput("挖好了", photo_ids=[photo.public_id]))
    session.commit()


def test_a_published_photo_is_open_and_cannot_run(
    client: FlaskClient, session: Session, village: Village, uploader: Actor, settings: Settings
) -> None:
    photo = put_photo(session, uploader, settings)
    attach(session, village, uploader, photo)
    for size in ("s", "l"):
        answer = client.get(f"/media/{photo.public_id}-{size}.jpg")
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert answer.data.startswith(b"\xff\xd8\xff")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = client.get(
            f"/media/{photo.public_id}-{size}.jpg", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")


def test_an_unattached_photo_is_its_uploaders_only(
    client: FlaskClient,
    sign_in: SignIn,
    session: Session,
    village: Village,
    settings: Settings,
) -> None:
    secretary = sign_in(Role.SECRETARY, village.branch)
    phone = sign_in(Role.MEMBER, village.branch, member=village.member)
    account_id = phone_account(session, village)
    me = actor_for(Role.MEMBER, village.branch, member=village.member, account_id=account_id)
    photo = put_photo(session, me, settings)
    path = f"/media/{photo.public_id}-s.jpg"
    assert client.get(path).status_code == 404
    assert secretary.get(path).status_code == 404
    mine = phone.get(path)
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "private, no-store")


def phone_account(session: Session, village: Village) -> int:
    session.rollback()
    return int(
        session.connection()
        .exec_driver_sql(f"SELECT id FROM account WHERE member_id = {village.member.id}")
        .scalar_one()
    )


def test_a_corrected_entrys_photo_is_for_the_branch_only(
    client: FlaskClient,
    sign_in: SignIn,
    session: Session,
    village: Village,
    uploader: Actor,
    settings: Settings,
) -> None:
    photo = put_photo(session, uploader, settings)
    commitment = make_commitment(session, village, S.PUBLISHED)
    entry = services.record_entry(
        session, uploader, commitment, EntryInput("挖好了", photo_ids=[photo.public_id])
    )
    services.supersede_entry(session, uploader, entry, EntryInput("照片拍到了别人"), "照片不该传")
    session.commit()
    path = f"/media/{photo.public_id}-s.jpg"
    assert client.get(path).status_code == 404
    assert sign_in(Role.SECRETARY, village.other).get(path).status_code == 404
    assert sign_in(Role.SECRETARY, village.branch).get(path).status_code == 200


def test_a_kept_photo_moves_on_to_the_correction(
    client: FlaskClient, session: Session, village: Village, uploader: Actor, settings: Settings
) -> None:
    kept, dropped, new = (put_photo(session, uploader, settings) for _ in range(3))
    commitment = make_commitment(session, village, S.PUBLISHED)
    given = EntryInput("挖好了", photo_ids=[dropped.public_id, kept.public_id])
    entry = services.record_entry(session, uploader, commitment, given)
    correction = EntryInput("挖好 86 米", photo_ids=[kept.public_id, new.public_id])
    newer = services.supersede_entry(session, uploader, entry, correction, "写明多少")
    session.commit()
    assert [photo.public_id for photo in newer.photos] == [kept.public_id, new.public_id]
    codes = {
        name: client.get(f"/media/{photo.public_id}-s.jpg").status_code
        for name, photo in {"kept": kept, "dropped": dropped, "new": new}.items()
    }
    assert codes == {"kept": 200, "dropped": 404, "new": 200}


@pytest.mark.parametrize(
    "path",
    [
        "000000000000-s.jpg",
        "000000000000-x.jpg",
        "a-s.jpg",
        "..%2f..%2fetc%2fpasswd-s.jpg",
        "000000000000-s.png",
    ],
)
def test_what_is_not_there_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/media/{path}")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_row_without_its_file_is_not_found(
    client: FlaskClient, session: Session, village: Village, uploader: Actor, settings: Settings
) -> None:
    photo = put_photo(session, uploader, settings)
    attach(session, village, uploader, photo)
    image_path(settings.media_dir, photo.public_id, Size.SMALL).unlink()
    assert client.get(f"/media/{photo.public_id}-s.jpg").status_code == 404


def test_the_sweep_takes_what_nobody_used_for_a_week(
    session: Session, village: Village, uploader: Actor, tmp_path: Path
) -> None:
    settings_dir = tmp_path
    used, old, new = (services.upload_photo(session, uploader, jpeg(), settings_dir) for _ in range(3))
    attach(session, village, uploader, used)
    old.created_at -= services.photos.KEPT_UNATTACHED * 2
    used.created_at -= services.photos.KEPT_UNATTACHED * 2
    session.commit()
    assert services.sweep_photos(session, settings_dir) == 1
    session.commit()
    assert {photo.public_id for photo in session.query(Photo)} == {used.public_id, new.public_id}


def test_wechat_fetches_a_hidden_photo_under_a_signed_address_for_half_an_hour(
    client: FlaskClient, session: Session, uploader: Actor, settings: Settings
) -> None:
    photo = put_photo(session, uploader, settings)
    path = check_address(settings, photo.public_id).removeprefix(settings.base_url)
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"/media/{photo.public_id}-l.jpg").status_code == 404
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get(path).status_code == 404


def test_a_made_up_address_opens_nothing(
    client: FlaskClient, session: Session, uploader: Actor, settings: Settings
) -> None:
    photo, other = (put_photo(session, uploader, settings) for _ in range(2))
    path = check_address(settings, photo.public_id).removeprefix(settings.base_url)
    stem, _, signature = path.rpartition("-")
    later = f"{stem[:-1]}{(int(stem[-1]) + 1) % 10}-{signature}"
    forged = (
        path.replace(photo.public_id, other.public_id),
        later,
        f"{stem}-{'0' * 32}.jpg",
        f"{stem}-é.jpg",
        f"/media/check/{photo.public_id}-{'9' * 30}-{signature}",
        check_address(settings, "nowhere00000").removeprefix(settings.base_url),
    )
    assert [client.get(each).status_code for each in forged] == [404] * len(forged)
