"""One batch of ratings: read what is there, decide tap by tap, insert against the unique key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.engine import Connection

from brickwall.evaluations import leaves
from brickwall.evaluations.constants import RatingValue
from brickwall.evaluations.devices import Device
from brickwall.evaluations.queries import Target, is_running
from brickwall.kernel.db import writing
from brickwall.kernel.problems import Problem, Refused, TooMany
from brickwall.kernel.types import UTCDateTime

MAX_VERSIONS = 60
CLOSED = "这一轮评议已经结束，不能再评了。结果公布后扫同一块砖就能看到"

_ROUNDS = "SELECT id, state, closes_at FROM evaluation_round WHERE id IN :ids"
_OF_ROUNDS = text(_ROUNDS).bindparams(bindparam("ids", expanding=True)).columns(closes_at=UTCDateTime())
# The share lock makes a closing round wait for us, or us for it; SQLite has one writer anyway.
_OF_ROUNDS_LOCKED = (
    text(f"{_ROUNDS} ORDER BY id FOR SHARE")
    .bindparams(bindparam("ids", expanding=True))
    .columns(closes_at=UTCDateTime())
)
_VERSIONS = text(
    "SELECT slot, version, value, receipt, lock FROM rating WHERE slot IN :slots ORDER BY slot, version"
).bindparams(bindparam("slots", expanding=True))
_NONCES = text("SELECT nonce, receipt, superseded FROM rating_nonce WHERE nonce IN :nonces").bindparams(
    bindparam("nonces", expanding=True)
)
_ADD_RATING = text(
    "INSERT INTO rating (slot, version, subject_id, value, level, receipt, leaf, salt, lock, reveal) "
    "VALUES (:slot, :version, :subject_id, :value, :level, :receipt, :leaf, :salt, :lock, :reveal)"
)
_ADD_VOTER = text("INSERT INTO round_voter (roll, round_id) VALUES (:roll, :round_id) ON CONFLICT DO NOTHING")
_ADD_NONCE = text(
    "INSERT INTO rating_nonce (nonce, round_id, receipt, superseded) "
    "VALUES (:nonce, :round_id, :receipt, :superseded) ON CONFLICT DO NOTHING"
)
_ADD_COMMENT = text(
    "INSERT INTO rating_comment (public_id, subject_id, text, state) "
    "VALUES (:public_id, :subject_id, :text, 'held') ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap on a face.

    ``request_key`` names it for retries; ``supersedes`` are the keys of earlier taps of the
    same phone whose answer never came back.
    """

    round_public_id: str
    code: str
    value: RatingValue
    device: Device
    request_key: str = ""
    supersedes: tuple[str, ...] = ()
    comment: str = ""


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
class Prepared:
    """A tap with everything that can be worked out before the write lock."""

    tap: Tap
    target: Target
    slot: bytes
    roll: bytes
    nonce: bytes | None
    superseded: tuple[bytes, ...]
    comment_id: str


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

    running: set[int]
    versions: dict[bytes, list[_Version]]
    nonces: dict[bytes, tuple[str, bool]]
    ratings: list[dict[str, object]] = field(default_factory=list)
    voters: list[dict[str, object]] = field(default_factory=list)
    new_nonces: list[dict[str, object]] = field(default_factory=list)
    comments: list[dict[str, object]] = field(default_factory=list)


def _read_state(connection: Connection, batch: Sequence[Prepared]) -> _State:
    """Read what a batch must know, in three statements however many ratings it holds."""
    locked = connection.dialect.name != "sqlite"
    rounds = connection.execute(
        _OF_ROUNDS_LOCKED if locked else _OF_ROUNDS, {"ids": sorted({one.target.round_id for one in batch})}
    )
    state = _State({row.id for row in rounds if is_running(row.state, row.closes_at)}, {}, {})
    for row in connection.execute(_VERSIONS, {"slots": [one.slot for one in batch]}):
        known = state.versions.setdefault(bytes(row.slot), [])
        known.append(_Version(row.version, row.value, row.receipt, bytes(row.lock)))
    nonces = [one.nonce for one in batch if one.nonce is not None]
    if nonces:
        for row in connection.execute(_NONCES, {"nonces": nonces}):
            state.nonces[bytes(row.nonce)] = (row.receipt, bool(row.superseded))
    return state


