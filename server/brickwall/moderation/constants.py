"""Words of the checks: what is looked at, where a check stands, and why a person is needed."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class ContentKind(StrEnum):
    """What is looked at before others see it."""

    COMMENT = "comment"
    FEEDBACK = "feedback"
    ENTRY = "entry"
    PHOTO = "photo"


class CheckState(StrEnum):
    """Where a check stands. PASSED is the machine's word; RELEASED and REFUSED are a person's."""

    WAITING = "waiting"
    PASSED = "passed"
    HELD = "held"
    RELEASED = "released"
    REFUSED = "refused"


class CheckReason(StrEnum):
    """Why a person has to look."""

    RISKY = "risky"
    REVIEW = "review"
    WORDS = "words"
    NO_OPENID = "no_openid"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"


LABELS = Labels(
    {
        ContentKind.COMMENT: "评议留言",
        ContentKind.FEEDBACK: "投诉建议",
        ContentKind.ENTRY: "践诺记录",
        ContentKind.PHOTO: "照片",
    },
    {
        CheckState.WAITING: "微信正在看",
        CheckState.PASSED: "微信看过",
        CheckState.HELD: "等人看",
        CheckState.RELEASED: "已放行",
        CheckState.REFUSED: "没有通过",
    },
    {
        CheckReason.RISKY: "微信说不合适",
        CheckReason.REVIEW: "微信拿不准",
        CheckReason.WORDS: "有词表里的字样",
        CheckReason.NO_OPENID: "从网页写来，微信没看过",
        CheckReason.TIMEOUT: "微信半小时没有答复",
        CheckReason.UNREACHABLE: "微信联系不上",
    },
)

# Numbers of msgSecCheck v2 and mediaCheckAsync v2, in a clerk's words.
WECHAT_LABELS: dict[int, str] = {
    10001: "像广告",
    20001: "涉及时政",
    20002: "像色情",
    20003: "像骂人",
    20006: "像违法犯罪",
    20008: "像诈骗",
    20012: "内容低俗",
    20013: "像侵权",
}
