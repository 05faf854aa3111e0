"""The policy as pure functions: what happens first, who may turn what round, what people read."""

from dataclasses import dataclass
from datetime import timedelta

from brickwall.moderation.constants import (
    LABELS,
    WECHAT_LABELS,
    CheckReason,
    CheckState,
    ContentKind,
)
from brickwall.moderation.models import ContentCheck
from brickwall.wechat.constants import Scene

ANSWER_WITHIN = timedelta(minutes=30)
"""WeChat answers within half an hour; then people look (WECHAT.md, mediaCheckAsync)."""
ASK_AGAIN = timedelta(minutes=1)

HIDING = frozenset({ContentKind.ENTRY, ContentKind.PHOTO})
"""Kinds a check keeps back, listed for people on the 审看 page."""
OPEN = frozenset({CheckState.WAITING, CheckState.HELD})
SHOWN = frozenset({CheckState.PASSED, CheckState.RELEASED})
LATE = frozenset({CheckReason.TIMEOUT, CheckReason.UNREACHABLE})
"""Reasons that a late answer of WeChat may still change, while no person has decided."""

SCENES: dict[ContentKind, int] = {
    ContentKind.COMMENT: Scene.COMMENT,
    ContentKind.FEEDBACK: Scene.COMMENT,
    ContentKind.ENTRY: Scene.SOCIAL,
    ContentKind.PHOTO: Scene.SOCIAL,
}


@dataclass(frozen=True, slots=True)
class First:
    """Where a check begins. ``reason`` is empty while WeChat is being asked."""

    state: CheckState
    reason: CheckReason | None = None


def first_step(kind: ContentKind, *, wechat: bool, openid: bool, found: str) -> First | None:
    """Return where the check of something not written by staff begins; None shows it at once.

    Args:
        wechat: the site has a mini-program.
        openid: one seen within two hours is at hand.
        found: the word of the local list that hit, or nothing.
    """
    if wechat and openid:
        return First(CheckState.WAITING)
    if found:
        return First(CheckState.HELD, CheckReason.WORDS)
    if wechat and kind in HIDING:
        return First(CheckState.HELD, CheckReason.NO_OPENID)
    return None


def may_be_answered(check: ContentCheck) -> bool:
    """Tell whether WeChat's word still counts: nobody has decided, and it did not speak before."""
    if check.state is CheckState.WAITING:
        return True
    return check.state is CheckState.HELD and check.reason in LATE


def is_anonymous(kind: ContentKind) -> bool:
    """Tell whether a settled check of this kind keeps no time (RATINGS.md, never stored)."""
    return kind not in HIDING


def why(check: ContentCheck) -> str:
    """Return why a person is needed, with what the machine saw: ``微信说不合适：像广告``."""
    if check.reason is None:
        return "微信半小时没有答复" if check.state is CheckState.WAITING else ""
    if check.reason is CheckReason.WORDS and check.found:
        return f"有“{check.found}”字样"
    seen = WECHAT_LABELS.get(check.label or 0, "")
    return f"{LABELS[check.reason]}：{seen}" if seen else LABELS[check.reason]
