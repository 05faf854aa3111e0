"""The three servers that are compared: bare hello, the tutorial implementation, brickwall."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pysqlite3

from benchmarks.processes import Server, free_port, serve
from tests.support.server import SECRET, Village, build_village

ROOT = Path(__file__).resolve().parents[1]
GUNICORN_CONF = ROOT / "deploy" / "gunicorn.conf.py"
PYTHONPATH = f"{ROOT}{os.pathsep}{ROOT / 'server'}"


@dataclass(frozen=True, slots=True)
class Sites:
    """Both databases, filled once and used by every measure."""

    room: Path
    village: Village
    tutorial_database: Path

    @property
    def database(self) -> Path:
        """Brickwall's SQLite file."""
        return self.village.var_dir / "brickwall.sqlite3"


def build_sites(room: Path) -> Sites:
    """Make the sample village, and the tutorial's village of the same size."""
    tutorial = room / "tutorial.sqlite3"
    command = [sys.executable, "-m", "benchmarks.baselines.tutorial.app"]
    environ = {**os.environ, "TUTORIAL_DATABASE": str(tutorial), "PYTHONPATH": PYTHONPATH}
    subprocess.run(command, env=environ, check=True, cwd=ROOT)
    return Sites(room, build_village(room / "var"), tutorial)


def gunicorn(app: str, port: int, workers: int) -> list[str]:
    """Return the same command for every application: gthread, 8 threads, no log per request."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8"]
    return [*command, "--workers", str(workers), "--bind", f"127.0.0.1:{port}", app]


@contextmanager
def serve_hello(sites: Sites) -> Iterator[Server]:
    """Run the bare hello."""
    port = free_port()
    command = gunicorn("benchmarks.baselines.hello:app", port, 1)
    environ = {"PYTHONPATH": PYTHONPATH}
    url = f"http://127.0.0.1:{port}/"
    with serve("hello", command, url, environ, sites.room / "hello.log") as server:
        yield server


@contextmanager
def serve_tutorial(sites: Sites, workers: int = 1) -> Iterator[Server]:
    """Run the tutorial implementation."""
    port = free_port()
    command = gunicorn("benchmarks.baselines.tutorial.app:app", port, workers)
    environ = {"PYTHONPATH": PYTHONPATH, "TUTORIAL_DATABASE": str(sites.tutorial_database)}
    url = f"http://127.0.0.1:{port}/q/00000000"
    with serve("tutorial", command, url, environ, sites.room / "tutorial.log") as server:
        yield server


def settings_of(sites: Sites, port: int) -> dict[str, str]:
    """Return brickwall's environment."""
    return {
        "PYTHONPATH": PYTHONPATH,
        "PORT": str(port),
        "BRICKWALL_MODE": "sample",
        "BRICKWALL_VAR": str(sites.village.var_dir),
        "BRICKWALL_BASE_URL": "http://127.0.0.1",
        "BRICKWALL_SECRET_KEY": SECRET,
    }


@contextmanager
def serve_brickwall(sites: Sites, workers: int = 1) -> Iterator[Server]:
    """Run brickwall with the flags of the others."""
    port = free_port()
    command = gunicorn("brickwall.wsgi:app", port, workers)
    url = f"http://127.0.0.1:{port}/q/{sites.village.brick_code}"
    with serve("brickwall", command, url, settings_of(sites, port), sites.room / "web.log") as server:
        yield server


@contextmanager
def serve_as_deployed(sites: Sites, workers: int = 2) -> Iterator[Server]:
    """Run brickwall with deploy/gunicorn.conf.py, as an operator does."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN_CONF)]
    environ = {**settings_of(sites, port), "BRICKWALL_WORKERS": str(workers)}
    url = f"http://127.0.0.1:{port}/q/{sites.village.brick_code}"
    with serve("brickwall", command, url, environ, sites.room / "deployed.log") as server:
        yield server


def read_rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query, through a connection of its own."""
    # The same library as the application: two copies of SQLite in one process break each other's locks.
    connection = pysqlite3.dbapi2.connect(f"file:{database}?mode=ro", uri=True, timeout=15)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
