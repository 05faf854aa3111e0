"""What the benchmarks read and say: wrong numbers would be worse than none."""

import json
from pathlib import Path

import pytest

from benchmarks.load import RatingLoad, build_request, parse_wrk
from benchmarks.processes import cpu_seconds, list_family, pss_megabytes
from benchmarks.report import Measure, format_table, write_json

pytestmark = pytest.mark.once

WRK = """Running 2s test @ http://127.0.0.1:46779/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.19ms    3.12ms  30.06ms   89.04%
    Req/Sec     3.11k   701.75     3.90k    60.00%
  6217 requests in 2.01s, 0.96MB read
{extra}Requests/sec:   3095.60
"""


def test_wrk_is_read() -> None:
    load = parse_wrk(WRK.format(extra=""))

    assert (load.requests, load.seconds) == (6217, 2.01)
    assert load.per_second == pytest.approx(3093, abs=1)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (WRK.format(extra="  Non-2xx or 3xx responses: 12\n"), "12 requests were refused"),
        ("unable to connect", "unexpected"),
    ],
)
def test_a_run_with_refusals_is_no_measurement(output: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_wrk(output)


def test_the_tail_is_the_wait_that_one_in_a_hundred_exceeds() -> None:
    load = RatingLoad(seconds=2.0, waits=[0.01] * 990 + [1.0] * 10, acknowledged=1000)

    assert load.per_second == 500
    assert load.p99 > 0.9


def test_a_request_is_whole() -> None:
    request = build_request("http://127.0.0.1:9/ratings", {"value": "满意"}, {"Idempotency-Key": "k"})
    head, body = request.split(b"\r\n\r\n")

    assert head.startswith(b"POST /ratings HTTP/1.1\r\nHost: 127.0.0.1:9\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Idempotency-Key: k" in head
    assert json.loads(body) == {"value": "满意"}


@pytest.mark.parametrize(
    ("value", "sign", "goal", "reached"),
    [
        (1.4, "≤", 1.4, True),
        (1.5, "≤", 1.4, False),
        (3.1, "≥", 3, True),
        (0, "=", 0, True),
        (1, "=", 0, False),
    ],
)
def test_a_goal_is_reached_or_missed(value: float, sign: str, goal: float, reached: bool) -> None:
    assert Measure("m", value, sign, goal).reached is reached


def test_table_and_json_hold_every_measure(tmp_path: Path) -> None:
    measures = [
        Measure("scan page, CPU ÷ Flask hello", 0.893, "≤", 1.4, {"hello µs CPU": 293.4}),
        Measure("import of 140,000 roster lines", 31.0, "≤", 20.0, unit="s"),
    ]
    write_json(measures, tmp_path / "results.json")
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    header, _, first, second = format_table(measures).splitlines()

    assert header.split()[:3] == ["measure", "value", "goal"]
    assert "0.893" in first
    assert "≤ 1.4" in first
    assert "reached" in first
    assert "MISSED" in second
    assert [row["reached"] for row in written["measures"]] == [True, False]
    assert written["measures"][0]["parts"] == {"hello µs CPU": 293.4}


def test_processes_are_watched_through_proc() -> None:
    assert list_family(1)[0] == 1
    assert cpu_seconds(1) >= 0
    with pytest.raises(FileNotFoundError):
        pss_megabytes(2**22 + 1)
