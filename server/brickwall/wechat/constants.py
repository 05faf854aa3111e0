"""Words and times of the WeChat gateway."""

from datetime import timedelta
from enum import StrEnum

from brickwall.kernel.labels import Labels


class Suggest(StrEnum):
    """What WeChat says of a text or picture."""

    PASS = "pass"
    REVIEW = "review"
    RISKY = "risky"


class PushState(StrEnum):
    """Where a received push stands."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"


class Scene:
    """What a text, picture or person is checked for, as the platform numbers it."""

    PROFILE = 1
    COMMENT = 2
    FORUM = 3
    SOCIAL = 4
    # Of getuserriskrank, which counts otherwise.
    RISK_REGISTRATION = 0
    RISK_CHEATING = 1


class Timing:
    """How long things last (WECHAT.md, gateway). The platform renews a token 5 min before its end."""

    CONNECT_SECONDS = 3.0
    READ_SECONDS = 8.0
    # Below this a token is renewed by whoever comes first, the others go on with it.
    RENEW_SECONDS = 280.0
    # Below this nobody uses it any more.
    LEAST_SECONDS = 60.0
    LONGEST_TOKEN = timedelta(seconds=7200)
    LEASE = timedelta(seconds=15)
    PAUSE = timedelta(seconds=60)
    BREAKER_FAILURES = 5
    BREAKER_SECONDS = 30.0
    PUSH_WINDOW = timedelta(minutes=10)
    KEEP_PUSHES = timedelta(days=7)


TEXT_LIMIT = 2500

LABELS = Labels(
    {
        Suggest.PASS: "通过",
        Suggest.REVIEW: "建议人工看",
        Suggest.RISKY: "有风险",
        PushState.WAITING: "待处理",
        PushState.DONE: "已处理",
        PushState.IGNORED: "无需处理",
    },
)
