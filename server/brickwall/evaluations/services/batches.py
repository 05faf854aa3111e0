"""One batch of ratings: read what is there, decide tap by tap, insert against the unique key.

A batch takes the same few statements however many ratings it holds, and they go to the driver
as they are: compiling them anew for every rating cost more than running them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from brickwall.evaluations import leaves
from brickwall.evaluations.constants import Level, RatingStanding, RatingValue
from brickwall.evaluations.devices import Device
from brickwall.evaluations.keys import RoundKeys
from brickwall.kernel import clock
from brickwall.kernel.db import writing
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.problems import NotFound, Problem, Refused, TooMany
from brickwall.moderation.services.asking import ADD_COMMENT_CHECK, ADD_WORK, comment_check

MAX_VERSIONS = 60
CLOSED = "这一轮评议已经结束，不能再评了。结果公布后扫同一块砖就能看到"
OTHER_PHONE = "这部手机的记号和上次评的时候对不上，原来的评价没有动"
OTHER_WECHAT_PHONE = "您用这个微信在另一部手机上评过了，原来的评价没有动。要改，请用那部手机"
NO_SUBJECT = "这块砖不在这一轮评议里，请再扫一次砖上的码"
_SQLITE_MOMENT = "%Y-%m-%d %H:%M:%S.%f"

# A blank or retired brick names nobody. Past its closing time a round takes nothing, closed or not.
_TARGETS = """
    SELECT p.code, s.id, s.key, r.id, r.name, r.level, r.state = 'open' AND r.closes_at > ?
    FROM plaque p
    JOIN organisation o ON o.id = p.organisation_id
    LEFT JOIN member m ON m.id = p.member_id
    JOIN evaluation_round r ON r.public_id = ?
    JOIN round_subject s ON s.round_id = r.id AND s.key =
        CASE WHEN m.id IS NULL THEN 'organisation:' || o.code ELSE 'member:' || m.public_id END
    WHERE p.state NOT IN ('blank', 'retired') AND p.code IN
"""
_VERSIONS = "SELECT slot, version, value, receipt, lock FROM rating WHERE slot IN"
_NONCES = "SELECT nonce, receipt, superseded FROM rating_nonce WHERE nonce IN"
_ADD_VOTER = "INSERT INTO round_voter (roll, round_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ADD_RATING = (
    "INSERT INTO rating "
    "(slot, version, subject_id, value, level, receipt, leaf, salt, lock, reveal, standing) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD_NONCE = (
    "INSERT INTO rating_nonce (nonce, round_id, receipt, superseded) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
_ADD_COMMENT = (
    "INSERT INTO rating_comment (public_id, subject_id, text, state) VALUES (?, ?, ?, 'held') "
    "ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap on a face.

    ``request_key`` names it for retries; ``supersedes`` are the keys of earlier taps of the
    same phone whose answer never came back. ``openid_sealed`` comes with a comment from WeChat:
    its check needs it, and wipes it.
    """

    round_public_id: str
    code: str
    value: RatingValue
    device: Device
    request_key: str = ""
    supersedes: tuple[str, ...] = ()
    comment: str = ""
    openid_sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the voter gets: a code that does not tell how he rated."""

    code: str
    round_public_id: str
    round_name: str

    @property
    def text(self) -> str:
        """The code as people read it: ``7K3M-9QX2-40VD``."""
        return leaves.receipt_text(self.code)


@dataclass(frozen=True, slots=True)
class Target:
    """A subject of a round, found by the brick's code; ``key`` is the round's secret."""

    subject_id: int
    subject: str
    round_id: int
    round_name: str
    level: str
    key: bytes


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A tap with its subject and hashes."""

    tap: Tap
    target: Target
    slot: bytes
    nonce: bytes | None
    superseded: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Version:
    """A stored version of a slot, as far as the next one needs it."""

    version: int
    value: str
    receipt: str
    lock: bytes


@dataclass(slots=True)
class _State:
    """What a batch knows of the tables, its own earlier taps included, and what it will insert."""

    versions: dict[bytes, list[_Version]] = field(default_factory=dict)
    nonces: dict[bytes, tuple[str, bool]] = field(default_factory=dict)
    voters: list[tuple[Any, ...]] = field(default_factory=list)
    ratings: list[tuple[Any, ...]] = field(default_factory=list)
    new_nonces: list[tuple[Any, ...]] = field(default_factory=list)
    comments: list[tuple[Any, ...]] = field(default_factory=list)
    checks: list[tuple[Any, ...]] = field(default_factory=list)


