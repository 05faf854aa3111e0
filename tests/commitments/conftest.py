"""Fixtures of the commitments tests."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.commitments import Village, make_village


@pytest.fixture
def village(session: Session) -> Village:
    """Return a township with two branches and everybody who acts in it."""
    return make_village(session)
