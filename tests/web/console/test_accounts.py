"""The console's account pages: list, opening, roles, reset, and the activation slips."""

import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brickwall.accounts import queries, services
from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import Account, ActivationSlip
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.config import Settings
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.constants import MemberStatus
from brickwall.organisations.models import Member, Organisation
from tests.accounts.people import make_staff
from tests.factories.organisations import make_member, make_organisation
from tests.support.people import FORM_TOKEN, SignIn

ONE_TIME = re.compile(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}")
NEW = {"login": "Wang.Clerk", "display_name": "王小满", "role": "clerk", "organisation": "liuhe"}


@pytest.fixture
def branch(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def clerk(session: Session, branch: Organisation) -> Account:
    return make_staff(session, branch, Role.CLERK, "wang.clerk", "王小满")


def post(client: FlaskClient, url: str, **data: object) -> TestResponse:
    return client.post(url, data={"form_token": FORM_TOKEN, **data})


def find_account(session: Session, login: str) -> Account | None:
    session.rollback()
    return session.scalar(select(Account).where(Account.login == login))


def test_a_new_account_shows_its_password_once(sign_in: SignIn, session: Session, branch: Organisation):
    client = sign_in(Role.SECRETARY, branch)
    assert "王小满" not in client.get("/console/accounts/").text
    made = post(client, "/console/accounts/new", **NEW)
    assert made.status_code == 200
    password = ONE_TIME.search(made.text)[0]
    assert made.headers["Cache-Control"] == "no-store"
    account = find_account(session, "wang.clerk")
    assert account.must_change_password
    for page in ("/console/accounts/", f"/console/accounts/{account.public_id}"):
        shown = client.get(page).text
        assert "王小满" in shown
        assert password not in shown


def test_a_refused_form_keeps_what_was_typed(sign_in: SignIn, branch: Organisation, clerk: Account):
    answer = post(sign_in(Role.SECRETARY, branch), "/console/accounts/new", **NEW)
    assert answer.status_code == 422
    assert "这个登录名已经有人用了" in answer.text
    assert 'value="王小满"' in answer.text


def test_the_form_offers_only_roles_one_may_give(sign_in: SignIn, branch: Organisation):
    page = sign_in(Role.SECRETARY, branch).get("/console/accounts/new").text
    assert "支部工作人员" in page
    assert "系统管理员" not in page
    assert "上级党组织：" not in page


def test_a_forged_role_is_refused(sign_in: SignIn, session: Session, branch: Organisation):
    client = sign_in(Role.SECRETARY, branch)
    assert post(client, "/console/accounts/new", **{**NEW, "role": "operator"}).status_code == 403
    assert post(client, "/console/accounts/new", **{**NEW, "role": "member"}).status_code == 422
    assert find_account(session, "wang.clerk") is None


def test_roles_are_added_and_removed_with_a_reason(
    sign_in: SignIn, session: Session, branch: Organisation, clerk: Account
):
    client = sign_in(Role.SECRETARY, branch)
    url = f"/console/accounts/{clerk.public_id}"
    post(client, f"{url}/roles", role="witness", organisation="liuhe")
    assert "见证人" in client.get(url).text
    without = post(client, f"{url}/roles/remove", role="witness", organisation="liuhe")
    assert without.status_code == 422
    post(client, f"{url}/roles/remove", role="witness", organisation="liuhe", reason="换人了")
    assert "见证人</td>" not in client.get(url).text
    gone = post(client, f"{url}/roles/remove", role="clerk", organisation="liuhe", reason="调走了")
    assert gone.location == "/console/accounts/"


def test_disable_and_enable(sign_in: SignIn, session: Session, branch: Organisation, clerk: Account):
    client = sign_in(Role.SECRETARY, branch)
    url = f"/console/accounts/{clerk.public_id}"
    assert post(client, f"{url}/disable").status_code == 422
    assert post(client, f"{url}/disable", reason="调走了").status_code == 303
    assert find_account(session, "wang.clerk").disabled_at is not None
    assert "已停用" in client.get("/console/accounts/?state=off").text
    assert post(client, f"{url}/enable").status_code == 303
    assert find_account(session, "wang.clerk").disabled_at is None


def test_a_reset_shows_a_new_password_and_clears_a_lost_second_factor(
    sign_in: SignIn, session: Session, settings: Settings, branch: Organisation, clerk: Account
):
    services.begin_enrolment(session, settings, clerk)
    session.commit()
    client = sign_in(Role.SECRETARY, branch)
    url = f"/console/accounts/{clerk.public_id}/reset"
    first = ONE_TIME.search(post(client, url).text)[0]
    assert find_account(session, "wang.clerk").totp_sealed is not None
    second = ONE_TIME.search(post(client, url, second_factor="1").text)[0]
    assert first != second
    assert find_account(session, "wang.clerk").totp_sealed is None


def test_another_branchs_account_does_not_exist(sign_in: SignIn, session: Session, branch: Organisation):
    elsewhere = make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后")
    stranger = make_staff(session, elsewhere, Role.CLERK, "zhao", "赵山")
    client = sign_in(Role.SECRETARY, branch)
    url = f"/console/accounts/{stranger.public_id}"
    assert "赵山" not in client.get("/console/accounts/").text
    assert client.get(url).status_code == 404
    for act in ("disable", "enable", "reset", "roles", "roles/remove"):
        data = {"reason": "x", "role": "clerk", "organisation": "shanhou"}
        assert post(client, f"{url}/{act}", **data).status_code == 404
    assert post(client, "/console/accounts/new", **{**NEW, "organisation": "shanhou"}).status_code == 404


def test_my_own_account_offers_no_levers(sign_in: SignIn, session: Session, branch: Organisation):
    client = sign_in(Role.SECRETARY, branch)
    own = find_account(session, "secretary-liuhe")
    page = client.get(f"/console/accounts/{own.public_id}").text
    assert "这是您自己的账号" in page
    assert "停用账号" not in page
    assert post(client, f"/console/accounts/{own.public_id}/disable", reason="x").status_code == 403


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.WITNESS])
def test_only_who_manages_accounts_sees_them(sign_in: SignIn, branch: Organisation, role: Role):
    client = sign_in(role, branch)
    for url in ("/console/accounts/", "/console/accounts/new"):
        assert client.get(url).status_code == 403


