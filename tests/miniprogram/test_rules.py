"""The rules of make lint find what they are there for."""

import json
from pathlib import Path

import pytest

from tests.support.miniprogram_files import MAIN_BUDGET, PART_BUDGET, check_files, check_sizes
from tests.support.miniprogram_rules import check_hosts, check_markup, check_program, check_words

GOOD = """<wxs module="format" src="./format.wxs"/>
<!-- <view wx-if="{{}}" bindtap="x"/> -->
<view wx:for="{{rows}}" wx:key="id" aria-role="button" bindtap="open">{{item.name}}</view>
<view wx:if="{{ok && count > 1}}" aria-role="link" aria-label="看全过程" bind:tap="go"><image aria-hidden="true" src="/a.png"/></view>
<button bindtap="send">{{busy ? '正在发' : '发'}}</button>
<text>{{format.day(date)}}</text>
<input aria-label="编号" bindinput="typed"/>
<own-card bind:tap="open"/>
"""


def test_good_markup_passes() -> None:
    assert list(check_markup("a.wxml", GOOD, {"own-card"})) == []


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ('<view wx-if="{{a}}"/>', "write wx:if"),
        ('<view wx:for="{{a}}">{{item}}</view>', "wx:for without wx:key"),
        ("<view>{{}}</view>", "empty {{}}"),
        ("<view>{{ }}</view>", "empty {{}}"),
        ("<view>{{name.toUpperCase()}}</view>", "only functions of a wxs module"),
        ('<view title="{{call(1)}}"/>', "only functions of a wxs module"),
        ("<view>{{'a\\n'}}</view>", "backslash"),
        ('<view bindtap="go">去</view>', "no aria-role"),
        ('<view catch:tap="go" aria-role="button"></view>', "neither aria-label nor text"),
        ('<view capture-bind:tap="go">去</view>', "no aria-role"),
        ("<button/>", "neither aria-label nor text"),
        ('<navigator url="/a"></navigator>', "neither aria-label nor text"),
        ('<textarea value="{{a}}"/>', "no aria-label"),
        ('<image src="/a.png"/>', "neither aria-label nor aria-hidden"),
        ("<map/>", "neither built in"),
        ("<strange-card/>", "neither built in"),
    ],
)
def test_bad_markup_is_told(markup: str, complaint: str) -> None:
    found = list(check_markup("a.wxml", f"<view>\n{markup}</view>", set()))
    assert len(found) == 1, found
    assert found[0].startswith("a.wxml:2 ")
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("a.js", "const s = '办成了！';", "exclamation mark"),
        ("a.js", "const s = '办成了!';", "exclamation mark"),
        ("a.wxml", "<view>办成了！</view>", "exclamation mark"),
        ("a.wxml", "<view aria-label=\"{{ok ? '好!' : '不'}}\"/>", "exclamation mark"),
        ("a.wxml", "<view>好,走</view>", "half-width"),
        ("a.json", '{"navigationBarTitleText": "好?"}', "half-width"),
    ],
)
def test_careless_chinese_is_told(name: str, source: str, complaint: str) -> None:
    found = list(check_words(name, source))
    assert len(found) == 1, found
    assert complaint in found[0]


def test_careful_chinese_passes() -> None:
    script = "if (!ok) say('办成了，好。'); // 这里！不给人看\nconst t = `还有 ${days} 天`;"
    assert list(check_words("a.js", script)) == []
    assert list(check_words("a.wxml", '<view wx:if="{{!ok}}">好，走（现在）</view>')) == []


def test_hosts_live_in_one_file() -> None:
    assert list(check_hosts("pages/a/a.js", "const a = 'https://x.example';")) == [
        "pages/a/a.js:1 names a host; only utils/config.js may"
    ]
    assert list(check_hosts("utils/config.js", "const a = 'https://x.example';")) == []


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a small program without a fault."""
    files = {
        "app.json": json.dumps({"pages": ["pages/a/a"], "subPackages": [{"root": "part", "pages": ["b/b"]}]}),
        "project.config.json": '{"appid": "touristappid"}',
        "sitemap.json": '{"rules": []}',
        "app.js": "App({});",
        "app.wxss": '@import "./look.wxss";',
        "look.wxss": "page { color: red; }",
        "utils/shared.js": "module.exports = {};",
        "own/card/card.js": "Component({});",
        "own/card/card.json": '{"component": true}',
        "own/card/card.wxml": "<view/>",
        "part/only.js": "module.exports = {};",
        "pages/a/a.js": "require('../../utils/shared');Page({});",
        "pages/a/a.json": '{"usingComponents": {"own-card": "/own/card/card"}}',
        "pages/a/a.wxml": "<own-card/>",
        "part/b/b.js": "require('../only.js'); require('../../utils/shared.js'); Page({});",
        "part/b/b.json": '{"usingComponents": {}}',
        "part/b/b.wxml": "<view/>",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_complete_program_passes(program: Path) -> None:
    assert check_program(program) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("pages/a/a.wxml", None, "pages/a/a.wxml is missing"),
        ("own/card/card.json", None, "own/card/card.json is missing"),
        ("utils/unused.js", "", "utils/unused.js is used by nothing"),
        ("pages/a/a.js", "require('./none');Page({});", "./none leads nowhere"),
        ("pages/a/a.js", "require('../../part/only');require('../../utils/shared');", "of another package"),
        ("pages/a/a.wxml", "<view/>", "<own-card> is declared but not used"),
        ("project.config.json", '{"appid": "wx1234567890"}', "touristappid"),
        ("sitemap.json", "{", "sitemap.json is empty or not JSON"),
        ("app.json", "{", "app.json is missing"),
    ],
)
def test_a_program_that_does_not_agree_is_told(
    program: Path, name: str, text: str | None, complaint: str
) -> None:
    path = program / name
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    assert any(complaint in one for one in check_files(program))


def test_packages_have_budgets() -> None:
    assert list(check_sizes({"a.js": MAIN_BUDGET, "part/b.js": PART_BUDGET}, ["part"])) == []
    found = list(check_sizes({"a.js": MAIN_BUDGET + 1, "part/b.js": PART_BUDGET + 1}, ["part"]))
    assert [one.split(":")[0] for one in found] == ["main package", "part"]
