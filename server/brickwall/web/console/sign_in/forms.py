"""What the sign-in forms ask for."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

LONGEST = 200


class SignInForm(Schema):
    """Login and password."""

    login = fields.String(required=True, validate=validate.Length(max=60))
    password = fields.String(required=True, validate=validate.Length(max=LONGEST))


class CodeForm(Schema):
    """A code from the authenticator, or a recovery code."""

    code = fields.String(required=True, validate=validate.Length(max=40))


class NewPasswordForm(Schema):
    """A new password, twice."""

    password = fields.String(required=True)
    again = fields.String(required=True)

    @validates_schema(skip_on_field_errors=True)
    def same_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse two different passwords."""
        if data["password"] != data["again"]:
            raise ValidationError("两次填的密码不一样", "again")


class ChangePasswordForm(NewPasswordForm):
    """The password in use, and the new one twice."""

    current = fields.String(required=True, validate=validate.Length(max=LONGEST))
