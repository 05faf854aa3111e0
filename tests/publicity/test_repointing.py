"""Re-pointing a brick is a public act: its page says from whom, when and why."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.kernel.permissions import SYSTEM
from brickwall.organisations.models import Member
from brickwall.plaques.queries import get_plaque
from brickwall.plaques.services import repoint_plaque
from tests.publicity.conftest import Bricks, ReadPage


def test_a_re_pointed_brick_says_from_whom_and_why(bricks: Bricks, session: Session, read: ReadPage) -> None:
    before = read("/q/7k3m9qx2")
    assert "改指向" not in before
    plaque = get_plaque(session, "7k3m9qx2")
    other = session.scalars(select(Member).where(Member.id != plaque.member_id)).first()
    assert other is not None
    repoint_plaque(session, SYSTEM, plaque, other, "换届，砖给新任的人。")
    session.commit()
    page = re.sub(r"<[^>]+>", "", read("/q/7k3m9qx2"))
    assert "由“林秀峰”改指向这里，原因：换届，砖给新任的人。" in page
    assert other.name in page
