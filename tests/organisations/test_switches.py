"""What the county may switch on: off by default, with a reason, by nobody below the root."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.audit.models import AuditEntry
from brickwall.kernel.permissions import Actor, Grant
from brickwall.kernel.problems import Invalid, NotFound, Refused
from brickwall.organisations.constants import Switch
from brickwall.organisations.models import Organisation
from brickwall.organisations.queries import is_on
from brickwall.organisations.services.switches import set_switch
from tests.factories.organisations import make_organisation


def _actor(role: Role, path: str) -> Actor:
    return Actor(label="县委组织部", grants=(Grant(path, ROLE_PERMISSIONS[role]),))


@pytest.fixture
def county(session: Session) -> Organisation:
    """Return the root of a tree."""
    return make_organisation(session, code="county", name="姬石县委")


def test_everything_is_off_until_the_county_says_why(session: Session, county: Organisation) -> None:
    actor = _actor(Role.SUPERIOR, county.path)
    assert not any(is_on(session, switch) for switch in Switch)
    set_switch(session, actor, Switch.PHONE_CHECK, True, "县委第 3 次会议决定试行实名评议")
    assert is_on(session, Switch.PHONE_CHECK)
    set_switch(session, actor, Switch.PHONE_CHECK, False, "试行结束")
    assert not is_on(session, Switch.PHONE_CHECK)
    assert [entry.tag for entry in session.scalars(select(AuditEntry))] == [
        "organisations.switch.switched_on",
        "organisations.switch.switched_off",
    ]


@pytest.mark.parametrize(
    ("switch", "on", "reason", "error"),
    [
        (Switch.PHONE_CHECK, True, " \u200b ", Invalid),
        (Switch.PHONE_CHECK, False, "关", Refused),
        (Switch.POINTS, True, "想要", Refused),
    ],
)
def test_what_cannot_be_switched_is_refused(
    session: Session, county: Organisation, switch: Switch, on: bool, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        set_switch(session, _actor(Role.OPERATOR, county.path), switch, on, reason)
    assert not is_on(session, switch)


def test_nobody_below_the_root_switches(session: Session, county: Organisation) -> None:
    branch = make_organisation(session, code="liuhe", name="柳河村党支部", parent=county)
    for role in (Role.SUPERIOR, Role.SECRETARY):
        with pytest.raises(NotFound):
            set_switch(session, _actor(role, branch.path), Switch.PHONE_CHECK, True, "想开")
