"""What a run of the benchmarks says: one line per measure, as a table and as JSON."""

import json
import operator
import platform
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

REACHED = {"≤": operator.le, "≥": operator.ge, "=": operator.eq}


@dataclass(frozen=True, slots=True)
class Measure:
    """One ratio or count, the goal it has, and the medians it was made from."""

    name: str
    value: float
    sign: str
    goal: float
    parts: dict[str, float] = field(default_factory=dict)
    unit: str = ""

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        compare: Callable[[float, float], bool] = REACHED[self.sign]
        return compare(self.value, self.goal)


def median(values: list[float]) -> float:
    """Return the median, which one slow moment of a shared machine does not move."""
    return statistics.median(values)


def format_number(value: float) -> str:
    """Write a number with three significant digits, and counts in full."""
    return f"{value:.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def format_table(measures: list[Measure]) -> str:
    """Return the measures as a table in plain text."""
    rows = [("measure", "value", "goal", "", "medians it is made from")]
    for measure in measures:
        parts = ", ".join(f"{name} {format_number(part)}" for name, part in measure.parts.items())
        unit = f" {measure.unit}" if measure.unit else ""
        rows.append(
            (
                measure.name,
                format_number(measure.value) + unit,
                f"{measure.sign} {format_number(measure.goal)}{unit}",
                "reached" if measure.reached else "MISSED",
                parts,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(row[column].ljust(widths[column]) for column in range(4)), row[4]]).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def write_json(measures: list[Measure], path: Path) -> None:
    """Write the measures for a later comparison."""
    rows = [{**asdict(measure), "reached": measure.reached} for measure in measures]
    machine = {"machine": platform.machine(), "python": platform.python_version()}
    text = json.dumps({**machine, "measures": rows}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
