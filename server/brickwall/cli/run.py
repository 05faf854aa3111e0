"""``brickwall run``: everything a first try needs, from an empty folder to a scanned brick."""

import logging
import os
import socket
import sys
from pathlib import Path

import click
from gunicorn.app.base import Application as GunicornApplication

from brickwall.app import create_app
from brickwall.cli.first_start import LOGIN, Village, drop_unfinished, make_keys, prepare_village
from brickwall.cli.operations import bring_up_to_date, opened_engine
from brickwall.cli.sample_wechat import LINE, SampleWeChat, choose_sample_wechat
from brickwall.cli.supervisor import Child, StartError, Supervisor, wait_until_served
from brickwall.cli.terminal import draw_qr, pad
from brickwall.cli.worker import work_until_asked
from brickwall.config import Mode, Settings, load_settings
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.kernel.logging import set_up_logging

GUNICORN_CONF = Path(__file__).resolve().parents[3] / "deploy" / "gunicorn.conf.py"
DEFAULT_PORT = 8000
# Reserved for documentation (RFC 5737): asking the way there sends nothing.
ELSEWHERE = ("192.0.2.1", 9)
LABEL_COLUMNS = 10


def read_port(given: str) -> int:
    """Return the port in the environment variable PORT.

    Raises:
        StartError: when it is no port, or taken.
    """
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise StartError(f"PORT 要填 1 到 65535 之间的数，现在是“{given}”", "run.port")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except PermissionError as error:
            raise StartError(f"没有权限使用端口 {port}，请换一个，例如：make run PORT=8000") from error
        except OSError as error:
            other = port + 1 if port < 65535 else DEFAULT_PORT
            raise StartError(
                f"端口 {port} 已被占用，也许已经启动过一次。换一个端口：make run PORT={other}"
            ) from error
    return port


def lan_address() -> str:
    """Return this machine's address in its network, or 127.0.0.1 without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


class LoadedApplication(GunicornApplication):  # type: ignore[misc]
    """Gunicorn around an application that this process has already made."""

    def __init__(self, app: Application) -> None:
        self._loaded = app
        super().__init__()

    def load_config(self) -> None:
        """Read the same settings a server under systemd has."""
        self.load_config_from_file(str(GUNICORN_CONF))

    def load(self) -> Application:
        """Return the application."""
        return self._loaded


def make_children(app: Application, settings: Settings, fake: SampleWeChat | None) -> list[Child]:
    """Return the web server, the worker and perhaps a fake WeChat, not yet started."""
    logs = settings.var_dir / "log"

    def serve() -> None:
        set_up_logging()
        LoadedApplication(app).run()

    def work() -> None:
        set_up_logging()
        with app.app_context():
            work_until_asked(settings.var_dir)

    children = [
        Child("网站", serve, logs / "web.log"),
        Child("后台任务", work, logs / "worker.log"),
    ]
    if fake is not None:
        children.append(Child("假的微信服务器", fake.serve, logs / "wechat.log"))
    return children


def console_line(settings: Settings, village: Village) -> str:
    """Return how to get into the console; the password only when it was just made."""
    address = f"{settings.base_url}/console/"
    if village.password:
        return f"{address}  登录名 {LOGIN}  密码 {village.password}（只显示这一次，请记下）"
    return f"{address}  忘了密码：.venv/bin/brickwall account reset {LOGIN}"


def print_addresses(settings: Settings, village: Village, *, fake: bool) -> None:
    """Print where wall, brick and console are, and the brick's QR code for a phone."""
    brick = f"{settings.base_url}/q/{village.brick}"
    lines = [("办公后台", console_line(settings, village))]
    if village.brick:
        lines.insert(0, ("一块砖", f"{brick}  {village.member}"))
    if village.wall:
        lines.insert(0, ("砖墙", f"{settings.base_url}/w/{village.wall}"))
    click.echo("\n承诺砖墙已经启动。\n")
    for label, text in lines:
        click.echo(f"  {pad(label, LABEL_COLUMNS)}{text}")
    if village.brick:
        click.echo("\n手机连上同一个网络，扫下面的码就能打开这块砖：\n")
        click.echo(draw_qr(brick, colour=sys.stdout.isatty()), color=True)
    if settings.mode is Mode.SAMPLE:
        click.echo("\n这是示范村，人名都是编的，登录可以不设动态验证码。请勿直接用于正式公开。")
    if fake:
        click.echo(f"{LINE}。")
    click.echo(f"停下来按 Ctrl-C。运行记录在 {settings.var_dir / 'log'}。")


def choose_settings() -> tuple[Settings, int, SampleWeChat | None]:
    """Return the settings for this start; without BRICKWALL_BASE_URL, the address in the network."""
    port = read_port(os.environ.get("PORT") or str(DEFAULT_PORT))
    os.environ.setdefault("BRICKWALL_BASE_URL", f"http://{lan_address()}:{port}")
    fake = choose_sample_wechat(os.environ["BRICKWALL_BASE_URL"].rstrip("/"))
    settings = load_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    # gunicorn's settings file reads these.
    os.environ["PORT"] = str(port)
    os.environ.setdefault("BRICKWALL_ACCESS_LOG", str(settings.var_dir / "log" / "access.log"))
    make_keys(settings)
    return settings, port, fake


def prepare(settings: Settings) -> tuple[Application, Village]:
    """Bring schema and sample to where a start needs them; return the application, without connections."""
    drop_unfinished(settings)
    with opened_engine(settings.database_url) as engine:
        if bring_up_to_date(engine):
            click.echo("数据库已准备好，正在放入示范村……")
    app = create_app(settings)
    # What loading the sample does is no news; the children log everything, to their files.
    set_up_logging(logging.WARNING)
    with app.app_context():
        village = prepare_village(settings)
        db.engine.dispose()
    return app, village


@click.command()
def run() -> None:
    """准备好一切并启动网站：建库、示范村、网站和后台任务。端口由 PORT 指定（默认 8000）。"""
    # Database, keys and photos belong to whoever starts this, to nobody else on the machine.
    os.umask(0o077)
    settings, port, fake = choose_settings()
    app, village = prepare(settings)
    children = make_children(app, settings, fake)
    supervisor = Supervisor(*children)
    try:
        supervisor.start()
        wait_until_served(port, children[0])
        print_addresses(settings, village, fake=fake is not None)
        supervisor.watch(click.echo)
    finally:
        supervisor.stop()
    click.echo("已停下。")
