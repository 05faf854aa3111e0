"""A real nginx as an ordinary process: own folder, loopback port, stopped by its own id."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
# Started by root, nginx would give its workers to "nobody", who may not enter the folder.
USER = "user root;\n" if os.geteuid() == 0 else ""
MAIN = """pid {room}/nginx.pid;
error_log {room}/log/main.log warn;
daemon off;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {room}/body;
    proxy_temp_path {room}/proxy;
    fastcgi_temp_path {room}/fastcgi;
    uwsgi_temp_path {room}/uwsgi;
    scgi_temp_path {room}/scgi;
    include {room}/brickwall.conf;
    {extra}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx with brickwall's rendered configuration."""

    url: str
    room: Path
    pid: int

    @property
    def access_log(self) -> Path:
        """Where it writes a line per request."""
        return self.room / "log" / "brickwall.access.log"


def render(room: Path, *options: str) -> None:
    """Write the product's own configuration for folders under ``room``."""
    command = [
        *(sys.executable, str(ROOT / "deploy/nginx/render.py"), "--server-name", "wall.example"),
        *("--cache-dir", f"{room}/cache", "--log-dir", f"{room}/log"),
        *options,
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    room.joinpath("brickwall.conf").write_text(text, encoding="utf-8")


def wait_until_up(port: int, process: subprocess.Popen[bytes], room: Path) -> None:
    """Wait until nginx accepts connections.

    Raises:
        RuntimeError: with its log when it does not start within 10 s.
    """
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    logs = "".join(path.read_text() for path in room.glob("log/*.log"))
    raise RuntimeError(f"nginx did not start: {logs}")


@contextmanager
def running_nginx(room: Path, upstream: str, port: int, *options: str, extra: str = "") -> Iterator[Nginx]:
    """Run nginx in front of ``upstream`` for the length of the block.

    Args:
        room: an empty folder for configuration, cache and logs.
        upstream: ``host:port`` of the application.
        port: a free loopback port to listen on.
        options: further options of deploy/nginx/render.py.
        extra: more configuration for the http block.
    """
    for name in ("log", "cache"):
        room.joinpath(name).mkdir(parents=True, exist_ok=True)
    render(room, "--upstream", upstream, "--listen", f"127.0.0.1:{port}", *options)
    room.joinpath("nginx.conf").write_text(USER + MAIN.format(room=room, extra=extra), encoding="utf-8")
    process = subprocess.Popen(
        [NGINX, "-p", str(room), "-e", f"{room}/log/main.log", "-c", f"{room}/nginx.conf"]
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(port, process, room)
        yield Nginx(url, room, process.pid)
    finally:
        process.terminate()
        process.wait(10)
