"""States of a complaint or suggestion (投诉建议)."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class FeedbackState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


LABELS = Labels(
    {
        FeedbackState.WAITING: "等待答复",
        FeedbackState.ANSWERED: "已答复",
        FeedbackState.CLOSED: "已办结",
    },
)
