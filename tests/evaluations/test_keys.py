"""The round's key file and the phone's mark."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from brickwall.config import Settings
from brickwall.evaluations.devices import TOKEN_LENGTH, cookie_name, find_device, new_device_token
from brickwall.evaluations.keys import RoundKeys
from brickwall.kernel.problems import Unavailable


def test_a_key_is_32_random_bytes_only_we_can_read(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path)
    keys.create("aaaaaaaaaaaa")
    keys.create("bbbbbbbbbbbb")
    path = tmp_path / "rounds" / "aaaaaaaaaaaa.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(keys.read("aaaaaaaaaaaa")) == 32
    assert keys.read("aaaaaaaaaaaa") != keys.read("bbbbbbbbbbbb")


def test_a_key_is_made_once(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path)
    keys.create("aaaaaaaaaaaa")
    with pytest.raises(FileExistsError):
        keys.create("aaaaaaaaaaaa")


def test_destroying_overwrites_before_it_removes(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path)
    keys.create("aaaaaaaaaaaa")
    secret = keys.read("aaaaaaaaaaaa")
    path = tmp_path / "rounds" / "aaaaaaaaaaaa.key"
    other_name = tmp_path / "other-name"
    other_name.hardlink_to(path)
    keys.destroy("aaaaaaaaaaaa")
    keys.destroy("aaaaaaaaaaaa")
    assert not path.exists()
    assert other_name.read_bytes() != secret, "the bytes on the disk are others now"
    with pytest.raises(Unavailable, match="钥匙不在"):
        keys.read("aaaaaaaaaaaa")


def test_a_mark_opens_to_the_same_device_every_time(settings: Settings) -> None:
    token = new_device_token(settings)
    device = find_device(settings, token)
    assert len(token) == TOKEN_LENGTH
    assert device is not None
    assert device == find_device(settings, token)
    assert (len(device.voter), len(device.secret)) == (16, 32)
    assert find_device(settings, new_device_token(settings)) != device


def test_marks_that_are_not_ours_are_nothing(settings: Settings) -> None:
    token = new_device_token(settings)
    other_server = replace(settings, secret_key=b"another secret of more than thirty-two bytes")
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    for bad in (None, "", "x", changed, token[:-1], token + "A", "！" * TOKEN_LENGTH, "%" * TOKEN_LENGTH):
        assert find_device(settings, bad) is None
    assert find_device(other_server, token) is None


def test_the_cookie_is_bound_to_the_host_where_https_is(settings: Settings) -> None:
    assert cookie_name(settings) == "bw_device"
    assert cookie_name(replace(settings, base_url="https://liuhe.example")) == "__Host-bw_device"
