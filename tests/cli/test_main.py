"""The command line refuses in a sentence."""

import sqlite3

import pytest

import brickwall.cli as cli
from brickwall.cli.supervisor import StartError
from brickwall.kernel.problems import Refused


def _run(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(cli, "brickwall", broken)
    cli.main()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Refused("这个支部已经有一轮评议在进行"), "已经有一轮"),
        (StartError("端口 8000 已被占用"), "端口 8000"),
        (sqlite3.OperationalError("database is locked"), "系统正忙"),
        (sqlite3.OperationalError("database or disk is full"), "存储空间满了"),
        (OSError(28, "No space left on device"), "存储空间满了"),
    ],
)
def test_a_refusal_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        _run(monkeypatch, error)
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


def test_a_defect_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        _run(monkeypatch, ZeroDivisionError())


def test_every_command_explains_itself_in_chinese() -> None:
    for name, command in cli.brickwall.commands.items():
        assert not (command.help or "").isascii(), name
