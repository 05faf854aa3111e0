"""A fake of the WeChat servers, faithful in what we use, with the failures they are known for.

It stands in for ``api.weixin.qq.com`` on this machine only, for tests and for a first try
without an appid (WECHAT.md, gateway).
"""

from brickwall.wechat.fake.app import create_fake
from brickwall.wechat.fake.serving import serve_fake
from brickwall.wechat.fake.world import FAKE_APPID, FAKE_SECRET, World

__all__ = ["FAKE_APPID", "FAKE_SECRET", "World", "create_fake", "serve_fake"]
