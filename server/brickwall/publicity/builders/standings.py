"""Where commitments stand, in words and in the six steps; cards and totals made from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from brickwall.commitments import rules
from brickwall.commitments.constants import LABELS, CommitmentKind, CommitmentState, Step
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.publicity.constants import chain_path
from brickwall.publicity.queries import NOT_COUNTED
from brickwall.publicity.view_models import (
    CommitmentCard,
    Figure,
    Progress,
    Standing,
    StepMark,
    Tone,
)
from brickwall.publicity.words import day, day_of, shorten

STEPS = tuple(Step)
LATEST_LENGTH = 70
S = CommitmentState


def steps_of(commitment: Commitment) -> tuple[tuple[StepMark, ...], str]:
    """Return the six steps with the present one marked, and the same in words (PRACTICES L1)."""
    now = STEPS.index(rules.step_of(commitment))
    marks = tuple(
        StepMark(LABELS[step][0], LABELS[step], "past" if place < now else "now" if place == now else "next")
        for place, step in enumerate(STEPS)
    )
    return marks, f"六步走到第 {now + 1} 步：{LABELS[STEPS[now]]}"


def tone_of(commitment: Commitment, today: date) -> Tone:
    """Return the colour of a commitment; the words beside it say the same."""
    if commitment.state is S.CLOSED_OUT:
        return Tone.DONE
    if commitment.state in NOT_COUNTED:
        return Tone.ENDED
    if commitment.state is S.DONE_CLAIMED:
        return Tone.CLAIMED
    return Tone.LATE if rules.is_overdue(commitment, today) else Tone.GOING


def _checker(commitment: Commitment) -> str:
    """Return who checks it: the branch its members, the organisation above the branch's own."""
    above = commitment.member_id is None and commitment.organisation.parent_id is not None
    return "上级党组织" if above else "支部"


def _ended(commitment: Commitment, today: date) -> tuple[str, str] | None:
    """Return the words for a state whose deadline no longer counts, or None."""
    match commitment.state:
        case S.CLOSED_OUT:
            when = commitment.closed_out_at
            checked = (
                f"{day(when, today)}{_checker(commitment)}核实" if when else f"{_checker(commitment)}已核实"
            )
            return "办成了", f"，{checked}"
        case S.DONE_CLAIMED:
            return "自报办成", f"，等{_checker(commitment)}核实"
        case S.WITHDRAWN:
            return "已撤回", "，原因写在全过程里"
        case S.CARRIED_OVER:
            return "没有办完", "，已转入再承诺"
    return None


def _working(commitment: Commitment, today: date) -> tuple[str, str]:
    parts = []
    if commitment.due_on is None:
        strong = "正在办"
        parts.append("没写期限")
    elif rules.is_overdue(commitment, today):
        strong = rules.due_words(commitment, today)
        parts.append(f"原定 {day(commitment.due_on, today)}")
    else:
        strong = rules.due_words(commitment, today)
        parts.append(f"{day(commitment.due_on, today)}到期")
    if commitment.state is S.SENT_BACK:
        parts.append("核实后退回再办")
    missing = rules.missing_amount(commitment)
    if commitment.kind is CommitmentKind.COUNTED:
        done, unit = commitment.done_amount, commitment.unit
        parts.append(f"做了 {done} {unit}，还差 {missing} {unit}" if missing else f"{done} {unit}都做了")
    if commitment.kind is CommitmentKind.STANDING:
        parts.append("全年坚持")
    return strong, "，" + "，".join(parts)


def _silence(commitment: Commitment, today: date) -> str:
    """Say how long nothing was recorded, once that is longer than 60 days."""
    last = commitment.last_entry_at
    if last is None or not rules.is_stalled(commitment, today):
        return ""
    return f"，已有 {(today - day_of(last)).days} 天没有新记录"


