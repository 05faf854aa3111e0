"""Every migration goes up and down with real rows in the tables, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.orm import Session

from brickwall.kernel.db import engine_options, prepare_engine
from brickwall.kernel.migrating import MIGRATIONS, downgrade, present_revision, upgrade
from tests.migrations.rows import ROWS_BY_REVISION
from tests.support.databases import Database

REVISIONS = [revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def empty_engine(database: Database, tmp_path: Path) -> Iterator[Engine]:
    """Provide a database without any table, of the kind the run is about."""
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    if database.url.startswith("postgresql"):
        with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS migrating")
            connection.execute("CREATE DATABASE migrating")
        url = database.url.rsplit("/", 1)[0] + "/migrating"
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    yield engine
    engine.dispose()


def test_every_step_goes_up_down_and_up_again_with_rows(empty_engine: Engine) -> None:
    for revision in REVISIONS:
        before = present_revision(empty_engine)
        upgrade(empty_engine, revision)
        _insert_rows(empty_engine, revision)
        downgrade(empty_engine, before or "base")
        assert present_revision(empty_engine) == before
        upgrade(empty_engine, revision)
        _insert_rows(empty_engine, revision)
        assert present_revision(empty_engine) == revision
    assert sorted(REVISIONS) == REVISIONS


def test_rows_of_earlier_steps_survive_later_ones(empty_engine: Engine) -> None:
    for revision in REVISIONS:
        upgrade(empty_engine, revision)
        _insert_rows(empty_engine, revision)
    with empty_engine.connect() as connection:
        for revision in REVISIONS:
            for statement in ROWS_BY_REVISION[revision]:
                table = statement.split()[2]
                found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
                assert found == 1, table


def test_down_to_nothing_leaves_nothing(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    downgrade(empty_engine, "base")
    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}


def _insert_rows(engine: Engine, revision: str) -> None:
    with Session(engine) as session:
        for statement in ROWS_BY_REVISION[revision]:
            session.execute(text(statement))
        session.commit()
