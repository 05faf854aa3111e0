"""The frame: who sees which line, refusals that lose nothing, static files that may be kept."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from brickwall.accounts.constants import Role
from brickwall.kernel.db import db
from brickwall.kernel.problems import Invalid, Refused
from brickwall.organisations.models import Organisation
from brickwall.web.console import forms
from brickwall.web.console.downloads import attachment_headers
from brickwall.web.console.forms import Form, chinese, read_form, read_reason
from brickwall.web.console.paths import local_path
from brickwall.web.console.static import FOLDER, static_path, static_version
from tests.factories.organisations import make_organisation
from tests.support.people import FORM_TOKEN, SignIn


class Links(HTMLParser):
    """Collects the addresses of a page's sidebar."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside = False
        self.found: list[str] = []
        self.current: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.inside = self.inside or tag == "nav"
        if tag == "a" and self.inside:
            self.found.append(values["href"])
            if values.get("aria-current") == "page":
                self.current.append(values["href"])

    def handle_endtag(self, tag):
        if tag == "nav":
            self.inside = False


class PersonForm(Schema):
    name = fields.String(required=True, validate=validate.Length(max=5))
    age = fields.Integer(required=True)
    on = fields.Date()
    kind = fields.String(validate=validate.OneOf(["a", "b"], error="请选甲或乙"))


def test_signed_out_people_are_sent_to_sign_in_and_brought_back(client):
    assert client.get("/console").location == "/console/sign-in"
    assert client.get("/console/").location == "/console/sign-in"
    answer = client.get("/console/today/")
    assert answer.status_code == 302
    assert answer.location == "/console/sign-in?next=/console/today/"
    searched = client.get("/console/members/?q=何&sort=-name").location
    assert parse_qs(urlsplit(searched).query)["next"] == ["/console/members/?q=%E4%BD%95&sort=-name"]


def test_sidebar_shows_only_what_a_role_may_open(session, sign_in: SignIn):
    branch = make_organisation(session)
    secretary = Links(sign_in(Role.SECRETARY, branch).get("/console/today/").text)
    clerk = Links(sign_in(Role.CLERK, branch).get("/console/today/").text)

    assert secretary.current == ["/console/today/"]
    assert "/console/audit/" in secretary.found
    assert "/console/today/" in clerk.found
    assert "/console/audit/" not in clerk.found


def test_console_opens_on_the_first_page_a_role_has(session, sign_in: SignIn):
    branch = make_organisation(session)
    assert sign_in(Role.SECRETARY, branch).get("/console").location == "/console/today/"
    operator = sign_in(Role.OPERATOR, branch).get("/console").location
    assert operator.startswith("/console/")
    assert operator != "/console/today/"


def test_frame_names_place_and_person_and_is_never_cached(session, sign_in: SignIn):
    branch = make_organisation(session, name="柳河村党支部")
    answer = sign_in(Role.SECRETARY, branch).get("/console/today/")
    assert "柳河村党支部" in answer.text
    assert "柳河的secretary" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<html lang="zh-CN">' in answer.text
    assert "跳到正文" in answer.text


def test_sample_banner_only_in_sample_mode(session, sign_in: SignIn):
    page = sign_in(Role.SECRETARY, make_organisation(session)).get("/console/today/").text
    assert "这是试用" not in page


def test_refused_post_shows_what_was_typed_and_no_secret(session, sign_in: SignIn):
    client = sign_in(Role.CLERK, make_organisation(session))
    answer = client.post(
        "/console/audit/export",
        data={"form_token": FORM_TOKEN, "reason": "写了<很久>的话", "password": "geheim-wort"},
        headers={"Referer": "http://localhost/console/today/?q=a"},
    )
    assert answer.status_code == 403
    assert "写了&lt;很久&gt;的话" in answer.text
    assert "geheim-wort" not in answer.text
    assert FORM_TOKEN not in answer.text.partition("您刚才填的内容")[2]
    assert 'href="/console/today/?q=a"' in answer.text


def test_post_after_the_session_ended_offers_the_way_back_to_the_form(client):
    answer = client.post(
        "/console/audit/export",
        data={"reason": "还没交上去的话"},
        headers={"Referer": "http://localhost/console/today/?q=a"},
    )
    assert answer.status_code == 401
    assert "还没交上去的话" in answer.text
    assert "/console/sign-in?next=/console/today/%3Fq%3Da" in answer.text


