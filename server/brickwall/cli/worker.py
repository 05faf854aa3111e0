"""``brickwall worker``: background jobs, ended cleanly between two of them."""

import signal
from pathlib import Path
from threading import Event

import click

from brickwall.accounts.jobs import schedule_sweep as schedule_account_sweep
from brickwall.commitments.jobs import schedule_reminders
from brickwall.commitments.jobs import schedule_sweep as schedule_photo_sweep
from brickwall.kernel.db import db, transaction
from brickwall.kernel.health import keep_beating
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import work_forever
from brickwall.kernel.migrating import head_revision, present_revision
from brickwall.kernel.problems import Unavailable
from brickwall.messages.jobs import schedule_sweep as schedule_message_sweep
from brickwall.moderation.jobs import schedule_work as schedule_checks
from brickwall.printing.press import install
from brickwall.printing.press_direct import DIRECT
from brickwall.wechat.jobs import schedule_sweep as schedule_push_sweep


def work_until_asked(var_dir: Path) -> None:
    """Do jobs until SIGTERM or SIGINT; the one under way is finished first.

    Raises:
        Unavailable: when the database has not the newest schema.
    """
    if present_revision(db.engine) != head_revision():
        raise Unavailable("数据库还不是最新结构，请先执行：brickwall migrate", "schema.old")
    asked = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    # The worker prints itself and keeps the fonts; web workers borrow a child (printing.press).
    install(DIRECT)
    keep_beating(var_dir)
    with transaction() as session:
        schedule_account_sweep(session)
        schedule_photo_sweep(session)
        schedule_checks(session)
        schedule_push_sweep(session)
        schedule_reminders(session)
        schedule_message_sweep(session)
    work_forever(stop=asked.is_set)


@click.command()
def worker() -> None:
    """办后台任务（导入、打印、到期提醒），直到被停下；手上的一件会先办完。"""
    work_until_asked(settings().var_dir)
