"""A round's result, for those who asked to be told of it: of the round as a whole, never of a rating."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.models import EvaluationRound
from brickwall.kernel import clock
from brickwall.kernel.ids import PUBLIC_ID_LENGTH, normalise_code
from brickwall.kernel.problems import NotFound, Refused
from brickwall.messages.constants import MessageKind
from brickwall.messages.rules import Letter
from brickwall.messages.services import announce
from brickwall.messages.topics import Awaited, Wish, topic


@topic("round")
def await_result(session: Session, settings: Settings, wish: Wish) -> Awaited:
    """Let somebody wait for a round's result. Locks the round against being closed meanwhile.

    Raises:
        NotFound: there is no such round.
        Refused: it has ended.
    """
    found = _find_locked(session, wish.name)
    if found is None:
        raise NotFound("没有找到这一轮评议，请重新扫砖")
    if found.state is not RoundState.OPEN or found.closes_at <= clock.now():
        raise Refused("这一轮已经结束，结果就在砖和砖墙的页面上", "round.closed")
    return Awaited(f"round:{found.public_id}", f"{found.organisation.short_name}“{found.name}”的结果")


def _find_locked(session: Session, name: str) -> EvaluationRound | None:
    try:
        public_id = normalise_code(name, PUBLIC_ID_LENGTH)
    except ValueError:
        return None
    query = select(EvaluationRound).where(EvaluationRound.public_id == public_id)
    return session.scalar(query.with_for_update(read=True, of=EvaluationRound))


def announce_result(session: Session, round_: EvaluationRound) -> None:
    """Have everybody told who waits for this round's result."""
    told = Letter(
        kind=MessageKind.RESULT,
        subject=round_.name,
        title="评议结果出来了",
        text=f"{round_.organisation.name}“{round_.name}”结束了，多少人评、评得怎么样，都写在砖墙上。",
        page=f"/w/{round_.organisation.code}",
    )
    announce(session, f"round:{round_.public_id}", told)
