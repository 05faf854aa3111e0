"""Which printed links open the mini-program: the console's rules for ordinary links (普通链接二维码).

Source: WECHAT.md, link rules; the platform's own table of matches and mismatches is in the tests.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A rule as typed into the console, and whether it has been published."""

    url: str
    published: bool = True


def link_rule_matches(rule: str, link: str) -> bool:
    """Tell whether a link falls under a rule.

    Protocol and host must be identical. A rule that ends in ``/`` covers what lies below it, any
    other only its very path. Parameters of a rule must begin the link's.
    """
    ours, given = urlsplit(rule), urlsplit(link)
    if (ours.scheme, ours.netloc) != (given.scheme, given.netloc) or not ours.netloc:
        return False
    path, below = ours.path or "/", given.path or "/"
    if below != path and not (path.endswith("/") and below.startswith(path)):
        return False
    return given.query.startswith(ours.query)


def deciding_rule(rules: list[LinkRule], link: str) -> LinkRule | None:
    """Return the most specific rule for a link; unpublished, it hides broader published ones."""
    found = [rule for rule in rules if link_rule_matches(rule.url, link)]
    return max(found, key=lambda rule: len(rule.url), default=None)


def opens_mini_program(rules: list[LinkRule], link: str) -> bool:
    """Tell whether everybody who scans ``link`` in WeChat gets the mini-program."""
    rule = deciding_rule(rules, link)
    return rule is not None and rule.published
