"""What the API tells anybody about a wall, and the shape of the pages' twins."""

import dataclasses
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields

from brickwall.publicity.twins import KINDS
from brickwall.publicity.view_models import Chrome, Progress, RatingForm, RatingResult


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


def _field(hint: Any) -> fields.Field[Any]:
    """Return the marshmallow field for a view model's type hint."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        kinds = [each for each in inner if each is not type(None)]
        if set(kinds) == {RatingForm, RatingResult}:
            return fields.Nested(RATING, allow_none=True, required=True)
        return fields.Nested(shape_of(kinds[0]), allow_none=True, required=True)
    if origin is tuple:
        if Ellipsis not in inner:
            return fields.List(fields.String(), required=True)
        return fields.List(_field(inner[0]), required=True)
    if dataclasses.is_dataclass(hint):
        return fields.Nested(shape_of(hint), required=True)
    if hint is int:
        return fields.Integer(required=True)
    return fields.Boolean(required=True) if hint is bool else fields.String(required=True)


def _fields_of(model: Any) -> dict[str, Any]:
    hints = get_type_hints(model)
    made = {each.name: _field(hints[each.name]) for each in dataclasses.fields(model)}
    if model is Progress:
        made |= {"percent": fields.Integer(required=True), "segments": fields.Integer(required=True)}
    return made


_shapes: dict[Any, type[Schema]] = {}


def shape_of(model: Any) -> type[Schema]:
    """Return the schema of a view model, made from its fields: it cannot say anything else."""
    if model not in _shapes:
        _shapes[model] = Schema.from_dict(_fields_of(model), name=f"Page{model.__name__}")
    return _shapes[model]


def _optional(model: Any) -> dict[str, Any]:
    made = _fields_of(model)
    for each in made.values():
        each.required = False
    return made


# What stands at "rating": the three faces while a round is open ("form"), or its result.
RATING = Schema.from_dict(
    {"type": fields.String(required=True), **_optional(RatingForm), **_optional(RatingResult)},
    name="RatingPublic",
)


def _page_schema(model: Any) -> type[Schema]:
    made = _fields_of(model)
    del made["chrome"]
    return Schema.from_dict(
        {"kind": fields.String(required=True), **_fields_of(Chrome), **made}, name=f"{model.__name__}Public"
    )


PAGES: dict[str, type[Schema]] = {kind: _page_schema(model) for model, kind in KINDS.items()}
