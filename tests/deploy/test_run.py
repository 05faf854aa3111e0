"""``brickwall run``: one command from an empty folder to a scanned brick, and again in a moment."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from benchmarks.processes import list_family
from brickwall.cli.terminal import draw_qr, pad
from tests.support.databases import free_port

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90


class Running:
    """A started ``brickwall run`` and what it has printed so far."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.port = port
        self.log = var_dir.parent / f"run-{port}-{time.monotonic_ns()}.log"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("BRICKWALL_")}
        environ |= {"PORT": str(port), "BRICKWALL_VAR": str(var_dir), "PYTHONPATH": str(ROOT / "server")}
        self.started = time.monotonic()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "brickwall.cli", "run"],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def said(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> float:
        """Wait for the last line of the greeting; return the seconds since the start."""
        while "停下来按 Ctrl-C" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() - self.started < READY_SECONDS, self.said
            time.sleep(0.05)
        return time.monotonic() - self.started

    def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start for the first time, in an empty folder."""
    running = Running(tmp_path_factory.mktemp("house") / "var", free_port())
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


def find_path(said: str, label: str) -> str:
    """Return the path of the address printed behind a label."""
    found = re.search(rf"{label}\s+http://[^/\s]+(/\S+)", said)
    assert found, said
    return found[1]


def test_the_printed_addresses_answer(first: Running) -> None:
    status, wall = first.get(find_path(first.said, "砖墙"))
    assert status == 200
    assert "柳河村" in wall

    brick = find_path(first.said, "一块砖")
    assert re.fullmatch(r"/q/[0-9a-z]{8}", brick)
    status, page = first.get(brick)
    assert status == 200
    assert "承诺" in page

    assert first.get("/console/sign-in")[0] == 200
    assert '"status":"ready"' in first.get("/readyz")[1].replace(" ", "").replace("\n", "")


def test_the_password_is_shown_once_and_nothing_secret_lies_open(first: Running) -> None:
    assert re.search(r"登录名 secretary  密码 \S{8,}（只显示这一次", first.said)
    assert "█" in first.said
    var_dir = next(first.log.parent.glob("var"))
    files = [path for path in var_dir.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"brickwall.sqlite3", "secret.key", "index.key"}
    for path in [var_dir, *files]:
        assert path.stat().st_mode & 0o007 == 0, path


def test_the_log_of_requests_is_json_without_address_question_or_receipt(first: Running) -> None:
    first.get("/q/7k3m9qx2?token=QUESTION")
    first.get("/api/v1/receipts/SQ6V-QN35-4KW2")
    log = next(first.log.parent.glob("var/log/access.log"))
    deadline = time.monotonic() + 5
    while "/receipts/" not in log.read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.05)

    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["path"] for line in lines][-2:] == ["/q/7k3m9qx2", "/api/v1/receipts/-"]
    assert set(lines[-1]) == {
        *("event", "method", "path", "status", "bytes", "ms", "request_id", "timestamp"),
    }
    for secret in ("QUESTION", "SQ6V", "127.0.0.1"):
        assert secret not in text


def test_the_fake_wechat_is_announced_and_its_death_disturbs_nobody(first: Running) -> None:
    assert "微信登录用的是本机的假服务器，只供试用" in first.said
    assert sign_in_with_wechat(first.port, "alice") == 201

    fake = [pid for pid in list_family(first.process.pid) if is_child(first.process.pid, pid)][-1]
    os.kill(fake, signal.SIGKILL)
    assert first.get("/healthz")[0] == 200

    deadline = time.monotonic() + 15
    while "假的微信服务器停了，已经重新启动" not in first.said:
        assert time.monotonic() < deadline, first.said
        time.sleep(0.05)
    while sign_in_with_wechat(first.port, "alice:2") != 201:
        assert time.monotonic() < deadline, first.said
        time.sleep(0.1)


def sign_in_with_wechat(port: int, code: str) -> int:
    """Sign in the way the mini-program does; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        body = json.dumps({"code": code})
        connection.request("POST", "/api/v1/sessions/wechat", body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_dead_worker_is_replaced(first: Running) -> None:
    worker = next(
        pid
        for pid in list_family(first.process.pid)[1:]
        if not Path(f"/proc/{pid}/task/{pid}/children").read_text() and is_child(first.process.pid, pid)
    )
    os.kill(worker, signal.SIGKILL)

    deadline = time.monotonic() + 15
    while "后台任务停了，已经重新启动" not in first.said:
        assert time.monotonic() < deadline, first.said
        time.sleep(0.05)
    assert first.get("/healthz")[0] == 200


def is_child(parent: int, pid: int) -> bool:
    """Tell whether ``pid`` was started by ``parent`` itself."""
    return str(pid) in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()


def test_a_taken_port_is_told_plainly(first: Running) -> None:
    second = Running(first.log.parent / "other", first.port)

    assert second.process.wait(60) == 1
    assert f"端口 {first.port} 已被占用" in second.said
    assert "Traceback" not in second.said


def test_the_second_start_is_quick_keeps_the_password_to_itself_and_ends_cleanly(
    tmp_path_factory: pytest.TempPathFactory, first: Running
) -> None:
    family = list_family(first.process.pid)
    assert first.stop(signal.SIGINT) == 0
    assert "已停下" in first.said
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]

    again = Running(first.log.parent / "var", free_port())
    try:
        again.wait_until_ready()
        assert "密码 " not in again.said
        assert "account reset secretary" in again.said
        assert "示范村……" not in again.said
        assert again.get(find_path(again.said, "一块砖"))[0] == 200
    finally:
        assert again.stop() == 0


@pytest.mark.parametrize("colour", [True, False])
def test_a_phone_reads_the_drawn_code(colour: bool) -> None:
    address = "http://192.168.1.23:8000/q/7k3m9qx2"
    drawing = draw_qr(address, colour=colour)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", drawing).splitlines()
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    # With colours a block is black; without, the terminal is dark and a block is light.
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            for row, blocks in enumerate(("▀█", "▄█")):
                dark = (character in blocks) is colour
                picture.putpixel((x, 2 * y + row), 0 if dark else 255)

    found = zxingcpp.read_barcodes(picture.resize((picture.width * 8, picture.height * 8), Image.NEAREST))

    assert [code.text for code in found] == [address]
    assert ("\x1b[30;107m" in drawing) is colour


def test_labels_line_up_whatever_their_script() -> None:
    assert pad("砖墙", 10) == "砖墙" + " " * 6
    assert pad("wall", 10) == "wall" + " " * 6
