"""The systemd units: what they start exists, and they are shut in."""

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from brickwall.cli import brickwall
from brickwall.config import load_settings

pytestmark = pytest.mark.once

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))


class Unit(RawConfigParser):
    """A unit file; names keep their case, later lines win."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",))
        self.read(path, encoding="utf-8")

    def optionxform(self, optionstr: str) -> str:
        """Keep the case of a name."""
        return optionstr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_shut_in(path: Path) -> None:
    service = Unit(path)["Service"]

    assert service["User"] == "brickwall"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "LockPersonality"):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["SystemCallFilter"] == "@system-service"


def test_the_commands_exist() -> None:
    for path in SERVICES:
        service = Unit(path)["Service"]
        for line in (service["ExecStart"], service.get("ExecStartPre", "")):
            if "/brickwall " in line:
                name = line.split("/bin/brickwall ")[1].split()[0]
                assert name in brickwall.commands, line


def test_systemd_accepts_every_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text(encoding="utf-8").replace("/opt/brickwall/.venv/bin/", "/usr/bin/env ")
        tmp_path.joinpath(path.name).write_text(text, encoding="utf-8")
    if verify is None:
        # A container without systemd: at least every file is a unit with a section of its own.
        assert all(Unit(path).sections() for path in (DEPLOY / "systemd").iterdir())
        return
    units = [str(path) for path in tmp_path.iterdir()]
    checked = subprocess.run([verify, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
    assert ours == []


def test_the_example_environment_is_read_and_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BRICKWALL_VAR", str(tmp_path))

    settings = load_settings()

    assert settings.mode.value == "production"
    assert settings.secure
    assert settings.trusted_proxies == 1
    assert (tmp_path / "keys/secret.key").stat().st_mode & 0o777 == 0o600
