"""Two phones at the same moment: one identity, one binding."""

import threading
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts import services
from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
from brickwall.kernel.db import transaction
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import Problem
from brickwall.organisations.models import Member
from tests.factories.organisations import make_member


def at_once(app: Application, *acts: Callable[[Session], object]) -> list[str]:
    """Do each act in a thread and transaction of its own, all at once; return what became of them."""
    results: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction() as session:
                    act(session)
                results.append("done")
            except Problem as problem:
                results.append(problem.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_one_wechat_seen_on_six_phones_at_once_is_one_identity(
    app: Application, session: Session, settings: Settings
):
    def see(writing: Session) -> None:
        services.see_identity(writing, settings, "wxfake", "o_alice")

    assert at_once(app, *[see] * 6) == ["done"] * 6
    assert session.scalar(select(func.count(WechatIdentity.id))) == 1


def test_a_wechat_brought_to_two_members_at_once_is_bound_to_one(
    app: Application, session: Session, settings: Settings, member: Member
):
    other = make_member(session, member.organisation, "韩德水")
    identity_id = services.see_identity(session, settings, "wxfake", "o_alice").id
    ids = (member.id, other.id)
    session.commit()

    def binder(member_id: int) -> Callable[[Session], None]:
        def bind(writing: Session) -> None:
            chosen = writing.get_one(Member, member_id)
            services.bind_identity(writing, identity_id, chosen, "激活条", "微信")

        return bind

    assert at_once(app, *map(binder, ids)) == ["accounts.wechat_bound", "done"]


def test_leaving_while_another_phone_binds_ends_in_one_order_or_the_other(
    app: Application, session: Session, settings: Settings, member: Member
):
    identity_id = services.see_identity(session, settings, "wxfake", "o_alice").id
    member_id = member.id
    session.commit()

    def bind(writing: Session) -> None:
        services.bind_identity(writing, identity_id, writing.get_one(Member, member_id), "激活条", "微信")

    def leave(writing: Session) -> None:
        services.forget_identity(writing, SYSTEM, identity_id)

    assert at_once(app, bind, leave) in (["done", "done"], ["accounts.wechat_gone", "done"])
    session.rollback()
    assert session.scalar(select(func.count(WechatIdentity.id))) == 0
