"""What villagers of the sample wrote: complaints and suggestions, one of them answered."""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback, send_feedback
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.organisations.models import Member, Organisation

ANSWER = "已请镇上清运车当天拉走，并改成隔天一清。再堆满请打村部电话，或在这里再写一条。"


def write_in(
    session: Session, settings: Settings, office: Actor, branch: Organisation, members: list[Member]
) -> None:
    """Let villagers send three messages; the desk has answered the oldest."""
    said = (
        (9, None, "村口垃圾点三天没人收了，天热有味。"),
        (2, members[6], "他修的排水沟，拐弯那一段还是会漫水，下次能不能垫高一点。"),
        (1, None, "晚上广场的音响能不能九点前关，孩子要写作业。"),
    )
    for days, about, text in said:
        with clock.at(_evening(days)):
            send_feedback(session, settings, branch, about, text)
    oldest = session.scalars(select(Feedback).order_by(Feedback.id).limit(1)).one()
    with clock.at(_evening(8)):
        answer_feedback(session, office, oldest, ANSWER)


def _evening(days_ago: int) -> datetime:
    return datetime.combine(clock.today() - timedelta(days=days_ago), time(18, 42), clock.SHANGHAI)