def test_the_table_exports_without_secrets(sign_in: SignIn, branch: Organisation, clerk: Account):
    answer = post(sign_in(Role.SECRETARY, branch), "/console/accounts/export")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert any("王小满" in [str(cell) for cell in row] for row in rows)
    assert "argon2" not in str(rows)


# ------------------------------------------------------------------ activation slips


@pytest.fixture
def members(session: Session, branch: Organisation) -> list[Member]:
    names = ("林秀峰", "韩德水", "沈小满")
    made = [make_member(session, branch, name, status=MemberStatus.ACTIVE) for name in names]
    make_member(session, branch, "搬走的人", status=MemberStatus.MOVED)
    session.commit()
    return made


def clerk_of(branch: Organisation) -> Actor:
    return Actor("王小满", grants=(Grant(branch.path, ROLE_PERMISSIONS[Role.CLERK]),))


def slip_text(answer: TestResponse) -> str:
    assert answer.mimetype == "application/pdf", answer.text
    with PdfDocument(answer.data) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_slips_for_the_ticked_members_are_printed_and_never_shown_again(
    sign_in: SignIn, session: Session, settings: Settings, members: list[Member], branch: Organisation
):
    client = sign_in(Role.CLERK, branch)
    page = client.get("/console/activation/").text
    assert "林秀峰" in page
    assert "搬走的人" not in page
    printed = post(
        client, "/console/activation/", who="picked", pick=[each.public_id for each in members[:2]]
    )
    text = slip_text(printed)
    assert "林秀峰" in text
    assert "沈小满" not in text
    codes = re.findall(r"[0-9a-z]{4} [0-9a-z]{4} [0-9a-z]{4}", text)
    assert len(codes) == 2
    after = client.get("/console/activation/").text
    assert "前有效" in after
    assert not any(code in after or code.replace(" ", "") in after for code in codes)
    session.rollback()
    opened = services.activate_member(session, settings, codes[0], "安卓手机")
    assert opened.row.kind is SessionKind.DEVICE


