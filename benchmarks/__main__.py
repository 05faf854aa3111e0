"""``python -m benchmarks``: every measure, one run, one table, one JSON file."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.memory import measure_memory
from benchmarks.pages import measure_hot_page, measure_scan
from benchmarks.ratings import measure_ratings
from benchmarks.report import Measure, format_table, write_json
from benchmarks.roster import measure_roster
from benchmarks.sites import Sites, build_sites

RESULTS = Path(__file__).with_name("results.json")
MEASURES = ("scan", "nginx", "ratings", "memory", "roster")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=MEASURES, action="append", help="may be given several times")
    parser.add_argument("--rounds", type=int, default=5, help="how often each server has its turn")
    parser.add_argument("--seconds", type=float, default=2, help="length of one turn")
    parser.add_argument("--ratings", type=int, default=800, help="ratings in one turn")
    parser.add_argument("--imports", type=int, default=3, help="how often the roster is imported")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the numbers go")
    return parser.parse_args(arguments)


def run_measure(name: str, sites: Sites, chosen: argparse.Namespace) -> list[Measure]:
    """Run one of the measures."""
    if name == "scan":
        return measure_scan(sites, chosen.rounds, chosen.seconds)
    if name == "nginx":
        return measure_hot_page(sites, chosen.rounds, chosen.seconds)
    if name == "ratings":
        return measure_ratings(sites, chosen.rounds, chosen.ratings)
    if name == "memory":
        return measure_memory(sites)
    return measure_roster(sites, chosen.imports)


def main(arguments: list[str]) -> int:
    """Measure, print the table, write the numbers; the exit code says whether every goal is reached."""
    chosen = parse_arguments(arguments)
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="brickwall-bench-") as room:
        print("preparing the sample village …", file=sys.stderr)
        sites = build_sites(Path(room))
        for name in [each for each in MEASURES if each in (chosen.only or MEASURES)]:
            print(f"measuring: {name} …", file=sys.stderr)
            measures += run_measure(name, sites, chosen)
    print(format_table(measures))
    write_json(measures, chosen.json)
    return 0 if all(measure.reached for measure in measures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
