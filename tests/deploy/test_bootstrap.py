"""deploy/bootstrap.sh: says what it does, does it once, and then needs neither time nor network."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Provide a small checkout whose locked requirements are empty, on a machine with all packages."""
    house = tmp_path / "house"
    (house / "deploy/requirements").mkdir(parents=True)
    (house / "server/brickwall/cli").mkdir(parents=True)
    shutil.copy(ROOT / "deploy/bootstrap.sh", house / "deploy/bootstrap.sh")
    for name in ("base", "dev"):
        (house / f"deploy/requirements/{name}.txt").write_text("# nothing\n")
    (house / "server/brickwall/__init__.py").touch()
    main = "def main():\n    print('the wall')\n    return 0\n"
    (house / "server/brickwall/cli/__init__.py").write_text(main)
    tools = tmp_path / "tools"
    tools.mkdir()
    tools.joinpath("dpkg-query").write_text("#!/bin/sh\nprintf installed\n")
    tools.joinpath("dpkg-query").chmod(0o755)
    return house


def bootstrap(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script without a terminal and without a network."""
    environ = {
        **os.environ,
        "PATH": f"{house.parent / 'tools'}:{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
    }
    command = [str(house / "deploy/bootstrap.sh"), *arguments]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_it_makes_the_environment_and_the_command_once(checkout: Path) -> None:
    first = bootstrap(checkout)
    assert first.returncode == 0, first.stderr
    assert "正在建立 Python 环境" in first.stdout
    assert first.stdout.endswith("准备好了。\n")
    command = subprocess.run(
        [str(checkout / ".venv/bin/brickwall")], capture_output=True, text=True, check=True
    )
    assert command.stdout == "the wall\n"

    started = time.monotonic()
    second = bootstrap(checkout)
    assert (second.returncode, second.stdout) == (0, "")
    assert time.monotonic() - started < 1


def test_a_changed_lock_file_is_installed_and_a_failure_is_told(checkout: Path) -> None:
    assert bootstrap(checkout).returncode == 0
    lock = checkout / "deploy/requirements/base.txt"
    lock.write_text("no-such-package-of-ours==1.0 --hash=sha256:" + "0" * 64 + "\n")

    failed = bootstrap(checkout)

    assert failed.returncode == 1
    assert "Python 软件包没有装完" in failed.stderr
    assert "PIP_INDEX_URL" in failed.stderr
    lock.write_text("# nothing\n")
    assert bootstrap(checkout).returncode == 0


def test_what_the_tests_need_covers_what_the_program_needs(checkout: Path) -> None:
    assert bootstrap(checkout, "--test").returncode == 0

    assert bootstrap(checkout).stdout == ""


@pytest.fixture
def with_node(checkout: Path) -> Path:
    """Add a locked list of Node packages and a machine that has Node; npm leaves a line for every run."""
    folder = checkout / "tests/miniprogram"
    folder.mkdir(parents=True)
    folder.joinpath("package-lock.json").write_text("{}")
    tools = {
        "node": "exit 0",
        "npm": 'echo "$@" >>"$PWD/npm.log"; [ ! -e "$PWD/broken" ] || exit 1; mkdir -p node_modules',
    }
    for name, script in tools.items():
        tool = checkout.parent / "tools" / name
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
    return checkout


def test_node_packages_are_installed_for_tests_only_and_once(with_node: Path) -> None:
    log = with_node / "tests/miniprogram/npm.log"

    assert bootstrap(with_node).returncode == 0
    assert not log.exists()
    first = bootstrap(with_node, "--test")
    assert first.returncode == 0, first.stderr
    assert "小程序测试用的 Node 软件包" in first.stdout
    second = bootstrap(with_node, "--test")

    assert (second.returncode, second.stdout) == (0, "")
    assert log.read_text().splitlines() == ["ci --ignore-scripts --no-audit --no-fund --loglevel=error"]


def test_a_changed_list_of_node_packages_is_installed_again(with_node: Path) -> None:
    folder = with_node / "tests/miniprogram"
    assert bootstrap(with_node, "--test").returncode == 0
    folder.joinpath("package-lock.json").write_text("{ }")

    assert bootstrap(with_node, "--test").returncode == 0

    assert len(folder.joinpath("npm.log").read_text().splitlines()) == 2


def test_node_packages_that_cannot_be_installed_are_told(with_node: Path) -> None:
    folder = with_node / "tests/miniprogram"
    folder.joinpath("broken").touch()

    failed = bootstrap(with_node, "--test")

    assert failed.returncode == 1
    assert "Node 软件包没有装完" in failed.stderr
    assert "npm_config_registry" in failed.stderr
    folder.joinpath("broken").unlink()
    assert bootstrap(with_node, "--test").returncode == 0


def test_an_old_node_is_told(with_node: Path) -> None:
    with_node.parent.joinpath("tools/node").write_text("#!/bin/sh\nexit 1\n")

    failed = bootstrap(with_node, "--test")

    assert failed.returncode == 1
    assert "Node 18" in failed.stderr


def test_a_moved_checkout_is_set_up_again(checkout: Path) -> None:
    assert bootstrap(checkout).returncode == 0
    moved = checkout.rename(checkout.with_name("moved"))

    again = bootstrap(moved)

    assert again.returncode == 0, again.stderr
    command = subprocess.run([str(moved / ".venv/bin/brickwall")], capture_output=True, text=True, check=True)
    assert command.stdout == "the wall\n"


def test_an_unknown_option_is_refused(checkout: Path) -> None:
    refused = bootstrap(checkout, "--everything")

    assert refused.returncode == 2
    assert "usage:" in refused.stderr


def test_the_node_of_these_very_tests_is_taken() -> None:
    """Node 20 refuses a truth value as an exit code; the check must hold on every version."""
    check = re.search(r"node -e '([^']+)'", (ROOT / "deploy/bootstrap.sh").read_text(encoding="utf-8"))
    assert check is not None
    assert subprocess.run(["node", "-e", check[1]], check=False).returncode == 0
    older = check[1].replace("process.versions.node", "'16.20.2'")
    assert subprocess.run(["node", "-e", older], check=False).returncode == 1
