"""A branch with bricks, commitments in several states, and readers of its finished pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.plaques.models import Plaque
from brickwall.publicity.services import current_page, forget_unstored
from tests.factories.commitments import Village, make_commitment, make_village
from tests.factories.organisations import make_member
from tests.factories.plaques import make_plaque

S = CommitmentState
ReadPage = Callable[[str], str]


@dataclass
class Bricks:
    """The village of the tests with the codes that lead into it."""

    village: Village
    plaque: Plaque
    branch_plaque: Plaque
    drain: Commitment
    patrol: Commitment
    rails: Commitment


@pytest.fixture(autouse=True)
def nothing_unstored() -> Iterator[None]:
    """Start and end without pages kept in memory by another test."""
    forget_unstored()
    yield
    forget_unstored()


@pytest.fixture
def bricks(session: Session) -> Bricks:
    """Return a branch with 林秀峰's three commitments, one more member and an exempt one; committed."""
    # What is loaded stays readable without opening a transaction beside the one under test.
    session.expire_on_commit = False
    village = make_village(session)
    village.member.wall_position, village.member.post = 1, "支部委员"
    village.neighbour.wall_position = 2
    exempt = make_member(session, village.branch, "柳春风", wall_position=3)
    exempt.exemption_reason = "年满八十"
    year = clock.today().year
    late = {"due_on": date(year, 1, 1)}
    counted = {"kind": CommitmentKind.COUNTED, "target_amount": 12, "due_on": date(year + 1, 1, 1)}
    made = Bricks(
        village,
        make_plaque(session, village.branch, village.member, code="7k3m9qx2"),
        make_plaque(session, village.branch, code="0000zzzz", serial=9),
        make_commitment(session, village, S.PUBLISHED, title="修好村东头排水沟 120 米", **late),
        make_commitment(session, village, S.PUBLISHED, title="全年义务夜巡 12 次", **counted),
        make_commitment(session, village, S.CLOSED_OUT, title="给敬老户安装扶手 6 户"),
    )
    make_commitment(session, village, S.SUBMITTED, title="还没有公示的事")
    make_commitment(session, village, S.PUBLISHED, own=True, title="打机井 13 眼")
    session.commit()
    return made


@pytest.fixture
def read(app: object, settings: Settings) -> ReadPage:
    """Return ``read(path) -> text`` of the up-to-date page; fails when nothing is there."""

    def read_it(path: str) -> str:
        page = current_page(settings, path)
        assert page is not None
        # Numbers cling to their measure words; for reading they are plain spaces.
        return page.body.decode().replace("\u00a0", " ")

    return read_it


def in_days(days: int) -> date:
    """Return a day counted from today."""
    return clock.today() + timedelta(days=days)