def _answer_again(one: Prepared, state: _State) -> str | None:
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


def _add_version(one: Prepared, state: _State, last: _Version | None) -> str:
    """Add the slot's next version to the batch and return its receipt.

    Raises:
        Refused: when the phone cannot show the secret the last version asks for.
        TooMany: after 60 changes of one rating.
    """
    device, target = one.tap.device, one.target
    reveal = None
    if last is not None:
        reveal = leaves.lock_secret(device.secret, target.round_public_id, target.key, last.version)
        if leaves.lock_of(reveal) != last.lock:
            raise Refused("这部手机的记号和上次评的时候对不上，原来的评价没有动", "rating.lock_mismatch")
        if last.version >= MAX_VERSIONS:
            raise TooMany("改的次数太多了，最后一次评的已经算数", "rating.too_many_changes")
    version = last.version + 1 if last else 1
    lock = leaves.lock_of(leaves.lock_secret(device.secret, target.round_public_id, target.key, version))
    salt = secrets.token_bytes(leaves.SALT_BYTES)
    leaf = leaves.leaf_of(
        salt,
        leaves.opening_of(
            subject=target.key,
            value=one.tap.value.value,
            channel=target.level.value,
            version=version,
            slot=one.slot,
            lock=lock,
        ),
    )
    receipt = leaves.receipt_of(leaf)
    state.versions.setdefault(one.slot, []).append(_Version(version, one.tap.value.value, receipt, lock))
    state.voters.append({"roll": one.roll, "round_id": target.round_id})
    state.ratings.append(
        {
            "slot": one.slot,
            "version": version,
            "subject_id": target.subject_id,
            "value": one.tap.value.value,
            "level": target.level.value,
            "receipt": receipt,
            "leaf": leaf,
            "salt": salt,
            "lock": lock,
            "reveal": reveal,
        }
    )
    return receipt


def _remember(one: Prepared, state: _State, receipt: str) -> None:
    """Note the request's key and the keys it supersedes, and its comment."""
    for nonce, superseded in ((one.nonce, False), *((old, True) for old in one.superseded)):
        if nonce is not None and nonce not in state.nonces:
            state.nonces[nonce] = (receipt, superseded)
            state.new_nonces.append(
                {
                    "nonce": nonce,
                    "round_id": one.target.round_id,
                    "receipt": receipt,
                    "superseded": superseded,
                }
            )
    if one.comment_id:
        state.comments.append(
            {"public_id": one.comment_id, "subject_id": one.target.subject_id, "text": one.tap.comment}
        )


def _decide(one: Prepared, state: _State) -> Receipt:
    """Work out what a tap comes to, given everything before it.

    Raises:
        Problem: a refusal of this tap alone; it leaves nothing in the batch.
    """
    if one.target.round_id not in state.running:
        raise Refused(CLOSED, "round.closed")
    receipt = _answer_again(one, state)
    if receipt is None:
        versions = state.versions.get(one.slot)
        last = versions[-1] if versions else None
        # The same face again (a double tap, a lost answer) is the same rating, not a new one.
        same = last is not None and last.value == one.tap.value.value
        receipt = last.receipt if last is not None and same else _add_version(one, state, last)
        _remember(one, state, receipt)
    return Receipt(receipt, one.target.round_public_id, one.target.round_name)


def _insert(connection: Connection, state: _State) -> None:
    for statement, rows in (
        (_ADD_VOTER, state.voters),
        (_ADD_RATING, state.ratings),
        (_ADD_NONCE, state.new_nonces),
        (_ADD_COMMENT, state.comments),
    ):
        if rows:
            connection.execute(statement, rows)


def write_batch(engine: Engine, batch: Sequence[Prepared]) -> list[Receipt | Exception]:
    """Write a batch in one transaction; a refused tap gets its refusal and spoils nothing."""
    outcomes: list[Receipt | Exception] = []
    with writing(), engine.begin() as connection:
        state = _read_state(connection, batch)
        for one in batch:
            try:
                outcomes.append(_decide(one, state))
            except Problem as problem:
                outcomes.append(problem)
        _insert(connection, state)
    return outcomes
