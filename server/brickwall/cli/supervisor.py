"""The processes behind ``brickwall run``: the web server and the worker, kept alive and ended together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import IO

from brickwall.kernel.problems import Problem

PR_SET_PDEATHSIG = 1
START_SECONDS = 30.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.5
RESTART_SECONDS = (1.0, 2.0, 5.0, 15.0)
LIBC = ctypes.CDLL(None)


class StartError(Problem):
    """Something did not start; the message says why, or where to read it."""


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, however that happens."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One child process whose output goes to a log file."""

    def __init__(self, name: str, command: list[str], environ: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self._restarts = 0
        self._restart_at = 0.0

    def start(self) -> None:
        """Start the process; its log is appended to and readable by its owner only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.touch(mode=0o600)
        with self.log.open("ab") as output:
            self._process = self._open(output)

    def _open(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # A group of its own: Ctrl-C reaches us, and we end the children in order.
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 — this process has one thread
        )

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._process.pid if self._process and self.alive else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def revive(self) -> bool:
        """Restart a process that died, each time a little later; return whether it did so now."""
        if self.alive or time.monotonic() < self._restart_at:
            return False
        wait = RESTART_SECONDS[min(self._restarts, len(RESTART_SECONDS) - 1)]
        self._restarts += 1
        self._restart_at = time.monotonic() + wait
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it does and end."""
        if self._process is not None and self.alive:
            self._process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until ``deadline`` (monotonic seconds) for the end, then end it by force."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def wait_until_served(port: int, web: Child) -> None:
    """Wait until the web server answers on ``port`` of this machine.

    Raises:
        StartError: when it ends, or 30 s pass.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not web.alive:
            raise StartError(f"网站没有启动成功，原因见 {web.log}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            connection.getresponse().close()
        except (HTTPException, OSError):
            time.sleep(0.05)
        else:
            return
    raise StartError(f"等了 {START_SECONDS:.0f} 秒，网站还没有回应，原因见 {web.log}")


class Supervisor:
    """Keeps children running until somebody asks to stop."""

    def __init__(self, *children: Child) -> None:
        self._children = children
        self._stopping = False

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def start(self) -> None:
        """Start every child; from now on a signal means a clean end."""
        signal.signal(signal.SIGINT, self._note_signal)
        signal.signal(signal.SIGTERM, self._note_signal)
        for child in self._children:
            child.start()

    def watch(self, say: Callable[[str], None]) -> None:
        """Restart whoever dies, until asked to stop."""
        while not self._stopping:
            for child in self._children:
                if child.revive():
                    say(f"{child.name}停了，已经重新启动。原因见 {child.log}")
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """End all children: first asked, after 20 s by force."""
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.wait_or_kill(deadline)


def python_module(*arguments: str) -> list[str]:
    """Return the command that runs a module with this very interpreter."""
    return [sys.executable, "-m", *arguments]
