"""Migrations and models say the same, on whatever database the tests run."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.kernel.migrating import MIGRATIONS
from brickwall.models import metadata


def test_models_equal_the_migrated_schema(app: Application) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_there_is_one_migration_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert [revision.revision for revision in script.walk_revisions()][-1] == "0001"
