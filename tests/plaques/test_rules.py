"""Which act is possible in which state."""

import pytest

from brickwall.kernel.problems import Invalid
from brickwall.plaques import rules
from brickwall.plaques.constants import PlaqueEventKind as Kind
from brickwall.plaques.constants import PlaqueState as State

POSSIBLE = {
    Kind.PRINTED: {State.BLANK, State.ISSUED, State.PRINTED, State.INSTALLED, State.DAMAGED},
    Kind.BOUND: {State.BLANK},
    Kind.REPOINTED: {State.ISSUED, State.PRINTED, State.INSTALLED, State.DAMAGED},
    Kind.INSTALLED: {State.ISSUED, State.PRINTED, State.DAMAGED},
    Kind.DAMAGED: {State.PRINTED, State.INSTALLED},
    Kind.RETIRED: {State.BLANK, State.ISSUED, State.PRINTED, State.INSTALLED, State.DAMAGED},
}


@pytest.mark.parametrize("kind", POSSIBLE)
@pytest.mark.parametrize("state", State)
def test_acts_by_state(kind: Kind, state: State) -> None:
    assert rules.may(state, kind) == (state in POSSIBLE[kind])
    if state not in POSSIBLE[kind]:
        assert rules.refusal(state, kind, "7k3m 9qx2").startswith("砖 7k3m 9qx2 现在是")


@pytest.mark.parametrize(
    ("state", "kind", "printed", "after"),
    [
        (State.ISSUED, Kind.PRINTED, False, State.PRINTED),
        (State.BLANK, Kind.PRINTED, False, State.BLANK),
        (State.INSTALLED, Kind.PRINTED, True, State.INSTALLED),
        (State.DAMAGED, Kind.PRINTED, True, State.PRINTED),
        (State.BLANK, Kind.BOUND, True, State.PRINTED),
        (State.BLANK, Kind.BOUND, False, State.ISSUED),
        (State.INSTALLED, Kind.REPOINTED, True, State.INSTALLED),
        (State.PRINTED, Kind.INSTALLED, True, State.INSTALLED),
        (State.INSTALLED, Kind.DAMAGED, True, State.DAMAGED),
        (State.DAMAGED, Kind.RETIRED, True, State.RETIRED),
    ],
)
def test_state_after(state: State, kind: Kind, printed: bool, after: State) -> None:
    assert rules.state_after(state, kind, printed=printed) is after


def test_serial_follows_the_wall_while_it_is_free() -> None:
    taken = {1, 2}
    assert [rules.pick_serial(wanted, taken) for wanted in (3, 2, None, 9, None)] == [3, 4, 5, 9, 10]


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 501])
def test_reason_must_be_there_and_short(reason: str) -> None:
    with pytest.raises(Invalid):
        rules.check_reason(reason)


def test_reason_is_cleaned() -> None:
    assert rules.check_reason("  码被\u202e石灰盖住 ") == "码被石灰盖住"


@pytest.mark.parametrize(("count", "good"), [(0, False), (1, True), (500, True), (501, False), (-3, False)])
def test_blank_count(count: int, good: bool) -> None:
    if good:
        assert rules.check_blank_count(count) == count
    else:
        with pytest.raises(Invalid, match="500"):
            rules.check_blank_count(count)


def test_brick_words() -> None:
    assert rules.brick_words(17, member=True) == "17 号砖"
    assert rules.brick_words(17, member=False) == ""
