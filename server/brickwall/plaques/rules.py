"""What may happen to a plaque, and the words for it. Pure: no database."""

from __future__ import annotations

from brickwall.kernel.problems import Invalid
from brickwall.kernel.text import clean_paragraphs
from brickwall.plaques.constants import LABELS, PlaqueEventKind, PlaqueState

MAX_BLANKS = 500
"""Blank plaques issued at once; a county orders more by asking again."""

MAX_REASON = 500

LIVE = frozenset(PlaqueState) - {PlaqueState.RETIRED}
"""States in which a scan still leads to a record or waits for one."""

ALLOWED: dict[PlaqueEventKind, frozenset[PlaqueState]] = {
    PlaqueEventKind.PRINTED: LIVE,
    PlaqueEventKind.BOUND: frozenset({PlaqueState.BLANK}),
    PlaqueEventKind.REPOINTED: LIVE - {PlaqueState.BLANK},
    PlaqueEventKind.INSTALLED: frozenset({PlaqueState.ISSUED, PlaqueState.PRINTED, PlaqueState.DAMAGED}),
    PlaqueEventKind.DAMAGED: frozenset({PlaqueState.PRINTED, PlaqueState.INSTALLED}),
    PlaqueEventKind.RETIRED: LIVE,
}
"""States in which each act is possible (DOMAIN.md, Plaque)."""

_NEXT_STEP: dict[PlaqueEventKind, str] = {
    PlaqueEventKind.PRINTED: "请给这位党员另编一块",
    PlaqueEventKind.BOUND: "要换人请用“改指向”",
    PlaqueEventKind.REPOINTED: "空白砖请用“配发”，停用的砖请另编一块",
    PlaqueEventKind.INSTALLED: "空白砖请先配发，再登记安装",
    PlaqueEventKind.DAMAGED: "只有打印或安装过的砖可以登记损坏",
    PlaqueEventKind.RETIRED: "它已经停用，不用再办",
}


def may(state: PlaqueState, kind: PlaqueEventKind) -> bool:
    """Tell whether `kind` can happen to a plaque in `state`."""
    return state in ALLOWED[kind]


def refusal(state: PlaqueState, kind: PlaqueEventKind, code: str) -> str:
    """Return the sentence that says why `kind` is not possible and what is."""
    return f"砖 {code} 现在是“{LABELS[state]}”，不能{LABELS[kind]}。{_NEXT_STEP[kind]}。"


def state_after(state: PlaqueState, kind: PlaqueEventKind, *, printed: bool) -> PlaqueState:
    """Return the state after an allowed act.

    Args:
        printed: whether the plaque was ever printed. Printed blank stock keeps its print
            when it is bound; a reprint of an installed plaque leaves it on the wall.
    """
    if kind is PlaqueEventKind.PRINTED:
        stays = state in (PlaqueState.BLANK, PlaqueState.INSTALLED)
        return state if stays else PlaqueState.PRINTED
    if kind is PlaqueEventKind.BOUND:
        return PlaqueState.PRINTED if printed else PlaqueState.ISSUED
    if kind is PlaqueEventKind.REPOINTED:
        return state
    return PlaqueState(kind.value)


def check_reason(reason: str) -> str:
    """Return a reason fit for the ledger.

    Raises:
        Invalid: empty, or more than 500 characters.
    """
    cleaned = clean_paragraphs(reason)
    if not cleaned:
        raise Invalid("请写明原因，一句话就行", fields={"reason": "请写明原因"})
    if len(cleaned) > MAX_REASON:
        raise Invalid("原因太长，请写在 500 字以内", fields={"reason": "最多 500 字"})
    return cleaned


def check_blank_count(count: int) -> int:
    """Return a number of blank plaques that may be issued at once.

    Raises:
        Invalid: not between 1 and 500.
    """
    if not 1 <= count <= MAX_BLANKS:
        raise Invalid(
            f"一次可以编 1 到 {MAX_BLANKS} 块空白砖，请改一下数目", fields={"count": f"1 到 {MAX_BLANKS}"}
        )
    return count


def brick_words(serial: int, *, member: bool) -> str:
    """Return the permanent number of a brick as people say it; an organisation's own has none."""
    return f"{serial} 号砖" if member else ""


def pick_serial(wanted: int | None, taken: set[int]) -> int:
    """Return the serial of a new plaque and add it to `taken`.

    The place on the wall is taken when it is still free, so that brick and wall count
    alike at first; afterwards the number on the brick never changes.
    """
    serial = wanted if wanted and wanted not in taken else max(taken, default=0) + 1
    taken.add(serial)
    return serial
