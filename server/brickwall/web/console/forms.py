"""Forms: what was typed, what is wrong with it, and never losing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.wrappers import Response

from brickwall.kernel.db import db
from brickwall.kernel.problems import Invalid, Problem
from brickwall.kernel.text import clean_paragraphs
from brickwall.kernel.validation import chinese

MAX_REASON = 500


@dataclass(frozen=True)
class Form:
    """Values to show in a form and sentences about what is wrong, by field name."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def value(self, name: str) -> Any:
        """Return what stands in a field, an empty text when nothing does."""
        found = self.values.get(name)
        return "" if found is None else found

    def error(self, name: str) -> str:
        """Return the sentence about a field, or nothing."""
        return self.errors.get(name, "")


def _first(messages: Any) -> str:
    while isinstance(messages, dict):
        messages = next(iter(messages.values()), "")
    text = messages[0] if isinstance(messages, list) and messages else messages
    return chinese(str(text))


def read_form(schema: Schema) -> dict[str, Any]:
    """Return the posted form as validated by ``schema``; fields it does not know are left out.

    Empty texts count as missing, as a person means them.

    Raises:
        Invalid: with a sentence for every field that is wrong.
    """
    typed = {name: value for name, value in request.form.items() if value.strip()}
    try:
        loaded: dict[str, Any] = schema.load(typed, unknown=EXCLUDE)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        fields = {str(name): _first(each) for name, each in messages.items()}
        raise Invalid("有几处需要改一下，改好再提交", fields=fields) from error
    return loaded


def read_reason(name: str = "reason") -> str:
    """Return the reason somebody typed for an act that asks for one.

    Raises:
        Invalid: when there is none, or more than 500 characters.
    """
    reason = clean_paragraphs(request.form.get(name, ""))
    if not reason:
        raise Invalid("请写明原因，一句话就行", fields={name: "请写明原因"})
    if len(reason) > MAX_REASON:
        raise Invalid("原因太长，请写在 500 字以内", fields={name: "最多 500 字"})
    return reason


def form_again(template: str, problem: Problem, **context: Any) -> ResponseReturnValue:
    """Show the form again with what was typed and what is wrong; nothing of it is saved.

    The edge commits whatever a returning view did, so this rolls back first. The template
    finds ``form``.
    """
    db.session.rollback()
    form = Form(request.form.to_dict(), problem.fields, problem.title)
    return render_template(template, form=form, **context), problem.status


def done(sentence: str, url: str) -> Response:
    """Tell people in one sentence what was done and go on to ``url``."""
    flash(sentence, "done")
    return redirect(url, 303)


def note(sentence: str, url: str) -> Response:
    """Tell people why nothing was done and go back to ``url``."""
    flash(sentence, "late")
    return redirect(url, 303)
