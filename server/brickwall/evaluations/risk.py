"""What WeChat's risk rank makes of a rating of level C (RATINGS.md; WECHAT.md, Gateway).

Asked once when a phone gets its mark, never while somebody rates; and an answer that stays away
counts for the person.
"""

from brickwall.accounts.identities import fresh_openid
from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
from brickwall.evaluations.constants import RatingStanding
from brickwall.evaluations.devices import new_wechat_token
from brickwall.evaluations.rules import standing_of_rank
from brickwall.kernel.problems import SignInRequired
from brickwall.wechat.errors import WeChatError
from brickwall.wechat.gateway import gateway


def ask_standing(settings: Settings, openid: str, address: str) -> RatingStanding:
    """Return what the ratings of ``openid`` are worth; unanswered, they count.

    Args:
        address: of the network the person comes from; WeChat asks for it, nobody keeps it.
    """
    try:
        return standing_of_rank(gateway(settings).risk_rank(openid, address))
    except WeChatError:
        return RatingStanding.COUNTED


def give_mark(settings: Settings, identity: WechatIdentity, former: str, address: str) -> str:
    """Return the mark of a WeChat user for one of his phones, risk asked at this moment.

    Args:
        former: the mark the phone had, or an empty text.

    Raises:
        SignInRequired: when he signed in more than two hours ago, so that WeChat cannot be asked;
            the mini-program signs in again by itself. While WeChat is known to be silent he
            gets his mark without: nobody must wait for WeChat to rate.
    """
    openid = fresh_openid(settings, identity)
    if openid is None and not gateway(settings).breaker.is_open():
        raise SignInRequired("登录有一会儿了，请重新打开小程序再评", "accounts.openid_stale")
    standing = ask_standing(settings, openid, address) if openid else RatingStanding.COUNTED
    return new_wechat_token(settings, identity.openid_hash, standing, former)
