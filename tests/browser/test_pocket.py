"""A member's phone in Chromium: activation, a note with a photo, without a network and back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.app import create_app
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment, FulfilmentEntry
from brickwall.kernel.db import db, transaction
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.models import Member
from tests.browser.conftest import OpenPage
from tests.factories.pictures import jpeg
from tests.support.server import Server, settings_for

PIXEL_LIMIT = 2
# A note is sent again after 5 s at the latest; a busy machine takes its time on top.
PATIENCE = 30_000


@contextmanager
def database(site: Server) -> Iterator[Session]:
    """Open the running site's database beside it."""
    app = create_app(settings_for(site.var_dir, site.url))
    with app.app_context():
        with transaction() as session:
            yield session
        db.engine.dispose()


@pytest.fixture(scope="module")
def patrol(site: Server) -> tuple[str, str]:
    """Return public ids of a member and of his counted commitment that is being worked on."""
    with database(site) as session:
        found = session.execute(
            select(Member.public_id, Commitment.public_id)
            .join(Commitment, Commitment.member_id == Member.id)
            .where(Commitment.kind == CommitmentKind.COUNTED, Commitment.state == CommitmentState.PUBLISHED)
            .order_by(Commitment.id)
        ).first()
    assert found is not None
    return found[0], found[1]


@pytest.fixture
def code(site: Server, patrol: tuple[str, str]) -> str:
    """Return a fresh slip's code for that member."""
    with database(site) as session:
        member = session.scalars(select(Member).where(Member.public_id == patrol[0])).one()
        clerk = Actor("王小满", grants=(Grant(member.organisation.path, ROLE_PERMISSIONS[Role.CLERK]),))
        settings = settings_for(site.var_dir, site.url)
        return services.issue_activations(session, settings, clerk, [member])[0].code


def entries(site: Server, patrol: tuple[str, str], text: str) -> list[tuple[int | None, int]]:
    """Return amount and number of photos of the notes with ``text``."""
    with database(site) as session:
        rows = session.scalars(
            select(FulfilmentEntry)
            .join(Commitment, Commitment.id == FulfilmentEntry.commitment_id)
            .where(Commitment.public_id == patrol[1], FulfilmentEntry.text == text)
        ).all()
        return [(row.amount, len(row.photos)) for row in rows]


def activate(open_page: OpenPage, code: str, **options: object) -> Page:
    """Scan the slip and open the pocket."""
    page = open_page(f"/activate#{code}", **options)
    page.get_by_role("button", name="是我，开通").click()
    page.wait_for_url("**/my")
    return page


def note_form(page: Page, patrol: tuple[str, str]):
    """Return the form for a note on the commitment, unfolded."""
    form = page.locator(f'form[data-entry="{patrol[1]}"]')
    if not form.is_visible():
        page.locator("article", has=form).locator("summary", has_text="记一条").click()
    return form


def photo(tmp_path: Path, name: str = "well.jpg") -> Path:
    """Write a picture as a phone would hold it."""
    path = tmp_path / name
    path.write_bytes(jpeg(1200, 900))
    return path


def test_a_scanned_slip_opens_the_pocket_and_leaves_no_code_behind(
    open_page: OpenPage, site: Server, code: str
):
    page = open_page(f"/activate#{code}")
    expect(page.get_by_text("是您本人吗")).to_be_visible()
    assert code not in page.url
    page.get_by_role("button", name="是我，开通").click()
    expect(page.get_by_role("heading", level=2, name="要办的")).to_be_visible()
    logs = "".join(path.read_text() for path in site.var_dir.glob("*.log"))
    assert code not in logs


def test_a_note_with_a_photo_in_two_taps_and_a_sentence(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str, tmp_path: Path
):
    page = activate(open_page, code)
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("村西一线，关好两处水阀。")
    form.locator("input[type=file]").set_input_files(photo(tmp_path))
    expect(form.get_by_text("选了 1 张")).to_be_visible()
    form.get_by_role("button", name="记下").click()
    expect(page.get_by_text("送到了 1 条，大家都能看到。")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("村西一线，关好两处水阀。").first).to_be_visible()
    assert entries(site, patrol, "村西一线，关好两处水阀。") == [(1, 1)]


def test_a_note_without_words_says_what_is_missing(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str
):
    form = note_form(activate(open_page, code), patrol)
    form.get_by_label("做了什么").fill("   ")
    form.get_by_role("button", name="记下").click()
    expect(form.get_by_role("alert")).to_have_text("请写一句做了什么。")
    form.get_by_label("做了什么").fill("看了水表")
    expect(form.get_by_role("alert")).to_have_count(0)
    assert entries(site, patrol, "   ") == []


def test_without_a_network_notes_wait_and_are_sent_once_when_it_is_back(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str, tmp_path: Path
):
    page = activate(open_page, code)
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise((go) => setTimeout(go, 500)))")
    page.reload()
    page.context.set_offline(True)
    expect(page.get_by_text("现在没有网")).to_be_visible()
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("山上没信号，林子里走了一圈。")
    form.locator("input[type=file]").set_input_files(photo(tmp_path))
    form.get_by_role("button", name="记下").click()
    queue = page.locator("#queue")
    expect(queue.get_by_text("山上没信号，林子里走了一圈。（1 张照片）")).to_be_visible()
    # The phone is put away and opened again, still without a network.
    page.reload()
    expect(queue.get_by_text("山上没信号，林子里走了一圈。（1 张照片）")).to_be_visible()
    assert entries(site, patrol, "山上没信号，林子里走了一圈。") == []
    page.context.set_offline(False)
    expect(page.get_by_text("送到了 1 条，大家都能看到。")).to_be_visible(timeout=PATIENCE)
    expect(queue).to_be_hidden()
    assert entries(site, patrol, "山上没信号，林子里走了一圈。") == [(1, 1)]


