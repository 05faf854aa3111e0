"""What a figure may say: intervals, minimums, hidden cells (RATINGS.md, Figures)."""

from dataclasses import dataclass
from math import sqrt

from brickwall.evaluations.constants import Level, RatingStanding

Z_95 = 1.959963984540054
PERCENTAGE_MINIMUM = 30
LOWEST_PUBLISH_MINIMUM = 10
UNANIMOUS_MINIMUM = 40
# getuserriskrank: 0 normal or unknown to 4 very high.
FLAGGED_RANK = 3
NOT_COUNTED_RANK = 4
SMALL = (1, 2)
FEWER_THAN_THREE = "少于3"
NOT_SHOWN = "不单列"


@dataclass(frozen=True, slots=True)
class Interval:
    """A share's 95 % interval, both ends between 0 and 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One count as it is shown: ``number`` is None when it stays hidden behind ``text``."""

    text: str
    number: int | None


def wilson_interval(successes: int, total: int, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of ``successes`` out of ``total``.

    Chosen because it stays honest for few ratings and near 0 or 100 % (Wilson 1927).

    Raises:
        ValueError: when ``total`` is not positive or ``successes`` not within it.
    """
    if total <= 0 or not 0 <= successes <= total:
        raise ValueError("successes must lie within a positive total")
    share = successes / total
    spread = z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    # At 0 and 100 % one end is the share itself; rounding must not push it past.
    return Interval(max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def enough_to_publish(total: int, minimum: int) -> bool:
    """Tell whether ``total`` ratings may be published at all; fewer could name the raters."""
    return total >= max(minimum, LOWEST_PUBLISH_MINIMUM)


def enough_for_percentage(total: int, level: Level) -> bool:
    """Tell whether a percentage may stand beside ``total`` ratings; level C needs 30."""
    return total >= (PERCENTAGE_MINIMUM if level is Level.ONLINE else 1)


def _plain(number: int) -> Cell:
    return Cell(str(number), number)


def _hidden(number: int, pair_total: int) -> Cell:
    """Return a hidden cell of a pair whose sum everybody can work out.

    With a sum of 4 "fewer than three" beside the other cell would tell 1 + 3 from 2 + 2, so
    neither is named then.
    """
    return Cell(FEWER_THAN_THREE if number < 3 and pair_total != 4 else NOT_SHOWN, None)


def shown_cells(counts: tuple[int, int, int]) -> tuple[Cell, Cell, Cell]:
    """Return three counts as they may be shown beside their published sum.

    A count of 1 or 2 is hidden, and so is the cell that would give it away: the pair beside the
    largest cell goes together; when the two larger cells are nearly equal all three go, since
    the order alone would tell. Whatever is shown fits at least two different results (a test
    tries all of them up to 60 ratings).

    Args:
        counts: satisfied, fair, dissatisfied; at least 10 together (see
            :func:`enough_to_publish`).
    """
    largest = max(range(3), key=lambda place: counts[place])
    pair = [place for place in range(3) if place != largest]
    pair_total = sum(counts[place] for place in pair)
    if not any(counts[place] in SMALL for place in pair):
        first, second, third = (_plain(number) for number in counts)
        return first, second, third
    all_hidden = pair_total > counts[largest] - 2
    cells = [
        _hidden(number, pair_total) if all_hidden or place in pair else _plain(number)
        for place, number in enumerate(counts)
    ]
    return cells[0], cells[1], cells[2]


def standing_of_rank(rank: int) -> RatingStanding:
    """Return what WeChat's risk rank (0 to 4) makes of a rating: 3 is flagged, 4 not counted."""
    if rank >= NOT_COUNTED_RANK:
        return RatingStanding.NOT_COUNTED
    return RatingStanding.FLAGGED if rank == FLAGGED_RANK else RatingStanding.COUNTED


def few_or_number(number: int) -> str:
    """Return how many there are of a kind, 1 and 2 hidden: ``少于 3``, ``7``."""
    return "少于 3" if number in SMALL else str(number)


def notes_on(counts: tuple[int, int, int], roster_size: int | None, set_aside: int = 0) -> tuple[str, ...]:
    """Return what a reader should know before believing a result (RATINGS.md, alarms).

    Args:
        set_aside: ratings left out because WeChat judged the account abnormal.
    """
    total = sum(counts)
    notes = []
    if roster_size is not None and total > roster_size:
        notes.append("评的次数比应评人数还多，可能有人用几部手机评，请谨慎看待")
    if total >= UNANIMOUS_MINIMUM and max(counts) == total:
        notes.append("所有人评得一模一样，这很罕见，请谨慎看待")
    if set_aside:
        notes.append(f"另有 {few_or_number(set_aside)} 份因微信判定为异常账号未计入")
    return tuple(notes)
