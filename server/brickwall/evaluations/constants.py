"""Words of the rounds and ratings (RATINGS.md; PRACTICES G6)."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class RoundState(StrEnum):
    """Whether a round takes ratings."""

    OPEN = "open"
    CLOSED = "closed"


class Electorate(StrEnum):
    """Who rates whom."""

    RESIDENTS_MEMBERS = "residents_members"
    RESIDENTS_BRANCH = "residents_branch"
    MEMBERS_BRANCH = "members_branch"
    SERVED_COMMITMENT = "served_commitment"
    UPPER_LOWER = "upper_lower"
    LOWER_UPPER = "lower_upper"


class Level(StrEnum):
    """How sure we are of the rater; reported side by side, never added up silently."""

    ROSTER = "a"
    PHONE = "b"
    ONLINE = "c"


class RatingValue(StrEnum):
    """The three faces."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"


class RatingStanding(StrEnum):
    """What WeChat's risk rank makes of a rating of level C; every other rating is counted.

    FLAGGED counts and is told to the secretary as a number; NOT_COUNTED stays on record and out
    of the totals.
    """

    COUNTED = "counted"
    FLAGGED = "flagged"
    NOT_COUNTED = "not_counted"


class CommentState(StrEnum):
    """A comment waits until a person has read it."""

    HELD = "held"
    PUBLISHED = "published"
    REJECTED = "rejected"


class RoundEventKind(StrEnum):
    """An entry of a round's own log."""

    OPENED = "round_open"
    CLOSED = "round_close"


# Characters of a comment, in the form and at the door: three sentences, not a letter.
MAX_COMMENT = 300

LABELS = Labels(
    {
        RoundState.OPEN: "正在评",
        RoundState.CLOSED: "已结束",
    },
    {
        Electorate.RESIDENTS_MEMBERS: "群众评党员",
        Electorate.RESIDENTS_BRANCH: "群众评支部",
        Electorate.MEMBERS_BRANCH: "党员评支部",
        Electorate.SERVED_COMMITMENT: "服务对象评承诺",
        Electorate.UPPER_LOWER: "上级评下级",
        Electorate.LOWER_UPPER: "下级评上级",
    },
    {
        Level.ROSTER: "名册票",
        Level.PHONE: "实名手机",
        Level.ONLINE: "网上参考",
    },
    {
        RatingValue.SATISFIED: "满意",
        RatingValue.FAIR: "一般",
        RatingValue.DISSATISFIED: "不满意",
    },
    {
        RatingStanding.COUNTED: "计入",
        RatingStanding.FLAGGED: "计入，微信提示可疑",
        RatingStanding.NOT_COUNTED: "微信判定异常，未计入",
    },
    {
        CommentState.HELD: "等待审看",
        CommentState.PUBLISHED: "已公开",
        CommentState.REJECTED: "不公开",
    },
    {
        RoundEventKind.OPENED: "开启评议",
        RoundEventKind.CLOSED: "结束评议",
    },
)
