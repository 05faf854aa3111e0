"""Dumping, checking and restoring the two databases brickwall runs on."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pysqlite3
from sqlalchemy.engine import URL, make_url

from brickwall.kernel.db import sqlite_path
from brickwall.kernel.problems import Problem

POSTGRESQL_HOME = Path("/usr/lib/postgresql")


class BackupError(Problem):
    """A backup or restore was refused or did not succeed; the message says what to do."""


class Database(Protocol):
    """What backup and restore ask of a database."""

    kind: str
    dump_name: str

    def dump(self, target: Path) -> None:
        """Write a consistent copy to ``target`` while others go on reading and writing."""

    def is_empty(self) -> bool:
        """Tell whether restoring would overwrite nothing."""

    def restore(self, dump: Path, aside: str) -> None:
        """Put a checked dump in place of the database; ``aside`` ends the old one's new name."""


class SQLiteDatabase:
    """A SQLite file: copied with the backup API, never with ``cp`` (PACKAGES.md, SQLite)."""

    kind = "sqlite"
    dump_name = "database.sqlite3"

    def __init__(self, path: Path) -> None:
        self.path = path

    def dump(self, target: Path) -> None:
        """Copy all pages as of one moment; in WAL mode writers are not held up."""
        if not self.path.exists():
            raise BackupError(f"没有找到数据库 {self.path}，没有东西可以备份")
        source = pysqlite3.connect(str(self.path))
        copy = pysqlite3.connect(str(target))
        try:
            source.backup(copy)
            # One file without a journal beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
            source.close()

    def is_empty(self) -> bool:
        """Tell whether there is no database file yet."""
        return not self.path.exists()

    def restore(self, dump: Path, aside: str) -> None:
        """Move the old file aside and the dump into its place, atomically."""
        if self.path.exists():
            self._close_journal()
            self.path.rename(self.path.with_name(f"{self.path.name}.{aside}"))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        incoming = self.path.with_name(f"{self.path.name}.incoming")
        shutil.copyfile(dump, incoming)
        incoming.chmod(0o600)
        with incoming.open("rb") as written:
            os.fsync(written.fileno())
        incoming.replace(self.path)

    def _close_journal(self) -> None:
        """Fold the write-ahead log into the old file, which fails while anybody has it open."""
        connection = pysqlite3.connect(str(self.path), timeout=1)
        try:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except pysqlite3.OperationalError as error:
            raise BackupError("网站还在运行，请先停下网站和后台任务，再恢复") from error
        except pysqlite3.DatabaseError:
            # Damaged: the very reason to restore. It is kept aside as it is.
            return
        finally:
            connection.close()
        if mode != "delete":
            raise BackupError("网站还在运行，请先停下网站和后台任务，再恢复")


class PostgreSQLDatabase:
    """A PostgreSQL database: pg_dump's custom format, which reads one snapshot."""

    kind = "postgresql"
    dump_name = "database.dump"

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername="postgresql")

    def dump(self, target: Path) -> None:
        """Run pg_dump."""
        self._run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", self._address())

    def is_empty(self) -> bool:
        """Tell whether the database has no table of ours."""
        with psycopg.connect(self.url.render_as_string(hide_password=False)) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
        return found is not None and found[0] == 0

    def restore(self, dump: Path, aside: str) -> None:
        """Replace all tables in one transaction: either the whole backup or nothing."""
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
        self._run("pg_restore", *options, f"--dbname={self._address()}", str(dump))

    def _address(self) -> str:
        """Return the address without its password, which would show in the process list."""
        return self.url.set(password=None).render_as_string()

    def _run(self, program: str, *arguments: str) -> None:
        password = {"PGPASSWORD": self.url.password} if self.url.password else {}
        run_program(program, *arguments, environ=password)


def run_program(name: str, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
    """Run a PostgreSQL program to its end.

    Raises:
        BackupError: with what the program said when it failed.
    """
    command = [find_program(name), *arguments]
    environment = {**os.environ, **(environ or {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{name} 没有成功：{done.stderr.strip()[-400:]}")


def find_program(name: str) -> str:
    """Return the path of a PostgreSQL program, the newest of Debian's versions.

    Raises:
        BackupError: when it is not installed.
    """
    if found := shutil.which(name):
        return found
    candidates = sorted(POSTGRESQL_HOME.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not candidates:
        raise BackupError(f"这台机器上没有 {name}，请先安装：apt-get install postgresql-client")
    return str(candidates[-1])


def open_database(url: str) -> Database:
    """Return the database behind a SQLAlchemy address."""
    path = sqlite_path(url)
    return SQLiteDatabase(path) if path else PostgreSQLDatabase(make_url(url))


def check_sqlite_dump(dump: Path) -> dict[str, int]:
    """Open a copied SQLite file, check its pages and references, and count its rows by table.

    Raises:
        BackupError: when it is damaged.
    """
    connection = pysqlite3.connect(f"file:{dump}?mode=ro", uri=True)
    try:
        return _check_connection(connection)
    except pysqlite3.DatabaseError as error:
        raise BackupError(f"备份里的数据库打不开：{error}") from error
    finally:
        connection.close()


def _check_connection(connection: Any) -> dict[str, int]:
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise BackupError(f"备份里的数据库已经损坏：{verdict}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupError("备份里的数据库有断掉的引用，不能用")
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    # The names come from the file's own catalogue, and a table name cannot be a parameter.
    count = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(count.format(name)).fetchone()[0] for (name,) in sorted(tables)}


def check_postgresql_dump(dump: Path) -> dict[str, int]:
    """Let pg_restore read the whole dump; it cannot count rows without a database, so none.

    Raises:
        BackupError: when it is damaged.
    """
    run_program("pg_restore", "--file=/dev/null", str(dump))
    return {}


CHECKS = {
    SQLiteDatabase.kind: (SQLiteDatabase.dump_name, check_sqlite_dump),
    PostgreSQLDatabase.kind: (PostgreSQLDatabase.dump_name, check_postgresql_dump),
}


def check_dump(kind: str, room: Path) -> dict[str, int]:
    """Open the dump of a ``kind`` of database in ``room`` and return its rows by table.

    Raises:
        BackupError: when the kind is unknown or the dump damaged.
    """
    if kind not in CHECKS:
        raise BackupError(f"不认识的数据库：{kind}")
    name, check = CHECKS[kind]
    return check(room / name)
