"""Counting tries in the database, so that all workers lock the same door.

A try is counted before it is examined and given back when it was right: a hundred tries at
the same moment then cannot all slip through before the first failure is written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from brickwall.accounts.models import Throttle
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.problems import TooMany
from brickwall.kernel.security import keyed_hash


@dataclass(frozen=True, slots=True)
class Tally:
    """What counting a try said: seconds to wait (0 lets it through), and whether it locked just now."""

    wait: int = 0
    just_locked: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """``tries`` in a row are free, the next locks for ``wait``, doubled each time up to ``longest``.

    Counts are forgotten after ``memory`` without a try.
    """

    purpose: str
    tries: int
    wait: timedelta
    longest: timedelta
    memory: timedelta


# A lock on a login also keeps its owner out, so it stays short; whoever guesses second factors
# already knows the password, so that lock grows to a day.
LOGIN = Limit("login", 5, timedelta(minutes=15), timedelta(hours=1), timedelta(hours=24))
SECOND_FACTOR = Limit("factor", 5, timedelta(minutes=15), timedelta(hours=24), timedelta(days=7))
# A whole village sits behind one address: generous.
ADDRESS = Limit("address", 100, timedelta(minutes=15), timedelta(hours=1), timedelta(hours=1))
SLIP_ADDRESS = Limit("slip", 40, timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1))
# Codes that WeChat refuses: each costs one of its calls, and none is ever typed by a person.
WECHAT_ADDRESS = Limit("wechat", 100, timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1))
# A phone button gives the same number again and again: who presses it often is no villager.
PHONE_BUTTON = Limit("phone-button", 5, timedelta(minutes=15), timedelta(hours=24), timedelta(hours=24))
LIMITS = (LOGIN, SECOND_FACTOR, ADDRESS, SLIP_ADDRESS, WECHAT_ADDRESS, PHONE_BUTTON)


def subject_of(settings: Settings, limit: Limit, value: str) -> str:
    """Return the keyed hash under which tries are counted; the table never shows a login or address."""
    return keyed_hash(settings, f"throttle-{limit.purpose}", value)


def network_of(address: str) -> str:
    """Return the address to count: an IPv6 customer holds a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return parsed.exploded[:19]
    return address


def count_try(session: Session, subject: str, limit: Limit) -> Tally:
    """Count one try and tell whether it may be examined.

    One statement counts and reads, so two workers never see the same number. The caller
    commits before he examines the try.
    """
    now = clock.now()
    failures, blocked_until = session.execute(_counting(session, subject, limit, now)).one()
    if blocked_until is not None and blocked_until > now:
        return Tally(max(1, int((blocked_until - now).total_seconds())))
    every = limit.tries + 1
    if failures % every:
        return Tally()
    wait = min(limit.wait * 2 ** min(failures // every - 1, 20), limit.longest)
    session.execute(update(Throttle).where(Throttle.subject == subject).values(blocked_until=now + wait))
    return Tally(int(wait.total_seconds()), just_locked=True)


def _counting(session: Session, subject: str, limit: Limit, now: datetime) -> Any:
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    counted = case(
        (Throttle.blocked_until > now, Throttle.failures),
        (Throttle.last_at < now - limit.memory, 1),
        else_=Throttle.failures + 1,
    )
    seen = case((Throttle.blocked_until > now, Throttle.last_at), else_=now)
    return (
        insert(Throttle)
        .values(subject=subject, failures=1, last_at=now)
        .on_conflict_do_update(index_elements=[Throttle.subject], set_={"failures": counted, "last_at": seen})
        .returning(Throttle.failures, Throttle.blocked_until)
    )


def forget_tries(session: Session, subject: str) -> None:
    """Start counting anew after a right try."""
    session.execute(delete(Throttle).where(Throttle.subject == subject))


def give_back(session: Session, subject: str) -> None:
    """Take back one counted try of a shared address after a right one."""
    session.execute(
        update(Throttle)
        .where(Throttle.subject == subject, Throttle.failures > 0)
        .values(failures=Throttle.failures - 1)
    )


def forget_old_tries(session: Session) -> None:
    """Delete counts that no limit remembers any more."""
    oldest = max(limit.memory + limit.longest for limit in LIMITS)
    session.execute(delete(Throttle).where(Throttle.last_at < clock.now() - oldest))


def in_words(seconds: int) -> str:
    """Return a waiting time as people say it: ``40 秒``, ``15 分钟``, ``2 小时``."""
    if seconds < 60:
        return f"{seconds} 秒"
    if seconds < 5400:
        return f"{-(-seconds // 60)} 分钟"
    return f"{-(-seconds // 3600)} 小时"


def locked(seconds: int, next_step: str) -> TooMany:
    """Return the refusal of a locked door, with how long it stays locked."""
    title = f"输错的次数太多，已暂时锁住。请 {in_words(seconds)}后再试{next_step}"
    return TooMany(title, "accounts.locked", retry_after=seconds)
