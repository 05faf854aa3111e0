"""Settings: a first try starts by itself, production refuses what is unsafe."""

from pathlib import Path

import pytest

from brickwall.config import ConfigurationError, Mode, load_settings

SAFE = {
    "BRICKWALL_MODE": "production",
    "BRICKWALL_BASE_URL": "https://liuhe.example",
    "BRICKWALL_SECRET_KEY": "0123456789abcdef0123456789abcdef",
}


def _environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **values: str) -> None:
    for name, value in {"BRICKWALL_VAR": str(tmp_path), **values}.items():
        monkeypatch.setenv(name, value)


def test_a_first_try_makes_its_own_secret_and_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _environ(monkeypatch, tmp_path)
    first, second = load_settings(), load_settings()
    assert first.mode is Mode.SAMPLE
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "keys" / "secret.key").stat().st_mode & 0o077 == 0


def test_safe_production_settings_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _environ(monkeypatch, tmp_path, **SAFE)
    settings = load_settings()
    assert (settings.secure, settings.host) == (True, "liuhe.example")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BRICKWALL_SECRET_KEY", "change-me", "默认值"),
        ("BRICKWALL_SECRET_KEY", "short", "太短"),
        ("BRICKWALL_DEBUG", "true", "DEBUG"),
        ("BRICKWALL_BASE_URL", "http://liuhe.example", "https"),
    ],
)
def test_unsafe_production_settings_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, told: str
) -> None:
    _environ(monkeypatch, tmp_path, **{**SAFE, name: value})
    with pytest.raises(ConfigurationError, match=told):
        load_settings()


def test_a_key_file_others_can_read_stops_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "phone-001.key"
    key.parent.mkdir()
    key.write_text("key")
    key.chmod(0o644)
    _environ(monkeypatch, tmp_path, **SAFE)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_settings()
