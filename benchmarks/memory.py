"""Memory of a worker as deployed, after it has worked."""

from benchmarks.load import load_page, load_ratings
from benchmarks.ratings import rating_maker
from benchmarks.report import Measure
from benchmarks.sites import Sites, serve_as_deployed

WARM_UP_RATINGS = range(10_000_000, 10_000_400)


def measure_memory(sites: Sites) -> list[Measure]:
    """Load pages and ratings, then read each worker's proportional set size."""
    with serve_as_deployed(sites) as server:
        base = server.url.partition("/q/")[0]
        load_page(server.url, 2)
        load_page(f"{base}/rules", 1)
        load_page(f"{base}/console/sign-in", 1)
        load_ratings(f"{base}/api/v1/ratings", WARM_UP_RATINGS, rating_maker(sites))
        sizes = server.worker_pss()
    parts = {f"worker {number + 1}": size for number, size in enumerate(sizes)}
    return [Measure("memory of a worker (PSS)", max(sizes), "≤", 80.0, parts, "MB")]