def test_a_lost_answer_is_asked_for_again_and_counts_once(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str
):
    page = activate(open_page, code)
    lost: list[str] = []

    def lose_first_answer(route) -> None:
        if not lost:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()
            route.abort()
        else:
            assert route.request.headers["idempotency-key"] == lost[0]
            route.continue_()

    page.route("**/api/v1/commitments/*/entries", lose_first_answer)
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("答复丢了一次。")
    form.get_by_role("button", name="记下").click()
    expect(page.locator("#queue").get_by_text("答复丢了一次。")).to_be_visible()
    page.get_by_role("button", name="现在送").click()
    expect(page.get_by_text("送到了 1 条，大家都能看到。")).to_be_visible(timeout=PATIENCE)
    assert len(entries(site, patrol, "答复丢了一次。")) == 1


def test_a_page_kept_from_an_earlier_sign_in_renews_itself(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str
):
    page = activate(open_page, code)
    page.route("**/my", lambda route: _with_old_mark(route, once))
    once: list[str] = []
    page.goto("/my")
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("页面是旧的。")
    form.get_by_role("button", name="记下").click()
    expect(page.get_by_text("送到了 1 条，大家都能看到。")).to_be_visible(timeout=PATIENCE)
    assert len(entries(site, patrol, "页面是旧的。")) == 1


def _with_old_mark(route, once: list[str]) -> None:
    """Answer the first time with a page of another session, as the phone's store might."""
    if once:
        route.continue_()
        return
    once.append("old")
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub('data-token="[^"]+"', 'data-token="old"', answer.text()))


def test_what_is_typed_survives_a_closed_page(open_page: OpenPage, patrol: tuple[str, str], code: str):
    page = activate(open_page, code)
    note_form(page, patrol).get_by_label("做了什么").fill("写到一半来电话了")
    page.goto("/my/devices")
    page.goto("/my")
    form = page.locator(f'form[data-entry="{patrol[1]}"]')
    expect(form.get_by_label("做了什么")).to_have_value("写到一半来电话了")
    expect(form).to_be_visible()


def test_a_refused_note_says_why_and_can_be_taken_back(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str
):
    page = activate(open_page, code)
    form = note_form(page, patrol)
    form.get_by_text("不是今天做的").click()
    form.get_by_label("哪一天").evaluate("field => { field.max = ''; field.value = '2099-01-01'; }")
    form.get_by_label("做了什么").fill("日子写错了。")
    form.get_by_role("button", name="记下").click()
    queue = page.locator("#queue")
    expect(queue.get_by_text("2099")).to_be_visible()
    queue.get_by_role("button", name="拿回来改").click()
    expect(form.get_by_label("做了什么")).to_have_value("日子写错了。")
    expect(queue).to_be_hidden()
    assert entries(site, patrol, "日子写错了。") == []


def test_everything_works_without_script(
    open_page: OpenPage, site: Server, patrol: tuple[str, str], code: str, tmp_path: Path
):
    page = open_page("/m", javascript=False)
    page.get_by_label("激活码").fill(f"{code[:4]} {code[4:8]} {code[8:]}".upper())
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="是我，开通").click()
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("没有脚本也记得下。")
    form.locator("input[type=file]").set_input_files(photo(tmp_path))
    form.get_by_role("button", name="记下").click()
    expect(page.get_by_text("记下了，大家都能看到")).to_be_visible()
    assert entries(site, patrol, "没有脚本也记得下。") == [(1, 1)]
    page.goto("/my/new")
    page.get_by_label("我要办的事，一句话").fill("修好村西路灯 3 盏")
    page.get_by_role("button", name="交给支部审核").click()
    expect(page.get_by_text("交上去了，等支部审核")).to_be_visible()


def test_leaving_warns_of_unsent_notes_and_forgets_the_pages(
    open_page: OpenPage, patrol: tuple[str, str], code: str
):
    page = activate(open_page, code)
    page.route("**/api/v1/**", lambda route: route.abort())
    form = note_form(page, patrol)
    form.get_by_label("做了什么").fill("还没送出的一条。")
    form.get_by_role("button", name="记下").click()
    expect(page.locator("#queue").get_by_text("还没送出的一条。")).to_be_visible()
    page.goto("/my/devices")
    page.get_by_role("button", name="退出此手机").click()
    expect(page.get_by_text("还有 1 条没送出")).to_be_visible()
    page.get_by_role("button", name="退出此手机").click()
    page.wait_for_url("**/activate")
    expect(page.get_by_text("这部手机已退出")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('pocket'))") == []


@pytest.mark.parametrize(("width", "big"), [(375, False), (320, True)])
def test_pages_fit_the_phone_and_pass_axe(
    open_page: OpenPage, patrol: tuple[str, str], code: str, width: int, big: bool
):
    page = activate(open_page, code, width=width, height=812)
    for path in ("/my", f"/my/commitments/{patrol[1]}", "/my/new", "/my/devices", "/activate"):
        page.goto(f"/big?on=1&at={path}" if big else path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width + PIXEL_LIMIT, path
        small = page.evaluate(SMALL_TARGETS)
        assert small == [], path
        violations = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], path


SMALL_TARGETS = """
Array.from(document.querySelectorAll('button, main a.main, main a.key, .tools a, summary, .pick, .choice'))
  .filter((part) => part.offsetParent !== null && part.getBoundingClientRect().height < 43.5)
  .map((part) => part.outerHTML.slice(0, 80))
"""
