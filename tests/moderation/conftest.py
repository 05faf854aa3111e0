"""A village whose member writes from WeChat, from the web, or through staff."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.config import Settings
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import Actor
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.queries import find_check
from brickwall.moderation.services import Origin
from tests.factories.commitments import Village, make_account_row, make_commitment, make_village
from tests.factories.pictures import jpeg

OPENID = "o_linxiufeng"
BAD_WORD = "稳赚不赔"


@pytest.fixture
def village(session: Session) -> Village:
    """Return a township with two branches; the member has an account's row, to send photos."""
    made = make_village(session)
    made.owner = replace(made.owner, account_id=make_account_row(session, member=made.member).id)
    return made


@pytest.fixture
def commitment(session: Session, village: Village) -> Commitment:
    """Return a published promise of the member."""
    return make_commitment(session, village, CommitmentState.PUBLISHED)


@pytest.fixture
def from_wechat(wechat_settings: Settings) -> Origin:
    """Return the origin of what a member seen just now writes in the mini-program."""
    return Origin(wechat_settings, OPENID)


@pytest.fixture
def from_web(wechat_settings: Settings) -> Origin:
    """Return the origin of what is written on the web page of a site that has a mini-program."""
    return Origin(wechat_settings)


@pytest.fixture
def record(session: Session, village: Village, commitment: Commitment, settings: Settings):
    """Return ``record(origin, text, pictures=0, actor=the member)``: the kept entry, committed."""

    def recorded(
        origin: Origin | None, text: str = "挖好 86 米", pictures: int = 0, actor: Actor | None = None
    ) -> FulfilmentEntry:
        who = actor or village.owner
        files = [jpeg(60 + at, 40) for at in range(pictures)]
        photos = services.upload_photos(session, who, files, settings.media_dir) if files else []
        given = EntryInput(text, photo_ids=[photo.public_id for photo in photos])
        entry = services.record_entry(session, who, commitment, given, origin=origin)
        session.commit()
        return entry

    return recorded


@pytest.fixture
def check_of(session: Session) -> Callable[[FulfilmentEntry], ContentCheck]:
    """Return ``check_of(entry)``: its check as the database has it now."""

    def found(entry: FulfilmentEntry) -> ContentCheck:
        session.rollback()
        check = find_check(session, ContentKind.ENTRY, entry.public_id)
        assert check is not None
        return check

    return found


@pytest.fixture
def own_words(app: Application, settings: Settings):
    """Return the path of the installation's own word list; gone after the test."""
    path: Path = settings.var_dir / "words.txt"
    yield path
    path.unlink(missing_ok=True)
