"""What the pocket's forms ask for; length and sense are checked by the services."""

from typing import Any

from marshmallow import Schema, fields, pre_load

from brickwall.commitments.constants import Category, CommitmentKind
from brickwall.kernel.text import remove_spaces, to_half_width


def half_width(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return ``data`` with numbers and dates in half-width characters, as computers write them."""
    return {
        name: remove_spaces(to_half_width(value)) if name in names else value for name, value in data.items()
    }


class EntryForm(Schema):
    """What was done."""

    text = fields.String(load_default="")
    amount = fields.Integer(load_default=None)
    happened_on = fields.Date(load_default=None)

    @pre_load
    def tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read full-width figures."""
        return half_width(data, "amount", "happened_on")


class ProposalForm(Schema):
    """A commitment to be proposed."""

    title = fields.String(load_default="")
    kind = fields.Enum(CommitmentKind, by_value=True, load_default=CommitmentKind.ONE_OFF)
    target_amount = fields.Integer(load_default=None)
    unit = fields.String(load_default="")
    due_on = fields.Date(load_default=None)
    beneficiary = fields.String(load_default="")
    measures = fields.String(load_default="")
    category = fields.Enum(Category, by_value=True, load_default=Category.OTHER)

    @pre_load
    def tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read full-width figures."""
        return half_width(data, "target_amount", "due_on")
