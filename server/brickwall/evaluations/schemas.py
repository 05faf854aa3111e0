"""What the ratings API takes and gives."""

from marshmallow import Schema, fields, validate

from brickwall.evaluations.constants import LABELS, CommentState, Level, RatingValue, RoundState
from brickwall.evaluations.rules import few_or_number

_ID = validate.Length(min=1, max=40)
_KEY = validate.Length(min=1, max=128)
_REASON = validate.Length(max=500)
_INTEGER = validate.Range(min=0, max=2**31 - 1)
ONCE = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": 128},
            "description": "Repeat a write with the same key and it happens once.",
        }
    ]
}


class DeviceIn(Schema):
    """The mark this phone had before, if any; used by the mini-program only."""

    device = fields.String(load_default="", validate=validate.Length(max=200))


class DeviceOut(Schema):
    """A phone's mark. Keep it: it is the only proof that a later change is yours."""

    device = fields.String(required=True)


class RatingIn(Schema):
    """One tap: the brick's code, the round, one of three faces.

    ``device`` is the mark from ``POST /devices`` for clients without cookies. ``supersedes``
    names the keys of earlier taps of this phone whose answers never came back.
    """

    subject = fields.String(required=True, validate=_ID)
    round = fields.String(required=True, validate=_ID)
    value = fields.Enum(RatingValue, by_value=True, required=True)
    comment = fields.String(load_default="", validate=validate.Length(max=2000))
    device = fields.String(load_default="", validate=validate.Length(max=200))
    supersedes = fields.List(fields.String(validate=_KEY), load_default=list, validate=validate.Length(max=8))


class RoundName(Schema):
    """Which round."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class RatingOut(Schema):
    """The receipt: a code that does not show how one rated."""

    receipt = fields.String(required=True)
    round = fields.Nested(RoundName, required=True)


class ReceiptOut(RatingOut):
    """What a receipt proves. ``latest`` is False once the same phone has rated again."""

    on_record = fields.Boolean(required=True)
    latest = fields.Boolean(required=True)
    open = fields.Boolean(required=True)


class RoundsQuery(Schema):
    """Which rounds to list."""

    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RoundIn(Schema):
    """A new round. ``roster_size`` is N, the adults who may rate; leave it out when nobody counted."""

    organisation = fields.String(required=True, validate=_ID)
    name = fields.String(required=True, validate=validate.Length(max=200))
    closes_at = fields.AwareDateTime(required=True)
    roster_size = fields.Integer(load_default=None, allow_none=True, validate=_INTEGER)
    publish_minimum = fields.Integer(load_default=10, validate=_INTEGER)
    next_opens_on = fields.Date(load_default=None, allow_none=True)


class CloseIn(Schema):
    """Why a round ends; may be empty once its closing time has passed."""

    reason = fields.String(load_default="", validate=_REASON)


class RoundOut(Schema):
    """A round for staff. There are no live totals: see its results once it has ended."""

    id = fields.String(attribute="public_id", required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    name = fields.String(required=True)
    state = fields.Enum(RoundState, by_value=True, required=True)
    state_label = fields.Function(lambda round_: LABELS[round_.state])
    level = fields.Enum(Level, by_value=True, required=True)
    roster_size = fields.Integer(allow_none=True, required=True)
    publish_minimum = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(allow_none=True, required=True)
    participants = fields.Integer(allow_none=True, required=True)
    flagged = fields.Function(
        lambda round_: None if round_.flagged is None else few_or_number(round_.flagged),
        metadata={
            "type": "string",
            "description": "Ratings counted although WeChat doubts the account; 1 and 2 are not told apart.",
        },
    )


class RoundPage(Schema):
    """One page of rounds, newest first."""

    items = fields.List(fields.Nested(RoundOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class IntervalOut(Schema):
    """A 95 % Wilson interval, both ends between 0 and 1."""

    low = fields.Float(required=True)
    high = fields.Float(required=True)


class FiguresOut(Schema):
    """A subject's figures as they may be shown; texts stand where a number is hidden."""

    subject = fields.String(required=True)
    name = fields.String(required=True)
    level_label = fields.String(attribute="figures.label", required=True)
    publishable = fields.String(attribute="figures.publishable", required=True)
    total = fields.Integer(attribute="figures.total", allow_none=True, required=True)
    satisfied = fields.String(attribute="figures.satisfied.text", allow_none=True)
    fair = fields.String(attribute="figures.fair.text", allow_none=True)
    dissatisfied = fields.String(attribute="figures.dissatisfied.text", allow_none=True)
    roster_size = fields.Integer(attribute="figures.roster_size", allow_none=True, required=True)
    rate = fields.Float(attribute="figures.rate", allow_none=True, required=True)
    interval = fields.Nested(IntervalOut, attribute="figures.interval", allow_none=True, required=True)
    notes = fields.List(fields.String(), attribute="figures.notes", required=True)


class ResultsOut(Schema):
    """The results of a closed round, in the order of the wall, never by rank."""

    round = fields.Nested(RoundOut, required=True)
    items = fields.List(fields.Nested(FiguresOut), required=True)


class CommentOut(Schema):
    """A comment for its reviewer; nothing leads from it to a rating."""

    id = fields.String(attribute="public_id", required=True)
    about = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.Enum(CommentState, by_value=True, required=True)


class CommentPage(Schema):
    """Comments that wait for a person, in no order of arrival."""

    items = fields.List(fields.Nested(CommentOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class CommentDecision(Schema):
    """Whether a comment may appear; a refusal needs a reason."""

    publish = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=_REASON)
