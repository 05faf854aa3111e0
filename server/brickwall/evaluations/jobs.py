"""Jobs of the rounds: closing at the announced time, and destroying keys for certain."""

from typing import Any

from sqlalchemy import select

from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import EvaluationRound
from brickwall.evaluations.services import close_due_rounds
from brickwall.evaluations.services.rounds import CLOSE_DUE, DESTROY_KEY
from brickwall.kernel.db import transaction
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import Job, job


@job(CLOSE_DUE)
def close_due(_: Job) -> dict[str, Any]:
    """End every round whose closing time has passed."""
    with transaction() as session:
        return {"closed": close_due_rounds(session, RoundKeys(settings().keys_dir))}


@job(DESTROY_KEY)
def destroy_key(claimed: Job) -> dict[str, Any]:
    """Destroy the key of a closed round that a crash after the commit may have left."""
    round_id = claimed.args["round"]
    with transaction() as session:
        state = session.scalar(select(EvaluationRound.state).where(EvaluationRound.public_id == round_id))
    if state is RoundState.CLOSED:
        RoundKeys(settings().keys_dir).destroy(round_id)
    return {"round": round_id}
