"""Commitments in any state for tests, made through the services so that the chain is true."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.commitments import services
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import CommitmentText
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor, Grant
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from tests.factories.organisations import make_member, make_organisation

S = CommitmentState


def actor_for(
    role: Role, organisation: Organisation, *, member: Member | None = None, account_id: int | None = None
) -> Actor:
    """Return somebody with one role at ``organisation``, without an account's row."""
    return Actor(
        label=member.name if member else f"{organisation.short_name}{role.value}",
        account_id=account_id,
        member_id=member.id if member else None,
        grants=(Grant(organisation.path, ROLE_PERMISSIONS[role]),),
    )


def make_account_row(session: Session, name: str = "干事", member: Member | None = None) -> Account:
    """Add a bare account, for what must belong to one."""
    account = Account(display_name=name, member_id=member.id if member else None, created_at=clock.now())
    session.add(account)
    session.flush()
    return account


@dataclass
class Village:
    """A township with two branches, and the people who act in the tests."""

    township: Organisation
    branch: Organisation
    other: Organisation
    member: Member
    neighbour: Member
    owner: Actor
    colleague: Actor
    clerk: Actor
    secretary: Actor
    superior: Actor
    inspector: Actor
    stranger: Actor
    operator: Actor

    @property
    def people(self) -> dict[str, Actor]:
        """Everybody who may try something, by persona."""
        names = ("owner", "colleague", "clerk", "secretary", "superior", "inspector", "stranger", "operator")
        return {name: getattr(self, name) for name in names}


def make_village(session: Session) -> Village:
    """Add a township with two branches, two members, and return the people around them."""
    township = make_organisation(
        session, code="jishi", name="姬石镇党委", short_name="姬石", kind=OrganisationKind.COMMITTEE
    )
    branch = make_organisation(session, parent=township)
    other = make_organisation(session, code="dongpo", name="东坡村党支部", short_name="东坡", parent=township)
    member = make_member(session, branch, "林秀峰")
    neighbour = make_member(session, branch, "周大勇")
    return Village(
        township,
        branch,
        other,
        member,
        neighbour,
        owner=actor_for(Role.MEMBER, branch, member=member, account_id=1),
        colleague=actor_for(Role.MEMBER, branch, member=neighbour, account_id=2),
        clerk=actor_for(Role.CLERK, branch, account_id=3),
        secretary=actor_for(Role.SECRETARY, branch, account_id=4),
        superior=actor_for(Role.SUPERIOR, township, account_id=5),
        inspector=actor_for(Role.INSPECTOR, township, account_id=6),
        stranger=actor_for(Role.SECRETARY, other, account_id=7),
        operator=actor_for(Role.OPERATOR, township, account_id=8),
    )


def text(title: str = "修好村东头排水沟 120 米", **values: Any) -> CommitmentText:
    """Return a text whose deadline is the year's end unless given."""
    values.setdefault("due_on", date(clock.today().year, 12, 31))
    return CommitmentText(title=title, **values)


def make_commitment(
    session: Session,
    village: Village,
    state: CommitmentState = S.DRAFT,
    *,
    own: bool = False,
    member: Member | None = None,
    **values: Any,
) -> Commitment:
    """Add a commitment in ``state``, taken there step by step.

    Args:
        own: of the branch itself instead of ``member`` (the village's first when None).
        values: of the text; ``title`` among them.
    """
    checker = village.superior if own else village.secretary
    commitment = services.propose_commitment(
        session,
        village.clerk,
        text(**values),
        organisation=village.branch,
        member=None if own else member or village.member,
    )
    for step in _PATHS[state]:
        step(session, village, checker, commitment)
    session.flush()
    return commitment


Step = Callable[[Session, Village, Actor, Commitment], object]


def _submit(session: Session, village: Village, checker: Actor, commitment: Commitment) -> object:
    return services.submit_commitment(session, village.clerk, commitment)


def _approve(session: Session, village: Village, checker: Actor, commitment: Commitment) -> object:
    return services.approve_commitment(session, checker, commitment)


def _publish(session: Session, village: Village, checker: Actor, commitment: Commitment) -> object:
    return services.publish_commitment(session, village.secretary, commitment)


def _claim(session: Session, village: Village, checker: Actor, commitment: Commitment) -> object:
    entry = EntryInput("挖好 86 米，水泥已到", amount=commitment.target_amount)
    services.record_entry(session, village.clerk, commitment, entry)
    return services.claim_done(session, village.clerk, commitment)


_PATHS: dict[CommitmentState, list[Step]] = {
    S.DRAFT: [],
    S.SUBMITTED: [_submit],
    S.RETURNED: [_submit, lambda s, v, checker, c: services.return_commitment(s, checker, c, "写具体些")],
    S.APPROVED: [_submit, _approve],
    S.PUBLISHED: [_submit, _approve, _publish],
    S.DONE_CLAIMED: [_submit, _approve, _publish, _claim],
    S.SENT_BACK: [
        _submit,
        _approve,
        _publish,
        _claim,
        lambda s, v, checker, c: services.send_back(s, checker, c, "还差一段没有盖板"),
    ],
    S.CLOSED_OUT: [
        _submit,
        _approve,
        _publish,
        _claim,
        lambda s, v, checker, c: services.close_out(s, checker, c, "看过现场"),
    ],
    S.WITHDRAWN: [
        _submit,
        _approve,
        _publish,
        lambda s, v, checker, c: services.withdraw_commitment(s, v.superior, c, "和县里的工程重了"),
    ],
}
REACHABLE = tuple(_PATHS)
