"""One marshmallow schema per table, nested, used for output and for input."""

from marshmallow import Schema, fields, validate


class EntrySchema(Schema):
    """An entry as it is shown."""

    happened_on = fields.Date()
    text = fields.Str()


class CommitmentSchema(Schema):
    """A commitment with its entries."""

    title = fields.Str()
    detail = fields.Str()
    state = fields.Str()
    due_on = fields.Date()
    entries = fields.List(fields.Nested(EntrySchema))


class OrganisationSchema(Schema):
    """A branch by name."""

    name = fields.Str()


class MemberSchema(Schema):
    """A member with everything the page shows."""

    code = fields.Str()
    name = fields.Str()
    post = fields.Str()
    organisation = fields.Nested(OrganisationSchema)
    commitments = fields.List(fields.Nested(CommitmentSchema))


class RatingSchema(Schema):
    """What a phone sends."""

    code = fields.Str(required=True, validate=validate.Length(equal=8))
    device = fields.Str(required=True, validate=validate.Length(min=8, max=64))
    value = fields.Str(required=True, validate=validate.OneOf(["satisfied", "fair", "dissatisfied"]))
    comment = fields.Str(load_default="")