def test_refusal_ignores_a_referrer_of_another_site(session, sign_in: SignIn):
    client = sign_in(Role.CLERK, make_organisation(session))
    answer = client.get("/console/audit/", headers={"Referer": "http://evil.example/console/today/"})
    assert answer.status_code == 403
    assert "evil.example" not in answer.text


def test_static_files_are_kept_for_a_year_under_their_version(client):
    for path in FOLDER.iterdir():
        answer = client.get(static_path(path.name))
        assert answer.data == path.read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        again = client.get(static_path(path.name), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_old_version_of_a_static_file_is_not_kept(client):
    answer = client.get("/console/static/000000000000/console.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/console/static/{static_version()}/secret.key").status_code == 404


def test_old_browsers_understand_script_and_style():
    script = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    for unknown in ("?.", "??", "||=", ".at(", ".replaceAll(", "structuredClone", "Object.fromEntries"):
        assert unknown not in script
    style = (FOLDER / "console.css").read_text()
    # One unknown selector voids a whole list: a new one stands in a rule of its own.
    assert not re.search(r",[^{}]*:focus-visible|:focus-visible[^{}]*,", style)
    for unknown in (":is(", ":has(", "aspect-ratio", "inset:"):
        assert unknown not in style


@pytest.mark.parametrize(
    ("given", "followed"),
    [
        ("/console/members/?q=a&page=2", "/console/members/?q=a&page=2"),
        ("/console", "/console"),
        ("https://evil.example/console", "/console"),
        ("//evil.example/console", "/console"),
        ("/console//evil.example", "/console"),
        ("/console/../my", "/console"),
        ("/console/\\evil", "/console"),
        ("/console/a\n", "/console"),
        ("", "/console"),
    ],
)
def test_only_paths_of_the_console_are_followed(given, followed):
    assert local_path(given) == followed


def test_form_errors_are_chinese_and_stand_by_their_field(app):
    with (
        app.test_request_context(
            method="POST", data={"name": "一二三四五六", "age": "x", "on": "1.2.", "kind": "c", "other": "1"}
        ),
        pytest.raises(Invalid) as refusal,
    ):
        read_form(PersonForm())
    assert refusal.value.fields == {
        "name": "太长了",
        "age": "请填整数",
        "on": "请按 2026-11-21 的样子填日期",
        "kind": "请选甲或乙",
    }


def test_blank_fields_count_as_missing(app):
    data = {"name": "  ", "age": "7"}
    with app.test_request_context(method="POST", data=data), pytest.raises(Invalid) as refusal:
        read_form(PersonForm())
    assert refusal.value.fields == {"name": "请填写"}


def test_unforeseen_message_still_comes_out_chinese():
    assert chinese("Something nobody translated.") == "填得不对，请检查"
    assert chinese("请填全名") == "请填全名"


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "请写明原因"), (" \n ", "请写明原因"), ("字" * 501, "500")]
)
def test_reason_must_be_there_and_short(app, typed, sentence):
    data = {"reason": typed}
    with app.test_request_context(method="POST", data=data), pytest.raises(Invalid, match=sentence):
        read_reason()


def test_reason_is_cleaned(app):
    with app.test_request_context(method="POST", data={"reason": " 已\u202e搬走 \r\n"}):
        assert read_reason() == "已搬走"


def test_form_shown_again_keeps_nothing_of_the_refused_work(app, monkeypatch):
    """The edge commits what a returning view has done, so a view that shows its form again must undo."""
    monkeypatch.setattr(forms, "render_template", lambda template, form: form.value("name"))
    with app.test_request_context(method="POST", data={"name": "柳河"}):
        make_organisation(db.session())
        again, status = forms.form_again("x.html", Refused("已经有了"))
        db.session.commit()
        assert (again, status) == ("柳河", 409)
        assert db.session.scalars(select(Organisation)).all() == []


def test_form_gives_empty_texts_for_what_is_not_there():
    form = Form({"name": None, "age": 0}, {"age": "请填年龄"})
    assert form.value("name") == ""
    assert form.value("age") == 0
    assert form.error("name") == ""
    assert form.error("age") == "请填年龄"


def test_download_name_survives_any_characters():
    headers = attachment_headers('名单\r\nX: "1"/2.xlsx')
    assert "\r" not in headers["Content-Disposition"]
    assert 'filename="download.xlsx"' in headers["Content-Disposition"]
    assert "%E5%90%8D%E5%8D%95" in headers["Content-Disposition"]
