"""What the API and the forms of organisations and members take and give."""

from marshmallow import Schema, fields, validate

from brickwall.organisations.constants import LABELS, MemberStatus, OrganisationKind, Sector, Sex

_NAME = validate.Length(max=300)
_DATE = validate.Length(max=20)


class OrganisationIn(Schema):
    """A new organisation below ``parent``."""

    parent = fields.String(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=_NAME)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    code = fields.String(load_default="", validate=validate.Length(max=60))
    short_name = fields.String(load_default="", validate=_NAME)
    sector = fields.Enum(Sector, by_value=True, load_default=None, allow_none=True)
    resident_count = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 99_999_999)
    )


class OrganisationOut(Schema):
    """An organisation. ``depth`` counts from 1 at the root."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    kind_label = fields.Function(lambda row: LABELS[row.kind])
    sector = fields.Enum(Sector, by_value=True, required=True)
    resident_count = fields.Integer(allow_none=True, required=True)
    depth = fields.Function(lambda row: row.path.count("/") - 1)


class OrganisationForm(Schema):
    """The console's form of an organisation, new or changed."""

    name = fields.String(required=True, validate=_NAME)
    short_name = fields.String(load_default="", validate=_NAME)
    sector = fields.Enum(Sector, by_value=True, load_default=None)
    resident_count = fields.Integer(load_default=None, validate=validate.Range(1, 99_999_999))


class ChildForm(OrganisationForm):
    """The console's form of a new organisation below another."""

    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    code = fields.String(load_default="", validate=validate.Length(max=60))


class MemberForm(Schema):
    """The console's form of a member; dates are ISO of any precision."""

    name = fields.String(required=True, validate=_NAME)
    sex = fields.Enum(Sex, by_value=True, load_default=None)
    born_on = fields.String(load_default="", validate=_DATE)
    joined_on = fields.String(load_default="", validate=_DATE)
    regular_on = fields.String(load_default="", validate=_DATE)
    post = fields.String(load_default="", validate=_NAME)
    group_id = fields.Integer(load_default=None, validate=validate.Range(1, 2**31 - 1))
    phone = fields.String(load_default="", validate=validate.Length(max=60))


class MemberIn(Schema):
    """A new member of the branch ``organisation``."""

    organisation = fields.String(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=_NAME)
    sex = fields.Enum(Sex, by_value=True, load_default=None, allow_none=True)
    born_on = fields.String(load_default="", validate=_DATE)
    joined_on = fields.String(load_default="", validate=_DATE)
    regular_on = fields.String(load_default="", validate=_DATE)
    post = fields.String(load_default="", validate=_NAME)
    phone = fields.String(load_default="", validate=validate.Length(max=60))


class MemberOut(Schema):
    """A member as staff see him. The phone number itself is not given out."""

    id = fields.String(attribute="public_id", required=True)
    name = fields.String(required=True)
    organisation = fields.Function(lambda row: row.organisation.code)
    group = fields.Function(lambda row: row.group.name if row.group else None)
    sex = fields.Enum(Sex, by_value=True, allow_none=True, required=True)
    born_on = fields.String(allow_none=True, required=True)
    joined_on = fields.String(allow_none=True, required=True)
    regular_on = fields.String(allow_none=True, required=True)
    post = fields.String(required=True)
    status = fields.Enum(MemberStatus, by_value=True, required=True)
    status_label = fields.Function(lambda row: LABELS[row.status])
    exempt = fields.Boolean(required=True)
    exemption_reason = fields.String(allow_none=True, required=True)
    has_phone = fields.Function(lambda row: row.phone_index is not None)
    wall_position = fields.Integer(allow_none=True, required=True)


class ListQuery(Schema):
    """Paging of a list."""

    cursor = fields.String(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class MemberQuery(ListQuery):
    """Paging and narrowing of the list of members."""

    organisation = fields.String(load_default=None, validate=validate.Length(max=40))
    status = fields.Enum(MemberStatus, by_value=True, load_default=None)


class OrganisationPage(Schema):
    """One page of organisations."""

    items = fields.List(fields.Nested(OrganisationOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class MemberPage(Schema):
    """One page of members."""

    items = fields.List(fields.Nested(MemberOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
