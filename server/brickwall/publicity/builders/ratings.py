"""What a page says about ratings: three faces while a round is open, else the last result."""

from datetime import date, datetime

from brickwall.evaluations.constants import MAX_COMMENT
from brickwall.evaluations.figures import Figures, Publishable, Standing
from brickwall.evaluations.rules import Cell
from brickwall.kernel.clock import end_of_day, local
from brickwall.publicity.view_models import RatingBar, RatingForm, RatingResult
from brickwall.publicity.words import NO_BREAK, day

ONLINE_NOTE = "任何手机都能评，只供参考，不作正式结果。"
# A page stays light and is read to its end (EXPERIENCE.md, Phones).
SHOWN_COMMENTS = 5
TONES = ("done", "", "late")
NAMES = ("满意", "一般", "不满意")


def form_of(standing: Standing, code: str, name: str, *, branch: bool = False) -> RatingForm | None:
    """Return the three faces for whoever ``code`` stands for, or None when no round is open."""
    running = standing.open_round
    if running is None:
        return None
    closes = local(running.closes_at)
    what = "今年的工作" if branch else "今年办的事"
    return RatingForm(
        subject=code,
        round=running.public_id,
        question=f"您对{name}{what}满意吗？",
        closes=f"{day(running.closes_at)} {closes:%H:%M} 封箱，之前可以改。",
        comment_length=MAX_COMMENT,
    )


def fresh_until(today: date, standing: Standing) -> datetime:
    """Return when a page changes by itself: at midnight, or when the open round closes."""
    end = end_of_day(today)
    return min(end, standing.open_round.closes_at) if standing.open_round else end


def round_words(standing: Standing) -> str:
    """Say on a wall that a round is open, or nothing."""
    running = standing.open_round
    if running is None:
        return ""
    closes = f"{day(running.closes_at)} {local(running.closes_at):%H:%M}"
    return f"{running.name}正在进行，{closes} 封箱。点开一块砖，就能说满意不满意。"


def _bars(figures: Figures) -> tuple[RatingBar, ...]:
    cells = (figures.satisfied, figures.fair, figures.dissatisfied)
    total = figures.total or 0
    return tuple(
        RatingBar(name, _people(cell), _share(cell, total), tone)
        for name, tone, cell in zip(NAMES, TONES, cells, strict=True)
        if cell is not None
    )


def _people(cell: Cell) -> str:
    return f"{cell.text}{NO_BREAK}人" if cell.number is not None else cell.text


def _share(cell: Cell, total: int) -> int:
    return 100 * cell.number // total if cell.number and total else 0


def _next(standing: Standing) -> str:
    return (
        f"下一次 {standing.next_opens_on} 开始评。"
        if standing.next_opens_on
        else "下一次开评前会在这里说明。"
    )


def result_of(standing: Standing) -> RatingResult:
    """Return the last closed round with counts, denominator, interval and label (RATINGS.md)."""
    figures = standing.last
    if figures is None:
        return RatingResult("群众评价", "还没有评过，暂无结果。" + _next(standing))
    heading = f"群众评价：{figures.round_name}"
    published = f"{day(figures.closed_at)}封箱。"
    if figures.publishable in {Publishable.NOTHING, Publishable.TOO_FEW}:
        return RatingResult(
            heading, f"{figures.counts_text}。{published}", figures.label, (), (_next(standing),)
        )
    sentence = f"{figures.total} 人评，{figures.participation_text}。满意率{figures.rate_text}。{published}"
    notes = (*(f"{note}。" for note in figures.notes), ONLINE_NOTE + _next(standing))
    comments = standing.comments[:SHOWN_COMMENTS]
    return RatingResult(heading, sentence, figures.label, _bars(figures), notes, comments)


def truth_words(standing: Standing, name: str) -> tuple[str, str]:
    """Return what residents say, as the third of the three truths: in short, and explained."""
    if standing.open_round is not None and standing.last is None:
        return "正在评", f"{standing.open_round.name}，封箱后公布"
    figures = standing.last
    if figures is None or figures.publishable is Publishable.NOTHING:
        return "暂无", "还没有评过"
    about = f"{figures.round_name}，评的是{name}全年的事（{figures.label}）"
    if figures.satisfied is None or figures.fair is None or figures.dissatisfied is None:
        return "暂不公布", f"评的人太少，{about}"
    cells = zip(NAMES, (figures.satisfied, figures.fair, figures.dissatisfied), strict=True)
    counts = "\n".join(f"{label}{NO_BREAK}{cell.text}" for label, cell in cells)
    return counts, f"{figures.total} 人评，{about}"
