"""What a message may say, how much of it fits a phone, when a phone is tried again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from brickwall.kernel import clock
from brickwall.kernel.text import clean_line
from brickwall.messages.constants import (
    DATE_FIELDS,
    FIELD_LENGTHS,
    MAX_TEXT,
    MAX_TITLE,
    USUAL_FIELDS,
    MessageKind,
)

KEPT_FOR = timedelta(days=400)
# A browser's mailbox that holds and expects nothing.
EMPTY_BOX_KEPT_FOR = timedelta(days=30)
# A program can ask for mailboxes without end; a county's villagers on one day cannot.
WEB_BOXES_A_DAY = 20_000
MAX_SUBSCRIPTIONS = 100
# A reminder that comes days late is worth less than none; the inbox has it.
PHONE_TRIED_FOR = timedelta(days=2)
SENDING_LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
_FIELD = re.compile(r"([a-z_]+)[0-9]+")
_PAGE = re.compile(r"/(?:[0-9A-Za-z_-]+(?:/[0-9A-Za-z_-]+)*)?")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told, once for inbox and phone.

    Args:
        subject: what it is about; the phone's first line, so a proper short name.
        title: what there is to say, in a few words; heading in the inbox, second line on the phone.
        text: one or two sentences with what can be done next; inbox only.
        page: web path of the page to open; the mini-program translates it.
        key: names the occasion; a mailbox gets one message for it. None: no such name is kept.
    """

    kind: MessageKind
    subject: str
    title: str
    text: str
    page: str
    key: str | None = None


def tidy(letter: Letter) -> Letter:
    """Return a letter whose words fit their columns.

    Raises:
        ValueError: when ``page`` is not a plain path of this site.
    """
    if not _PAGE.fullmatch(letter.page):
        raise ValueError(f"not a page of this site: {letter.page!r}")
    return Letter(
        kind=letter.kind,
        subject=cut(letter.subject, MAX_TITLE),
        title=cut(letter.title, MAX_TITLE),
        text=cut(letter.text, MAX_TEXT),
        page=letter.page,
        key=letter.key,
    )


def cut(text: str, limit: int) -> str:
    """Return one line of at most ``limit`` characters; what was cut shows as ``…``."""
    line = clean_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def template_data(fields: Sequence[str], subject: str, title: str, day: date) -> dict[str, str]:
    """Return the values of a subscribe template's fields, within WeChat's limits.

    Args:
        fields: names such as ``thing4`` in the order subject, title; a ``date`` or ``time`` gets the
            day. None given: :data:`USUAL_FIELDS`. What is left over repeats the title.
    """
    texts = iter((subject, title))
    data = {}
    for name in fields or USUAL_FIELDS:
        found = _FIELD.fullmatch(name)
        type_ = found.group(1) if found else "thing"
        if type_ in DATE_FIELDS:
            data[name] = f"{day.year}年{day.month}月{day.day}日"
        else:
            data[name] = cut(next(texts, title), FIELD_LENGTHS.get(type_, FIELD_LENGTHS["thing"]))
    return data


def start_of_day(day: date) -> datetime:
    """Return the moment (UTC) at which a day begins in Asia/Shanghai.

    What answers an unnamed person carries this moment, so that it does not tell which complaint
    was answered in that minute.
    """
    return datetime.combine(day, time.min, clock.SHANGHAI).astimezone(UTC)


def wait_before(tries: int) -> timedelta:
    """Return how long to wait after the ``tries``-th failed try of a phone message."""
    return min(LONGEST_WAIT, FIRST_WAIT * int(4 ** max(0, tries - 1)))


def is_too_late(created_at: datetime) -> bool:
    """Tell whether a message is too old to be sent to a phone: its words were about another day."""
    return created_at < clock.now() - PHONE_TRIED_FOR
