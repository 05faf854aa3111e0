"""What the commitments API takes and gives."""

from flask_smorest.fields import Upload
from marshmallow import INCLUDE, Schema, fields, validate

from brickwall.commitments import rules
from brickwall.commitments.constants import (
    LABELS,
    Category,
    CommitmentKind,
    CommitmentState,
    EntrySource,
    EventKind,
    Showing,
    Step,
)
from brickwall.commitments.models import Photo
from brickwall.commitments.texts import MAX_AMOUNT

_ID = validate.Length(min=1, max=40)
_INTEGER = validate.Range(min=0, max=2**31 - 1)


class TextIn(Schema):
    """What a commitment promises. ``target_amount`` and ``unit`` count for ``counted`` only."""

    title = fields.String(required=True)
    detail = fields.String(load_default="")
    measures = fields.String(load_default="")
    beneficiary = fields.String(load_default="")
    category = fields.Enum(Category, by_value=True, load_default=Category.OTHER)
    kind = fields.Enum(CommitmentKind, by_value=True, load_default=CommitmentKind.ONE_OFF)
    target_amount = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)
    unit = fields.String(load_default="次")
    due_on = fields.Date(load_default=None, allow_none=True)


class CommitmentIn(TextIn):
    """A new commitment.

    A member leaves ``organisation`` and ``member`` out. Staff names the branch, and the member
    unless the commitment is the branch's own. ``submit`` hands it in for vetting at once.
    """

    organisation = fields.String(load_default=None, allow_none=True, validate=_ID)
    member = fields.String(load_default=None, allow_none=True, validate=_ID)
    year = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)
    submit = fields.Boolean(load_default=False)


class EditIn(TextIn):
    """The whole new text of a draft. ``version`` is the one the writer had before him."""

    version = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)


class RevisionIn(EditIn):
    """The whole new text of a published commitment, and why."""

    reason = fields.String(required=True)


class StepIn(Schema):
    """A step of the life cycle. ``reason`` may be left out where only a remark is meant."""

    reason = fields.String(load_default="")
    version = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)


class ReasonedStepIn(StepIn):
    """A step that asks for a reason everybody will read."""

    reason = fields.String(required=True)


class EntryIn(Schema):
    """What was done. ``happened_on`` is today when left out; photos are always optional."""

    text = fields.String(required=True)
    happened_on = fields.Date(load_default=None, allow_none=True)
    amount = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=0, max=MAX_AMOUNT)
    )
    photos = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))
    source = fields.Enum(EntrySource, by_value=True, load_default=EntrySource.PHONE)


class CorrectionIn(EntryIn):
    """A whole new entry in place of a wrong one, and why; ``photos`` names the old ones to keep."""

    reason = fields.String(required=True)


class UploadIn(Schema):
    """One picture: JPEG, PNG or WebP, at most 8 MB and 40 megapixels."""

    class Meta:
        """Other parts of the form (a form token, a caption) are nobody's business here."""

        unknown = INCLUDE

    photo = Upload(required=True)


