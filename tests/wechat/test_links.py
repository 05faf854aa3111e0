"""Link rules, with the platform's own table of matches and mismatches (WECHAT.md, link rules)."""

import pytest

from brickwall.wechat.links import LinkRule, deciding_rule, link_rule_matches, opens_mini_program

OFFICIAL_MISMATCHES = [
    ("http://www.qq.com/a/b", "https://www.qq.com/a/b", "another protocol"),
    ("https://www.qq.com/a/b", "https://www.weixin.qq.com/a/b", "another host"),
    ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=132", "parameters begin otherwise"),
    ("https://www.qq.com/a/b", "https://www.qq.com/a/bc", "not below the path"),
    ("https://www.qq.com/a/b", "https://www.qq.com/a/b/123", "the rule does not end in a slash"),
]
MATCHES = [
    ("http://www.qq.com/a/", "http://www.qq.com/a/123456"),
    ("https://www.qq.com/a/b", "https://www.qq.com/a/b"),
    ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=1234"),
    ("https://www.qq.com/a/b", "https://www.qq.com/a/b?id=1"),
    ("https://www.qq.com/", "https://www.qq.com/a/b"),
    ("https://www.qq.com", "https://www.qq.com/"),
    ("https://liuhe.example/q/", "https://liuhe.example/q/7k3m9qx2"),
    ("https://liuhe.example/q/", "https://liuhe.example/q/"),
]
MORE_MISMATCHES = [
    ("https://liuhe.example/q/", "https://liuhe.example/q"),
    ("https://liuhe.example/q/", "https://liuhe.example/Q/7k3m9qx2"),
    ("https://liuhe.example/q/", "https://liuhe.example:8443/q/7k3m9qx2"),
    ("https://liuhe.example/q/", "https://liuhe.example.evil/q/7k3m9qx2"),
    ("https://liuhe.example/q", "https://liuhe.example/q/7k3m9qx2"),
    ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b"),
    ("", "https://liuhe.example/q/7k3m9qx2"),
    ("/q/", "/q/7k3m9qx2"),
]


@pytest.mark.parametrize(("rule", "link", "reason"), OFFICIAL_MISMATCHES)
def test_the_official_mismatches(rule: str, link: str, reason: str) -> None:
    assert not link_rule_matches(rule, link), reason


@pytest.mark.parametrize(("rule", "link"), MATCHES)
def test_what_a_rule_covers(rule: str, link: str) -> None:
    assert link_rule_matches(rule, link)


@pytest.mark.parametrize(("rule", "link"), MORE_MISMATCHES)
def test_what_a_rule_does_not_cover(rule: str, link: str) -> None:
    assert not link_rule_matches(rule, link)


def test_the_official_case_of_an_unpublished_rule_that_hides_a_published_one() -> None:
    broad = LinkRule("https://www.qq.com/a/")
    narrow = LinkRule("https://www.qq.com/a/b", published=False)

    assert deciding_rule([broad, narrow], "https://www.qq.com/a/b") == narrow
    assert not opens_mini_program([broad, narrow], "https://www.qq.com/a/b")
    assert opens_mini_program([broad, narrow], "https://www.qq.com/a/c")
    assert opens_mini_program([broad], "https://www.qq.com/a/b")
    assert not opens_mini_program([], "https://www.qq.com/a/b")
