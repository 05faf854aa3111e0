"""Who may do what, where."""

import pytest

from brickwall.kernel.permissions import Actor, Grant, Permission, require_at
from brickwall.kernel.problems import Forbidden, NotFound

SECRETARY = Actor("书记", grants=(Grant("/1/7/", frozenset({Permission.MEMBER_READ})),))


def test_a_grant_reaches_its_subtree_and_nothing_else() -> None:
    assert SECRETARY.may(Permission.MEMBER_READ, "/1/7/")
    assert SECRETARY.may(Permission.MEMBER_READ, "/1/7/9/")
    assert not SECRETARY.may(Permission.MEMBER_READ, "/1/71/")
    assert not SECRETARY.may(Permission.MEMBER_READ, "/1/")
    assert not SECRETARY.may(Permission.MEMBER_WRITE, "/1/7/")
    assert SECRETARY.paths(Permission.MEMBER_READ) == ["/1/7/"]


def test_another_branchs_thing_does_not_exist() -> None:
    with pytest.raises(NotFound):
        require_at(SECRETARY, Permission.MEMBER_READ, "/1/8/")


def test_what_is_seen_but_not_permitted_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        require_at(SECRETARY, Permission.MEMBER_WRITE, "/1/7/")
