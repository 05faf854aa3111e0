"""One commitment before a clerk: what the desk's page shows, told to a phone."""

from typing import Any

from sqlalchemy.orm import Session

from brickwall.commitments.models import Commitment
from brickwall.kernel.permissions import Actor
from brickwall.publicity.words import keep_measures
from brickwall.web.console.commitments.detail import find_detail
from brickwall.web.phone.reading import read_own


def read_reviewed(session: Session, actor: Actor, commitment: Commitment) -> dict[str, Any]:
    """Return what ``actor`` needs before he decides on ``commitment``."""
    detail = find_detail(session, actor, commitment)
    return {
        **read_own(session, actor, commitment),
        "owner": detail.owner,
        "organisation": commitment.organisation.name,
        "hints": [keep_measures(hint) for hint in detail.hints],
        "waiting": detail.waiting,
        "may_vet_revision": detail.may_vet_revision,
    }
