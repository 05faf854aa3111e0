"""What the phone's own pages are told; the words are finished, the phone only arranges them."""

from typing import Any

from marshmallow import Schema, fields, validate

from brickwall.commitments.constants import LABELS, Category, CommitmentKind, CommitmentState, Showing
from brickwall.commitments.schemas import PhotoOut
from brickwall.plaques.constants import PlaqueEventKind
from brickwall.plaques.schemas import PlaqueOut
from brickwall.publicity.schemas import shape_of
from brickwall.publicity.view_models import Figure, Standing
from brickwall.publicity.words import keep_measures

CODE_LENGTH = validate.Length(min=1, max=60)


FigureOut = shape_of(Figure)
StandingOut = shape_of(Standing)


class CardOut(Schema):
    """One commitment as this person sees it, and what he can do with it now.

    ``reason`` is why it was sent back while that is the last thing that happened; ``steps`` names
    the steps of the life cycle that are open to him. Send ``version`` back with a step.
    """

    id = fields.String(attribute="commitment.public_id", required=True)
    title = fields.Function(lambda card: keep_measures(card.commitment.title))
    file_number = fields.Function(lambda card: card.commitment.file_number or "")
    state = fields.Enum(CommitmentState, attribute="commitment.state", by_value=True, required=True)
    state_label = fields.Function(lambda card: LABELS[card.commitment.state])
    version = fields.Integer(attribute="commitment.version", required=True)
    standing = fields.Method("_standing")
    reason = fields.String(required=True)
    latest = fields.String(required=True)
    steps = fields.Function(lambda card: sorted(card.steps))
    may_record = fields.Boolean(required=True)
    may_correct = fields.Boolean(required=True)
    claim_hint = fields.String(required=True)
    counted = fields.Boolean(required=True)
    unit = fields.String(attribute="commitment.unit", required=True)
    public = fields.Function(lambda card: card.standing is not None)

    def _standing(self, card: Any) -> dict[str, Any]:
        plain = {"tone": card.tone, "strong": card.strong, "rest": card.rest}
        bare = {**plain, "steps": [], "steps_in_words": "", "progress": None}
        if card.standing is None:
            return bare
        told: dict[str, Any] = StandingOut().dump(card.standing)
        return {**told, **plain}


class PocketOut(Schema):
    """A member's first page: what is to be done, what waits for the branch, what is over."""

    name = fields.String(required=True)
    organisation = fields.String(required=True)
    figures = fields.List(fields.Nested(FigureOut), required=True)
    filled = fields.Integer(required=True)
    todo = fields.List(fields.Nested(CardOut), required=True)
    waiting = fields.List(fields.Nested(CardOut), required=True)
    over = fields.List(fields.Nested(CardOut), required=True)


class FactOut(Schema):
    """One labelled line of a commitment's text."""

    label = fields.String(required=True)
    value = fields.String(required=True)


class PictureOut(Schema):
    """A photo of an entry: the small one is shown, the large one lies behind it."""

    small = fields.String(required=True)
    large = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    text = fields.String(required=True)


class OwnPhotoOut(PhotoOut):
    """A photo of mine; one that nobody may see yet is not ``shown``, its address stays closed."""

    shown = fields.Function(lambda photo: photo.showing is Showing.SHOWN)


class OwnEntryOut(Schema):
    """An entry's own values, for correcting it."""

    id = fields.String(attribute="public_id", required=True)
    text = fields.String(required=True)
    amount = fields.Integer(allow_none=True, required=True)
    happened_on = fields.Date(required=True)
    photos = fields.List(fields.Nested(OwnPhotoOut), required=True)


class OwnLinkOut(Schema):
    """One thing that happened, as a sentence; ``entry`` is set while it can be corrected.

    ``notice`` tells that the entry or a photo of it is not shown to others, and why.
    """

    day = fields.String(required=True)
    exact = fields.String(required=True)
    sentence = fields.String(required=True)
    text = fields.String(required=True)
    reason = fields.String(required=True)
    tone = fields.String(required=True)
    struck = fields.Boolean(required=True)
    pictures = fields.List(fields.Nested(PictureOut), required=True)
    notice = fields.String(required=True)
    entry = fields.Nested(OwnEntryOut, allow_none=True, required=True)


