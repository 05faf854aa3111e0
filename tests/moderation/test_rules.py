"""The policy, case by case."""

import pytest

from brickwall.moderation.constants import CheckReason, CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.rules import First, first_step, may_be_answered, why

K, S, R = ContentKind, CheckState, CheckReason
ASKED = First(S.WAITING)


@pytest.mark.parametrize(
    ("kind", "wechat", "openid", "found", "expected"),
    [
        (K.ENTRY, True, True, "", ASKED),
        (K.ENTRY, True, True, "稳赚不赔", ASKED),
        (K.ENTRY, True, False, "", First(S.HELD, R.NO_OPENID)),
        (K.ENTRY, True, False, "稳赚不赔", First(S.HELD, R.WORDS)),
        (K.ENTRY, False, False, "", None),
        (K.ENTRY, False, True, "", None),
        (K.ENTRY, False, False, "稳赚不赔", First(S.HELD, R.WORDS)),
        (K.PHOTO, True, True, "", ASKED),
        (K.PHOTO, True, False, "", First(S.HELD, R.NO_OPENID)),
        (K.PHOTO, False, False, "", None),
        (K.FEEDBACK, True, True, "", ASKED),
        (K.FEEDBACK, True, False, "", None),
        (K.FEEDBACK, False, False, "稳赚不赔", First(S.HELD, R.WORDS)),
    ],
)
def test_where_a_check_begins(kind, wechat, openid, found, expected):
    assert first_step(kind, wechat=wechat, openid=openid, found=found) == expected


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (S.WAITING, None, True),
        (S.HELD, R.TIMEOUT, True),
        (S.HELD, R.UNREACHABLE, True),
        (S.HELD, R.RISKY, False),
        (S.HELD, R.WORDS, False),
        (S.RELEASED, R.TIMEOUT, False),
        (S.REFUSED, R.TIMEOUT, False),
        (S.PASSED, None, False),
    ],
)
def test_a_late_answer_counts_only_while_nobody_has_decided(state, reason, expected):
    assert may_be_answered(ContentCheck(state=state, reason=reason)) is expected


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (ContentCheck(state=S.HELD, reason=R.RISKY, label=10001, found=""), "微信说不合适：像广告"),
        (ContentCheck(state=S.HELD, reason=R.REVIEW, label=100, found=""), "微信拿不准"),
        (ContentCheck(state=S.HELD, reason=R.WORDS, found="稳赚不赔"), "有“稳赚不赔”字样"),
        (ContentCheck(state=S.WAITING, found=""), "微信半小时没有答复"),
        (ContentCheck(state=S.PASSED, found=""), ""),
    ],
)
def test_a_clerk_reads_why_he_has_to_look(check, words):
    assert why(check) == words
