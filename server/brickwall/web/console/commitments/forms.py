"""What is typed about commitments and entries: schemas, and the values a form starts with."""

from typing import Any

from flask import request
from marshmallow import Schema, fields

from brickwall.commitments.constants import LABELS, Category, CommitmentKind, EntrySource
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import CommitmentText
from brickwall.web.console.forms import Form

CATEGORY_OPTIONS = [(each.value, LABELS[each]) for each in Category]
KIND_OPTIONS = [
    (CommitmentKind.ONE_OFF.value, "一件事，办完为止"),
    (CommitmentKind.COUNTED.value, "按次数，例如全年夜巡 12 次"),
    (CommitmentKind.STANDING.value, "全年坚持"),
]
SOURCE_OPTIONS = [
    (each.value, LABELS[each]) for each in (EntrySource.MEETING, EntrySource.VISIT, EntrySource.PHONE)
]
_MAX_NUMBER = 10**9


class TextForm(Schema):
    """The words of a commitment; lengths are judged by ``commitments.texts``."""

    title = fields.String(load_default="")
    detail = fields.String(load_default="")
    measures = fields.String(load_default="")
    beneficiary = fields.String(load_default="")
    category = fields.Enum(Category, by_value=True, load_default=Category.OTHER)
    kind = fields.Enum(CommitmentKind, by_value=True, load_default=CommitmentKind.ONE_OFF)
    target_amount = fields.Integer(load_default=None, validate=lambda number: abs(number) < _MAX_NUMBER)
    unit = fields.String(load_default="次")
    due_on = fields.Date(load_default=None)


class NewForm(TextForm):
    """A new commitment: whose it is, and for which year."""

    member = fields.String(load_default="")
    year = fields.Integer(load_default=None, validate=lambda number: abs(number) < _MAX_NUMBER)


class EntryForm(Schema):
    """An entry written down at a desk."""

    text = fields.String(load_default="")
    happened_on = fields.Date(load_default=None)
    amount = fields.Integer(load_default=None, validate=lambda number: abs(number) < _MAX_NUMBER)
    source = fields.Enum(EntrySource, by_value=True, load_default=EntrySource.MEETING)


def text_of_form(values: dict[str, Any]) -> CommitmentText:
    """Return the text in a validated form."""
    return CommitmentText(**{name: values[name] for name in TextForm().fields})


def form_of(commitment: Commitment) -> Form:
    """Return the form that shows a commitment's present words."""
    names = [*TextForm().fields]
    values = {name: getattr(commitment, name) for name in names}
    values |= {"category": commitment.category.value, "kind": commitment.kind.value}
    values["due_on"] = commitment.due_on.isoformat() if commitment.due_on else ""
    return Form(values)


def entry_of_form(values: dict[str, Any], photo_ids: list[str]) -> EntryInput:
    """Return the entry in a validated form."""
    return EntryInput(values["text"], values["happened_on"], values["amount"], photo_ids, values["source"])


def form_of_entry(entry: FulfilmentEntry) -> Form:
    """Return the form that starts a correction with the wrong entry's words."""
    return Form(
        {
            "text": entry.text,
            "happened_on": entry.happened_on.isoformat(),
            "amount": entry.amount,
            "source": entry.source.value,
        }
    )


def seen_version() -> int | None:
    """Return the version of the commitment that stood on the page, if the page sent one."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
