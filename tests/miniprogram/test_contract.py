"""Every address the mini-program asks is one of the API's description, docs/openapi.json."""

import json
import subprocess
from typing import Any

import pytest

from tests.miniprogram.support.compiled import HERE, PROGRAM
from tests.miniprogram.support.contract import fits, is_described

BASE = "/api/v1"
# Addresses put together elsewhere; every request of a running test is looked at as well.
COMPUTED = {"pages/shared/twin.js"}


@pytest.fixture(scope="module")
def written() -> list[dict[str, Any]]:
    """Return every call written in the mini-program's scripts."""
    command = ["node", str(HERE / "build/calls.mjs"), str(PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_every_written_address_is_described(written: list[dict[str, Any]]) -> None:
    assert len(written) > 20
    strange = [
        f"{call['file']}:{call['line']} {call['method']} {call['path']}"
        for call in written
        if call["path"] is not None and not fits(call["method"], BASE + call["path"])
    ]
    assert strange == []


def test_addresses_are_written_where_they_are_used(written: list[dict[str, Any]]) -> None:
    assert {call["file"] for call in written if call["path"] is None} == COMPUTED


def test_what_counts_as_described() -> None:
    assert is_described("GET", "/api/v1/pages/q/7k3m9qx2?at=2")
    assert not is_described("DELETE", "/api/v1/pages/q/7k3m9qx2")
    assert not is_described("GET", "/api/v1/pages/q")
    assert fits("POST", "/api/v1/commitments/*/submit")
    assert fits("POST", "/api/v1/commitments/*/*")
    assert not fits("POST", "/api/v1/commitments/*/no-such-step")
    assert not fits("GET", "/api/v1/elsewhere/*")
