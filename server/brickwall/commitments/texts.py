"""The words of a commitment and of an entry: cleaned, measured, kept as frozen values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from brickwall.commitments.constants import LABELS, Category, CommitmentKind
from brickwall.commitments.models import Commitment
from brickwall.kernel import clock
from brickwall.kernel.problems import Invalid
from brickwall.kernel.text import clean_line, clean_paragraphs

TITLE_LENGTH = 60
LINE_LENGTH = 100
PARAGRAPH_LENGTH = 1000
ENTRY_LENGTH = 500
REASON_LENGTH = 300
UNIT_LENGTH = 8
MAX_AMOUNT = 100_000
YEARS_AHEAD = 5

FIELD_LABELS: dict[str, str] = {
    "title": "承诺内容",
    "detail": "详细说明",
    "measures": "措施",
    "beneficiary": "受益对象",
    "category": "类别",
    "kind": "做法",
    "target_amount": "数量",
    "unit": "单位",
    "due_on": "完成时限",
}
_LIMITS: dict[str, tuple[int, Callable[[str], str]]] = {
    "title": (TITLE_LENGTH, clean_line),
    "detail": (PARAGRAPH_LENGTH, clean_paragraphs),
    "measures": (PARAGRAPH_LENGTH, clean_paragraphs),
    "beneficiary": (LINE_LENGTH, clean_line),
    "unit": (UNIT_LENGTH, clean_line),
}


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """What a commitment promises: the fields that are frozen once it is published.

    ``target_amount`` and ``unit`` count only for CommitmentKind.COUNTED (PRACTICES C3).
    """

    title: str
    detail: str = ""
    measures: str = ""
    beneficiary: str = ""
    category: Category = Category.OTHER
    kind: CommitmentKind = CommitmentKind.ONE_OFF
    target_amount: int | None = None
    unit: str = "次"
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two texts, as people read it."""

    label: str
    before: str
    after: str


def text_of(commitment: Commitment) -> CommitmentText:
    """Return the text of a commitment that is in force."""
    return CommitmentText(**{part.name: getattr(commitment, part.name) for part in fields(CommitmentText)})


def put_text(commitment: Commitment, text: CommitmentText) -> None:
    """Make ``text`` the one in force."""
    for part in fields(CommitmentText):
        setattr(commitment, part.name, getattr(text, part.name))


def to_json(text: CommitmentText) -> dict[str, Any]:
    """Return a text as JSON values, for a revision's row."""
    values: dict[str, Any] = {part.name: getattr(text, part.name) for part in fields(CommitmentText)}
    values["due_on"] = text.due_on.isoformat() if text.due_on else None
    return values


def from_json(values: Mapping[str, Any]) -> CommitmentText:
    """Return the text in a revision's row."""
    due = values.get("due_on")
    return CommitmentText(
        **{
            **values,
            "category": Category(values["category"]),
            "kind": CommitmentKind(values["kind"]),
            "due_on": date.fromisoformat(due) if due else None,
        }
    )


def clean_text(text: CommitmentText, year: int) -> CommitmentText:
    """Return ``text`` without control and bidirectional marks, checked for ``year``.

    Raises:
        Invalid: with one sentence per field that is empty, too long or out of range.
    """
    problems: dict[str, str] = {}
    cleaned: dict[str, Any] = {}
    for name, (limit, clean) in _LIMITS.items():
        cleaned[name] = clean(getattr(text, name))
        if len(cleaned[name]) > limit:
            problems[name] = _too_long(FIELD_LABELS[name], len(cleaned[name]), limit)
    if not cleaned["title"]:
        problems["title"] = "还没有写承诺内容。请用一句话写明要办什么事。"
    text = _fitting(replace(text, **cleaned), year)
    problems |= _amount_problems(text) | _due_problems(text, year)
    if problems:
        raise Invalid(next(iter(problems.values())), "commitments.text_invalid", fields=problems)
    return text


def _fitting(text: CommitmentText, year: int) -> CommitmentText:
    """Drop the amount where nothing is counted; what is kept up all year ends with the year."""
    if text.kind is not CommitmentKind.COUNTED:
        text = replace(text, target_amount=None)
    if text.kind is CommitmentKind.STANDING and text.due_on is None:
        text = replace(text, due_on=date(year, 12, 31))
    return replace(text, unit=text.unit or "次")


def _amount_problems(text: CommitmentText) -> dict[str, str]:
    if text.kind is not CommitmentKind.COUNTED:
        return {}
    if text.target_amount is None:
        return {"target_amount": "按次数的承诺要写明一共做多少次，例如 12。"}
    if not 1 <= text.target_amount <= MAX_AMOUNT:
        return {"target_amount": f"数量要在 1 到 {MAX_AMOUNT} 之间。"}
    return {}


def _due_problems(text: CommitmentText, year: int) -> dict[str, str]:
    if text.due_on is None or year <= text.due_on.year <= year + YEARS_AHEAD:
        return {}
    return {"due_on": f"完成时限 {text.due_on.isoformat()} 不在 {year} 年以后的 {YEARS_AHEAD} 年内，请核对。"}


def _too_long(label: str, length: int, limit: int) -> str:
    return f"{label}有 {length} 个字，最多 {limit} 个字。请写短些。"


def clean_year(year: int) -> int:
    """Return ``year`` when a commitment may be made for it: last year, this year or the next.

    Raises:
        Invalid: for any other year.
    """
    this_year = clock.today().year
    if not this_year - 1 <= year <= this_year + 1:
        raise Invalid(
            f"年度只能是 {this_year - 1} 到 {this_year + 1} 年，请核对。",
            "commitments.year_out_of_range",
            fields={"year": "年度不对，请核对。"},
        )
    return year


def clean_reason(reason: str) -> str:
    """Return a reason that people will read, cleaned.

    Raises:
        Invalid: when it is empty or too long.
    """
    cleaned = clean_paragraphs(reason)
    if not cleaned:
        raise Invalid(
            "请写明原因，对方和群众会看到。", "commitments.reason_missing", fields={"reason": "请写明原因。"}
        )
    return _within("reason", "原因", cleaned, REASON_LENGTH)


def clean_note(note: str) -> str:
    """Return a remark that may be left empty, cleaned.

    Raises:
        Invalid: when it is too long.
    """
    return _within("reason", "说明", clean_paragraphs(note), REASON_LENGTH)


def clean_entry_text(text: str) -> str:
    """Return what an entry says was done, cleaned.

    Raises:
        Invalid: when it is empty or too long.
    """
    cleaned = clean_paragraphs(text)
    if not cleaned:
        message = "还没有写做了什么。一两句话就行。"
        raise Invalid(message, "commitments.entry_empty", fields={"text": message})
    return _within("text", "记录", cleaned, ENTRY_LENGTH)


def _within(name: str, label: str, cleaned: str, limit: int) -> str:
    if len(cleaned) > limit:
        message = _too_long(label, len(cleaned), limit)
        raise Invalid(message, "commitments.text_too_long", fields={name: message})
    return cleaned


def changes_between(before: CommitmentText, after: CommitmentText) -> list[Change]:
    """Return the fields in which two texts differ, in the order of the form."""
    return [
        Change(label, _shown(getattr(before, name)), _shown(getattr(after, name)))
        for name, label in FIELD_LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _shown(value: object) -> str:
    if isinstance(value, Category | CommitmentKind):
        return LABELS[value]
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return str(value) if value not in (None, "") else "没写"
