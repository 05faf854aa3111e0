"""What the API tells anybody about a wall."""

from marshmallow import Schema, fields


class WallFigures(Schema):
    """Counts of this year, each with its denominator beside it (DOMAIN.md, Numbers).

    ``committed`` of ``expected`` members have a published commitment, ``exempt`` need none;
    ``closed_out`` (checked), ``claimed`` (reported, not yet checked) and ``overdue`` are parts
    of ``published``.
    """

    members = fields.Integer(required=True)
    exempt = fields.Integer(required=True)
    expected = fields.Integer(required=True)
    committed = fields.Integer(required=True)
    published = fields.Integer(required=True)
    closed_out = fields.Integer(required=True)
    claimed = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class BrickPublic(Schema):
    """One brick: ``tone`` is ``go``, ``late``, ``done`` or ``end``; ``filled`` is per cent."""

    name = fields.String(required=True)
    group = fields.String(required=True)
    note = fields.String(required=True)
    tone = fields.String(required=True)
    filled = fields.Integer(required=True)
    page = fields.String(required=True, allow_none=True)


class ChildPublic(Schema):
    """An organisation directly below, party groups left out."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    page = fields.String(required=True)


class WallPublic(Schema):
    """A wall: bricks of a branch, or the organisations below a higher one."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    page = fields.String(required=True)
    year = fields.Integer(required=True)
    as_of = fields.AwareDateTime(required=True)
    figures = fields.Nested(WallFigures, required=True)
    bricks = fields.List(fields.Nested(BrickPublic), required=True)
    children = fields.List(fields.Nested(ChildPublic), required=True)
