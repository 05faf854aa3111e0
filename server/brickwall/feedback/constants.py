"""States of a complaint or suggestion (投诉建议)."""

from enum import StrEnum


class FeedbackState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


LABELS: dict[StrEnum, str] = {
    FeedbackState.WAITING: "等待答复",
    FeedbackState.ANSWERED: "已答复",
    FeedbackState.CLOSED: "已办结",
}
