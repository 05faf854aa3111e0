"""Servers under measurement: started on loopback, watched through /proc, stopped by their own id."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
STOP_SECONDS = 15


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def list_family(pid: int) -> list[int]:
    """Return a process and everything it started, directly or not."""
    family = [pid]
    for member in family:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            family.extend(int(child) for child in task.read_text().split())
    return family


def cpu_seconds(pid: int) -> float:
    """Return user + system seconds of one process, all its threads together."""
    # The command's name may hold spaces; the numbers begin after its closing bracket.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss_megabytes(pid: int) -> float:
    """Return the proportional set size of a process: its own memory and its share of what is shared."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no Pss for process {pid}")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: ``url`` is one path on it that answers 200."""

    name: str
    pid: int
    url: str

    def cpu_seconds(self) -> float:
        """Return what the server and its workers have used so far."""
        return sum(cpu_seconds(pid) for pid in list_family(self.pid))

    def worker_pss(self) -> list[float]:
        """Return the memory of each worker in MB."""
        return [pss_megabytes(pid) for pid in list_family(self.pid)[1:]]


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until ``url`` answers at all.

    Raises:
        RuntimeError: when the process ends, or 30 s pass.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended before it served: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{url} did not answer within {START_SECONDS} s")


@contextmanager
def serve(name: str, command: list[str], url: str, environ: dict[str, str], log: Path) -> Iterator[Server]:
    """Run a server for the length of the block; its output goes to the file ``log``."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=output, stderr=output)
        try:
            wait_for(url, process, log)
            yield Server(name, process.pid, url)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
