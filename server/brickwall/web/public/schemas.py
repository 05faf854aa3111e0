"""What the visitors' API takes and gives."""

from marshmallow import Schema, fields, validate

from brickwall.feedback.constants import LABELS, FeedbackState
from brickwall.feedback.rules import MAX_TEXT
from brickwall.kernel.ids import group_code


class FeedbackIn(Schema):
    """A complaint or suggestion: ``about`` is a page's address, ``/q/<code>`` or ``/w/<organisation>``."""

    about = fields.String(required=True, validate=validate.Regexp(r"/[qw]/[\w.-]{1,60}\Z"))
    text = fields.String(required=True, validate=validate.Length(min=1, max=4 * MAX_TEXT))


class FeedbackTaken(Schema):
    """The code by which the answer is read; it is shown here once."""

    code = fields.String(required=True)
    about = fields.String(required=True)


class AnswerIn(Schema):
    """A reading code, typed in any of Crockford's forms."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=60))


class AnswerOut(Schema):
    """What became of a message; nothing tells who wrote it."""

    state = fields.Enum(FeedbackState, by_value=True, required=True)
    state_label = fields.Function(lambda row: LABELS[row.state], required=True)
    text = fields.String(required=True)
    answer = fields.String(allow_none=True, required=True)
    answered_by = fields.String(allow_none=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(allow_none=True, required=True)


class TemplatesOut(Schema):
    """Ids of the subscribe templates that WeChat asks consent for; empty without one."""

    result = fields.String(required=True)
    due = fields.String(required=True)
    answer = fields.String(required=True)


class ClientOut(Schema):
    """What a mini-program must know of this site before it asks anything of anybody."""

    host = fields.String(required=True)
    base_url = fields.String(required=True)
    contact = fields.String(required=True)
    wechat = fields.Boolean(required=True)
    templates = fields.Nested(TemplatesOut, required=True)


class SwitchOut(Schema):
    """One thing that the county may switch on, and how it stands."""

    name = fields.String(required=True)
    on = fields.Boolean(required=True)
    standing = fields.String(required=True)
    reason = fields.String(required=True)


class KeptLineOut(Schema):
    """One kind of thing that is kept."""

    what = fields.String(required=True)
    why = fields.String(required=True)
    until = fields.String(required=True)
    never = fields.String(required=True)


class KeptGroupOut(Schema):
    """What is kept about one kind of people."""

    whose = fields.String(required=True)
    lines = fields.List(fields.Nested(KeptLineOut), required=True)


class RestraintOut(Schema):
    """What this installation does, does not do, and keeps; the same as the page /rules."""

    never = fields.List(fields.String(), required=True)
    switches = fields.List(fields.Nested(SwitchOut), required=True)
    always = fields.List(fields.String(), required=True)
    wechat = fields.List(fields.String(), required=True)
    kept = fields.List(fields.Nested(KeptGroupOut), required=True)
    counting = fields.List(fields.String(), required=True)
    unprotected = fields.List(fields.String(), required=True)
    contact = fields.String(required=True)


def reading_code(code: str) -> str:
    """Return a reading code as people copy it: ``7K3M-9QX2-40VD``."""
    return group_code(code, "-").upper()
