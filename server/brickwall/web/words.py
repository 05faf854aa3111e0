"""Jinja filters that put things into people's words; the same everywhere."""

from datetime import date, datetime
from enum import StrEnum

from flask import Flask
from jinja2 import StrictUndefined

from brickwall.accounts.constants import LABELS as ACCOUNT_LABELS
from brickwall.commitments.constants import LABELS as COMMITMENT_LABELS
from brickwall.evaluations.constants import LABELS as EVALUATION_LABELS
from brickwall.feedback.constants import LABELS as FEEDBACK_LABELS
from brickwall.kernel import clock
from brickwall.kernel.ids import group_code
from brickwall.kernel.labels import Labels
from brickwall.messages.constants import LABELS as MESSAGE_LABELS
from brickwall.moderation.constants import LABELS as MODERATION_LABELS
from brickwall.organisations.constants import LABELS as ORGANISATION_LABELS
from brickwall.plaques.constants import LABELS as PLAQUE_LABELS
from brickwall.wechat.constants import LABELS as WECHAT_LABELS

LABELS = Labels(
    ORGANISATION_LABELS,
    ACCOUNT_LABELS,
    PLAQUE_LABELS,
    FEEDBACK_LABELS,
    MODERATION_LABELS,
    COMMITMENT_LABELS,
    EVALUATION_LABELS,
    MESSAGE_LABELS,
    WECHAT_LABELS,
)


def label(member: StrEnum) -> str:
    """Return the Chinese label of an enum member."""
    return LABELS[member]


def day(value: date | datetime | None) -> str:
    """Return a date as people say it: ``11 月 21 日``, with the year when it is not this one."""
    if value is None:
        return "—"
    on = clock.local(value).date() if isinstance(value, datetime) else value
    year = "" if on.year == clock.today().year else f"{on.year} 年 "
    return f"{year}{on.month} 月 {on.day} 日"


def moment(value: datetime | None) -> str:
    """Return a moment on the clock of Asia/Shanghai: ``11 月 21 日 18:42``."""
    return "—" if value is None else f"{day(value)} {clock.local(value):%H:%M}"


def exact(value: datetime | None) -> str:
    """Return a moment as ``2026-11-21 18:42`` for tables and ledgers."""
    return "—" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def set_up_words(app: Flask) -> None:
    """Install the filters; an undefined name in a template is an error, never an empty gap."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(label=label, day=day, moment=moment, exact=exact, group_code=group_code)
