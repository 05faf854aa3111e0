"""What a result says: nothing before closing, counts with denominator, interval and label after."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations.figures import Figures, Publishable, figures_of, find_standing
from brickwall.evaluations.models import RatingComment, RoundSubject
from brickwall.evaluations.services import close_round
from tests.factories.evaluations import RatedBranch, make_open_round, rate


def close_with(branch: RatedBranch, session: Session, counts: tuple[int, int, int], **values: Any) -> Figures:
    """Close the round and give its first member these totals."""
    assert branch.round is not None
    session.rollback()
    for name, value in values.items():
        setattr(branch.round, name, value)
    close_round(session, branch.actor, branch.keys, branch.round, "提前")
    member_id = branch.members[0].id
    totals = dict(zip(("satisfied", "fair", "dissatisfied"), counts, strict=True))
    session.execute(update(RoundSubject).where(RoundSubject.member_id == member_id).values(**totals))
    session.commit()
    found = find_standing(session, member_id=member_id).last
    assert found is not None
    return found


def test_an_open_round_has_no_figures(branch: RatedBranch, session: Session) -> None:
    rate(branch)
    standing = find_standing(session, member_id=branch.members[0].id)
    assert standing.last is None
    assert standing.open_round is not None
    assert standing.open_round.public_id == branch.round_id
    subject = session.query(RoundSubject).filter_by(member_id=branch.members[0].id).one()
    assert figures_of(subject) is None


def test_enough_ratings_show_everything_the_design_asks_for(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (36, 8, 6))
    assert figures.label == "网上参考"
    assert figures.counts_text == "50 人评：满意 36，一般 8，不满意 6"
    assert figures.rate == 0.72
    assert figures.rate_text == "72.0%（按人数算，真实比例多半在 58% 到 83% 之间）"
    assert figures.participation_text == "应评 412 人，评了 12.1%，未评 362 人"


@pytest.mark.parametrize(
    ("counts", "publishable", "counts_text", "rate_text"),
    [
        ((0, 0, 0), Publishable.NOTHING, "暂无", "暂无"),
        ((9, 0, 0), Publishable.TOO_FEW, "人数不足，暂不公布", "人数不足，暂不公布"),
        ((10, 0, 0), Publishable.COUNTS, "10 人评：满意 10，一般 0，不满意 0", "不到 30 人评，不算百分比"),
        ((20, 5, 4), Publishable.COUNTS, "29 人评：满意 20，一般 5，不满意 4", "不到 30 人评，不算百分比"),
    ],
)
def test_few_ratings_say_less(
    branch: RatedBranch,
    session: Session,
    counts: tuple[int, int, int],
    publishable: Publishable,
    counts_text: str,
    rate_text: str,
) -> None:
    figures = close_with(branch, session, counts)
    assert figures.publishable is publishable
    assert figures.counts_text == counts_text
    assert figures.rate_text == rate_text
    assert figures.rate is None


def test_without_anybody_there_is_no_zero_percent(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (0, 0, 0))
    assert figures.participation_text == "应评 412 人，还没有人评"
    assert "%" not in figures.counts_text + figures.rate_text + figures.participation_text


def test_too_few_ratings_do_not_even_tell_how_many(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (5, 2, 2))
    assert figures.total is None
    assert figures.participation_text == "应评 412 人"


def test_a_round_may_ask_for_more_than_ten(branch: RatedBranch, session: Session) -> None:
    assert close_with(branch, session, (12, 3, 3), publish_minimum=20).total is None


def test_a_hidden_satisfied_cell_takes_the_percentage_with_it(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (2, 5, 40))
    assert figures.counts_text == "47 人评：满意 少于3，一般 不单列，不满意 40"
    assert (figures.rate, figures.interval) == (None, None)
    assert figures.rate_text == "有的格人数太少，不算百分比"


def test_an_unknown_denominator_is_said(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (36, 8, 6), roster_size=None)
    assert figures.participation_text == "应评人数未登记"


def test_more_ratings_than_people_are_remarked_upon(branch: RatedBranch, session: Session) -> None:
    figures = close_with(branch, session, (36, 8, 6), roster_size=45)
    assert "比应评人数还多" in figures.notes[0]
    assert figures.participation_text.endswith("未评 0 人")


def test_comments_appear_only_when_reviewed_and_the_round_is_over(
    app: object, session: Session, settings: Settings
) -> None:
    branch = make_open_round(session, settings, next_opens_on="2027-03-01")
    rate(branch, comment="路灯亮了")
    member_id = branch.members[0].id
    session.execute(update(RatingComment).values(state="published"))
    session.commit()
    assert find_standing(session, member_id=member_id).comments == ()
    close_with(branch, session, (36, 8, 6))
    standing = find_standing(session, member_id=member_id)
    assert standing.comments == ("路灯亮了",)
    assert (standing.open_round, standing.next_opens_on) == (None, "2027-03-01")


def test_the_branch_has_a_standing_of_its_own(branch: RatedBranch, session: Session) -> None:
    standing = find_standing(session, organisation_id=branch.organisation.id)
    assert standing.open_round is not None
