"""Backup and restore of the real schema, on whichever database the run uses."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel.backup import BackupError, restore_backup, verify_backup, write_backup
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.organisations.models import Member
from tests.factories.organisations import make_member, make_organisation

NAMES = ("陈𠅤明", "欧阳䶮", "林秀峰")


def count_members() -> int:
    """Count through a new connection."""
    with Session(db.engine) as looking:
        return looking.scalar(select(func.count()).select_from(Member)) or 0


@pytest.fixture
def backup(app: Application, session: Session, settings: Settings, tmp_path: Path) -> Path:
    """Back up a branch of three members."""
    branch = make_organisation(session)
    for name in NAMES:
        make_member(session, branch, name)
    session.commit()
    session.close()
    write_backup(settings, tmp_path / "wall.tar.gz")
    return tmp_path / "wall.tar.gz"


def test_members_come_back_with_their_names(backup: Path, settings: Settings) -> None:
    with Session(db.engine) as session:
        for member in session.scalars(select(Member)):
            session.delete(member)
        session.commit()
    assert count_members() == 0
    db.engine.dispose()

    report = restore_backup(settings, backup, overwrite=True)

    with Session(db.engine) as session:
        assert sorted(session.scalars(select(Member.name))) == sorted(NAMES)
    assert report.kind == db.engine.dialect.name


def test_a_database_in_use_for_something_is_not_overwritten(backup: Path, settings: Settings) -> None:
    db.engine.dispose()

    with pytest.raises(BackupError, match="--force"):
        restore_backup(settings, backup)

    assert count_members() == len(NAMES)


def test_a_backup_with_a_changed_byte_is_not_restored(backup: Path, settings: Settings) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(content)
    db.engine.dispose()

    with pytest.raises(BackupError):
        restore_backup(settings, backup, overwrite=True)

    assert count_members() == len(NAMES)


def test_a_good_backup_verifies(backup: Path) -> None:
    report = verify_backup(backup)

    assert report.size == backup.stat().st_size
    assert report.rows.get("member", len(NAMES)) == len(NAMES)
