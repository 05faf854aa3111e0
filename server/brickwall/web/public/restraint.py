"""What is done here and what not: one list made from the settings and the models (EXPERIENCE.md).

The page /rules and the mini-program's page show the same. What may be switched on is read from
the county's recorded decisions, what is kept from the tables themselves, what goes to WeChat
from whether a mini-program is configured.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations.rules import LOWEST_PUBLISH_MINIMUM, PERCENTAGE_MINIMUM
from brickwall.kernel.keeping import LABELS as WHOSE
from brickwall.kernel.keeping import Whose, kept_of
from brickwall.organisations.constants import BUILT, LABELS, Switch
from brickwall.organisations.queries import find_switch
from brickwall.publicity.words import full_day

NEVER = (
    "不打卡，不记在线时间，不考核安装率、登录率。",
    "不记行走路线，不算连续多少天。",
    "看和评都不问您的姓名、电话和位置。",
    "办任何事都不以传照片为条件。",
    "不拿点赞数、网上投票数单独给人定等级。",
)
ALWAYS = (
    "每一页都能投诉建议，都有人答复。",
    "记录办了什么，照片可不传。",
    "网上的评价都标明“网上参考”。",
    "不装小程序、不用微信，网页一样能看、能评、能提意见。",
)
COUNTING = (
    "封箱以前谁也看不到数，封箱以后连人数一起公布。",
    f"不到 {LOWEST_PUBLISH_MINIMUM} 人评，不公布。不到 {PERCENTAGE_MINIMUM} 人评，不算百分比。",
    "没有评的人不算满意。",
    "低分不会被删掉。",
)
UNPROTECTED = (
    "有人拿着您的手机替您点，或者站在旁边看着您点。",
    "家里人的压力。",
    "一个人换几部手机评。所以网上的评价只供参考。",
    "管机器的人偷看，或者抄走密钥。",
    "大家都说满意，却没有说真话。",
)
WITHOUT_WECHAT = ("这里没有接微信小程序，不从微信拿任何东西，也不把任何东西交给微信。",)
WITH_WECHAT = (
    "在小程序里评价、提意见、收消息时，微信告诉我们一个只在这个小程序里有效的编号（不是微信号，也不是手机号）。编号换算成密码值再存。光看不用登录，什么都不拿。",
    "您写的话和照片要给别人看的，先交给微信检查有没有违法内容，附上那个编号，查完就删。",
    "评价时问一次微信这个编号是不是刷票的账号。只记计不计入，不记是谁。",
    "您点了“告诉我结果”才给您发微信消息，点一次发一次。",
)
SHOWN = (Whose.VILLAGER, Whose.MEMBER, Whose.STAFF, Whose.RECORD)


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """One thing that the county may switch on, and how it stands."""

    key: Switch
    name: str
    on: bool
    standing: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One kind of thing that is kept: what, why, until when, and what not."""

    what: str
    why: str
    until: str
    never: str


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """Everything that is kept about one kind of people."""

    whose: str
    lines: tuple[KeptLine, ...]


@dataclass(frozen=True, slots=True)
class Restraint:
    """The whole list, in the order people read it."""

    never: tuple[str, ...]
    switches: tuple[SwitchLine, ...]
    always: tuple[str, ...]
    wechat: tuple[str, ...]
    kept: tuple[KeptGroup, ...]
    counting: tuple[str, ...]
    unprotected: tuple[str, ...]
    contact: str


def switch_line(session: Session, switch: Switch) -> SwitchLine:
    """Return how one switch stands, with the reason and the day of its last change."""
    change = find_switch(session, switch)
    if change is None:
        standing = "关着" if switch in BUILT else "没有这项功能"
        return SwitchLine(switch, LABELS[switch], False, standing, "")
    state = "开着" if change.is_on else "关着"
    standing = f"{state}，{full_day(change.at)}{change.actor_label}定的"
    return SwitchLine(switch, LABELS[switch], change.is_on, standing, change.reason)


def _kept() -> tuple[KeptGroup, ...]:
    return tuple(
        KeptGroup(
            WHOSE[whose],
            tuple(KeptLine(each.what, each.why, each.until, each.never) for each in kept_of(whose)),
        )
        for whose in SHOWN
    )


def restraint_of(session: Session, settings: Settings) -> Restraint:
    """Return what this very installation does, does not do, and keeps."""
    return Restraint(
        never=NEVER,
        switches=tuple(switch_line(session, switch) for switch in Switch),
        always=ALWAYS,
        wechat=WITH_WECHAT if settings.wechat else WITHOUT_WECHAT,
        kept=_kept(),
        counting=COUNTING,
        unprotected=UNPROTECTED,
        contact=settings.contact_line,
    )
