"""What a phone tells the test afterwards."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """One wx.request or wx.uploadFile; ``status`` is None when no answer came.

    ``signed_in`` tells whether it carried a token.
    """

    method: str
    path: str
    status: int | None
    key: str | None
    body: str | None
    signed_in: bool


@dataclass
class Record:
    """Everything a phone noted, over all its starts."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def plus(self, raw: dict[str, Any] | None) -> "Record":
        """Return this record followed by what one start noted (``__mp.record``)."""
        if raw is None:
            return self
        return Record(
            self.errors + raw["errors"],
            self.warnings + raw["warnings"],
            self.unsupported + raw["unsupported"],
            self.requests + [Request(**one) for one in raw["requests"]],
            self.calls + [(name, options) for name, options in raw["calls"]],
        )