class _Statements:
    """Runs the batch's statements on either database; they are written with SQLite's ``?``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lite = connection.dialect.name == "sqlite"

    def _sql(self, statement: str) -> str:
        return statement if self._lite else statement.replace("?", "%s")

    def rows(self, statement: str, first: tuple[Any, ...], items: Sequence[Any], tail: str = "") -> Any:
        """Return the rows of ``statement``, which ends in ``IN``, for ``items``."""
        places = ", ".join("?" * len(items))
        sql = self._sql(f"{statement} ({places}){tail}")
        return self._connection.exec_driver_sql(sql, (*first, *items)).fetchall()

    def targets(self, round_public_id: str, codes: Sequence[str]) -> Any:
        """Return what bricks stand for in a round.

        On PostgreSQL the round's share lock makes a closing wait for us, or us for it; SQLite
        has one writer anyway.
        """
        tail = "" if self._lite else " FOR SHARE OF r"
        return self.rows(_TARGETS, (self.now(), round_public_id), codes, tail)

    def now(self) -> Any:
        """Return the present moment as the driver takes it."""
        moment = clock.now()
        return moment.strftime(_SQLITE_MOMENT) if self._lite else moment

    def insert(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Insert ``rows``, if there are any."""
        if rows:
            self._connection.exec_driver_sql(self._sql(statement), rows)


def _find_targets(
    statements: _Statements, keys: RoundKeys, taps: Sequence[Tap]
) -> dict[tuple[str, str], Target | Problem]:
    """Return the subject of every (round, code) of the batch, or why it takes no rating."""
    found: dict[tuple[str, str], Target | Problem] = {}
    for round_id in sorted({tap.round_public_id for tap in taps}):
        codes = sorted({tap.code for tap in taps if tap.round_public_id == round_id})
        secret: bytes | Problem | None = None
        for code, subject_id, subject, row_id, name, level, running in statements.targets(round_id, codes):
            if secret is None:
                secret = _read_key(keys, round_id) if running else Refused(CLOSED, "round.closed")
            found[round_id, code] = (
                Target(subject_id, subject, row_id, name, level, secret)
                if isinstance(secret, bytes)
                else secret
            )
    return found


def _read_key(keys: RoundKeys, round_id: str) -> bytes | Problem:
    try:
        return keys.read(round_id)
    except Problem as problem:
        return problem


def _prepare(tap: Tap, target: Target) -> _Prepared:
    voter = tap.device.voter

    def nonce(request_key: str) -> bytes:
        return leaves.nonce_of(target.key, voter, target.subject, request_key)

    return _Prepared(
        tap=tap,
        target=target,
        slot=leaves.slot_of(target.key, voter, target.subject),
        nonce=nonce(tap.request_key) if tap.request_key else None,
        superseded=tuple(nonce(old) for old in tap.supersedes if old and old != tap.request_key),
    )


def _prepare_all(statements: _Statements, keys: RoundKeys, taps: Sequence[Tap]) -> list[_Prepared | Problem]:
    targets = _find_targets(statements, keys, taps)
    prepared: list[_Prepared | Problem] = []
    for tap in taps:
        target = targets.get((tap.round_public_id, tap.code))
        if target is None:
            target = NotFound(NO_SUBJECT, "rating.no_subject")
        prepared.append(_prepare(tap, target) if isinstance(target, Target) else target)
    return prepared


def _read_state(statements: _Statements, batch: Sequence[_Prepared]) -> _State:
    state = _State()
    slots = list({one.slot for one in batch})
    nonces = list({one.nonce for one in batch if one.nonce is not None})
    if slots:
        rows = statements.rows(_VERSIONS, (), slots, " ORDER BY slot, version")
        for slot, version, value, receipt, lock in rows:
            state.versions.setdefault(slot, []).append(_Version(version, value, receipt, lock))
    if nonces:
        for nonce, receipt, superseded in statements.rows(_NONCES, (), nonces):
            state.nonces[nonce] = (receipt, bool(superseded))
    return state


def _answer_again(one: _Prepared, state: _State) -> str | None:
    """Return the receipt a known request key got, or None for a key never seen.

    Raises:
        Refused: when the key was used for another value.
    """
    if one.nonce is None or one.nonce not in state.nonces:
        return None
    receipt, superseded = state.nonces[one.nonce]
    value = next((v.value for v in state.versions.get(one.slot, ()) if v.receipt == receipt), None)
    if not superseded and value != one.tap.value.value:
        raise Refused("同一个请求编号用在了不同内容上，请刷新后重试", "idempotency.key_reused")
    return receipt


def _reveal(one: _Prepared, last: _Version) -> bytes:
    """Return the secret that a change of ``last`` must show.

    Raises:
        Refused: when the phone does not have it.
        TooMany: after 60 changes of one rating.
    """
    tap = one.tap
    secret = leaves.lock_secret(tap.device.secret, tap.round_public_id, one.target.subject, last.version)
    if leaves.lock_of(secret) != last.lock:
        other = OTHER_WECHAT_PHONE if tap.device.wechat else OTHER_PHONE
        raise Refused(other, "rating.lock_mismatch")
    if last.version >= MAX_VERSIONS:
        raise TooMany("改的次数太多了，最后一次评的已经算数", "rating.too_many_changes")
    return secret


