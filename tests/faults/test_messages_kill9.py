"""kill -9 of the worker while it tells people: nobody is left out, no phone rings twice.

A real worker on a SQLite file, a fake WeChat on loopback. Between two lives of the worker the
leases are run out by hand, as ten minutes would.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy.orm import Session

from brickwall.accounts.identities import openid_hash, seal_openid
from brickwall.accounts.models import Account, WechatIdentity
from brickwall.app import create_app
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db, transaction
from brickwall.kernel.migrating import upgrade
from brickwall.messages import services, topics
from brickwall.messages.constants import MessageKind
from brickwall.messages.queries import Owner
from brickwall.messages.rules import Letter
from brickwall.messages.topics import Awaited
from tests.factories.organisations import make_member, make_organisation
from tests.support.fake_wechat import FakeWeChat
from tests.support.server import SECRET, settings_for

pytestmark = pytest.mark.once
WAITING = 3_000
RESULT = Letter(MessageKind.RESULT, "第四季度评议", "评议结果出来了", "都写在砖墙上。", "/w/liuhe")


class Site:
    """A var folder, and the worker that is killed in it."""

    def __init__(self, var_dir: Path, wechat: FakeWeChat) -> None:
        self.settings: Settings = replace(settings_for(var_dir), wechat=wechat.settings)
        self._environ = {
            **os.environ,
            "BRICKWALL_MODE": "sample",
            "BRICKWALL_VAR": str(var_dir),
            "BRICKWALL_SECRET_KEY": SECRET,
            "PYTHONPATH": str(Path(__file__).parents[2] / "server"),
            **wechat.environ,
        }
        self._database = str(var_dir / "brickwall.sqlite3")

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Run the worker for the length of the block, then kill it as a power cut would."""
        command = [sys.executable, "-m", "brickwall.cli", "worker"]
        running = subprocess.Popen(
            command, env=self._environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            running.send_signal(signal.SIGKILL)
            running.wait(timeout=20)

    def ask(self, query: str) -> int:
        """Return the one number a query gives, read or written with a connection of its own."""
        connection = pysqlite3.dbapi2.connect(self._database, timeout=15)
        try:
            row = connection.execute(query).fetchone()
            connection.commit()
        finally:
            connection.close()
        return int(row[0]) if row else 0

    def run_out_leases(self) -> None:
        """Let what a dead worker had in hand be taken up again."""
        past = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-1 minutes')"
        self.ask(f"UPDATE job SET run_at = {past} WHERE state = 'running'")
        self.ask(f"UPDATE phone_message SET next_at = {past}")

    def idle(self) -> bool:
        """Tell whether no job that is due waits or runs."""
        return not self.ask(
            "SELECT count(*) FROM job WHERE name LIKE 'messages.%' AND state IN ('waiting', 'running') "
            "AND name <> 'messages.sweep'"
        )


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@pytest.fixture
def wechat() -> Iterator[FakeWeChat]:
    with FakeWeChat() as fake:
        yield fake


@pytest.fixture
def site(tmp_path: Path, wechat: FakeWeChat) -> Iterator[Site]:
    made = Site(tmp_path / "var", wechat)
    app = create_app(made.settings)
    with app.app_context():
        upgrade(db.engine)
        yield made
        db.session.remove()
        db.engine.dispose()


def remind_a_member(session: Session, site: Site, wechat: FakeWeChat, credit: int = 2) -> None:
    """Tell a member who has allowed two messages of a deadline."""
    member = make_member(session, make_organisation(session))
    account = Account(display_name=member.name, member_id=member.id, created_at=clock.now())
    session.add(account)
    session.flush()
    identity = WechatIdentity(
        appid=wechat.appid,
        openid_hash=openid_hash(site.settings, wechat.appid, "o_alice"),
        account_id=account.id,
        seen_at=clock.now(),
    )
    session.add(identity)
    session.flush()
    for _ in range(credit):
        services.add_credits(session, identity.id, seal_openid(site.settings, "o_alice"), [MessageKind.DUE])
    services.tell_member(session, member.id, replace(RESULT, kind=MessageKind.DUE, key="due:1"))


def test_what_was_committed_before_the_power_cut_is_sent_after_it(site: Site, wechat: FakeWeChat) -> None:
    with transaction() as session:
        remind_a_member(session, site, wechat)
    with site.worker():
        until(lambda: bool(wechat.messages))
        until(site.idle)
    assert len(wechat.messages) == 1
    assert site.ask("SELECT count(*) FROM phone_message") == 0


def test_a_worker_killed_while_wechat_delivers_does_not_send_again(site: Site, wechat: FakeWeChat) -> None:
    wechat.fail("message", seconds=1.0)
    with transaction() as session:
        remind_a_member(session, site, wechat)
    with site.worker():
        until(lambda: wechat.count("message") == 1)
    until(lambda: bool(wechat.messages))
    wechat.heal()
    site.run_out_leases()
    with site.worker():
        until(site.idle)
    assert wechat.count("message") == 1
    assert site.ask("SELECT count(*) FROM message") == 1, "the inbox has it in any case"
    assert site.ask("SELECT count FROM message_credit") == 1


def test_a_worker_killed_between_chunks_leaves_nobody_out_and_tells_nobody_twice(
    site: Site, wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(topics.RESOLVERS, "x", lambda *_: Awaited("round:x", "结果"))
    with transaction() as session:
        for number in range(WAITING):
            services.subscribe(session, site.settings, Owner(token_hash=f"{number:064d}"), "x:")
        services.announce(session, "round:x", RESULT)
    told = "SELECT count(*) FROM message"
    seen = []
    for _ in range(3):
        before = site.ask(told)
        with site.worker():
            until(lambda before=before: site.ask(told) > before or site.idle())
        seen.append(site.ask(told))
        site.run_out_leases()
    with site.worker():
        until(site.idle)
    assert 0 < seen[0] < WAITING, "the first death came in the middle"
    assert site.ask(told) == WAITING
    assert site.ask("SELECT count(DISTINCT mailbox_id) FROM message") == WAITING
    assert site.ask("SELECT count(*) FROM message_subscription") == 0
