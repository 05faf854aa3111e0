"""What the plaques API takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from brickwall.plaques.constants import LABELS, PlaqueEventKind, PlaqueState
from brickwall.plaques.rules import MAX_BLANKS, MAX_REASON, brick_words

_CODE = validate.Length(min=1, max=40)


class PlaquePublic(Schema):
    """What a scanned code leads to, for anybody."""

    code = fields.String(required=True)
    state = fields.Enum(PlaqueState, by_value=True, required=True)
    state_label = fields.Function(lambda plaque: LABELS[plaque.state])
    brick = fields.Function(lambda plaque: brick_words(plaque.serial, member=plaque.member_id is not None))
    holder = fields.String(allow_none=True, required=True)
    organisation = fields.String(attribute="organisation.name", required=True)
    organisation_code = fields.String(attribute="organisation.code", required=True)
    page = fields.Function(lambda plaque: f"/q/{plaque.code}")


class PlaqueEventOut(Schema):
    """One line of a plaque's ledger."""

    kind = fields.Enum(PlaqueEventKind, by_value=True, required=True)
    kind_label = fields.Function(lambda event: LABELS[event.kind])
    at = fields.AwareDateTime(required=True)
    by = fields.String(attribute="actor_label", required=True)
    note = fields.String(required=True)


class PlaqueOut(PlaquePublic):
    """A plaque for the branch's own staff."""

    serial = fields.Integer(required=True)
    member = fields.Function(lambda plaque: plaque.member.public_id if plaque.member else None)
    created_at = fields.AwareDateTime(required=True)
    printed_at = fields.AwareDateTime(allow_none=True, required=True)
    installed_at = fields.AwareDateTime(allow_none=True, required=True)


class PlaqueQuery(Schema):
    """Which plaques to list."""

    organisation = fields.String(load_default=None, allow_none=True, validate=_CODE)
    state = fields.Enum(PlaqueState, by_value=True, load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class PlaquePage(Schema):
    """One page of plaques, newest first."""

    items = fields.List(fields.Nested(PlaqueOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class BlankIn(Schema):
    """How many blank plaques for which branch."""

    organisation = fields.String(required=True, validate=_CODE)
    count = fields.Integer(required=True, validate=validate.Range(1, MAX_BLANKS))


class PlaqueList(Schema):
    """Plaques made by one act."""

    items = fields.List(fields.Nested(PlaqueOut), required=True)


class TargetIn(Schema):
    """Whom a blank plaque is for: a member's id, or nothing for the branch itself."""

    member = fields.String(load_default=None, allow_none=True, validate=_CODE)


class RepointIn(TargetIn):
    """Whom a plaque shall lead to from now on, and why; the reason is public."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON))


class PlaqueReasonIn(Schema):
    """Why; it stands in the ledger."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON))


class PrintIn(Schema):
    """What to print. Without codes, the whole branch."""

    organisation = fields.String(required=True, validate=_CODE)
    template = fields.String(required=True, validate=_CODE)
    codes = fields.List(
        fields.String(validate=_CODE), load_default=None, allow_none=True, validate=validate.Length(1, 1000)
    )
    blank = fields.Boolean(load_default=False)
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 200))


class PrintJobOut(Schema):
    """A print job under way; its page shows progress and hands out the file."""

    job = fields.String(required=True)
    page = fields.String(required=True)


class TemplateOut(Schema):
    """A plaque template."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    note = fields.String(required=True)
    per_page = fields.Integer(required=True)


class TemplateList(Schema):
    """Every template, and what the configured address means for the codes."""

    items = fields.List(fields.Nested(TemplateOut), required=True)
    host_sentence = fields.String(required=True)
