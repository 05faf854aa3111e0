"""Load for the servers: wrk for pages, a small loop of 16 clients for ratings. Loopback only."""

import asyncio
import json
import re
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

WRK_LINE = re.compile(r"^\s*(?P<requests>\d+) requests in (?P<seconds>[\d.]+)(?P<unit>ms|s|m),", re.MULTILINE)
WRK_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class PageLoad:
    """What wrk saw: answered requests and the seconds they took."""

    requests: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds


def parse_wrk(output: str) -> PageLoad:
    """Read wrk's report.

    Raises:
        ValueError: when requests were refused (the ratio would compare refusals with
            pages) or the report cannot be read.
    """
    if refused := WRK_REFUSED.search(output):
        raise ValueError(f"{refused[1]} requests were refused")
    found = WRK_LINE.search(output)
    if found is None:
        raise ValueError(f"wrk said something unexpected: {output!r}")
    return PageLoad(int(found["requests"]), float(found["seconds"]) * UNITS[found["unit"]])


def load_page(
    url: str, seconds: float, connections: int = 16, headers: dict[str, str] | None = None
) -> PageLoad:
    """Ask for one page with wrk for some whole seconds."""
    extra = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", *extra, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return parse_wrk(done.stdout)


@dataclass(slots=True)
class RatingLoad:
    """Answers to ratings: seconds each took, how many were acknowledged, how many refused."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0

    @property
    def per_second(self) -> float:
        """Acknowledged ratings in a second."""
        return self.acknowledged / self.seconds

    @property
    def p99(self) -> float:
        """The wait in seconds that 99 of 100 ratings did not exceed."""
        return statistics.quantiles(self.waits, n=100)[98]


# Makes the body and the extra headers of the nth rating.
MakeRating = Callable[[int], tuple[dict[str, object], dict[str, str]]]


def build_request(url: str, body: dict[str, object], headers: dict[str, str]) -> bytes:
    """Return one HTTP/1.1 request as bytes."""
    address = urlsplit(url)
    content = json.dumps(body, ensure_ascii=False).encode()
    fields = {
        "Host": address.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {address.path} HTTP/1.1\r\n{head}\r\n".encode() + content


async def read_status(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)
    return int(head.split(" ", 2)[1])


async def run_client(url: str, requests: list[bytes], result: RatingLoad) -> None:
    """Send the ratings of one client one after the other over one connection."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        status = await read_status(reader)
        result.waits.append(time.perf_counter() - started)
        if status == 201:
            result.acknowledged += 1
        else:
            result.refused += 1
    writer.close()


async def run_clients(url: str, requests: list[bytes], clients: int) -> RatingLoad:
    """Send requests from ``clients`` clients at a time."""
    result = RatingLoad()
    started = time.perf_counter()
    await asyncio.gather(*(run_client(url, requests[client::clients], result) for client in range(clients)))
    result.seconds = time.perf_counter() - started
    return result


def load_ratings(url: str, numbers: range, make_rating: MakeRating, clients: int = 16) -> RatingLoad:
    """Send the ratings with these numbers and measure each wait in seconds."""
    requests = [build_request(url, *make_rating(number)) for number in numbers]
    return asyncio.run(run_clients(url, requests, clients))
