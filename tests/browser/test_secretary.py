"""A secretary's first afternoon: sign in, import a messy roster, print the wall, publish a promise."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from brickwall.printing.proof import read_pdf
from tests.browser.conftest import OpenPage
from tests.factories.workbooks import xlsx
from tests.support.server import LOGIN, PASSWORD

DESK = {"width": 1280, "height": 800}
ROSTER = [
    ["柳河村党支部党员名册", None, None, None, None, None],
    ["填表人：王文书", None, None, "2026年11月", None, None],
    ["序号", "姓 名", "性别", "联系电话", "入党时间", "身份证号"],
    [1, "何 大山", "男", 1.5012345678e10, "1978.5", "410000197801010011"],
    [2, "䶮小月", "女", "150 1234 5679", "2001年7月", "410000200001010022"],
    [3, "何 大山", "男", 1.5012345678e10, "1978.5", "410000197801010011"],
    [4, "郑不详", "男", "没有", "哪年忘了", ""],
    ["合计", "3 人", None, None, None, None],
]


def sign_in(page: Page) -> None:
    page.get_by_label("登录名").fill(LOGIN)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """Return a signed-in secretary's window on the today page."""
    page = open_page("/console", **DESK)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天要办")
    return page


def test_sign_in_leads_to_the_page_that_was_asked_for(open_page: OpenPage) -> None:
    page = open_page("/console/members/", **DESK)
    sign_in(page)
    expect(page).to_have_url(re.compile("/console/members/$"))
    expect(page.get_by_role("note")).to_contain_text("这是试用，数据都是编的")


def test_messy_roster_is_previewed_in_plain_words_then_imported(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "党员名册（最终版）.xlsx"
    file.write_bytes(xlsx(ROSTER, merge=("A1:F1",)))
    desk.get_by_role("link", name="导入名册").first.click()
    desk.get_by_label("名册文件").set_input_files(file)
    desk.get_by_role("button", name="读名册").click()

    expect(desk.get_by_role("heading", level=1)).to_have_text("看一遍再导入")
    preview = desk.locator("main")
    expect(preview).to_contain_text("何大山")
    expect(preview).to_contain_text("第 7 行")
    expect(preview).not_to_contain_text("410000197801010011")
    desk.get_by_role("button", name="确认导入").click()

    expect(desk.get_by_role("heading", level=1)).to_have_text("办好了", timeout=20_000)
    desk.goto("/console/members/?q=何大山")
    expect(desk.locator("table.list tbody tr")).to_have_count(1)


def test_same_roster_again_changes_nothing(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx(ROSTER))
    desk.goto("/console/roster/")
    desk.get_by_label("名册文件").set_input_files(file)
    desk.get_by_role("button", name="读名册").click()
    expect(desk.locator("main")).to_contain_text("没有要写入的")
    expect(desk.get_by_role("button", name="确认导入")).to_have_count(0)


def test_picture_named_like_a_workbook_is_refused_in_plain_words(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    desk.goto("/console/roster/")
    desk.get_by_label("名册文件").set_input_files(file)
    desk.get_by_role("button", name="读名册").click()
    expect(desk.get_by_role("alert")).to_contain_text("这是 PNG 图片，不是表格")


def test_wall_is_printed_and_every_brick_can_be_read(desk: Page, tmp_path: Path) -> None:
    desk.goto("/console/plaques/print")
    desk.get_by_role("button", name="排版并试读").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("办好了", timeout=60_000)
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name=re.compile(r"下载.*\.pdf")).click()
    file = tmp_path / "wall.pdf"
    waiting.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    codes = {reading.code for reading in read_pdf(file.read_bytes())}
    assert len(codes) >= 71


def test_waiting_promise_is_read_published_and_seen_by_the_village(desk: Page, open_page: OpenPage) -> None:
    item = desk.locator(".todo li", has_text="审承诺").first
    title = item.locator("p").inner_text().split("“")[1].split("”")[0]
    item.get_by_role("link", name="看看").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(title)
    address = desk.url
    desk.locator("#act-approve_and_publish summary, form button:has-text('审过并公示')").first.click()
    confirm = desk.get_by_role("button", name="审过并公示")
    if desk.url == address and confirm.count():
        confirm.first.click()
    expect(desk.get_by_role("status")).to_contain_text("已经公示")

    desk.goto(f"/console/commitments/?q={title}&state=published")
    desk.locator("table.list").get_by_role("link", name=title).first.click()
    desk.get_by_role("link", name="看群众看到的页面").click()
    expect(desk.locator("body")).to_contain_text(title)
    villager = open_page(desk.url)
    expect(villager.locator("body")).to_contain_text(title)


def test_returning_a_promise_asks_for_a_reason(desk: Page) -> None:
    desk.goto("/console/commitments/review/vet")
    desk.locator("#act-return summary").click()
    desk.locator("#act-return").get_by_role("button", name="退回").click()
    assert desk.url.endswith("/review/vet")
    desk.locator("#act-return").get_by_label("原因").fill("写清楚修几盏、在哪条巷")
    desk.locator("#act-return").get_by_role("button", name="退回").click()
    expect(desk.get_by_role("status")).to_contain_text("退回了")
    desk.goto("/console/audit/?area=commitments")
    expect(desk.locator("main")).to_contain_text("原因：写清楚修几盏、在哪条巷")


def test_nothing_typed_is_lost_when_the_session_ends(desk: Page) -> None:
    desk.goto("/console/commitments/new")
    desk.locator("#field-title").fill("入冬前把村东头的路灯都修好")
    desk.locator("#field-member").select_option(index=2)
    chosen = desk.locator("#field-member").input_value()
    desk.context.clear_cookies()
    desk.get_by_role("button", name="交上去审核").click()
    expect(desk.locator("main")).to_contain_text("入冬前把村东头的路灯都修好")
    desk.get_by_role("link", name="去登录，再回到表单").click()
    sign_in(desk)
    expect(desk.locator("#field-title")).to_have_value("入冬前把村东头的路灯都修好")
    expect(desk.locator("#field-member")).to_have_value(chosen)
    expect(desk.get_by_role("status")).to_contain_text("填回来了")
    with desk.expect_navigation():
        desk.get_by_role("button", name="先存草稿").click()
    desk.goto("/console/commitments/new")
    expect(desk.locator("#field-title")).to_have_value("")


def test_keyboard_alone_finds_the_way(desk: Page) -> None:
    desk.goto("/console/members/")
    desk.keyboard.press("Tab")
    expect(desk.locator(".skip")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("/")
    expect(desk.locator("[data-search]")).to_be_focused()
    desk.keyboard.type("何")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("[?]q="))
    desk.locator("h1").click()
    desk.keyboard.press("t")
    expect(desk).to_have_url(re.compile("/console/today/$"))


@pytest.mark.parametrize("javascript", [True, False])
def test_menu_folds_on_a_phone(open_page: OpenPage, javascript: bool) -> None:
    page = open_page("/console/members/", width=375, javascript=javascript)
    sign_in(page)
    expect(page.get_by_role("link", name="操作记录")).to_be_hidden()
    page.locator(".bar .menu").click()
    page.get_by_role("link", name="操作记录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("操作记录")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_filter_sort_and_export_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/console/members/", **DESK, javascript=False)
    sign_in(page)
    page.get_by_role("columnheader", name="姓名").get_by_role("link").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("姓名")
    page.get_by_label("状态").select_option("moved")
    page.get_by_role("button", name="查找").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 Excel").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
