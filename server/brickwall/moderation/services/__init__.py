"""What can be done with checks."""

from brickwall.moderation.services.asking import Origin, ask, ask_for_work, word_hint
from brickwall.moderation.services.settling import (
    describe,
    describe_all,
    drop_check,
    follow_person,
    hold_check,
    hold_overdue,
    note_asked,
    pass_check,
    refuse_check,
    release_check,
    stop_looking,
)

__all__ = [
    "Origin",
    "ask",
    "ask_for_work",
    "describe",
    "describe_all",
    "drop_check",
    "follow_person",
    "hold_check",
    "hold_overdue",
    "note_asked",
    "pass_check",
    "refuse_check",
    "release_check",
    "stop_looking",
    "word_hint",
]
