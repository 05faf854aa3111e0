"""The processes behind ``brickwall run``: the web server and the worker, kept alive and ended together."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

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
    """One child process, forked with everything loaded; its output goes to a log file."""

    def __init__(self, name: str, work: Callable[[], None], log: Path) -> None:
        self.name = name
        self.log = log
        self._work = work
        self._pid = 0
        self._restarts = 0
        self._restart_at = 0.0

    def start(self) -> None:
        """Fork; nothing is imported a second time, and memory is shared."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.touch(mode=0o600)
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            os._exit(self._live())

    def _live(self) -> int:
        """Be the child: a session of its own, default signals, output to the log; return the exit code."""
        # Ctrl-C reaches the parent alone, which ends its children in order.
        os.setsid()
        end_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(self.log, os.O_WRONLY | os.O_APPEND)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        try:
            self._work()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
            return 1
        return 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        if self._pid:
            ended, _ = os.waitpid(self._pid, os.WNOHANG)
            if ended:
                self._pid = 0
        return self._pid != 0

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
        if self.alive:
            os.kill(self._pid, signal.SIGTERM)

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until ``deadline`` (monotonic seconds) for the end, then end it by force."""
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.alive:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0


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
            time.sleep(LOOK_SECONDS)
            for child in [] if self._stopping else self._children:
                if child.revive():
                    say(f"{child.name}停了，已经重新启动。原因见 {child.log}")

    def stop(self) -> None:
        """End all children: first asked, after 20 s by force."""
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.wait_or_kill(deadline)
