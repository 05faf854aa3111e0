"""``brickwall wechat``: a fake to try with, and a check of the real settings."""

import sys

import click

from brickwall.kernel.http import settings
from brickwall.wechat.checking import LABELS, Mark, examine
from brickwall.wechat.fake import World, serve_fake
from brickwall.wechat.fake.world import Fault, Push
from brickwall.wechat.gateway import gateway
from brickwall.wechat.links import LinkRule

FAKE_PORT = 8009


@click.group()
def wechat() -> None:
    """微信：本机的假服务器，检查真实设置。"""


@wechat.command()
@click.option("--port", default=FAKE_PORT, show_default=True, help="在本机哪个端口上听。")
@click.option(
    "--call", default="*", show_default=True, help="哪个调用出故障：api、token、sign_in、phone 等。"
)
@click.option("--errcode", default=0, help="故障：一直回答这个错误号，例如 40001、45009、43101。")
@click.option("--slow", default=0.0, help="故障：每次先等这么多秒。")
@click.option("--down", is_flag=True, help="故障：一直不回答。")
@click.option(
    "--push-url", default="", help="照片的审核结果推送到哪里，例如 http://127.0.0.1:8000/wechat/push。"
)
@click.option("--push-token", default="", help="推送的令牌。")
@click.option("--push-key", default="", help="EncodingAESKey；填了就用安全模式。")
def fake(
    port: int, call: str, errcode: int, slow: float, down: bool, push_url: str, push_token: str, push_key: str
) -> None:
    """在本机运行一个假的微信服务器，供试用和测试，按 Ctrl-C 停下。"""
    push = Push(url=push_url, token=push_token, key=push_key, mode="safe" if push_key else "plain")
    world = World(push=push)
    if errcode or slow or down:
        world.faults = [Fault(call, errcode, seconds=slow, hang_up="silent" if down else "")]
    click.echo(f"假的微信服务器在 http://127.0.0.1:{port}，只供试用。网站要填：")
    click.echo(f"BRICKWALL_WECHAT_API=http://127.0.0.1:{port}")
    click.echo(f"BRICKWALL_WECHAT_APPID={world.appid}")
    click.echo(f'BRICKWALL_WECHAT_SECRET="{world.secret}"')
    serve_fake(world, port)


@wechat.command()
@click.option("--rule", "rules", multiple=True, help="后台里已经发布的二维码规则，可以写多次。")
@click.option("--unpublished-rule", "drafts", multiple=True, help="后台里还没有发布的规则。")
def check(rules: tuple[str, ...], drafts: tuple[str, ...]) -> None:
    """检查微信小程序的设置：逐项说明行不行，下一步做什么。有一项不行，退出码就不是 0。"""
    chosen = settings()
    if chosen.wechat is None:
        click.echo("没有接入微信小程序，网页照常使用。要接入，请填 BRICKWALL_WECHAT_APPID。")
        sys.exit(1)
    typed = [LinkRule(url) for url in rules] + [LinkRule(url, published=False) for url in drafts]
    failed = 0
    for finding in examine(chosen, chosen.wechat, gateway(chosen), typed):
        failed += finding.mark is Mark.BAD
        click.echo(f"{LABELS[finding.mark]} {finding.text}")
        if finding.step:
            click.echo(f"    {finding.step}")
    click.echo(f"\n有 {failed} 项不行。" if failed else "\n都行。")
    sys.exit(1 if failed else 0)
