"""The verbs of commitments: every change goes through one of these.

Each takes the session and the actor, checks right and state, writes the event chain and the
audit log, marks the pages stale, and never commits.
"""

from brickwall.commitments.services.checking import (
    approve_and_publish,
    approve_commitment,
    close_out,
    publish_commitment,
    return_commitment,
    send_back,
    withdraw_commitment,
)
from brickwall.commitments.services.drafting import (
    discard_commitment,
    edit_draft,
    propose_commitment,
    submit_commitment,
)
from brickwall.commitments.services.fulfilling import claim_done, record_entry, supersede_entry
from brickwall.commitments.services.photos import remove_photo, sweep_photos, upload_photo, upload_photos
from brickwall.commitments.services.revising import accept_revision, propose_revision, refuse_revision

__all__ = [
    "accept_revision",
    "approve_and_publish",
    "approve_commitment",
    "claim_done",
    "close_out",
    "discard_commitment",
    "edit_draft",
    "propose_commitment",
    "propose_revision",
    "publish_commitment",
    "record_entry",
    "refuse_revision",
    "remove_photo",
    "return_commitment",
    "send_back",
    "submit_commitment",
    "supersede_entry",
    "sweep_photos",
    "upload_photo",
    "upload_photos",
    "withdraw_commitment",
]
