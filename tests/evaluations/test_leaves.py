"""Slots, leaves and receipts against sums done by hand, and what they must not tell."""

import hashlib
import hmac
import json

from hypothesis import given
from hypothesis import strategies as st

from brickwall.evaluations import leaves
from brickwall.kernel.ids import normalise_code

KEY = bytes(range(32))
VOTER = b"v" * 16


def test_slot_is_the_keyed_hash_of_voter_and_subject() -> None:
    message = b"slot\0" + VOTER + b"\0member:abc"
    assert leaves.slot_of(KEY, VOTER, "member:abc") == hmac.new(KEY, message, hashlib.sha256).digest()


def test_hashes_of_one_voter_have_nothing_in_common() -> None:
    made = {
        leaves.slot_of(KEY, VOTER, "member:a"),
        leaves.slot_of(KEY, VOTER, "member:b"),
        leaves.slot_of(KEY, b"w" * 16, "member:a"),
        leaves.slot_of(b"k" * 32, VOTER, "member:a"),
        leaves.roll_of(KEY, VOTER),
        leaves.nonce_of(KEY, VOTER, "member:a", "1"),
    }
    assert len(made) == 6


def test_leaf_is_a_salted_commitment_to_canonical_json() -> None:
    opening = leaves.opening_of(
        subject="member:abc", value="fair", channel="c", version=2, slot=b"\1" * 32, lock=b"\2" * 32
    )
    written = json.dumps(opening, sort_keys=True, separators=(",", ":")).encode()
    assert leaves.canonical(opening) == written
    assert (
        leaves.leaf_of(b"s" * 16, opening) == hashlib.sha256(b"bw-rating-v1\0" + b"s" * 16 + written).digest()
    )
    assert leaves.leaf_of(b"t" * 16, opening) != leaves.leaf_of(b"s" * 16, opening)


@given(st.binary(min_size=32, max_size=32))
def test_receipt_is_the_first_sixty_bits(leaf: bytes) -> None:
    receipt = leaves.receipt_of(leaf)
    number = 0
    for character in receipt:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
    assert number == int.from_bytes(leaf[:8], "big") >> 4
    assert normalise_code(leaves.receipt_text(receipt), 12) == receipt


def test_receipt_reads_in_three_groups() -> None:
    assert leaves.receipt_text("7k3m9qx240vd") == "7K3M-9QX2-40VD"


def test_lock_secret_changes_with_every_version_and_subject() -> None:
    secrets = {leaves.lock_secret(b"d" * 32, r, s, v) for r in "ab" for s in "xy" for v in (1, 2)}
    assert len(secrets) == 8
    assert all(len(leaves.lock_of(secret)) == 32 for secret in secrets)