def test_slips_for_all_leave_out_who_has_a_phone(
    sign_in: SignIn, session: Session, settings: Settings, members: list[Member], branch: Organisation
):
    code = services.issue_activations(session, settings, clerk_of(branch), [members[0]])[0].code
    services.activate_member(session, settings, code, "微信")
    session.commit()
    client = sign_in(Role.SECRETARY, branch)
    text = slip_text(post(client, "/console/activation/", who="all"))
    assert "林秀峰" not in text
    assert "韩德水" in text
    assert "已开通 1 部" in client.get("/console/activation/?state=open").text
    assert "林秀峰" not in client.get("/console/activation/?state=none").text


def test_nobody_ticked_is_told_what_to_do(sign_in: SignIn, members: list[Member], branch: Organisation):
    answer = post(sign_in(Role.CLERK, branch), "/console/activation/", who="picked")
    assert answer.status_code == 422
    assert "打勾" in answer.text


def test_a_name_no_font_can_print_wastes_no_slips(
    sign_in: SignIn, session: Session, members: list[Member], branch: Organisation
):
    members[0].name = "林\U00030fff峰"
    session.commit()
    answer = post(sign_in(Role.CLERK, branch), "/console/activation/", who="all")
    assert answer.status_code == 422
    assert "U+30FFF" in answer.text
    assert session.scalars(select(ActivationSlip)).all() == []


def test_a_lost_slip_is_revoked(
    sign_in: SignIn, session: Session, settings: Settings, members: list[Member], branch: Organisation
):
    services.issue_activations(session, settings, clerk_of(branch), [members[0]])
    session.commit()
    client = sign_in(Role.CLERK, branch)
    url = f"/console/activation/{members[0].public_id}/revoke"
    assert post(client, url).status_code == 303
    assert post(client, url).status_code == 409


def test_another_branchs_member_gets_no_slip(
    sign_in: SignIn, session: Session, members: list[Member], branch: Organisation
):
    elsewhere = make_organisation(session, code="shanhou", name="山后村党支部", short_name="山后")
    client = sign_in(Role.CLERK, elsewhere)
    assert "林秀峰" not in client.get("/console/activation/").text
    picked = post(client, "/console/activation/", who="picked", pick=[members[0].public_id])
    assert picked.status_code == 422
    assert post(client, f"/console/activation/{members[0].public_id}/revoke").status_code == 404


def test_the_desk_sees_bound_wechats_and_takes_them_off(
    sign_in: SignIn, session: Session, settings: Settings, members: list[Member], branch: Organisation
):
    identity = services.see_identity(session, settings, "wxfake", "o_alice")
    opened = services.bind_identity(session, identity.id, members[0], "激活条", "微信")
    session.commit()
    client = sign_in(Role.CLERK, branch)
    page = client.get("/console/activation/").text
    assert page.count("已绑 1 个") == 1
    assert page.count("没有绑") == 2
    address = f"/console/activation/{members[0].public_id}/unbind"
    assert address in page
    assert post(client, address).status_code == 303
    assert "已绑" not in client.get("/console/activation/").text
    session.rollback()
    assert queries.find_session(session, opened.token, [SessionKind.DEVICE]) is None
    again = post(client, address)
    assert again.status_code == 409
    assert "没有绑定微信" in again.text
