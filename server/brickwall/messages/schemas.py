"""What the messages API takes and gives."""

from marshmallow import Schema, fields, validate

from brickwall.messages.constants import LABELS, PHONE_KINDS, MessageKind

_IDS = validate.Length(max=200)
_PHONE_KIND = validate.OneOf(PHONE_KINDS)


class MessageOut(Schema):
    """One message. ``page`` is a web path; the mini-program translates it."""

    id = fields.String(attribute="public_id", required=True)
    kind = fields.Enum(MessageKind, by_value=True, required=True)
    kind_label = fields.Function(lambda message: LABELS[message.kind])
    subject = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    page = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    read = fields.Function(lambda message: message.read_at is not None)


class SubscriptionOut(Schema):
    """Something I asked to be told of once."""

    id = fields.String(attribute="public_id", required=True)
    label = fields.String(required=True)


class CreditsOut(Schema):
    """How many messages to my phone I have allowed, by kind."""

    result = fields.Integer(required=True)
    due = fields.Integer(required=True)
    answer = fields.Integer(required=True)


class InboxQuery(Schema):
    """Which page of messages."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=80))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class InboxOut(Schema):
    """My messages, the newest first; what I wait for; what may go to my phone."""

    items = fields.List(fields.Nested(MessageOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
    unread = fields.Integer(required=True)
    waiting = fields.List(fields.Nested(SubscriptionOut), required=True)
    credits = fields.Nested(CreditsOut, required=True)


class ReadIn(Schema):
    """Which messages were read; all of them when ``ids`` is left out."""

    ids = fields.List(fields.String(validate=validate.Length(max=40)), load_default=None, validate=_IDS)


class ReadOut(Schema):
    """How many messages are left unread."""

    unread = fields.Integer(required=True)


class SubscriptionIn(Schema):
    """What to be told of: ``round:<id>``, or ``feedback`` with its reading code."""

    topic = fields.String(required=True, validate=validate.Length(min=1, max=60))
    code = fields.String(load_default="", validate=validate.Length(max=60))


class CreditsIn(Schema):
    """What WeChat's dialog said, by kind. A refusal changes nothing and is asked again another time."""

    accepted = fields.List(
        fields.Enum(MessageKind, by_value=True, validate=_PHONE_KIND),
        load_default=list,
        validate=validate.Length(max=3),
    )
    refused = fields.List(
        fields.Enum(MessageKind, by_value=True, validate=_PHONE_KIND),
        load_default=list,
        validate=validate.Length(max=3),
    )
