"""The blueprint of this area; its modules add their views to it."""

from typing import Any

from brickwall.commitments import rules
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.commitments.table import state_tone

area = console_area("commitments", __name__)


@area.context_processor
def words_of_rules() -> dict[str, Any]:
    """Return what the area's templates ask about a commitment."""
    return {
        "due_words": rules.due_words,
        "is_overdue": rules.is_overdue,
        "is_stalled": rules.is_stalled,
        "progress_words": rules.progress_words,
        "state_tone": state_tone,
    }
