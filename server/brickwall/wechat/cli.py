"""``brickwall wechat``: a fake to try with, and a check of the real settings."""

import click

from brickwall.wechat.fake import World, serve_fake

FAKE_PORT = 8009


@click.group()
def wechat() -> None:
    """微信：本机的假服务器，检查真实设置。"""


@wechat.command()
@click.option("--port", default=FAKE_PORT, show_default=True, help="在本机哪个端口上听。")
def fake(port: int) -> None:
    """在本机运行一个假的微信服务器，供试用和测试，按 Ctrl-C 停下。"""
    world = World()
    click.echo(f"假的微信服务器在 http://127.0.0.1:{port}，只供试用。")
    click.echo(f"BRICKWALL_WECHAT_API=http://127.0.0.1:{port}")
    click.echo(f"BRICKWALL_WECHAT_APPID={world.appid}")
    click.echo(f'BRICKWALL_WECHAT_SECRET="{world.secret}"')
    serve_fake(world, port)
