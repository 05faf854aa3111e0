"""Where a commitment stands, in words; totals that add up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.organisations.models import Organisation
from brickwall.publicity.builders.standings import (
    cards_of,
    is_current,
    standing_of,
    total_figures,
    total_words,
    totals_of,
)
from brickwall.publicity.view_models import Tone

TODAY = date(2026, 11, 21)
S = CommitmentState


def commitment(state: CommitmentState = S.PUBLISHED, **values: object) -> Commitment:
    moment = datetime(2026, 11, 18, 4, tzinfo=UTC)
    defaults: dict[str, object] = {
        "id": 1,
        "public_id": "0123456789ab",
        "member_id": 7,
        "organisation": Organisation(name="柳河村党支部", parent_id=1),
        "year": 2026,
        "title": "修好村东头排水沟 120 米",
        "kind": CommitmentKind.ONE_OFF,
        "done_amount": 0,
        "target_amount": None,
        "unit": "次",
        "due_on": TODAY + timedelta(days=12),
        "published_at": moment,
        "last_entry_at": moment,
        "closed_out_at": None,
    }
    return Commitment(state=state, **{**defaults, **values})


@pytest.mark.parametrize(
    ("made", "tone", "words"),
    [
        (commitment(), Tone.GOING, "还有 12 天，12 月 3 日到期"),
        (commitment(due_on=TODAY), Tone.GOING, "今天到期，11 月 21 日到期"),
        (commitment(due_on=date(2026, 11, 16)), Tone.LATE, "晚了 5 天，原定 11 月 16 日"),
        (commitment(due_on=None), Tone.GOING, "正在办，没写期限"),
        (commitment(S.SENT_BACK), Tone.GOING, "还有 12 天，12 月 3 日到期，核实后退回再办"),
        (commitment(S.DONE_CLAIMED), Tone.CLAIMED, "自报办成，等支部核实"),
        (
            commitment(S.CLOSED_OUT, closed_out_at=datetime(2026, 9, 3, 1, tzinfo=UTC)),
            Tone.DONE,
            "办成了，9 月 3 日支部核实",
        ),
        (
            commitment(S.CLOSED_OUT, closed_out_at=datetime(2026, 9, 3, 1, tzinfo=UTC), member_id=None),
            Tone.DONE,
            "办成了，9 月 3 日上级党组织核实",
        ),
        (commitment(S.WITHDRAWN), Tone.ENDED, "已撤回，原因写在全过程里"),
        (commitment(S.CARRIED_OVER), Tone.ENDED, "没有办完，已转入再承诺"),
        (
            commitment(last_entry_at=datetime(2026, 8, 1, tzinfo=UTC)),
            Tone.GOING,
            "还有 12 天，12 月 3 日到期，已有 112 天没有新记录",
        ),
    ],
)
def test_every_state_is_said_in_words(made: Commitment, tone: Tone, words: str) -> None:
    standing = standing_of(made, TODAY)
    assert standing.tone is tone
    assert standing.strong + standing.rest == words


def test_a_counted_one_says_how_many_are_missing_and_draws_them_as_bricks() -> None:
    made = commitment(kind=CommitmentKind.COUNTED, target_amount=12, done_amount=9)
    standing = standing_of(made, TODAY)
    assert standing.rest == "，12 月 3 日到期，做了 9 次，还差 3 次"
    assert standing.progress is not None
    assert (standing.progress.percent, standing.progress.segments) == (75, 12)


def test_ninety_nine_of_a_hundred_is_not_shown_as_full_and_not_cut_into_slivers() -> None:
    made = commitment(kind=CommitmentKind.COUNTED, target_amount=1000, done_amount=999)
    progress = standing_of(made, TODAY).progress
    assert progress is not None
    assert (progress.percent, progress.segments) == (99, 0)


@pytest.mark.practice("L1")
def test_the_six_steps_show_the_present_one() -> None:
    standing = standing_of(commitment(), TODAY)
    assert [step.state for step in standing.steps] == ["past", "past", "past", "now", "next", "next"]
    assert standing.steps[3].name == "践诺"
    assert standing.steps_in_words == "六步走到第 4 步：践诺"


def test_tiles_add_up_to_the_first_one_and_leave_withdrawn_out() -> None:
    made = [
        commitment(S.CLOSED_OUT),
        commitment(S.DONE_CLAIMED),
        commitment(due_on=date(2026, 11, 1)),
        commitment(),
        commitment(S.WITHDRAWN),
    ]
    totals = totals_of(made, TODAY)
    numbers = [int(figure.value) for figure in total_figures(totals)]
    assert numbers[0] == 4
    assert sum(numbers[1:]) == numbers[0]
    assert total_words(totals) == "承诺 4 件，已办成 1 件，正在办 1 件，自报办成等核实 1 件，晚了 1 件。"


def test_a_brick_is_full_only_when_everything_is_checked() -> None:
    counted = commitment(S.DONE_CLAIMED, kind=CommitmentKind.COUNTED, target_amount=5, done_amount=5)
    assert totals_of([counted], TODAY).filled == 99
    assert totals_of([commitment(S.CLOSED_OUT)], TODAY).filled == 100
    assert totals_of([], TODAY).filled == 0


def test_late_ones_come_first_and_ended_ones_last() -> None:
    made = [
        commitment(S.WITHDRAWN),
        commitment(S.CLOSED_OUT),
        commitment(),
        commitment(due_on=date(2026, 1, 2)),
    ]
    tones = [card.standing.tone for card in cards_of(made, {}, (), TODAY)]
    assert tones == [Tone.LATE, Tone.GOING, Tone.DONE, Tone.ENDED]


def test_unfinished_ones_of_last_year_stay_on_the_face() -> None:
    assert is_current(commitment(year=2025), TODAY)
    assert not is_current(commitment(S.CLOSED_OUT, year=2025), TODAY)
