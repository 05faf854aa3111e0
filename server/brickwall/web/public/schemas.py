"""What the visitors' API takes and gives."""

from marshmallow import Schema, fields, validate

from brickwall.feedback.constants import LABELS, FeedbackState
from brickwall.feedback.rules import MAX_TEXT
from brickwall.kernel.ids import group_code
from brickwall.publicity.schemas import shape_of
from brickwall.web.public.restraint import Restraint


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


# What this installation does, does not do, and keeps; the same as the page /rules.
RestraintOut = shape_of(Restraint)


def reading_code(code: str) -> str:
    """Return a reading code as people copy it: ``7K3M-9QX2-40VD``."""
    return group_code(code, "-").upper()