class WordsOut(Schema):
    """The words of a commitment as they are typed."""

    title = fields.String(required=True)
    detail = fields.String(required=True)
    measures = fields.String(required=True)
    beneficiary = fields.String(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    kind = fields.Enum(CommitmentKind, by_value=True, required=True)
    target_amount = fields.Integer(allow_none=True, required=True)
    unit = fields.String(required=True)
    due_on = fields.Date(allow_none=True, required=True)


class OwnCommitmentOut(Schema):
    """One commitment with everything that happened to it, the newest first."""

    card = fields.Nested(CardOut, required=True)
    words = fields.Nested(WordsOut, required=True)
    facts = fields.List(fields.Nested(FactOut), required=True)
    chain = fields.List(fields.Nested(OwnLinkOut), required=True)


class SlipIn(Schema):
    """A slip's code as it was scanned or typed."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=200))


class SlipOut(Schema):
    """Whose slip it is, to be asked before it is used."""

    name = fields.String(required=True)
    organisation = fields.String(required=True)


class QueueOut(Schema):
    """One kind of waiting, and how many things wait; ``empty`` is said when none does."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    empty = fields.String(required=True)
    count = fields.Integer(required=True)


class DeskOut(Schema):
    """A clerk's first page on the phone.

    ``plaques`` counts the branch's plaques by state; ``held`` counts texts and photos that wait
    to be looked at; ``may_install`` and ``may_record`` tell which acts are open to him.
    """

    name = fields.String(required=True)
    organisation = fields.String(required=True)
    queues = fields.List(fields.Nested(QueueOut), required=True)
    plaques = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    held = fields.Integer(required=True)
    may_install = fields.Boolean(required=True)
    may_record = fields.Boolean(required=True)


class ChangedOut(Schema):
    """One field that a waiting text would change."""

    field = fields.String(attribute="label", required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class WaitingTextOut(Schema):
    """A new text of a published commitment that waits for vetting."""

    who = fields.String(required=True)
    reason = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangedOut), required=True)


class ReviewedOut(OwnCommitmentOut):
    """One commitment before a clerk: whose it is, and what to look at before deciding."""

    owner = fields.String(required=True)
    organisation = fields.String(required=True)
    hints = fields.List(fields.String(), required=True)
    waiting = fields.Nested(WaitingTextOut, allow_none=True, required=True)
    may_vet_revision = fields.Boolean(required=True)


class ReviewQuery(Schema):
    """Which one of the queue; the first when it is left out or has left the queue."""

    at = fields.String(load_default="", validate=validate.Length(max=40))


class ReviewOut(Schema):
    """A place in a queue: number ``number`` of ``total``; ``item`` is empty when nothing waits."""

    queue = fields.Nested(QueueOut, required=True)
    number = fields.Integer(required=True)
    total = fields.Integer(required=True)
    previous = fields.String(required=True)
    following = fields.String(required=True)
    item = fields.Nested(ReviewedOut, allow_none=True, required=True)


class PeopleQuery(Schema):
    """Whom to look for; ``organisation`` narrows to one branch."""

    q = fields.String(load_default="", validate=validate.Length(max=60))
    organisation = fields.String(load_default="", validate=validate.Length(max=60))


class PersonOut(Schema):
    """A member to choose; ``open`` counts his commitments that are being worked on."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    note = fields.String(required=True)
    open = fields.Integer(required=True)


class PeopleOut(Schema):
    """Members in the order of the wall; ``more`` tells that a name must be typed to see the rest."""

    items = fields.List(fields.Nested(PersonOut), required=True)
    branches = fields.List(fields.Nested(PersonOut), required=True)
    more = fields.Boolean(required=True)


class PromisesOut(Schema):
    """What one owner promised and is working on."""

    owner = fields.String(required=True)
    items = fields.List(fields.Nested(CardOut), required=True)


class HeldPlaqueOut(PlaqueOut):
    """A plaque of my branch with what can happen to it now.

    ``install_refusal`` says why it cannot be installed and what to do, or is empty.
    """

    acts = fields.List(fields.Enum(PlaqueEventKind, by_value=True), required=True)
    install_refusal = fields.String(required=True)
