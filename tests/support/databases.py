"""Databases for tests: SQLite restored from a template, a PostgreSQL 15 started by the tests."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg
import pysqlite3
from sqlalchemy import create_engine

from brickwall.kernel.db import engine_options, prepare_engine
from brickwall.kernel.migrating import upgrade
from brickwall.models import metadata

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")


class Database:
    """A migrated database that can be emptied between tests."""

    url: str

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        """Release what was started."""

    def reset(self) -> None:
        """Return to the migrated, empty state."""
        raise NotImplementedError

    def restore(self, name: str, fill: Callable[[], None]) -> None:
        """Bring back what ``fill`` once wrote into the empty database, or let it write."""
        self.reset()
        fill()

    def _create_schema(self) -> None:
        engine = create_engine(self.url, **engine_options(self.url))
        prepare_engine(engine)
        upgrade(engine)
        engine.dispose()


class SqliteDatabase(Database):
    """A file, restored from a template by SQLite's backup API (about a millisecond)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "test.sqlite3"
        self.url = f"sqlite:///{self._path}"
        self._kept: dict[str, pysqlite3.dbapi2.Connection] = {}
        self._create_schema()
        self._template = pysqlite3.dbapi2.connect(":memory:", check_same_thread=False)
        with pysqlite3.dbapi2.connect(self._path) as source:
            source.backup(self._template)
        source.close()

    def reset(self) -> None:
        """Write the template over the file."""
        self._write(self._template)

    def _write(self, source: pysqlite3.dbapi2.Connection) -> None:
        target = pysqlite3.dbapi2.connect(self._path)
        source.backup(target)
        target.close()

    def restore(self, name: str, fill: Callable[[], None]) -> None:
        """Write the kept copy over the file; the first time, keep one."""
        if name not in self._kept:
            super().restore(name, fill)
            self._kept[name] = pysqlite3.dbapi2.connect(":memory:", check_same_thread=False)
            source = pysqlite3.dbapi2.connect(self._path)
            source.backup(self._kept[name])
            source.close()
        self._write(self._kept[name])


def _as_postgres_user() -> dict[str, Any]:
    """Return subprocess options: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Return a TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresDatabase(Database):
    """A PostgreSQL 15 cluster of our own under /tmp, without fsync: tests need speed, not power cuts."""

    def __init__(self, folder: Path) -> None:
        self._home = Path("/tmp") / f"brickwall-pg-{os.getpid()}"
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir()
        self._options = _as_postgres_user()
        if self._options:
            os.chown(self._home, self._options["user"], self._options["group"])
        self._run("initdb", "-D", f"{self._home}/data", "-U", "brickwall", "-A", "trust", "-E", "UTF8", "-N")
        self._port = free_port()
        flags = (
            f"-p {self._port} -k {self._home} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=120"
        )
        self._run("pg_ctl", "-D", f"{self._home}/data", "-l", f"{self._home}/log", "-w", "-o", flags, "start")
        self._run("createdb", "-h", str(self._home), "-p", str(self._port), "-U", "brickwall", "brickwall")
        self.url = f"postgresql+psycopg://brickwall@127.0.0.1:{self._port}/brickwall"
        self._create_schema()
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        self._truncate = f"TRUNCATE {tables} RESTART IDENTITY CASCADE"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(POSTGRES_BIN / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **self._options,
        )

    def reset(self) -> None:
        """Empty every table and restart the sequences."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(self._truncate)

    def __exit__(self, *error: Any) -> None:
        """Stop the server and remove its files."""
        self._run("pg_ctl", "-D", f"{self._home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self._home, ignore_errors=True)