def _standing_of(one: _Prepared) -> RatingStanding:
    """Return what the rating is worth; WeChat's risk rank is heard at level C only."""
    return one.tap.device.standing if one.target.level == Level.ONLINE.value else RatingStanding.COUNTED


def _add_version(one: _Prepared, state: _State, last: _Version | None) -> str:
    """Add the slot's next version to the batch and return its receipt."""
    tap, target = one.tap, one.target
    reveal = _reveal(one, last) if last is not None else None
    version = last.version + 1 if last is not None else 1
    value, standing = tap.value.value, _standing_of(one)
    lock = leaves.lock_of(leaves.lock_secret(tap.device.secret, tap.round_public_id, target.subject, version))
    salt = secrets.token_bytes(leaves.SALT_BYTES)
    opening = leaves.opening_of(
        subject=target.subject,
        value=value,
        channel=leaves.channel_of(target.level, standing.value),
        version=version,
        slot=one.slot,
        lock=lock,
    )
    leaf = leaves.leaf_of(salt, opening)
    receipt = leaves.receipt_of(leaf)
    state.versions.setdefault(one.slot, []).append(_Version(version, value, receipt, lock))
    if standing is not RatingStanding.NOT_COUNTED:
        state.voters.append((leaves.roll_of(target.key, tap.device.voter), target.round_id))
    kept = (value, target.level, receipt, leaf, salt, lock, reveal, standing.value)
    state.ratings.append((one.slot, version, target.subject_id, *kept))
    return receipt


def _remember(one: _Prepared, state: _State, receipt: str) -> None:
    """Note the request's key and the keys it supersedes, and its comment."""
    for nonce, superseded in ((one.nonce, False), *((old, True) for old in one.superseded)):
        if nonce is not None and nonce not in state.nonces:
            state.nonces[nonce] = (receipt, superseded)
            state.new_nonces.append((nonce, one.target.round_id, receipt, superseded))
    if one.tap.comment:
        target = one.target
        public_id = leaves.comment_id_of(target.key, one.tap.device.voter, target.subject, one.tap.comment)
        state.comments.append((public_id, target.subject_id, one.tap.comment))
        if one.tap.openid_sealed is not None:
            state.checks.append((public_id, one.tap.openid_sealed, target.round_id))


def _decide(one: _Prepared, state: _State) -> Receipt:
    """Work out what a tap comes to, given everything before it.

    Raises:
        Problem: a refusal of this tap alone; it leaves nothing in the batch.
    """
    receipt = _answer_again(one, state)
    if receipt is None:
        versions = state.versions.get(one.slot)
        last = versions[-1] if versions else None
        # The same face again (a double tap, a lost answer) is the same rating, not a new one.
        same = last is not None and last.value == one.tap.value.value
        receipt = last.receipt if last is not None and same else _add_version(one, state, last)
        _remember(one, state, receipt)
    return Receipt(receipt, one.tap.round_public_id, one.target.round_name)


def _outcome(one: _Prepared | Problem, state: _State) -> Receipt | Exception:
    if isinstance(one, Problem):
        return one
    try:
        return _decide(one, state)
    except Problem as problem:
        return problem


def _ask_for_checks(statements: _Statements, checks: Sequence[tuple[str, bytes, int]]) -> None:
    """Have the worker ask WeChat about comments that came with an openid."""
    now = statements.now()
    statements.insert(ADD_COMMENT_CHECK, [comment_check(*check[:2], now, check[2]) for check in checks])
    statements.insert(ADD_WORK, [(new_public_id(), now, now)])


def write_batch(engine: Engine, keys: RoundKeys, taps: Sequence[Tap]) -> list[Receipt | Exception]:
    """Write a batch in one transaction; a refused tap gets its refusal and spoils nothing.

    Args:
        taps: with codes already normalised and comments cleaned.

    Raises:
        sqlalchemy.exc.IntegrityError: another writer took a slot's next version first.
        sqlalchemy.exc.OperationalError: full disk or locked database; nothing was stored.
    """
    with writing(), engine.begin() as connection:
        statements = _Statements(connection)
        batch = _prepare_all(statements, keys, taps)
        state = _read_state(statements, [one for one in batch if isinstance(one, _Prepared)])
        outcomes = [_outcome(one, state) for one in batch]
        statements.insert(_ADD_VOTER, state.voters)
        statements.insert(_ADD_RATING, state.ratings)
        statements.insert(_ADD_NONCE, state.new_nonces)
        statements.insert(_ADD_COMMENT, state.comments)
        if state.checks:
            _ask_for_checks(statements, state.checks)
    return outcomes
