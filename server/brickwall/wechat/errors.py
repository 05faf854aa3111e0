"""What goes wrong with WeChat, as problems with a Chinese sentence and the next step.

None of them carries what WeChat wrote, because that may name a person or a token; the error
number stays in ``errcode`` for callers and logs.
"""

from brickwall.kernel.problems import Problem, Refused


class WeChatOff(Refused):
    """This site belongs to no mini-program."""

    default_code = "wechat.off"

    def __init__(self) -> None:
        super().__init__("这个网站没有接入微信小程序。请用网页打开，功能是一样的")


class WeChatError(Problem):
    """WeChat refused a call; subclasses say why. ``errcode`` is its number, 0 without one."""

    status = 503
    default_code = "wechat.refused"
    sentence = "微信没有受理这次请求。请过一会儿再试，或改用网页"

    def __init__(self, errcode: int = 0, *, retry_after: int = 0) -> None:
        super().__init__(self.sentence, retry_after=retry_after)
        self.errcode = errcode


class WeChatUnavailable(WeChatError):
    """WeChat does not answer, answers nonsense, is busy, or was given a rest by the breaker."""

    default_code = "wechat.unavailable"
    sentence = "微信暂时没有回应。请过一会儿再试，或改用网页"


class CodeRefused(WeChatError):
    """A one-time code was wrong, too old or used before (40029, 40163)."""

    status = 409
    default_code = "wechat.code_refused"
    sentence = "微信的登录凭证过期了。请退出小程序重新打开，再试一次"


class AccountBlocked(WeChatError):
    """WeChat blocked this person (40226)."""

    status = 403
    default_code = "wechat.account_blocked"
    sentence = "微信限制了这个账号使用小程序。请改用网页"


class QuotaUsedUp(WeChatError):
    """The day's quota of a call is used up (45009)."""

    default_code = "wechat.quota"
    sentence = "今天对微信的请求次数用完了。请明天再试，或改用网页"


class PageUnknown(WeChatError):
    """The published mini-program has no such page (41030)."""

    status = 409
    default_code = "wechat.page_unknown"
    sentence = "线上的小程序里没有这个页面。请先发布含有它的版本"


class SceneRefused(WeChatError):
    """The scene of a mini-program code has forbidden characters or more than 32 (40169)."""

    status = 422
    default_code = "wechat.scene"
    sentence = "小程序码带的内容太长或有不能用的字符。请改用普通二维码"


class ConsentMissing(WeChatError):
    """The person has allowed no (further) message (43101)."""

    status = 409
    default_code = "wechat.consent_missing"
    sentence = "对方没有同意接收微信通知。这条消息在小程序的收件箱里可以看到"


class BadTemplate(WeChatError):
    """The template is unknown or its fields do not fit (47003, 40037)."""

    default_code = "wechat.template"
    sentence = "微信通知的模板不对。请管理员执行 brickwall wechat check 核对模板"


class OpenidUnknown(WeChatError):
    """The person is unknown to this mini-program, or was not seen for two hours (40003, 61010)."""

    status = 409
    default_code = "wechat.person_unknown"
    sentence = "微信认不出这个人了。请退出小程序重新打开，再试一次"


class PhoneUnusable(WeChatError):
    """The phone number is none of mainland China."""

    status = 409
    default_code = "wechat.phone_unusable"
    sentence = "只能用中国大陆的手机号。请改用激活条，向支部干事领取"


class Misconfigured(WeChatError):
    """Appid, secret, address or rights are wrong; nothing works until the operator mends it."""

    default_code = "wechat.misconfigured"
    sentence = "微信小程序的设置不对，暂时用不了。请改用网页，并请管理员执行 brickwall wechat check"


# A token the platform does not take any more: fetched anew once.
STALE_TOKEN = frozenset({40001, 40014, 42001})
MINUTE = 60
BY_NUMBER: dict[int, type[WeChatError]] = {
    **dict.fromkeys((-1, 45011, 44991), WeChatUnavailable),
    **dict.fromkeys((40029, 40163, 41008), CodeRefused),
    **dict.fromkeys((40226, 50002), AccountBlocked),
    **dict.fromkeys((45009,), QuotaUsedUp),
    **dict.fromkeys((41030,), PageUnknown),
    **dict.fromkeys((40169,), SceneRefused),
    **dict.fromkeys((43101,), ConsentMissing),
    **dict.fromkeys((47003, 40037), BadTemplate),
    **dict.fromkeys((40003, 61010), OpenidUnknown),
    # Wrong token, appid or secret, address not allowed, right not granted or taken away.
    **dict.fromkeys((40001, 40014, 42001, 40002, 40013, 40125, 40164, 41002, 41004), Misconfigured),
    **dict.fromkeys((48001, 48004, 61007, 89501, 89503, 89506, 89507), Misconfigured),
}


def error_for(errcode: int) -> WeChatError:
    """Return the error for a number of the platform's."""
    busy = MINUTE if errcode in (45011, 44991) else 0
    return BY_NUMBER.get(errcode, WeChatError)(errcode, retry_after=busy)
