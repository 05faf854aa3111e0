"""Codes in other spellings, unknown and mistyped ones, static files, the switch of letters, the rules."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.publicity.assets import page_assets, static_files
from brickwall.publicity.hints import code_hint
from tests.factories.plaques import make_plaque
from tests.publicity.conftest import Bricks


@pytest.mark.parametrize("typed", ["7K3M9QX2", "7k3m-9qx2", "7k3m%209qx2", "７Ｋ３Ｍ９ＱＸ２"])
def test_a_code_in_another_spelling_is_led_to_its_own_address(
    client: FlaskClient, bricks: Bricks, typed: str
) -> None:
    if "Ｋ" in typed:
        typed = typed.translate({code: code - 0xFEE0 for code in range(0xFF21, 0xFF3B)})
    answer = client.get(f"/q/{typed}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/q/7k3m9qx2"


def test_letters_mistaken_for_digits_are_read_as_those(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    make_plaque(session, bricks.village.branch, bricks.village.member, code="01abcd01", serial=30)
    session.commit()
    answer = client.get("/code?code=OI+ABCD+Ol")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/q/01abcd01"
    assert "林秀峰" in client.get("/q/OIabcdol", follow_redirects=True).text


def test_a_slash_at_the_end_does_not_matter(client: FlaskClient, bricks: Bricks) -> None:
    for path in ("/q/7k3m9qx2/", "/w/liuhe/", f"/c/{bricks.drain.public_id}/"):
        assert client.get(path).status_code == 200


def test_an_unknown_code_explains_itself_and_keeps_what_was_typed(
    client: FlaskClient, bricks: Bricks
) -> None:
    answer = client.get("/q/zzzzzzzz")
    assert answer.status_code == 404
    assert "没有找到这块砖" in answer.text
    assert "编号的样子是对的，但没有这块砖" in answer.text
    assert 'value="zzzzzzzz"' in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_hints_fit_the_mistake() -> None:
    assert "例如 7k3m 9qx2" in code_hint("7k3m")
    assert "12 位的回执号" in code_hint("7K3M-9QX2-40VD")
    assert "没有这块砖" in code_hint("7k3m 9qx2")


def test_what_was_typed_cannot_become_markup(client: FlaskClient, bricks: Bricks) -> None:
    answer = client.get("/code", query_string={"code": '"><script>alert(1)</script>'})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_check_file_is_not_taken_for_a_code(client: FlaskClient, app: object) -> None:
    answer = client.get("/q/MP_verify_abcdefgh.txt")
    assert answer.status_code == 404
    assert "没有找到这块砖" not in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/w/nowhere", "没有找到这面墙"),
        ("/c/zzzzzzzzzzzz", "没有找到这件承诺"),
        ("/c/short", "没有找到这件承诺"),
    ],
)
def test_unknown_walls_and_commitments_offer_a_way_on(
    client: FlaskClient, bricks: Bricks, path: str, words: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert words in answer.text
    assert 'href="/"' in answer.text


def test_an_unpublished_commitment_is_not_found(
    client: FlaskClient, bricks: Bricks, session: Session
) -> None:
    bricks.drain.published_at = None
    session.commit()
    assert client.get(f"/c/{bricks.drain.public_id}").status_code == 404


def test_typing_nothing_shows_the_field(client: FlaskClient, app: object) -> None:
    answer = client.get("/code?code=%20")
    assert answer.status_code == 200
    assert 'name="code"' in answer.text


def test_script_and_icon_keep_for_a_year_under_names_that_change(client: FlaskClient, app: object) -> None:
    for path in (page_assets().script, page_assets().icon):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/public.000000000000.js").status_code == 404
    assert client.get("/favicon.ico").mimetype == "image/png"
    assert len(static_files()) == 2


def test_the_switch_sets_the_cookie_and_comes_back(client: FlaskClient, bricks: Bricks) -> None:
    answer = client.get("/big?on=1&at=/q/7k3m9qx2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/q/7k3m9qx2"
    assert b'class="big"' in client.get("/q/7k3m9qx2").data[:60]
    client.get("/big?on=0&at=/")
    assert b'class="std"' in client.get("/q/7k3m9qx2").data[:60]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil", "/q/../x", ""])
def test_the_switch_leads_to_no_other_site(client: FlaskClient, app: object, back: str) -> None:
    answer = client.get("/big", query_string={"on": "1", "at": back})
    assert answer.headers["Location"] == "/"


def test_the_rules_say_what_is_kept_and_what_is_not_protected(client: FlaskClient, app: object) -> None:
    page = client.get("/rules").text
    for words in (
        "不打卡",
        "给人排先后：<b>没有这项功能</b>",
        "照片可不传",
        "网上参考",
        "不到 10 人评，不公布",
        "防不住什么",
    ):
        assert words in page
    assert "！" not in page


def test_no_public_page_looks_at_who_is_signed_in(client: FlaskClient, bricks: Bricks) -> None:
    client.set_cookie("bw_session", "x" * 43)
    client.set_cookie("bw_pocket", "x" * 43)
    for path in ("/", "/q/7k3m9qx2", "/rules", "/feedback?about=7k3m9qx2"):
        assert client.get(path).status_code == 200
