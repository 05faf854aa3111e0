"""Every list of the desk that is a table can be taken away as Excel."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.organisations.models import Organisation
from tests.support.people import FORM_TOKEN, SignIn

LISTS = ("members", "commitments", "plaques", "rounds", "feedback", "organisations", "accounts", "audit")


@pytest.mark.parametrize("area", LISTS)
def test_a_secretary_exports_the_list(sample: None, session: Session, sign_in: SignIn, area: str) -> None:
    branch = session.scalars(select(Organisation).where(Organisation.code == "liuhe")).one()
    client = sign_in(Role.SECRETARY, branch)
    assert f"/console/{area}/export" in client.get(f"/console/{area}/").text
    with client.post(f"/console/{area}/export", data={"form_token": FORM_TOKEN}) as answer:
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")
