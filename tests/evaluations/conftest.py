"""A branch with an open round, for every test of this folder."""

import pytest
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel.http import Application
from tests.factories.evaluations import RatedBranch, make_open_round


@pytest.fixture
def branch(app: Application, session: Session, settings: Settings) -> RatedBranch:
    """Return a committed branch whose round is open for a week."""
    return make_open_round(session, settings)
