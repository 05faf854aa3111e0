"""The account behind a member, made when he first opens a phone."""

from sqlalchemy.orm import Session

from brickwall.accounts import queries
from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account, Assignment
from brickwall.kernel import clock
from brickwall.kernel.problems import Refused
from brickwall.organisations.models import Member


def account_of(session: Session, member: Member) -> Account:
    """Return the account of a member with his role, made at the first time.

    Raises:
        Refused: when it is disabled.
    """
    account = queries.find_account_of_member(session, member.id)
    if account is None:
        account = Account(display_name=member.name, member_id=member.id, created_at=clock.now())
        account.member = member
        session.add(account)
        session.flush()
    elif account.disabled_at is not None:
        raise Refused("您的账号已停用，请找支部书记", "accounts.disabled")
    if not any(each.role is Role.MEMBER for each in account.assignments):
        account.assignments.append(
            Assignment(role=Role.MEMBER, organisation_id=member.organisation_id, created_at=clock.now())
        )
        session.flush()
    return account