def standing_of(commitment: Commitment, today: date) -> Standing:
    """Return where a published commitment stands on ``today`` (Asia/Shanghai)."""
    strong, rest = _ended(commitment, today) or _working(commitment, today)
    steps, in_words = steps_of(commitment)
    progress = None
    if commitment.kind is CommitmentKind.COUNTED and commitment.target_amount:
        progress = Progress(commitment.done_amount, commitment.target_amount, commitment.unit)
    return Standing(
        tone_of(commitment, today), strong, rest + _silence(commitment, today), steps, in_words, progress
    )


def _latest(commitment: Commitment, entry: FulfilmentEntry | None, today: date) -> str:
    if entry is not None:
        return f"{day(entry.happened_on, today)}：{shorten(entry.text, LATEST_LENGTH)}"
    return "公示以后还没有记录。" if commitment.state in rules.WORKING else ""


def cards_of(
    commitments: Sequence[Commitment],
    latest: Mapping[int, FulfilmentEntry],
    with_photos: Collection[int],
    today: date,
) -> tuple[CommitmentCard, ...]:
    """Return the cards of a brick page: late ones first, then by deadline, ended ones last."""
    order = [Tone.LATE, Tone.GOING, Tone.CLAIMED, Tone.DONE, Tone.ENDED]
    ranked = sorted(commitments, key=lambda one: order.index(tone_of(one, today)))
    return tuple(
        CommitmentCard(
            path=chain_path(one.public_id),
            title=one.title,
            standing=standing_of(one, today),
            latest=_latest(one, latest.get(one.id), today),
            more="看全过程和照片" if one.id in with_photos else "看全过程",
        )
        for one in ranked
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of published commitments, withdrawn and carried-over ones left out."""

    published: int = 0
    closed: int = 0
    claimed: int = 0
    late: int = 0
    filled: int = 0

    @property
    def going(self) -> int:
        """Being worked on and not late."""
        return self.published - self.closed - self.claimed - self.late


def totals_of(commitments: Sequence[Commitment], today: date) -> Totals:
    """Count commitments by where they stand; ``filled`` is the mean share done, in per cent.

    A closed one is 100, a counted one its share, any other 0: nobody measured more.
    """
    counted = [one for one in commitments if one.state not in NOT_COUNTED]
    tones = [tone_of(one, today) for one in counted]
    shares = [
        100 if tone is Tone.DONE else min(99, rules.progress_percent(one) or 0)
        for one, tone in zip(counted, tones, strict=True)
    ]
    return Totals(
        published=len(counted),
        closed=tones.count(Tone.DONE),
        claimed=tones.count(Tone.CLAIMED),
        late=tones.count(Tone.LATE),
        filled=sum(shares) // len(shares) if shares else 0,
    )


def total_figures(totals: Totals) -> tuple[Figure, ...]:
    """Return the tiles of a brick page; they add up to the first one."""
    tiles = [
        Figure(str(totals.published), "件承诺"),
        Figure(str(totals.closed), "办成了", "done" if totals.closed else ""),
        Figure(str(totals.going), "正在办"),
    ]
    if totals.claimed:
        tiles.append(Figure(str(totals.claimed), "待核实"))
    tiles.append(Figure(str(totals.late), "晚了", "late" if totals.late else ""))
    return tuple(tiles)


def total_words(totals: Totals) -> str:
    """Return the totals as one sentence, for screen readers and the top of a page."""
    words = [f"承诺 {totals.published} 件", f"已办成 {totals.closed} 件", f"正在办 {totals.going} 件"]
    if totals.claimed:
        words.append(f"自报办成等核实 {totals.claimed} 件")
    return "，".join([*words, f"晚了 {totals.late} 件。"])


def is_current(commitment: Commitment, today: date) -> bool:
    """Tell whether it belongs on the face of the brick: this year's, or unfinished from before."""
    unfinished = commitment.state in rules.CORRECTABLE
    return commitment.year >= today.year or unfinished
