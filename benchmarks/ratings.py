"""Ratings: 16 clients, every commit on the disk, beside the tutorial; then every row is counted."""

from dataclasses import dataclass, field

from benchmarks.load import MakeRating, RatingLoad, load_ratings
from benchmarks.report import Measure, median
from benchmarks.sites import Sites, read_rows, serve_brickwall, serve_tutorial
from brickwall.evaluations.devices import new_device_token
from tests.support.server import settings_for

WORKERS = 2
VALUES = ("satisfied", "fair", "dissatisfied")
SUBJECTS = """
    SELECT plaque.code, evaluation_round.public_id
    FROM round_subject
    JOIN evaluation_round ON evaluation_round.id = round_subject.round_id
    JOIN plaque ON plaque.member_id = round_subject.member_id
    WHERE evaluation_round.state = 'open' AND plaque.state IN ('issued', 'printed', 'installed')
    ORDER BY plaque.serial
"""


@dataclass(slots=True)
class Series:
    """What one server did in all rounds."""

    speeds: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0

    def add(self, load: RatingLoad) -> None:
        """Note one round."""
        self.speeds.append(load.per_second)
        self.p99s.append(load.p99 * 1000)
        self.acknowledged += load.acknowledged
        self.refused += load.refused


def make_tutorial_rating(number: int) -> tuple[dict[str, object], dict[str, str]]:
    """Return the nth rating for the tutorial: every phone rates once."""
    body: dict[str, object] = {
        "code": f"{number % 71:08d}",
        "device": f"bench-{number:09d}",
        "value": VALUES[number % 3],
    }
    return body, {}


def rating_maker(sites: Sites) -> MakeRating:
    """Return what makes the nth rating for brickwall: every phone has a mark of its own."""
    settings = settings_for(sites.village.var_dir)
    targets = read_rows(sites.database, SUBJECTS)

    def make_rating(number: int) -> tuple[dict[str, object], dict[str, str]]:
        code, round_id = targets[number % len(targets)]
        body: dict[str, object] = {
            "subject": code,
            "round": round_id,
            "value": VALUES[number % 3],
            "device": new_device_token(settings),
        }
        return body, {"Idempotency-Key": f"bench-{number}"}

    return make_rating


def count_brickwall(sites: Sites) -> int:
    """Return how many ratings brickwall keeps."""
    (row,) = read_rows(sites.database, "SELECT count(*) FROM rating")
    return int(str(row[0]))


def count_tutorial(sites: Sites) -> tuple[int, int]:
    """Return the tutorial's rows since the start, and the sum of its counters."""
    (row,) = read_rows(
        sites.tutorial_database,
        "SELECT (SELECT count(*) FROM rating WHERE device LIKE 'bench-%'), sum(rated) FROM member",
    )
    return int(str(row[0])), int(str(row[1]))


def measure_ratings(sites: Sites, rounds: int, each: int) -> list[Measure]:
    """Send ``rounds`` × ``each`` ratings to both, in turn, and compare speed, tail and rows."""
    ours, tutorial = Series(), Series()
    make_rating = rating_maker(sites)
    before = count_brickwall(sites)
    with serve_brickwall(sites, WORKERS) as brickwall, serve_tutorial(sites, WORKERS) as other:
        address = brickwall.url.partition("/q/")[0] + "/api/v1/ratings"
        other_address = other.url.partition("/q/")[0] + "/ratings"
        for turn in range(rounds):
            numbers = range(turn * each, (turn + 1) * each)
            ours.add(load_ratings(address, numbers, make_rating))
            tutorial.add(load_ratings(other_address, numbers, make_tutorial_rating))
    wrong = abs(count_brickwall(sites) - before - ours.acknowledged)
    return describe(sites, ours, tutorial, wrong)


def describe(sites: Sites, ours: Series, tutorial: Series, wrong: int) -> list[Measure]:
    """Return the measures from both series."""
    rows, counted = count_tutorial(sites)
    speed = {"ours req/s": median(ours.speeds), "tutorial req/s": median(tutorial.speeds)}
    tail = {"ours p99 ms": median(ours.p99s), "tutorial p99 ms": median(tutorial.p99s)}
    kept = {
        "acknowledged": float(ours.acknowledged),
        "refused": float(ours.refused),
        "tutorial acknowledged": float(tutorial.acknowledged),
        "tutorial refused": float(tutorial.refused),
        "tutorial rows": float(rows),
        "tutorial counters": float(counted),
    }
    return [
        Measure("ratings, req/s ÷ tutorial", speed["ours req/s"] / speed["tutorial req/s"], "≥", 3.0, speed),
        Measure("ratings, p99 ÷ tutorial's", tail["ours p99 ms"] / tail["tutorial p99 ms"], "≤", 1 / 3, tail),
        Measure("ratings lost or doubled", float(wrong), "=", 0.0, kept),
    ]
