"""A real server for tests: gunicorn on loopback, on a var folder of its own with the sample village."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text

from brickwall.accounts.constants import Role
from brickwall.accounts.services import NewAccount, create_account
from brickwall.app import create_app
from brickwall.config import Mode, Settings
from brickwall.kernel.db import db, transaction
from brickwall.kernel.jobs import run_pending_jobs
from brickwall.kernel.migrating import upgrade
from brickwall.kernel.permissions import SYSTEM
from brickwall.organisations.queries import get_organisation
from brickwall.sample import load_sample
from tests.support.databases import free_port

SECRET = "a test secret of more than thirty-two bytes"
LOGIN, PASSWORD = "secretary", "xue hua piao piao 2026"


@dataclass(frozen=True)
class Village:
    """A var folder with the sample in it, ready to be copied."""

    var_dir: Path
    brick_code: str
    organisation_code: str


def settings_for(var_dir: Path, base_url: str = "http://127.0.0.1") -> Settings:
    """Return settings of a sample installation in ``var_dir``."""
    return Settings(
        mode=Mode.SAMPLE,
        var_dir=var_dir,
        database_url=f"sqlite:///{var_dir / 'brickwall.sqlite3'}",
        base_url=base_url,
        secret_key=SECRET.encode(),
    )


def build_village(var_dir: Path) -> Village:
    """Fill ``var_dir`` with the sample village and the secretary's account."""
    var_dir.mkdir(parents=True, exist_ok=True)
    settings = settings_for(var_dir)
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        result = load_sample(settings)
        with transaction() as session:
            branch = get_organisation(session, result.organisation_code)
            new = NewAccount(LOGIN, "支部书记", Role.SECRETARY, PASSWORD)
            create_account(session, SYSTEM, new, branch)
        run_pending_jobs()
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    return Village(var_dir, result.brick_code, result.organisation_code)


class Server:
    """``gunicorn brickwall.wsgi:app`` and a worker, started and ended with the block.

    ``environ`` adds settings, for example those of a fake WeChat.
    """

    def __init__(
        self,
        var_dir: Path,
        *,
        workers: int = 1,
        threads: int = 8,
        with_jobs: bool = True,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.var_dir = var_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._workers, self._threads, self._with_jobs = workers, threads, with_jobs
        self._environ = dict(environ or {})
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def environ(self) -> dict[str, str]:
        """Environment of the server's processes."""
        return {
            **os.environ,
            "BRICKWALL_MODE": "sample",
            "BRICKWALL_VAR": str(self.var_dir),
            "BRICKWALL_BASE_URL": self.url,
            "BRICKWALL_SECRET_KEY": SECRET,
            "PYTHONPATH": str(Path(__file__).parents[2] / "server"),
            **self._environ,
        }

    def start(self) -> None:
        """Start the processes and wait until the site answers."""
        gunicorn = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{self.port}", "-k", "gthread"]
        gunicorn += ["-w", str(self._workers), "--threads", str(self._threads), "brickwall.wsgi:app"]
        self._spawn(gunicorn, "web.log")
        if self._with_jobs:
            self._spawn([sys.executable, "-m", "brickwall.cli", "worker"], "worker.log")
        self._wait()

    def _spawn(self, command: list[str], log: str) -> None:
        with (self.var_dir / log).open("ab") as output:
            self._processes.append(
                subprocess.Popen(
                    command, env=self.environ, stdout=output, stderr=output, start_new_session=True
                )
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.var_dir / "web.log").read_text()[-3000:])

    @property
    def pid(self) -> int:
        """Process id of gunicorn's master."""
        return self._processes[0].pid

    def kill(self) -> None:
        """End every process with SIGKILL, workers of gunicorn included, as a power cut would."""
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)
        self._processes.clear()

    def stop(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=20)
        self._processes.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def copy_village(village: Village, target: Path) -> Path:
    """Copy a finished, closed var folder: the database has been checkpointed, nobody has it open."""
    shutil.copytree(village.var_dir, target)
    return target
