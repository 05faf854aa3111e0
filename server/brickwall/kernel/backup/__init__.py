"""Backups: one tar file with the database and the photos, verified before it counts.

Keys stay outside: the key of a round is destroyed at its closing, and a copy in a backup
would outlive that (RATINGS.md, K_round).
"""

from brickwall.kernel.backup.archive import BackupReport, verify_backup, write_backup
from brickwall.kernel.backup.databases import BackupError
from brickwall.kernel.backup.restore import restore_backup

__all__ = ["BackupError", "BackupReport", "restore_backup", "verify_backup", "write_backup"]
