"""The pictures of the README and the guides, taken from the running site.

``BRICKWALL_PICTURES=1 python -m pytest tests/browser/test_pictures.py`` writes docs/pictures/;
without it the tests take the same pictures and compare size and kind with what lies there.
"""

import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from brickwall.accounts import services
from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.models import Member
from tests.browser.conftest import OpenPage
from tests.browser.test_pocket import database
from tests.browser.test_secretary import ROSTER, sign_in
from tests.factories.workbooks import xlsx
from tests.support.server import Server, Village, settings_for

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
PHONE, DESK = (375, 812), (1280, 800)
COLOURS = 96
MOST_BYTES = 130_000

Steps = Callable[[Page, Path], None]


def nothing(page: Page, folder: Path) -> None:
    """Show the page as it opens."""


def rate(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="满意", exact=True).first.click()
    page.wait_for_load_state()


def preview_roster(page: Page, folder: Path) -> None:
    file = folder / "柳河村党员名册.xlsx"
    file.write_bytes(xlsx(ROSTER, merge=("A1:F1",)))
    page.get_by_label("名册文件").set_input_files(file)
    page.get_by_role("button", name="读名册").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("看一遍再导入")


def open_note(page: Page, folder: Path) -> None:
    page.locator("summary", has_text="记一条").first.click()


@dataclass(frozen=True)
class Picture:
    """One picture: file, who looks, at which address, in which window, after which steps."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = DESK
    steps: Steps = nothing
    shows: str = ""


PICTURES = (
    Picture("home", "villager", "/", PHONE),
    Picture("wall", "villager", "/w/{organisation}", PHONE),
    Picture("wall-wide", "villager", "/w/{organisation}", DESK),
    Picture("brick", "villager", "/q/{brick}", PHONE, shows="承诺"),
    Picture("receipt", "villager", "/q/{brick}", PHONE, rate, "回执"),
    Picture("sign-in", "villager", "/console/sign-in", shows="登录名"),
    Picture("today", "secretary", "/console/today/", shows="等您办的"),
    Picture("roster", "secretary", "/console/roster/", steps=preview_roster, shows="存疑"),
    Picture("members", "secretary", "/console/members/", shows="党小组"),
    Picture("review", "secretary", "/console/commitments/review/vet", shows="审过并公示"),
    Picture("print", "secretary", "/console/plaques/print", shows="排版并试读"),
    Picture("activation", "secretary", "/console/activation/", shows="激活条"),
    Picture("round", "secretary", "/console/rounds/new", shows="开始以后不再改"),
    Picture("audit", "secretary", "/console/audit/?area=commitments", shows="做了什么"),
    Picture("pocket", "member", "/my", PHONE, shows="要办的"),
    Picture("note", "member", "/my", PHONE, open_note, "做了什么"),
)


@pytest.fixture(scope="module")
def slip(site: Server) -> Callable[[], str]:
    """Return a maker of activation codes for a member with something to do."""

    def issue() -> str:
        with database(site) as session:
            member = (
                session.query(Member)
                .join(Commitment, Commitment.member_id == Member.id)
                .filter(Commitment.state == CommitmentState.PUBLISHED)
                .order_by(Member.wall_position)
                .first()
            )
            assert member is not None
            clerk = Actor("王文书", grants=(Grant(member.organisation.path, ROLE_PERMISSIONS[Role.CLERK]),))
            settings = settings_for(site.var_dir, site.url)
            return services.issue_activations(session, settings, clerk, [member])[0].code

    return issue


def shoot(page: Page) -> bytes:
    """Return the window as a small PNG with a palette of its own."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    out = io.BytesIO()
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def opened(picture: Picture, open_page: OpenPage, village: Village, slip: Callable[[], str]) -> Page:
    """Open the picture's page as the one who looks at it."""
    path = picture.path.format(organisation=village.organisation_code, brick=village.brick_code)
    width, height = picture.size
    if picture.who == "member":
        page = open_page(f"/activate#{slip()}", width=width, height=height)
        page.get_by_role("button", name="是我，开通").click()
        page.wait_for_url("**/my")
        return page
    page = open_page(path, width=width, height=height)
    if picture.who == "secretary":
        sign_in(page)
        page.wait_for_url(re.compile(re.escape(path)))
    return page


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_picture_is_taken_and_lies_in_docs(
    picture: Picture, open_page: OpenPage, village: Village, slip: Callable[[], str], tmp_path: Path
) -> None:
    page = opened(picture, open_page, village, slip)
    picture.steps(page, tmp_path)
    if picture.shows:
        expect(page.locator("body")).to_contain_text(picture.shows)
    taken = shoot(page)
    file = FOLDER / f"{picture.name}.png"
    if os.environ.get("BRICKWALL_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_bytes(taken)
    with Image.open(file) as kept, Image.open(io.BytesIO(taken)) as fresh:
        assert kept.size == fresh.size == picture.size
        assert len(fresh.convert("RGB").getcolors(MOST_BYTES) or []) > 8
    assert len(taken) < MOST_BYTES


def test_pictures_and_guides_name_each_other() -> None:
    texts = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    shown = {
        name
        for text in texts
        if text.exists()
        for name in re.findall(r"pictures/([\w-]+)\.png", text.read_text())
    }
    assert shown <= {picture.name for picture in PICTURES}
    assert {path.stem for path in FOLDER.glob("*.png")} == {picture.name for picture in PICTURES}
