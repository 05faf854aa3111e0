"""Putting a backup back."""

from pathlib import Path

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.backup.archive import BackupReport, copy_photos, open_backup
from brickwall.kernel.backup.databases import BackupError, open_database


def restore_backup(settings: Settings, source: Path, *, overwrite: bool = False) -> BackupReport:
    """Verify a backup, then replace the database and add its photos.

    The site must be stopped. On SQLite the old database is kept beside the new one, its
    name ending in ``.before-restore-…``; on PostgreSQL the replacement is one transaction.

    Args:
        settings: where database and photos belong.
        source: a file ``write_backup`` made.
        overwrite: whether an existing database may be replaced.

    Raises:
        BackupError: the backup cannot be trusted, is of the other kind of database, the
            database exists, or somebody still uses it; the database is as it was then.
    """
    database = open_database(settings.database_url)
    if not overwrite and not database.is_empty():
        raise BackupError("已经有数据库了。确定要用备份替换它，请加 --force")
    with open_backup(source) as (report, room):
        if report.kind != database.kind:
            raise BackupError(f"这是 {report.kind} 的备份，不能恢复到 {database.kind}")
        moment = clock.now().strftime("%Y%m%dT%H%M%SZ")
        database.restore(room / database.dump_name, f"before-restore-{moment}")
        copy_photos(room, settings.media_dir)
        return report
