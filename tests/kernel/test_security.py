"""Tokens are kept as hashes, phone numbers sealed, keys readable by nobody else."""

import stat
from pathlib import Path

import pytest

from brickwall.kernel.security import PhoneBox, SealedText, new_token, token_hash

PHONE = "13900000001"


def test_tokens_differ_and_only_their_hash_is_stable() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert token_hash(first) == token_hash(first) != token_hash(second)
    assert first not in token_hash(first)


def test_a_sealed_phone_opens_again_and_never_looks_the_same_twice(tmp_path: Path) -> None:
    box = PhoneBox(tmp_path)
    first, second = box.seal(PHONE), box.seal(PHONE)
    assert box.open(first) == box.open(second) == PHONE
    assert first.sealed != second.sealed
    assert PHONE.encode() not in first.sealed


def test_the_index_finds_a_phone_and_survives_a_new_key(tmp_path: Path) -> None:
    box = PhoneBox(tmp_path)
    sealed, index = box.seal(PHONE), box.index(PHONE)
    assert box.add_key() == "002"
    assert box.index(PHONE) == index
    assert box.open(sealed) == PHONE
    assert box.seal(PHONE).key_id == "002"


def test_changed_bytes_and_lost_keys_are_noticed(tmp_path: Path) -> None:
    box = PhoneBox(tmp_path)
    sealed = box.seal(PHONE)
    with pytest.raises(KeyError):
        box.open(SealedText(sealed.key_id, sealed.sealed[:-1] + b"\x00"))
    with pytest.raises(KeyError):
        box.open(SealedText("009", sealed.sealed))


def test_key_files_are_closed_to_others(tmp_path: Path) -> None:
    PhoneBox(tmp_path).index(PHONE)
    PhoneBox(tmp_path).seal(PHONE)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.key")}
    assert modes == {0o400}
