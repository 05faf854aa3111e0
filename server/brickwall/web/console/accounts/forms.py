"""What the account forms ask for, and which roles they offer."""

from collections.abc import Sequence

from marshmallow import Schema, fields, validate

from brickwall.accounts.constants import LABELS, Role
from brickwall.accounts.rules import ROLES_GIVEN_BY

_STAFF = [role for role in Role if role is not Role.MEMBER]
_EXPLAINED = {
    Role.SECRETARY: "审承诺、公示、销号、开评议、管账号",
    Role.CLERK: "录入、导入、打印、答复，不做决定",
    Role.SUPERIOR: "看本级和下级，审支部承诺，开评议",
    Role.INSPECTOR: "只看，不改",
    Role.WITNESS: "见证封箱、作废和开箱",
    Role.OPERATOR: "管系统和账号，看不到评议",
}


class RoleForm(Schema):
    """A role at an organisation."""

    role = fields.Enum(
        Role, by_value=True, required=True, validate=validate.OneOf(_STAFF, error="请从列表里选择")
    )
    organisation = fields.String(required=True)


class AccountForm(RoleForm):
    """A new account with its first role."""

    login = fields.String(required=True)
    display_name = fields.String(required=True)


def role_options(held: Sequence[tuple[Role, str]]) -> list[tuple[str, str]]:
    """Return the roles that somebody with ``held`` (role, path) gives, with what each does."""
    given = frozenset[Role]().union(*(ROLES_GIVEN_BY.get(role, frozenset()) for role, _ in held))
    return [(role.value, f"{LABELS[role]}：{_EXPLAINED[role]}") for role in _STAFF if role in given]
