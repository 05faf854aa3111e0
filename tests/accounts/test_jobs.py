"""The daily sweep: what is over is forgotten, what is open stays."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services, throttling
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.jobs import SWEEP_JOB, schedule_sweep
from brickwall.accounts.models import AuthSession, Throttle
from brickwall.accounts.throttling import LOGIN
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.jobs import Job, JobState, run_pending_jobs
from tests.accounts.people import make_staff
from tests.factories.organisations import make_organisation


def test_the_sweep_keeps_open_sign_ins_and_comes_back_tomorrow(session: Session):
    staff = make_staff(session, make_organisation(session))
    with time_machine.travel(clock.now() - timedelta(days=60)):
        old = services.open_session(session, staff, SessionKind.CONSOLE)
        token = services.open_session(session, staff, SessionKind.TOKEN)
        throttling.count_try(session, "someone", LOGIN)
    recent = services.open_session(session, staff, SessionKind.CONSOLE)
    recent.row.revoked_at = clock.now()
    kept = {token.row.id, recent.row.id}
    gone = old.row.id
    session.commit()
    with transaction() as scheduling:
        schedule_sweep(scheduling)
        schedule_sweep(scheduling)
    assert run_pending_jobs() == 1
    session.rollback()
    left = set(session.scalars(select(AuthSession.id)))
    assert kept <= left
    assert gone not in left
    assert session.scalars(select(Throttle)).all() == []
    (following,) = session.scalars(
        select(Job).where(Job.name == SWEEP_JOB, Job.state == JobState.WAITING)
    ).all()
    assert timedelta(hours=23) < following.run_at - clock.now() <= timedelta(days=1)
