"""Every page a person can reach by links, in every role, is a sound page."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.feedback.services import send_feedback
from brickwall.kernel.http import Application
from brickwall.organisations.models import Member, Organisation
from brickwall.sample import load_sample
from tests.support.pages import Page, page_of
from tests.support.people import SignIn

STAFF = (Role.SECRETARY, Role.CLERK, Role.SUPERIOR, Role.INSPECTOR, Role.WITNESS, Role.OPERATOR)
PER_VIEW = 3
STARTS = {"public": ("/", "/w/liuhe", "/console/sign-in"), "console": ("/console",), "pocket": ("/my",)}


@pytest.fixture
def village(app: Application, session: Session, settings: Settings) -> Organisation:
    load_sample(settings)
    branch = session.scalar(select(Organisation).where(Organisation.code == "liuhe"))
    assert branch is not None
    send_feedback(session, settings, branch, None, "村口垃圾点三天没人收")
    session.commit()
    return branch


def endpoint_of(app: Application, address: str) -> str:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def crawl(
    app: Application, client: FlaskClient, starts: tuple[str, ...], visits: Counter[str] | None = None
) -> Iterator[Page]:
    """Follow links from ``starts``, a few addresses of every view, and yield the pages found.

    ``visits`` counts by view what was asked for, files included.
    """
    visits = Counter() if visits is None else visits
    queue, seen = deque(starts), set(starts)
    while queue:
        address = queue.popleft()
        endpoint = endpoint_of(app, address)
        if visits[endpoint] >= PER_VIEW and address not in starts:
            continue
        visits[endpoint] += 1
        with client.get(address) as answer:
            if answer.status_code in {301, 302, 303, 307, 308}:
                target = urlsplit(answer.location)
                following = [f"{target.path}?{target.query}" if target.query else target.path]
            elif answer.mimetype == "text/html":
                page = page_of(address, answer)
                if answer.status_code >= 400:
                    page.faults.append(f"status {answer.status_code}")
                yield page
                following = list(page.links())
            else:
                following = []
                assert answer.status_code < 400, f"{address}: {answer.status_code}"
        for each in following:
            if each not in seen:
                seen.add(each)
                queue.append(each)


def faults(pages: list[Page]) -> list[str]:
    return [f"{page.address}: {fault}" for page in pages for fault in page.faults]


@pytest.mark.once
def test_console_pages_are_sound_for_every_role(app, village, sign_in: SignIn):
    """And the secretary reaches all of them: a page without a link to it is a page nobody finds."""
    reached: dict[Role, Counter[str]] = {}
    for role in STAFF:
        reached[role] = Counter()
        pages = list(crawl(app, sign_in(role, village), STARTS["console"], reached[role]))
        assert faults(pages) == [], role
    built = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console/") and "GET" in (rule.methods or set())
    }
    assert built - set(reached[Role.SECRETARY]) <= UNLINKED | ABOVE_A_BRANCH
    assert set(reached[Role.SUPERIOR]) >= ABOVE_A_BRANCH


@pytest.mark.once
def test_public_pages_are_sound(app, village, client):
    pages = list(crawl(app, client, STARTS["public"]))
    assert len(pages) >= 5
    assert faults(pages) == []


@pytest.mark.once
def test_pocket_pages_are_sound(app, village, session, sign_in: SignIn):
    member = session.scalars(select(Member).where(Member.organisation_id == village.id)).first()
    pages = list(crawl(app, sign_in(Role.MEMBER, village, member=member), STARTS["pocket"]))
    assert pages
    assert faults(pages) == []


# Pages that only follow an act, a sign-in, an upload or a running job, or stand on a few things
# only (a draft), and what is no page: pictures, files.
# Decided by the organisation at the root of the tree, never by a branch.
ABOVE_A_BRANCH = {"console_restraint.index"}
UNLINKED = {
    "console.static_file",
    "console_jobs.page",
    "console_jobs.state",
    "console_jobs.download",
    "console_commitments.edit",
    "console_commitments.import_preview",
    "console_plaques.preview",
    "console_plaques.printed",
    "console_plaques.printed_list",
    "console_roster.page",
    "console_sign_in.index",
    "console_sign_in.second_factor",
    "console_sign_in.password",
    "console_sign_in.enrolment",
}


def test_a_fault_of_each_kind_is_found():
    """The check itself must be able to fail."""
    bad = Page(
        "/console/x",
        '<!doctype html><html lang="en"><head><title> </title><script>1</script></head><body onclick="x()">'
        '<img src="https://cdn.example/a.png"><form method="post" action="/y"><input name="a" id="b">'
        '</form><p id="b">好了！中,文</p><a href="javascript:1">x</a></body></html>',
        "",
    )
    text = "\n".join(bad.faults)
    for expected in (
        "no lang",
        "no title",
        "not exactly one h1",
        "no main",
        "inline script without nonce",
        "script in attribute onclick",
        "script in attribute href",
        "no content security policy",
        "img loads from cdn.example",
        "id b twice",
        "field a without a label",
        "picture without alt",
        "without form_token",
        "exclamation mark",
        "half-width punctuation",
    ):
        assert expected in text
    broken = Page("/", '<!doctype html><html lang="zh-CN"><p></div></html>', "default-src 'none'")
    assert any(fault.startswith("HTML5:") for fault in broken.faults)