class ListQuery(Schema):
    """Which commitments, and which page of them."""

    year = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)
    state = fields.Enum(CommitmentState, by_value=True, load_default=None, allow_none=True)
    category = fields.Enum(Category, by_value=True, load_default=None, allow_none=True)
    timing = fields.Enum(rules.Timing, by_value=True, load_default=None, allow_none=True)
    member = fields.String(load_default="", validate=validate.Length(max=40))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    cursor = fields.String(load_default=None, validate=validate.Length(max=80))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class PhotoOut(Schema):
    """A kept picture; the addresses are open once its entry belongs to a published commitment."""

    id = fields.String(attribute="public_id", required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    small = fields.Function(lambda photo: photo_url(photo, "s"))
    large = fields.Function(lambda photo: photo_url(photo, "l"))


def photo_url(photo: Photo, size: str) -> str:
    """Return the address of a picture in size ``s`` (480 pixels) or ``l`` (1600 pixels)."""
    return f"/media/{photo.public_id}-{size}.jpg"


class EntryPublic(Schema):
    """One entry as anybody reads it; ``recorder`` is who wrote it down on behalf of ``who``."""

    id = fields.String(attribute="public_id", required=True)
    happened_on = fields.Date(required=True)
    text = fields.String(required=True)
    amount = fields.Integer(allow_none=True, required=True)
    source = fields.Enum(EntrySource, by_value=True, required=True)
    who = fields.String(required=True)
    recorder = fields.String(required=True)
    superseded = fields.Boolean(required=True)
    supersedes = fields.String(required=True)
    photos = fields.List(fields.Nested(PhotoOut), required=True)


class EntryOwn(EntryPublic):
    """An entry as its writer and the branch read it; ``notice`` says that others do not see it, and why."""

    showing = fields.Enum(Showing, by_value=True, required=True)
    showing_label = fields.Function(lambda entry: LABELS[entry.showing])
    notice = fields.String(required=True)


class ChangeOut(Schema):
    """One field a revision changed."""

    field = fields.String(attribute="label", required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class LinkPublic(Schema):
    """One link of the chain: who did what, when and why."""

    sequence = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.Enum(EventKind, by_value=True, required=True)
    who = fields.String(required=True)
    sentence = fields.String(required=True)
    why = fields.String(required=True)
    entry = fields.Nested(EntryPublic, allow_none=True, required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)


class CommitmentPublic(Schema):
    """A commitment as anybody reads it."""

    id = fields.String(attribute="public_id", required=True)
    file_number = fields.String(allow_none=True, required=True)
    year = fields.Integer(required=True)
    owner = fields.Function(rules.owner_name)
    member = fields.Function(lambda row: row.member.public_id if row.member else None)
    organisation = fields.String(attribute="organisation.code", required=True)
    state = fields.Enum(CommitmentState, by_value=True, required=True)
    state_label = fields.Function(lambda row: LABELS[row.state])
    step = fields.Function(lambda row: rules.step_of(row).value, metadata={"enum": list(Step)})
    timing = fields.Function(lambda row: rules.timing_of(row).value, metadata={"enum": list(rules.Timing)})
    due_words = fields.Function(rules.due_words)
    kind = fields.Enum(CommitmentKind, by_value=True, required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    measures = fields.String(required=True)
    beneficiary = fields.String(required=True)
    target_amount = fields.Integer(allow_none=True, required=True)
    done_amount = fields.Integer(required=True)
    unit = fields.String(required=True)
    due_on = fields.Date(allow_none=True, required=True)
    revision = fields.Integer(required=True)
    published_at = fields.AwareDateTime(allow_none=True, required=True)
    claimed_at = fields.AwareDateTime(allow_none=True, required=True)
    closed_out_at = fields.AwareDateTime(allow_none=True, required=True)
    last_entry_at = fields.AwareDateTime(allow_none=True, required=True)


class CommitmentOut(CommitmentPublic):
    """A commitment as its owner and his branch read it. Send ``version`` back with a change."""

    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)


class MineOut(Schema):
    """One of my commitments with its newest entry and the steps open to me now."""

    commitment = fields.Nested(CommitmentOut, required=True)
    latest_entry = fields.Nested(EntryOwn, allow_none=True, required=True)
    steps = fields.List(fields.String(), required=True)


class MyList(Schema):
    """All my commitments; there are never enough of them for pages."""

    items = fields.List(fields.Nested(MineOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class CommitmentPage(Schema):
    """A page of commitments, newest first."""

    items = fields.List(fields.Nested(CommitmentOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class ChainPublic(Schema):
    """A commitment and its whole chain, the first link first."""

    commitment = fields.Nested(CommitmentPublic, required=True)
    chain = fields.List(fields.Nested(LinkPublic), required=True)


class EntryOut(Schema):
    """What became of an entry: itself and the commitment after it."""

    entry = fields.Nested(EntryOwn, required=True)
    commitment = fields.Nested(CommitmentOut, required=True)
