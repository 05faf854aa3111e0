"""Kinds of messages and mailboxes, and the sizes WeChat allows in a subscribe message."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class MailboxKind(StrEnum):
    """Whose mailbox it is: a member's, a WeChat user's, or a browser's that holds a random mark."""

    MEMBER = "member"
    WECHAT = "wechat"
    WEB = "web"


class MessageKind(StrEnum):
    """What a message tells; the first three can also go to a phone in WeChat."""

    RESULT = "result"
    DUE = "due"
    ANSWER = "answer"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    SENT_BACK = "sent_back"
    CLOSED_OUT = "closed_out"
    ENTRY_REFUSED = "entry_refused"


class PhoneState(StrEnum):
    """Where a message to a phone stands; what is over is no longer kept."""

    WAITING = "waiting"
    SENDING = "sending"


LABELS = Labels(
    {
        MailboxKind.MEMBER: "党员的消息",
        MailboxKind.WECHAT: "微信里的消息",
        MailboxKind.WEB: "网页上的消息",
    },
    {
        MessageKind.RESULT: "评议结果",
        MessageKind.DUE: "到期提醒",
        MessageKind.ANSWER: "投诉建议的答复",
        MessageKind.RETURNED: "承诺被退回",
        MessageKind.APPROVED: "承诺审过了",
        MessageKind.PUBLISHED: "承诺公示了",
        MessageKind.SENT_BACK: "核实后退回",
        MessageKind.CLOSED_OUT: "核实销号",
        MessageKind.ENTRY_REFUSED: "记录没有公开",
    },
    {
        PhoneState.WAITING: "等着发到手机",
        PhoneState.SENDING: "正在发到手机",
    },
)

# Kinds for which a template can be applied for; the same names as in the settings.
PHONE_KINDS = (MessageKind.RESULT, MessageKind.DUE, MessageKind.ANSWER)
# A tap on "允许" is one message; more than this in stock would only invite sending more.
MAX_CREDITS = 5

# WeChat's limits by the type of a template's field, which is the name without its number
# (developers.weixin.qq.com, 订阅消息参数值内容限制说明). ``date`` and ``time`` are made from the
# message's day; every other type is read as ``thing``.
FIELD_LENGTHS = {"thing": 20, "name": 10, "phrase": 5}
DATE_FIELDS = ("date", "time")
# Fields of a template whose settings name none: subject, what there is to say, the day.
USUAL_FIELDS = ("thing1", "thing2", "date3")
# Where a message on the phone leads: to the same message in the mini-program.
INBOX_PAGE = "pages/inbox/inbox"

MAX_TITLE = 60
MAX_TEXT = 400
