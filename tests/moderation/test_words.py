"""The word list: what it finds however it is written, and what it must leave alone."""

import os

import pytest

from brickwall.config import Settings
from brickwall.moderation.words import OWN, bare, find_word, parse
from brickwall.sample import promises, voices
from tests.moderation.conftest import BAD_WORD


def every_text(thing: object) -> list[str]:
    """Return every text inside nested constants."""
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, dict):
        return [text for pair in thing.items() for each in pair for text in every_text(each)]
    if isinstance(thing, list | tuple | set | frozenset):
        return [text for each in thing for text in every_text(each)]
    values = [getattr(thing, name) for name in getattr(thing, "__slots__", ())]
    return [text for each in values for text in every_text(each)]


@pytest.mark.parametrize(
    "text",
    [
        "跟着我，稳赚不赔",
        "稳 赚 不 赔",
        "稳.赚-不，赔",
        "稳\n赚\n不\n赔",
        "稳赚*不赔，加V信",
        "想挣钱的加ｖ信",
        "加 V 信",
        "加 vx：abc",
        "兼职刷单",
    ],
)
def test_a_word_is_found_however_it_is_written(settings: Settings, text: str):
    assert find_word(settings, text)


@pytest.mark.parametrize(
    "text",
    [
        "帮三户看牲畜生病的事",
        "陪他看望他妈的老同事",
        "粉刷单元楼的外墙",
        "把混杂种子挑出来",
        "建了微信群，请大家加微信群看通知",
        "低保户办证，陪着跑了两趟",
        "",
    ],
)
def test_innocent_sentences_are_left_alone(settings: Settings, text: str):
    assert find_word(settings, text) == ""


def test_nothing_in_the_sample_village_is_hit(settings: Settings):
    texts = [text for module in (promises, voices) for text in every_text(list(vars(module).values()))]
    assert len(texts) > 300
    assert {text: find_word(settings, text) for text in texts if find_word(settings, text)} == {}


def test_our_own_list_is_short_and_says_its_purpose():
    text = OWN.read_text(encoding="utf-8")
    words = parse(text)
    assert text.startswith("# Words that bring a text from the web to a person")
    assert 20 <= len(words) <= 80
    assert all(len(word) >= 2 for word in words)


def test_a_list_takes_comments_and_forgets_empty_lines():
    assert parse("# 只是说明\n\n卖 假药 # 常见\n…\n") == {"卖假药": "卖 假药"}
    assert bare(" Ａ-b C1。") == "abc1"


def test_an_installations_own_list_is_read_again_when_it_changes(settings: Settings, own_words):
    assert find_word(settings, "村头卖假药的又来了") == ""
    own_words.write_text("卖假药\n", encoding="utf-8")
    assert find_word(settings, "村头卖 假药 的又来了") == "卖假药"
    own_words.write_text("高利贷\n", encoding="utf-8")
    os.utime(own_words, ns=(1, 1))
    assert find_word(settings, "村头卖假药的又来了") == ""
    assert find_word(settings, BAD_WORD) == BAD_WORD


def test_a_list_that_is_no_text_stops_nobody(settings: Settings, own_words):
    own_words.write_bytes(b"\xff\xfe\x00 \n" + "高利贷\n".encode())
    assert find_word(settings, "放高利贷") == "高利贷"
    own_words.unlink()
    own_words.mkdir()
    assert find_word(settings, "放高利贷") == ""
    own_words.rmdir()
