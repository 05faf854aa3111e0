"""What the accounts API takes and gives."""

from marshmallow import Schema, fields, validate

from brickwall.accounts.constants import LABELS, Role, SessionKind

_STAFF_ROLES = [role for role in Role if role is not Role.MEMBER]


class ActivationIn(Schema):
    """A slip's code, typed or scanned; case, spaces and O/0, I/1, L do not matter."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=60))


class SessionPublic(Schema):
    """One of my sign-ins."""

    id = fields.String(attribute="public_id", required=True)
    kind = fields.Enum(SessionKind, by_value=True, required=True)
    kind_label = fields.Function(lambda row: LABELS[row.kind])
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    current = fields.Boolean()


class SessionList(Schema):
    """All my sign-ins; there are never enough of them for pages."""

    items = fields.List(fields.Nested(SessionPublic), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class OwnMemberOut(Schema):
    """The member a phone belongs to."""

    id = fields.String(attribute="public_id", required=True)
    name = fields.String(required=True)
    branch = fields.String(attribute="organisation.name", required=True)


class ActivatedOut(Schema):
    """A phone's new session. ``token`` is shown here once; send it as ``Authorization: Bearer``."""

    token = fields.String(required=True)
    name = fields.String(required=True)
    member = fields.Nested(OwnMemberOut, required=True)
    expires_at = fields.AwareDateTime(required=True)


class WechatCodeIn(Schema):
    """A code from ``wx.login`` or from the phone button; each works once."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=200))


class WechatSessionOut(Schema):
    """A sign-in from the mini-program: a member's pocket, or a resident's when ``member`` is null.

    ``token`` is shown here once; send it as ``Authorization: Bearer``.
    """

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    member = fields.Nested(OwnMemberOut, required=True, allow_none=True)
    can_bind_phone = fields.Boolean(required=True)


class StaffSignInIn(Schema):
    """Login and password, as at the desk."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=60))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class StaffSignInOut(Schema):
    """Staff's sign-in on a phone; ``second_factor`` asks for the code next, with this token."""

    token = fields.String(required=True)
    next = fields.String(required=True, validate=validate.OneOf(["done", "second_factor"]))
    expires_at = fields.AwareDateTime(required=True)


class SecondFactorIn(Schema):
    """Six digits of the authenticator, or an unused recovery code."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=60))


class TokenOut(Schema):
    """A finished sign-in under a new token; the one before opens nothing any more."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class KeptOut(Schema):
    """One thing that is stored about somebody, in plain words."""

    what = fields.String(required=True)
    why = fields.String(required=True)
    how_long = fields.String(required=True)


class KeptList(Schema):
    """All that is stored about whoever asks."""

    items = fields.List(fields.Nested(KeptOut), required=True)


class GrantOut(Schema):
    """Where I hold which permissions."""

    permissions = fields.List(fields.String(), required=True)
    organisation = fields.String(required=True)


class MeOut(Schema):
    """Who I am here."""

    name = fields.String(required=True)
    member = fields.String(allow_none=True, required=True)
    session = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantOut), required=True)


class AssignmentOut(Schema):
    """A role at an organisation."""

    role = fields.Enum(Role, by_value=True, required=True)
    organisation = fields.String(attribute="organisation.code", required=True)


class AccountOut(Schema):
    """A staff account as those who manage it see it; never a password or secret."""

    id = fields.String(attribute="public_id", required=True)
    login = fields.String(allow_none=True, required=True)
    name = fields.String(attribute="display_name", required=True)
    second_factor = fields.Function(lambda account: account.totp_confirmed_at is not None)
    must_change_password = fields.Boolean(required=True)
    disabled_at = fields.AwareDateTime(allow_none=True)
    assignments = fields.List(fields.Nested(AssignmentOut), required=True)


class AccountPage(Schema):
    """A page of staff accounts, newest first."""

    items = fields.List(fields.Nested(AccountOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class AccountQuery(Schema):
    """Which page of accounts."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=80))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class AccountIn(Schema):
    """A new staff account with its first role."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=60))
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    role = fields.Enum(Role, by_value=True, required=True, validate=validate.OneOf(_STAFF_ROLES))
    organisation = fields.String(required=True, validate=validate.Regexp(r"[\w.-]{1,40}\Z"))


class AccountCreated(Schema):
    """A new account with its one-time password, shown here once."""

    account = fields.Nested(AccountOut, required=True)
    one_time_password = fields.String(required=True)


class ReasonIn(Schema):
    """Why it is done; kept in the log."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
