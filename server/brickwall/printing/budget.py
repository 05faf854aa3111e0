"""Which version and level of code an address gets: bytes against capacity, no picture yet."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from brickwall.printing.errors import HostTooLong

QUIET_ZONE = 4
"""Modules of white around a code (ISO/IEC 18004; 0 read 4 % on brick)."""

CODE_LENGTH = 8
PATH = "/q/"


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes that a version and level can hold in byte mode (ISO/IEC 18004 table 7)."""

    version: int
    level: str
    capacity: int


BUDGETS = (
    Budget(3, "H", 24),
    Budget(3, "Q", 32),
    Budget(4, "H", 34),
    Budget(4, "Q", 46),
    Budget(5, "Q", 60),
    Budget(6, "Q", 74),
)
"""Tried in this order; below level Q a plaque does not live outdoors."""

_WORDS = {"H": "约三成", "Q": "约四分之一"}


def budget_for(text: str) -> Budget:
    """Return the smallest version with the highest level that holds `text`.

    Raises:
        HostTooLong: more than 74 bytes.
    """
    size = len(text.encode())
    for budget in BUDGETS:
        if size <= budget.capacity:
            return budget
    raise HostTooLong(
        f"网址有 {size} 个字节，铭牌上最多印 {BUDGETS[-1].capacity} 个。请换一个短域名，再印一次。"
    )


@dataclass(frozen=True, slots=True)
class HostLevel:
    """What a configured address means for the codes on the wall."""

    host: str
    size: int
    """Bytes of one plaque's link."""

    version: int
    level: str
    modules: int
    """Modules along one side, without the quiet zone."""

    sentence: str
    """Plain words for the console."""


def describe_host(base_url: str) -> HostLevel:
    """Say which version and level a base address such as `https://liuhe.example` gets.

    Raises:
        HostTooLong: no budget holds the link.
    """
    link = base_url.rstrip("/") + PATH + "0" * CODE_LENGTH
    budget, size = budget_for(link), len(link.encode())
    host = urlsplit(base_url).netloc
    side = 17 + 4 * budget.version
    sentence = f"砖上的码打开 {host}。每边 {side} 格，磨掉{_WORDS[budget.level]}还能扫出来（纠错等级 {budget.level}）。"
    better = next((b for b in BUDGETS if b.level == "H" and b.version == 3), BUDGETS[0])
    spare = better.capacity - (size - len(host.encode()))
    if budget != better and spare > 0:
        sentence += f"网址短到 {spare} 个字符以内，格子就能印得更大、更好扫。"
    return HostLevel(host, size, budget.version, budget.level, side, sentence)
