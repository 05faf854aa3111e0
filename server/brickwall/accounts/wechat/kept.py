"""What is stored about somebody in the mini-program, said to him in plain words."""

from sqlalchemy.orm import Session

from brickwall.accounts import queries
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.identities import KEEPING, KeptItem
from brickwall.accounts.models import WechatIdentity
from brickwall.accounts.rules import FORGET_RESIDENTS_AFTER, LIFETIMES
from brickwall.kernel.clock import local

RATINGS = KeptItem(
    "您评过的满意不满意",
    "评价和您的微信不存在一起，谁评的、什么时候评的都不记，所以这里列不出来",
    "随结果保存；离开也不会改动它，它上面没有您的信息",
)


def list_kept(session: Session, identity_id: int) -> list[KeptItem]:
    """Return everything stored under an identity, here and in the domains that registered.

    Raises:
        NotFound: when its person has left.
    """
    identity = queries.get_identity(session, identity_id)
    items = [_the_identity(identity), *_openid(identity), *_phone(identity), *_binding(identity)]
    items.append(_sign_ins(session, identity))
    for handler in KEEPING:
        items += handler(session, identity_id)
    return [*items, RATINGS]


def _the_identity(identity: WechatIdentity) -> KeptItem:
    seen = local(identity.seen_at)
    days = FORGET_RESIDENTS_AFTER.days
    return KeptItem(
        f"您的微信在本小程序里的编号的指纹，和最近一次登录的时间：{seen:%Y-%m-%d %H:%M}",
        "认出是同一个微信。指纹倒推不出编号，更推不出您是谁",
        f"到您点“离开并删除”为止；没有绑定党员的，{days} 天不打开就自动删除",
    )


def _openid(identity: WechatIdentity) -> list[KeptItem]:
    if identity.openid_sealed is None:
        return []
    return [
        KeptItem("您的微信编号，加密保存", "把您写的话送微信做内容安全检查时要用", "不超过 2 小时，自动删除")
    ]


def _phone(identity: WechatIdentity) -> list[KeptItem]:
    if identity.phone_index is None:
        return []
    why = "您点过“用手机号绑定”，用它和名册对，以后也能用来实名评议。号码本身没有保存"
    return [KeptItem("您手机号的指纹", why, "到解除绑定或离开为止")]


def _binding(identity: WechatIdentity) -> list[KeptItem]:
    account = identity.account
    if account is None or account.member is None:
        return []
    where = account.member.organisation.name
    return [
        KeptItem(
            f"您绑定的党员：{account.display_name}（{where}）",
            "打开小程序就能看到和记录自己的承诺",
            "到解除绑定或离开为止；承诺和践诺记录是支部的台账，不随您离开删除",
        )
    ]


def _sign_ins(session: Session, identity: WechatIdentity) -> KeptItem:
    phones = queries.count_identity_sessions(session, identity.id)
    kind = SessionKind.RESIDENT if identity.account_id is None else SessionKind.DEVICE
    return KeptItem(
        f"登录状态：{phones} 次登录，记着手机的种类和最近使用的时间",
        "不用每次重新登录；丢了手机能让它退出",
        f"{LIFETIMES[kind].days} 天，到期自动删除",
    )
