"""``brickwall miniprogram labels``: the words that the mini-program shares with everything else.

The mini-program has no build step, so its labels lie beside its code. This command writes them
from the package's constants; a test keeps the file equal to what the command prints.
"""

import json
from enum import StrEnum

import click

from brickwall.accounts.constants import LABELS as ACCOUNT_LABELS
from brickwall.accounts.constants import Role
from brickwall.accounts.rules import SLIP_CODE_LENGTH
from brickwall.commitments.constants import LABELS as COMMITMENT_LABELS
from brickwall.commitments.constants import (
    Category,
    CommitmentKind,
    CommitmentState,
    EntrySource,
    EventKind,
    Step,
)
from brickwall.commitments.rules import MAX_PHOTOS
from brickwall.commitments.texts import (
    ENTRY_LENGTH,
    LINE_LENGTH,
    MAX_AMOUNT,
    PARAGRAPH_LENGTH,
    REASON_LENGTH,
    TITLE_LENGTH,
    UNIT_LENGTH,
)
from brickwall.evaluations.constants import LABELS as EVALUATION_LABELS
from brickwall.evaluations.constants import MAX_COMMENT, Level, RatingValue, RoundState
from brickwall.feedback.constants import LABELS as FEEDBACK_LABELS
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.rules import MAX_TEXT
from brickwall.kernel.ids import CODE_LENGTH, RECEIPT_LENGTH
from brickwall.kernel.labels import Labels
from brickwall.messages.constants import LABELS as MESSAGE_LABELS
from brickwall.messages.constants import PHONE_KINDS, MessageKind
from brickwall.moderation.constants import LABELS as MODERATION_LABELS
from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.plaques.constants import LABELS as PLAQUE_LABELS
from brickwall.plaques.constants import PlaqueEventKind, PlaqueState
from brickwall.publicity.view_models import Tone

WORDS = Labels(
    ACCOUNT_LABELS,
    COMMITMENT_LABELS,
    EVALUATION_LABELS,
    FEEDBACK_LABELS,
    MESSAGE_LABELS,
    MODERATION_LABELS,
    PLAQUE_LABELS,
)
LABELLED: tuple[type[StrEnum], ...] = (
    Category,
    CheckReason,
    CheckState,
    CommitmentKind,
    CommitmentState,
    ContentKind,
    EntrySource,
    EventKind,
    FeedbackState,
    Level,
    MessageKind,
    PlaqueEventKind,
    PlaqueState,
    RatingValue,
    Role,
    RoundState,
    Step,
)
LIMITS = {
    "amount": MAX_AMOUNT,
    "brickCode": CODE_LENGTH,
    "comment": MAX_COMMENT,
    "entry": ENTRY_LENGTH,
    "feedback": MAX_TEXT,
    "line": LINE_LENGTH,
    "paragraph": PARAGRAPH_LENGTH,
    "photos": MAX_PHOTOS,
    "reason": REASON_LENGTH,
    "receipt": RECEIPT_LENGTH,
    "slip": SLIP_CODE_LENGTH,
    "title": TITLE_LENGTH,
    "unit": UNIT_LENGTH,
}
HEAD = (
    "// Written by `brickwall miniprogram labels` from the package's constants. Never edit by hand:\n"
    "// change the constant and run `brickwall miniprogram labels > miniprogram/utils/labels.js`.\n"
)


def _block(comment: str, name: str, value: object) -> str:
    body = json.dumps(value, ensure_ascii=False, indent=2)
    return f"\n/** {comment} */\nconst {name} = {body};\n"


def labels_script() -> str:
    """Return ``miniprogram/utils/labels.js``: a CommonJS module, checked by tsc like every other."""
    labels = {kind.__name__: {member.value: WORDS[member] for member in kind} for kind in LABELLED}
    return "".join(
        (
            HEAD,
            _block("@type {Record<string, Record<string, string>>} by enum, then by value", "LABELS", labels),
            _block(
                "@type {string[]} how a thing stands, also its CSS class",
                "TONES",
                [tone.value for tone in Tone],
            ),
            _block(
                "@type {string[]} kinds of messages that WeChat can bring",
                "PHONE_KINDS",
                [kind.value for kind in PHONE_KINDS],
            ),
            _block("Characters of a text, number of photos, and the like.", "LIMITS", LIMITS),
            "\nmodule.exports = { LABELS, TONES, PHONE_KINDS, LIMITS };\n",
        )
    )


@click.group("miniprogram")
def miniprogram() -> None:
    """小程序：从程序里抄出它要用的词。"""


@miniprogram.command("labels")
def labels() -> None:
    """打印小程序用的标签文件，供 miniprogram/utils/labels.js 用。"""
    click.echo(labels_script(), nl=False)
