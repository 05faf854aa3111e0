"""What a brick says of a round that is over: its figures, and the words let through by a person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations.constants import CommentState
from brickwall.evaluations.models import EvaluationRound, RatingComment
from brickwall.evaluations.services import close_round
from brickwall.publicity.builders.ratings import SHOWN_COMMENTS
from tests.factories.evaluations import RatedBranch, make_open_round, rate
from tests.publicity.conftest import ReadPage


def finish(rated: RatedBranch, session: Session, *, voters: int) -> None:
    """Let ``voters`` phones rate with a comment, publish all but one comment, close the round."""
    for number in range(voters):
        rate(rated, comment=f"第{number}句")
    session.rollback()
    for comment in session.scalars(select(RatingComment)).all():
        comment.state = CommentState.HELD if comment.text == "第0句" else CommentState.PUBLISHED
    found = session.scalars(select(EvaluationRound)).one()
    close_round(session, rated.actor, rated.keys, found, "人都评完了")
    session.commit()


def test_a_closed_round_shows_five_comments_that_a_person_let_through(
    session: Session, settings: Settings, read: ReadPage
) -> None:
    rated = make_open_round(session, settings)
    during = read(f"/q/{rated.codes[0]}")
    finish(rated, session, voters=12)

    after = read(f"/q/{rated.codes[0]}")

    assert "群众留言" not in during
    assert "经人工审看" in after
    assert after.count("句</li>") == SHOWN_COMMENTS
    assert "第0句" not in after
    assert "群众留言" not in read(f"/q/{rated.codes[1]}")


def test_with_too_few_ratings_nobody_s_words_stand_alone(
    session: Session, settings: Settings, read: ReadPage
) -> None:
    rated = make_open_round(session, settings)
    finish(rated, session, voters=3)

    page = read(f"/q/{rated.codes[0]}")

    assert "人数不足，暂不公布" in page
    assert "群众留言" not in page
    assert 'href="/r"' in page
