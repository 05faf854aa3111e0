"""``brickwall account``, ``brickwall token`` and ``brickwall phones``."""

from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brickwall.accounts import queries, services
from brickwall.accounts.constants import LABELS, Role
from brickwall.accounts.models import Account, Assignment
from brickwall.accounts.services import NewAccount
from brickwall.kernel.db import new_session, transaction
from brickwall.kernel.http import settings
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import NotFound
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.queries import get_organisation

STAFF_ROLES = [role.value for role in Role if role is not Role.MEMBER]
MOST_DAYS = 3650


@click.group("account")
def account() -> None:
    """账号：开设、重设、列出。"""


@account.command("create")
@click.option("--login", required=True, help="登录名，例如 chen.shuji")
@click.option("--name", "display_name", required=True, help="姓名，显示给大家看")
@click.option("--role", type=click.Choice(STAFF_ROLES), required=True, help="角色")
@click.option("--organisation", "code", required=True, help="党组织代码")
def create_account(login: str, display_name: str, role: str, code: str) -> None:
    """开设账号，打印一次性密码（只显示这一次）。"""
    with transaction() as session:
        organisation = get_organisation(session, code)
        new = NewAccount(login, display_name, Role(role))
        made, password = services.create_account(session, SYSTEM, new, organisation)
    click.echo(f"已开设账号：{made.display_name}（{organisation.name}，{LABELS[Role(role)]}）")
    click.echo(f"登录名：{made.login}")
    click.echo(f"一次性密码：{password}")
    click.echo("这个密码只显示这一次，第一次登录时要换成自己的。")


def _get(session: Session, login: str) -> Account:
    found = queries.find_account_by_login(session, login)
    if found is None:
        raise NotFound(f"没有登录名是 {login} 的账号，可以用 brickwall account list 查看")
    return found


@account.command("reset")
@click.option("--login", required=True, help="登录名")
@click.option("--second-factor", is_flag=True, help="连动态验证码一起清除，下次登录时重设")
def reset_account(login: str, second_factor: bool) -> None:
    """重设密码，打印一次性密码（只显示这一次）；原有的登录全部退出。"""
    with transaction() as session:
        found = _get(session, login)
        password = services.reset_password(session, settings(), SYSTEM, found)
        if second_factor:
            services.reset_second_factor(session, settings(), SYSTEM, found)
    click.echo(f"一次性密码：{password}")
    if second_factor:
        click.echo("动态验证码已清除，下次登录时重新设置。")


@account.command("list")
def list_accounts() -> None:
    """列出用密码登录的账号。"""
    query = (
        select(Account)
        .where(Account.login.is_not(None))
        .options(selectinload(Account.assignments).joinedload(Assignment.organisation))
        .order_by(Account.login)
    )
    with new_session() as session:
        for each in session.scalars(query):
            click.echo("\t".join(_line(each)))


def _line(each: Account) -> tuple[str, ...]:
    roles = "，".join(f"{held.organisation.name}：{LABELS[held.role]}" for held in each.assignments)
    state = "已停用" if each.disabled_at else "可以登录"
    factor = "有动态验证码" if each.totp_confirmed_at else "没设动态验证码"
    return each.login or "", each.display_name, roles or "没有角色", state, factor


@click.group("token")
def token() -> None:
    """接口令牌。"""


@token.command("issue")
@click.option("--login", required=True, help="令牌代表哪个账号")
@click.option("--label", required=True, help="给谁用、用在哪里，写在登录列表里")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=365, show_default=True, help="有效天数")
def issue_token(login: str, label: str, days: int) -> None:
    """发一个接口令牌（只显示这一次）；它不能管理账号。"""
    with transaction() as session:
        opened = services.issue_token(session, SYSTEM, _get(session, login), label, timedelta(days=days))
    click.echo(opened.token)


@click.group("phones")
def phones() -> None:
    """手机号加密。"""


@phones.command("rotate")
def rotate_phones() -> None:
    """换一把新钥匙，把库里的手机号重新加密；旧钥匙文件留着，备份还要用。"""
    box = PhoneBox(settings().keys_dir)
    box.add_key()
    total = 0
    while True:
        with transaction() as session:
            done = services.rotate_phone_keys(session, SYSTEM, box)
        if not done:
            break
        total += done
    click.echo(f"已换用钥匙 {box.current_key_id()}，重新加密 {total} 个手机号")


GROUPS = (account, token, phones)
