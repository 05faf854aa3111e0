"""What an operator types: ``migrate``, ``backup``, ``restore``.

None of them needs the application: they work on the settings and the database alone, also
when a page or a model would not load.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine

from brickwall.config import load_settings
from brickwall.kernel.backup import BackupReport, restore_backup, write_backup
from brickwall.kernel.db import engine_options, prepare_engine
from brickwall.kernel.migrating import head_revision, present_revision, upgrade

FILE = click.Path(dir_okay=False, path_type=Path)
KEYS_NOTE = "密钥不在备份里（这样评议才封得住），请把 {keys} 另存一份，和备份分开放。"


@contextmanager
def opened_engine(url: str) -> Iterator[Engine]:
    """Provide an engine with our pragmas for the length of the block."""
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def bring_up_to_date(engine: Engine) -> bool:
    """Run missing migrations; return whether there were any."""
    if present_revision(engine) == head_revision():
        return False
    upgrade(engine)
    return True


@click.command()
def migrate() -> None:
    """把数据库升级到最新结构。可以反复执行。"""
    chosen = load_settings()
    chosen.var_dir.mkdir(parents=True, exist_ok=True)
    with opened_engine(chosen.database_url) as engine:
        changed = bring_up_to_date(engine)
        number = present_revision(engine)
    click.echo(f"数据库{'已升级到' if changed else '已经是最新结构'} {number}")


def describe(report: BackupReport) -> str:
    """Return one line about a backup for a person."""
    rows = f"，{sum(report.rows.values())} 行" if report.rows else ""
    return f"{report.path}（{report.size / 1_000_000:.1f} MB{rows}，照片 {report.photos} 张）"


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="覆盖已有的备份文件。")
def backup(file: Path, force: bool) -> None:
    """把数据库和照片备份到 FILE，网站不用停；写完逐项核对。以 .gz 结尾则压缩。"""
    chosen = load_settings()
    report = write_backup(chosen, file, overwrite=force)
    click.echo(f"备份好了，已打开核对：{describe(report)}")
    click.echo(KEYS_NOTE.format(keys=chosen.keys_dir))


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="替换已有的数据库（旧的会留在旁边）。")
def restore(file: Path, force: bool) -> None:
    """先核对备份 FILE，再恢复数据库和照片。请先停下网站和后台任务。"""
    chosen = load_settings()
    report = restore_backup(chosen, file, overwrite=force)
    click.echo(f"恢复好了：{describe(report)}，备份于 {report.created_at}")
    click.echo("接着执行一次 brickwall migrate，再启动网站。")
