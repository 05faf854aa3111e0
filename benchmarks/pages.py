"""The scan page: beside a bare hello and the tutorial, and through nginx beside a static file."""

import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from benchmarks.load import PageLoad, load_page
from benchmarks.processes import Server, free_port
from benchmarks.report import Measure, median
from benchmarks.sites import Sites, serve_brickwall, serve_hello, serve_tutorial
from tests.support.nginx import running_nginx

CONNECTIONS = 8
UNLIMITED = ("--reads-per-second", "1000000")
STATIC_SERVER = """
    server {{
        listen 127.0.0.1:{port};
        charset utf-8;
        gzip on;
        access_log {room}/log/static.log brickwall;
        location / {{ root {room}/static; default_type text/html; }}
    }}
"""

Load = Callable[[], PageLoad]


def cost_of(server: Server, load: Load) -> tuple[float, float]:
    """Return CPU microseconds per request of a server's processes, and requests per second."""
    before = server.cpu_seconds()
    done = load()
    return (server.cpu_seconds() - before) / done.requests * 1e6, done.per_second


def interleave(
    servers: list[tuple[Server, Load]], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Load each server in turn, ``rounds`` times; return CPU and speed of every turn by name."""
    costs: dict[str, list[float]] = {server.name: [] for server, _ in servers}
    speeds: dict[str, list[float]] = {server.name: [] for server, _ in servers}
    for _, load in servers:
        load()
    for _ in range(rounds):
        for server, load in servers:
            cost, speed = cost_of(server, load)
            costs[server.name].append(cost)
            speeds[server.name].append(speed)
    return costs, speeds


def median_ratio(above: list[float], below: list[float]) -> float:
    """Return the median of the ratios of neighbours in time: a slow minute slows both of a pair."""
    return median([one / other for one, other in zip(above, below, strict=True)])


def name_medians(values: dict[str, list[float]], unit: str) -> dict[str, float]:
    """Return each server's median under its name and unit."""
    return {f"{name} {unit}": median(series) for name, series in values.items()}


def measure_scan(sites: Sites, rounds: int, seconds: float) -> list[Measure]:
    """Compare CPU per request of hello, tutorial and brickwall under the same gunicorn."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serve(sites)) for serve in (serve_hello, serve_tutorial, serve_brickwall)
        ]
        pairs: list[tuple[Server, Load]] = [
            (server, partial(load_page, server.url, seconds, CONNECTIONS)) for server in servers
        ]
        costs, _ = interleave(pairs, rounds)
    parts = name_medians(costs, "µs CPU")
    ours = costs["brickwall"]
    return [
        Measure("scan page, CPU ÷ Flask hello", median_ratio(ours, costs["hello"]), "≤", 1.4, parts),
        Measure("scan page, tutorial's CPU ÷ ours", median_ratio(costs["tutorial"], ours), "≥", 5.0, parts),
    ]


def measure_hot_page(sites: Sites, rounds: int, seconds: float) -> list[Measure]:
    """Compare a hot page behind nginx' micro-cache with nginx serving the same bytes from a file."""
    room = sites.room / "nginx"
    with ExitStack() as stack:
        application = stack.enter_context(serve_brickwall(sites))
        with urllib.request.urlopen(application.url) as answer:
            body = answer.read()
        room.joinpath("static").mkdir(parents=True)
        room.joinpath("static", "page").write_bytes(body)
        cached_port, static_port = free_port(), free_port()
        upstream = application.url.split("/")[2]
        extra = STATIC_SERVER.format(port=static_port, room=room)
        nginx = stack.enter_context(running_nginx(room, upstream, cached_port, *UNLIMITED, extra=extra))
        brick = f"{nginx.url}/q/{sites.village.brick_code}"
        static = f"http://127.0.0.1:{static_port}/page"
        headers = {"Host": "wall.example"}
        pairs: list[tuple[Server, Load]] = [
            (
                Server("cached", nginx.pid, brick),
                partial(load_page, brick, seconds, CONNECTIONS, headers),
            ),
            (Server("static", nginx.pid, static), partial(load_page, static, seconds, CONNECTIONS)),
        ]
        costs, speeds = interleave(pairs, rounds)
    parts = name_medians(speeds, "req/s") | name_medians(costs, "µs CPU")
    # Requests per CPU second: wrk shares the processors, and its share is no property of nginx.
    ratio = median_ratio(costs["static"], costs["cached"])
    return [Measure("hot page through nginx ÷ nginx static", ratio, "≥", 0.85, parts)]
