"""Finished bytes: well-formed, light, without a foreign host, safe against names that are markup."""

import gzip
import re
from dataclasses import replace

import html5lib
import pytest

from brickwall.publicity.assets import page_assets, squeeze_css
from brickwall.publicity.rendering import BIG_TAG, STANDARD_TAG, AnyPage, in_big_letters, render_page
from tests.publicity import faces

MAX_COMPRESSED = 14 * 1024
PAGES: dict[str, AnyPage] = {
    "brick with a round": faces.brick_page(),
    "brick with a result": faces.brick_page(faces.RESULT),
    "wall in groups": faces.wall_page(),
    "wall as home": faces.wall_page(1, is_home=True),
    "chain": faces.chain_page(),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_html5_with_language_title_and_landmarks(name: str) -> None:
    body = render_page(PAGES[name])
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(body)
    assert tree.get("lang") == "zh-CN"
    assert tree.findtext("./head/title", "").strip()
    assert len(tree.findall("./body/main")) == 1
    assert len(tree.findall("./body/header")) == 1
    assert len(tree.findall("./body/footer")) == 1
    assert len(tree.findall(".//h1")) == 1


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_light_and_ask_nobody_else(name: str) -> None:
    body = render_page(PAGES[name])
    assert len(gzip.compress(body, 6)) <= MAX_COMPRESSED
    assert re.findall(rb'(?:src|href|action|url\()=?"?(?:https?:)?//', body) == []
    assert body.count(b"<script") == 1
    assert b"onclick" not in body


def test_big_letters_change_the_class_and_nothing_else() -> None:
    body = render_page(PAGES["chain"])
    big = in_big_letters(body)
    assert len(big) == len(body)
    assert big.replace(BIG_TAG, STANDARD_TAG) == body
    assert big != body


def test_names_that_are_markup_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    page = replace(faces.brick_page(), name=evil)
    body = render_page(page).decode()
    assert evil not in body
    assert "&lt;script&gt;" in body


def test_every_tone_is_also_said_in_words() -> None:
    body = render_page(PAGES["wall in groups"]).decode()
    for tone, words in {"late": "件晚了", "done": "都办成了", "end": "免诺", "go": "件在办"}.items():
        found = re.findall(rf'<li class="{tone}" id="b\d+">.*?<small>([^<]*)</small>', body)
        assert found
        assert all(words in note for note in found)


def test_the_style_keeps_its_meaning_when_squeezed() -> None:
    css = "/* c */ .a::after , .b > i {\n  content: ''; margin: 0 -1px;\n}\n.c:target > * { width: calc(50% - 2px); }"
    assert squeeze_css(css) == (".a::after,.b>i{content:'';margin:0 -1px}.c:target>*{width:calc(50% - 2px)}")
    assert ":root{" in page_assets().css


def test_a_form_only_while_a_round_is_open() -> None:
    with_form = render_page(PAGES["brick with a round"]).decode()
    with_result = render_page(PAGES["brick with a result"]).decode()
    assert 'action="/ratings"' in with_form
    assert "网上参考" not in with_form
    assert 'action="/ratings"' not in with_result
    assert "网上参考" in with_result
    assert "应评 412\u00a0人" in with_result


def test_receipts_are_looked_up_only_where_there_was_a_round() -> None:
    page = faces.brick_page()
    without = render_page(page).decode()
    with_round = render_page(replace(page, chrome=replace(page.chrome, receipts=True))).decode()
    assert 'href="/r"' not in without
    assert '<a href="/r">查评议回执</a>' in with_round


def test_comments_are_marked_as_read_by_a_person_and_stay_text() -> None:
    result = replace(faces.RESULT, comments=("路灯亮了", "<b>水渠</b>"))
    body = render_page(faces.brick_page(result)).decode()
    assert "群众留言" in body
    assert "经人工审看" in body
    assert "<li>路灯亮了</li>" in body
    assert "<li>&lt;b&gt;水渠&lt;/b&gt;</li>" in body
    assert "群众留言" not in render_page(faces.brick_page(faces.RESULT)).decode()


def test_a_number_never_parts_from_its_measure_word() -> None:
    body = render_page(PAGES["brick with a round"]).decode()
    assert "排水沟 120\u00a0米" in body
    assert "11\u00a0月 12\u00a0日" in body
