"""Bringing the database to the newest schema with Alembic; the steps lie in server/migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's configuration for ``engine``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the missing steps up to ``revision``, each in a transaction of its own."""
    command.upgrade(alembic_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo steps down to ``revision``; ``base`` undoes everything."""
    command.downgrade(alembic_config(engine), revision)


def head_revision() -> str:
    """Return the newest step's number."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def present_revision(engine: Engine) -> str:
    """Return the step the database stands at; empty before the first."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
