"""What can be done with rounds, ratings and comments."""

from brickwall.evaluations.services.batches import Receipt, Tap
from brickwall.evaluations.services.comments import publish_comment, reject_comment
from brickwall.evaluations.services.ratings import record_rating
from brickwall.evaluations.services.rounds import RoundPlan, close_due_rounds, close_round, open_round

__all__ = [
    "Receipt",
    "RoundPlan",
    "Tap",
    "close_due_rounds",
    "close_round",
    "open_round",
    "publish_comment",
    "record_rating",
    "reject_comment",
]
