"""Fixtures every test may use: one application, a clean database per test, on either engine.

``pytest --database=postgresql`` starts a PostgreSQL of its own and runs the same tests on it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.app import create_app
from brickwall.config import Mode, Settings
from brickwall.kernel.db import db
from brickwall.kernel.http import Application
from brickwall.sample import load_sample
from tests.support.databases import Database, PostgresDatabase, SqliteDatabase
from tests.support.network import forbid_outside_connections

pytest_plugins = ["tests.support.browser", "tests.support.people", "tests.support.phones"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--database``."""
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


@pytest.fixture(scope="session", autouse=True)
def no_outside_network() -> Iterator[None]:
    """Let no test reach anything but loopback and UNIX sockets."""
    with forbid_outside_connections():
        yield


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run's own var folder."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, var_dir: Path) -> Iterator[Database]:
    """Provide the migrated database chosen by ``--database``."""
    chosen = PostgresDatabase if request.config.getoption("--database") == "postgresql" else SqliteDatabase
    with chosen(var_dir) as ready:
        yield ready


@pytest.fixture(scope="session")
def settings(database: Database, var_dir: Path) -> Settings:
    """Return the settings of the application under test."""
    return Settings(
        mode=Mode.TEST,
        var_dir=var_dir,
        database_url=database.url,
        base_url="http://localhost",
        secret_key=b"a test secret of more than thirty-two bytes",
    )


@pytest.fixture(scope="session")
def application(settings: Settings) -> Application:
    """Return the one application of the run."""
    return create_app(settings)


@pytest.fixture
def app(application: Application, database: Database) -> Iterator[Application]:
    """Provide the application in its context, on an empty, migrated database."""
    database.reset()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sample(app: Application, database: Database, settings: Settings) -> None:
    """Fill the database with the sample village (on SQLite: restore it)."""

    def fill() -> None:
        load_sample(settings)
        db.engine.dispose()

    db.engine.dispose()
    database.restore("sample", fill)


@pytest.fixture
def session(app: Application) -> Iterator[Session]:
    """Provide a session for arranging and looking; commit before calling a client."""
    with Session(db.engine) as opened:
        yield opened


@pytest.fixture
def client(app: Application) -> FlaskClient:
    """Return a browser that nobody has signed in with."""
    return app.test_client()
