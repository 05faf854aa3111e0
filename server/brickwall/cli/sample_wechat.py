"""A WeChat for a first try: ``brickwall run`` starts the fake beside the sample village."""

import os
import secrets
import socket
import string
from dataclasses import dataclass

from brickwall.config import MESSAGE_KINDS, Mode
from brickwall.wechat.envelopes import KEY_LENGTH
from brickwall.wechat.fake import FAKE_APPID, World, serve_fake
from brickwall.wechat.fake.world import Push

LINE = "微信登录用的是本机的假服务器，只供试用"


@dataclass(frozen=True, slots=True)
class SampleWeChat:
    """A fake that is to be served on a port of this machine."""

    port: int
    world: World

    def serve(self) -> None:
        """Serve the fake until the process ends."""
        serve_fake(self.world, self.port)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def choose_sample_wechat(base_url: str) -> SampleWeChat | None:
    """Return the fake of this start and point the settings at it; None with an appid or in real use.

    Args:
        base_url: of the site, to which the fake pushes.
    """
    sample = os.environ.get("BRICKWALL_MODE") or Mode.SAMPLE.value
    if os.environ.get("BRICKWALL_WECHAT_APPID", "").strip() or sample != Mode.SAMPLE.value:
        return None
    key = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(KEY_LENGTH))
    push = Push(url=f"{base_url}/wechat/push", token=secrets.token_hex(16), key=key, mode="safe", delay=3)
    fake = SampleWeChat(_free_port(), World(secret=secrets.token_hex(16), push=push))
    os.environ |= {
        "BRICKWALL_WECHAT_APPID": FAKE_APPID,
        "BRICKWALL_WECHAT_SECRET": fake.world.secret,
        "BRICKWALL_WECHAT_API": f"http://127.0.0.1:{fake.port}",
        "BRICKWALL_WECHAT_PUSH_TOKEN": push.token,
        "BRICKWALL_WECHAT_PUSH_KEY": push.key,
    }
    for kind in MESSAGE_KINDS:
        os.environ.setdefault(f"BRICKWALL_WECHAT_TEMPLATE_{kind.upper()}", f"fake-{kind}")
    return fake
